"""Departments, specializations and doctors: wishes, rows, and how a doctor is approved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from hms_desktop.domain.accounts import ResetCode
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.phones import check_email, check_phone
from hms_desktop.domain.text import clean

NAME_LIMIT = 120
SHORT_LIMIT = 20
NUMBER_LIMIT = 60
DESCRIPTION_LIMIT = 2_000
REASON_LIMIT = 500
PHOTO_LIMIT = 5 * 1024 * 1024
"""Bytes of a photo file."""
MOST_SPECIALIZATIONS = 20
_OLDEST_YEAR = 1930
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class Approval(StrEnum):
    """Whether patients can be booked with a doctor."""

    PENDING = "pending"
    APPROVED = "approved"
    BLOCKED = "blocked"


STEPS: frozenset[tuple[Approval, Approval]] = frozenset(
    {
        (Approval.PENDING, Approval.APPROVED),
        (Approval.PENDING, Approval.BLOCKED),
        (Approval.APPROVED, Approval.PENDING),
        (Approval.APPROVED, Approval.BLOCKED),
        (Approval.BLOCKED, Approval.APPROVED),
        (Approval.BLOCKED, Approval.PENDING),
    }
)
"""The allowed changes of approval, before and after."""


def check_step(before: Approval, after: Approval) -> None:
    """Raise Invalid unless a doctor's approval may change like this."""
    if (before, after) not in STEPS:
        raise Invalid(
            "approval",
            "This doctor is {before} already. Nothing was changed."
            if before is after
            else "A doctor who is {before} cannot become {after}. Nothing was changed.",
            before=before.value,
            after=after.value,
        )


@dataclass(frozen=True, slots=True)
class SaveDepartment:
    """The wish to make a department (``department_id`` None) or to change one."""

    name: str
    short_name: str = ""
    description: str = ""
    department_id: int | None = None
    version: int | None = None

    def check(self) -> SaveDepartment:
        """Return the cleaned wish; raise Invalid."""
        return replace(
            self,
            name=clean(self.name, "name", limit=NAME_LIMIT, required=True),
            short_name=clean(self.short_name, "short_name", limit=SHORT_LIMIT),
            description=clean(
                self.description, "description", limit=DESCRIPTION_LIMIT, multiline=True
            ),
        )


@dataclass(frozen=True, slots=True)
class SaveSpecialization:
    """The wish to make a specialization (``specialization_id`` None) or to change one."""

    name: str
    description: str = ""
    specialization_id: int | None = None
    version: int | None = None

    def check(self) -> SaveSpecialization:
        """Return the cleaned wish; raise Invalid."""
        return replace(
            self,
            name=clean(self.name, "name", limit=NAME_LIMIT, required=True),
            description=clean(
                self.description, "description", limit=DESCRIPTION_LIMIT, multiline=True
            ),
        )


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One department and how many doctors (not retired) it has."""

    id: int
    version: int
    name: str
    short_name: str
    description: str
    doctors: int
    retired: bool


@dataclass(frozen=True, slots=True)
class SpecializationRow:
    """One specialization and how many doctors (not retired) have it."""

    id: int
    version: int
    name: str
    description: str
    doctors: int
    retired: bool


@dataclass(frozen=True, slots=True)
class DoctorFields:
    """What a doctor is entered with; ``default_minutes`` None means the hospital's slot."""

    display_name: str
    registration_number: str
    department_id: int | None = None
    specialization_ids: tuple[int, ...] = ()
    room_id: int | None = None
    user_id: int | None = None
    practising_since: int | None = None
    phone: str = ""
    email: str = ""
    default_minutes: int | None = None
    overbook_limit: int = 2


@dataclass(frozen=True, slots=True)
class AddDoctor(DoctorFields):
    """The wish for a new doctor; patients can be booked once approved."""

    photo: bytes | None = field(default=None, repr=False)

    def check(self, this_year: int) -> AddDoctor:
        """Return the cleaned wish; raise Invalid."""
        check_photo(self.photo)
        return replace(self, **_checked(self, this_year))


@dataclass(frozen=True, slots=True)
class UpdateDoctor(DoctorFields):
    """The wish to change a doctor; the photo stays as it is unless ``keep_photo`` is False."""

    doctor_id: int = 0
    version: int = 0
    photo: bytes | None = field(default=None, repr=False)
    keep_photo: bool = True

    def check(self, this_year: int) -> UpdateDoctor:
        """Return the cleaned wish; raise Invalid."""
        check_photo(self.photo)
        return replace(self, **_checked(self, this_year))


@dataclass(frozen=True, slots=True)
class DoctorAdded:
    """A doctor with a log-in that was made for them, and the code to set its password.

    ``code`` is shown once and kept nowhere: None when the same request came again.
    """

    doctor: DoctorRow
    code: ResetCode | None


def check_photo(photo: bytes | None) -> None:
    """Raise Invalid for anything but a small enough PNG or JPEG."""
    if photo is None:
        return
    if len(photo) > PHOTO_LIMIT:
        raise Invalid(
            "photo",
            "The picture is larger than {most} MB. Nothing was saved. Choose a smaller one.",
            most=PHOTO_LIMIT // (1024 * 1024),
        )
    if not photo.startswith(_PICTURES):
        raise Invalid("photo", "This is no PNG or JPEG picture. Nothing was saved.")


def _checked(wish: DoctorFields, this_year: int) -> dict[str, Any]:
    _within("practising_since", wish.practising_since, _OLDEST_YEAR, this_year)
    _within("default_minutes", wish.default_minutes, 1, 240)
    _within("overbook_limit", wish.overbook_limit, 0, 20)
    if len(set(wish.specialization_ids)) > MOST_SPECIALIZATIONS:
        raise Invalid(
            "specialization_ids",
            "A doctor has at most {most} specializations. Nothing was saved.",
            most=MOST_SPECIALIZATIONS,
        )
    return {
        "display_name": clean(wish.display_name, "display_name", limit=NAME_LIMIT, required=True),
        "registration_number": clean(
            wish.registration_number, "registration_number", limit=NUMBER_LIMIT, required=True
        ),
        "specialization_ids": tuple(dict.fromkeys(wish.specialization_ids)),
        "phone": check_phone(wish.phone),
        "email": check_email(wish.email),
    }


def _within(name: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise Invalid(
            name,
            "Give a whole number from {low} to {high}. Nothing was saved.",
            low=low,
            high=high,
        )


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """One doctor, whole, as lists and forms show it."""

    id: int
    version: int
    user_id: int | None
    display_name: str
    registration_number: str
    department_id: int | None
    department_name: str
    room_id: int | None
    room_name: str
    specialization_ids: tuple[int, ...]
    specializations: tuple[str, ...]
    practising_since: int | None
    phone: str
    email: str
    default_minutes: int | None
    overbook_limit: int
    approval: Approval
    approval_reason: str
    has_photo: bool
    retired: bool

    @property
    def bookable(self) -> bool:
        """Say whether patients can be booked."""
        return self.approval is Approval.APPROVED and not self.retired

    def experience(self, this_year: int) -> int | None:
        """Return the years of practice, where known."""
        return None if self.practising_since is None else this_year - self.practising_since


@dataclass(frozen=True, slots=True)
class DoctorFilter:
    """Which doctors are asked for; ``text`` looks in names, numbers and specializations."""

    text: str = ""
    department_id: int | None = None
    specialization_id: int | None = None
    approval: Approval | None = None
    bookable_only: bool = False
    include_retired: bool = False
    only_retired: bool = False
    limit: int = 500
