"""Patients: the wishes that register and change them, and the rows that show them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from hms_desktop.domain.dates import OLDEST_YEARS, BirthDate, BirthPrecision, age
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.messages import LANGUAGES
from hms_desktop.domain.names import PART_LIMIT, Name, fold
from hms_desktop.domain.phones import check_email, check_phone
from hms_desktop.domain.text import clean

if TYPE_CHECKING:
    from datetime import date, datetime

MOST_PHONES = 6
MOST_CONTACTS = 8
PHOTO_LIMIT = 5 * 1024 * 1024
"""Bytes of a photo file."""
NOTE_LIMIT = 4_000
LINE_LIMIT = 200
MINOR_YEARS = 18
PLACEHOLDER_NAME = "Unknown"
_PHOTO_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Sex(StrEnum):
    """Administrative sex, with the codes of FHIR."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class BloodGroup(StrEnum):
    """Blood group with rhesus factor; the empty value means nobody knows it."""

    UNKNOWN = ""
    A_POSITIVE = "A+"
    A_NEGATIVE = "A-"
    B_POSITIVE = "B+"
    B_NEGATIVE = "B-"
    AB_POSITIVE = "AB+"
    AB_NEGATIVE = "AB-"
    O_POSITIVE = "O+"
    O_NEGATIVE = "O-"


class ContactKind(StrEnum):
    """What somebody close to the patient is there for."""

    EMERGENCY = "emergency"
    GUARDIAN = "guardian"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a patient lives; every part may be missing."""

    line: str = ""
    city: str = ""
    district: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""

    def check(self) -> Address:
        """Return the cleaned address; raise Invalid naming ``address.line`` and so on."""
        return Address(
            line=clean(self.line, "address.line", limit=LINE_LIMIT),
            city=clean(self.city, "address.city", limit=PART_LIMIT),
            district=clean(self.district, "address.district", limit=PART_LIMIT),
            state=clean(self.state, "address.state", limit=PART_LIMIT),
            postal_code=clean(self.postal_code, "address.postal_code", limit=20),
            country=clean(self.country, "address.country", limit=PART_LIMIT),
        )

    @property
    def display(self) -> str:
        """The known parts in one line."""
        city = f"{self.city} {self.postal_code}".strip()
        parts = (self.line, city, self.district, self.state, self.country)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class PatientContact:
    """Somebody to call for a patient."""

    kind: ContactKind
    name: str
    phone: str = ""
    relationship: str = ""

    def check(self) -> PatientContact:
        """Return the cleaned contact; raise Invalid for one without a name."""
        return PatientContact(
            kind=ContactKind(self.kind),
            name=clean(self.name, "contacts", limit=LINE_LIMIT, required=True),
            phone=check_phone(self.phone, "contacts"),
            relationship=clean(self.relationship, "contacts", limit=PART_LIMIT),
        )


@dataclass(frozen=True, slots=True)
class Consent:
    """What the patient agreed to; ``given_at`` (UTC) is set by the service.

    ``summaries`` is for what doctors wrote, sent by mail after a visit.
    """

    treatment: bool = False
    messages: bool = False
    share: bool = False
    summaries: bool = False
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RegisterPatient:
    """The wish to register a patient: a name or ``placeholder`` is all that must be there.

    ``language`` is that of messages (empty: the hospital's); with ``no_messages`` the patient is
    neither mailed nor texted, but called.
    """

    name: Name = field(default_factory=Name)
    birth: BirthDate | None = None
    sex: Sex = Sex.UNKNOWN
    phones: tuple[str, ...] = ()
    email: str = ""
    address: Address = Address()
    contacts: tuple[PatientContact, ...] = ()
    blood_group: BloodGroup = BloodGroup.UNKNOWN
    allergies: str = ""
    conditions: str = ""
    notes: str = ""
    consent: Consent = Consent()
    language: str = ""
    no_messages: bool = False
    photo: bytes | None = None
    placeholder: bool = False

    def check(self, today: date) -> RegisterPatient:
        """Return the cleaned wish; raise Invalid with the field's name and a sentence.

        A placeholder without a name is called Unknown until somebody identifies the patient.
        """
        name = self.name.check()
        if not self.placeholder:
            name.require()
        elif not (name.given or name.family):
            name = replace(name, family=PLACEHOLDER_NAME)
        check_birth(self.birth, today)
        check_photo(self.photo)
        if self.language not in {"", *LANGUAGES}:
            raise Invalid("language", "There is no such language of messages. Choose another.")
        return replace(
            self,
            name=name,
            sex=Sex(self.sex),
            phones=check_phones(self.phones),
            email=check_email(self.email),
            address=self.address.check(),
            contacts=check_contacts(self.contacts),
            blood_group=BloodGroup(self.blood_group),
            allergies=clean(self.allergies, "allergies", limit=NOTE_LIMIT, multiline=True),
            conditions=clean(self.conditions, "conditions", limit=NOTE_LIMIT, multiline=True),
            notes=clean(self.notes, "notes", limit=NOTE_LIMIT, multiline=True),
        )

    def guardian_advised(self, today: date) -> bool:
        """Say whether the desk should ask for a guardian: a minor without one."""
        return (
            self.birth is not None
            and age(self.birth, today).years < MINOR_YEARS
            and all(contact.kind is not ContactKind.GUARDIAN for contact in self.contacts)
        )


@dataclass(frozen=True, slots=True)
class UpdatePatient:
    """The wish to give a chart new contents, all of them, from the version that was read.

    ``keep_photo`` leaves the photo as it is, whatever ``data.photo`` holds.
    """

    patient_id: int
    version: int
    data: RegisterPatient
    keep_photo: bool = True

    def check(self, today: date) -> UpdatePatient:
        """Return the cleaned wish; raise Invalid like a registration."""
        return replace(self, data=self.data.check(today))


def check_birth(birth: BirthDate | None, today: date) -> None:
    """Refuse a birth date in the future or more than 130 years ago."""
    if birth is None:
        return
    if birth.date > today:
        raise Invalid(
            "birth",
            "This birth date lies in the future. Nothing was saved. Look at the year again.",
        )
    if age(birth, today).years > OLDEST_YEARS:
        raise Invalid(
            "birth",
            "This birth date is more than {years} years ago. Nothing was saved. Look at the year "
            "again.",
            years=OLDEST_YEARS,
        )


def check_phones(phones: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cleaned numbers without empty and repeated ones; raise Invalid."""
    known = tuple(
        dict.fromkeys(number for each in phones if (number := check_phone(each, "phones")))
    )
    if len(known) > MOST_PHONES:
        raise Invalid(
            "phones",
            "A chart holds at most {most} phone numbers. Nothing was saved. Leave some out.",
            most=MOST_PHONES,
        )
    return known


def check_contacts(contacts: tuple[PatientContact, ...]) -> tuple[PatientContact, ...]:
    """Return the cleaned contacts; raise Invalid when there are too many."""
    if len(contacts) > MOST_CONTACTS:
        raise Invalid(
            "contacts",
            "A chart holds at most {most} contacts. Nothing was saved. Leave some out.",
            most=MOST_CONTACTS,
        )
    return tuple(contact.check() for contact in contacts)


def check_photo(photo: bytes | None) -> None:
    """Refuse what is no JPEG or PNG, or larger than 5 MiB."""
    if photo is None:
        return
    if not photo.startswith(_PHOTO_STARTS):
        raise Invalid(
            "photo", "The photo is neither JPEG nor PNG. Nothing was saved. Choose another file."
        )
    if len(photo) > PHOTO_LIMIT:
        raise Invalid(
            "photo",
            "The photo is larger than {mebibytes} MiB. Nothing was saved. Choose a smaller one.",
            mebibytes=PHOTO_LIMIT // (1024 * 1024),
        )


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient, whole but for the photo, as charts and forms show them."""

    id: int
    version: int
    mrn: str
    name: Name
    display_name: str
    birth: BirthDate | None
    sex: Sex
    phones: tuple[str, ...]
    email: str
    address: Address
    contacts: tuple[PatientContact, ...]
    blood_group: BloodGroup
    allergies: str
    conditions: str
    notes: str
    consent: Consent
    language: str
    no_messages: bool
    has_photo: bool
    placeholder: bool
    retired_at: datetime | None
    created_at: datetime
    created_by_name: str
    updated_at: datetime
    updated_by_name: str

    @property
    def birth_date(self) -> date | None:
        """The birth date without its precision."""
        return self.birth.date if self.birth else None

    @property
    def birth_precision(self) -> BirthPrecision | None:
        """How exactly the birth date is known."""
        return self.birth.precision if self.birth else None

    @property
    def retired(self) -> bool:
        """Whether the chart was taken out of daily use."""
        return self.retired_at is not None

    def as_wish(self) -> RegisterPatient:
        """Return the contents as a form edits them (without the photo)."""
        return RegisterPatient(
            name=self.name,
            birth=self.birth,
            sex=self.sex,
            phones=self.phones,
            email=self.email,
            address=self.address,
            contacts=self.contacts,
            blood_group=self.blood_group,
            allergies=self.allergies,
            conditions=self.conditions,
            notes=self.notes,
            consent=self.consent,
            language=self.language,
            no_messages=self.no_messages,
            placeholder=self.placeholder,
        )


class PatientHit(NamedTuple):
    """One line of a search: as little as telling patients apart needs (times UTC)."""

    id: int
    mrn: str
    name: str
    sex: str
    birth_date: date | None
    birth_precision: str
    phone: str
    has_photo: bool
    has_allergies: bool
    last_visit: datetime | None = None
    next_visit: datetime | None = None
    retired: bool = False


MRN_PREFIX = "H"
MRN_WIDTH = 6
_MRN_PREFIX = re.compile(r"[A-Z0-9]{0,6}[A-Z]|")
_MRN_DIGITS = 12


def format_mrn(number: int, prefix: str = MRN_PREFIX, width: int = MRN_WIDTH) -> str:
    """Return the hospital number as printed: ``H-000123``; longer numbers grow."""
    digits = f"{number:0{width}d}"
    return f"{prefix}-{digits}" if prefix else digits


def parse_mrn(text: str, prefix: str = MRN_PREFIX, width: int = MRN_WIDTH) -> str | None:
    """Return a typed hospital number as printed (``h2913`` → ``H-002913``), else None.

    Without its prefix only a number of full width counts: ``2913`` may be the end of a phone.
    """
    typed = fold(text[: _MRN_DIGITS * 4]).replace(" ", "")
    bare = typed.removeprefix(prefix.lower())
    if not re.fullmatch(rf"[0-9]{{1,{_MRN_DIGITS}}}", bare):
        return None
    if bare == typed and prefix and len(bare) != width:
        return None
    return format_mrn(int(bare), prefix, width)


def check_mrn_prefix(text: str, field: str = "mrn_prefix") -> str:
    """Return a hospital's MRN prefix in capitals (may be empty); raise Invalid."""
    prefix = clean(text, field, limit=20).upper()
    if not _MRN_PREFIX.fullmatch(prefix):
        raise Invalid(
            field,
            "A hospital number begins with up to 7 letters A to Z or digits, the last a letter. "
            "Nothing was saved. Type another beginning.",
        )
    return prefix
