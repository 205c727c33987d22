"""The form of a doctor: who, where, how long, with the log-in in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.accounts import CreateUser, check_login
from hms_desktop.domain.doctors import (
    AddDoctor,
    DoctorAdded,
    DoctorFields,
    DoctorRow,
    UpdateDoctor,
)
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.doctors.form_frame import KNOWN, NEW, NONE, DoctorFrame
from hms_desktop.ui.entries.fields import Contents, whole
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk

_USUAL_CAPACITY = DoctorFields("", "").overbook_limit


@dataclass(frozen=True, slots=True)
class DoctorWish:
    """A doctor's fields, and (for a new one) the log-in that is made with them."""

    doctor: AddDoctor | UpdateDoctor
    login: CreateUser | None = None


class DoctorPanel(DoctorFrame):
    """A new doctor or one that is changed; ``code_given`` carries a DoctorAdded to hand over."""

    code_given = Signal(object)
    KIND = "doctor"
    CONFLICT_FIELDS: ClassVar[dict[str, str]] = {"name": "registration_number"}

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the form, hidden."""
        self._added: DoctorAdded | None = None
        super().__init__(desk, host)
        self.saved.connect(lambda _row: self._tell_code())

    # ------------------------------------------------------------------------------ opening
    def _begin(self, row: DoctorRow | None) -> None:
        self._added = None
        self.photo.set_photo(None)
        self.photo.show_error("")
        super()._begin(row)
        if row is not None and row.has_photo:
            doctors, actor = self.desk.services.doctors, self.desk.actor
            self.desk.runner.run(
                lambda: doctors.photo(actor, row.id),
                owner=self,
                done=lambda data: self._show_photo(row.id, data),
                failed=self._failed,
                key="photo",
            )

    def _show_photo(self, doctor_id: int, data: bytes | None) -> None:
        if self.row is not None and self.row.id == doctor_id and not self.photo.touched:
            self.photo.set_photo(data)

    def put(self, contents: Contents) -> None:
        """Show contents and the part of the log-in that belongs to them."""
        self.offer_choices(self._choices)  # with what this doctor has though it is retired
        super().put(contents)
        self.photo.set_name(str(contents.get("display_name", "")))
        self._show_way()

    # ------------------------------------------------------------------------------- saving
    def contents_of(self, row: DoctorRow | None) -> Contents:
        """Return what stands in the form."""
        like: Any = row or DoctorFields("", "", overbook_limit=_USUAL_CAPACITY)
        found: Contents = {
            name: getattr(like, name)
            for name in ("display_name", "registration_number", "phone", "email", "department_id",
                         "room_id", "user_id")
        }  # fmt: skip
        found["specialization_ids"] = sorted(like.specialization_ids)
        for name in ("practising_since", "default_minutes", "overbook_limit"):
            value = getattr(like, name)
            found[name] = "" if value is None else str(value)
        found["login"] = ""
        roles = self._choices.doctor_roles
        found["role_id"] = roles[0].id if roles else None
        found["way"] = NEW if row is None and self.may_make_login else NONE
        return found

    def wish_of(self, contents: Contents, row: DoctorRow | None) -> DoctorWish:
        """Return the checked wish."""
        capacity = whole(contents, "overbook_limit", empty=_USUAL_CAPACITY)
        way = contents.get("way", NONE) if row is None else KNOWN
        fields: dict[str, Any] = {
            "display_name": contents["display_name"],
            "registration_number": contents["registration_number"],
            "department_id": contents["department_id"],
            "specialization_ids": tuple(contents["specialization_ids"]),
            "room_id": contents["room_id"],
            "user_id": contents["user_id"] if way == KNOWN else None,
            "practising_since": whole(contents, "practising_since"),
            "phone": contents["phone"],
            "email": contents["email"],
            "default_minutes": whole(contents, "default_minutes"),
            "overbook_limit": _USUAL_CAPACITY if capacity is None else capacity,
        }
        year = self.desk.today().year
        photo = self.photo.data if self.photo.touched else None
        if row is not None:
            change = UpdateDoctor(
                **fields, doctor_id=row.id, version=row.version, photo=photo,
                keep_photo=not self.photo.touched,
            )  # fmt: skip
            return DoctorWish(change.check(year))
        new = AddDoctor(**fields, photo=photo).check(year)
        if way == KNOWN and new.user_id is None:
            raise Invalid("user_id", "Choose the log-in, or that there is none yet.")
        if way != NEW:
            return DoctorWish(new)
        role = next((one for one in self._choices.roles if one.id == contents["role_id"]), None)
        if role is None:
            raise Invalid("role_id", "Choose a role. Who has none may do nothing.")
        return DoctorWish(new, CreateUser(check_login(contents["login"]), "", (role.name,)))

    def store(
        self,
        wish: DoctorWish,
        row: DoctorRow | None,  # noqa: ARG002 - the wish names the doctor
        request_id: str,
    ) -> DoctorRow:
        """Write the doctor, and the log-in with a new one."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        if isinstance(wish.doctor, UpdateDoctor):
            return doctors.update_doctor(actor, wish.doctor, request_id=request_id)
        if wish.login is None:
            return doctors.add_doctor(actor, wish.doctor, request_id=request_id)
        added = doctors.add_with_login(actor, wish.doctor, wish.login, request_id=request_id)
        self._added = added
        return added.doctor

    def take_back(self, row: DoctorRow) -> Callable[[], object] | None:  # noqa: ARG002 - of nobody
        """Nothing: the code may be in somebody's hands already; a doctor is retired."""
        return None

    def put_back(self, before: Contents, row: DoctorRow) -> Callable[[], object] | None:
        """Put the fields back, unless the photo changed too: the old one is gone."""
        return None if self.photo.touched else super().put_back(before, row)

    def beside(self) -> dict[str, Any]:
        """Keep where the photo lies."""
        return {"photo": self.photo.path} if self.photo.path else {}

    def put_beside(self, draft: dict[str, Any]) -> None:
        """Read the photo again."""
        if path := draft.get("photo"):
            self.photo.load(str(path))

    def title_of(self, row: DoctorRow | None) -> tuple[str, str]:
        """Return the heading."""
        if row is None:
            return self.tr("New doctor"), self.tr("Patients can be booked once approved.")
        return row.display_name, row.registration_number

    def saved_words(self, row: DoctorRow, *, new: bool) -> str:
        """Return what the toast says."""
        text = self.tr("{name} added; waits for approval") if new else self.tr("{name} saved")
        return text.format(name=row.display_name)

    def show_invalid(self, error: Invalid) -> None:
        """Put an error at its field; that of the photo at the photo."""
        if error.field == "photo":
            self.photo.show_error(sentence(error))
            self.photo.choose_button.setFocus()
            return
        super().show_invalid(error)

    def _tell_code(self) -> None:
        added, self._added = self._added, None
        if added is not None:
            self.code_given.emit(added)
