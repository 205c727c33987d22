"""Hostile text for every wish: which fields there are, what is kept, what is packed together."""

from __future__ import annotations

import importlib
import pkgutil
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import count
from typing import Any

import pytest

import hms_desktop.domain
from hms_desktop.domain.accounts import CreateUser, SaveRole, UpdateProfile, UpdateUser
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    BookAppointment,
    CancelAppointment,
    MoveAppointment,
)
from hms_desktop.domain.availability_rules import ExceptionKind
from hms_desktop.domain.catalogue import SaveRoom, SaveVisitType
from hms_desktop.domain.consultations import AmendRecord, CompleteVisit, Diagnosis, Record
from hms_desktop.domain.doctors import (
    AddDoctor,
    SaveDepartment,
    SaveSpecialization,
    UpdateDoctor,
)
from hms_desktop.domain.errors import HmsError, Invalid
from hms_desktop.domain.exports import ExportKind, ExportWish
from hms_desktop.domain.hours import AddException, SaveLeave
from hms_desktop.domain.names import Name
from hms_desktop.domain.papers import Referral, SickNote
from hms_desktop.domain.patients import (
    ContactKind,
    PatientContact,
    RegisterPatient,
    UpdatePatient,
)
from hms_desktop.domain.queue import WalkIn
from hms_desktop.domain.snippets import SaveSnippet
from hms_desktop.domain.user_lists import PurgeUser
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, HALF, ONE_PM
from tests.services.conftest import Hospital
from tests.support.programs import FIRST
from tests.support.strings import naughty_strings

Wish = Any  # of whatever class; a row that is read back is as good
WIDE = 1_000_000
# Nothing types these, and a program that pastes may: the list of strings has none of them.
UNSTORABLE = ("\0", "a\0b", "\ud800", "x\udfff", "\0" * 300)
TODAY = DAY

# Fields that hold a text of a shape of its own: checked string by string, saved when they pass.
SHAPED = {"email", "phone", "phones", "colour", "login", "keyword"}
NOT_TYPED = {
    "FirstStart.settings": "a mapping; each setting is tried by test_settings",
    "FirstStart.password": "kept as a hash only; tried by the tests of passwords",
    "FirstStart.zone": "one of the known zones; tried by test_settings",
    "CreateUser.roles": "names of roles, looked up and never stored",
    "SaveRole.permissions": "refused unless known",
    "RegisterPatient.language": "refused unless known",
    "SaveVisitType.bookable_by": "refused unless known",
    "HolidayWish.country": "one of a list; others are refused by test_holidays",
    "HolidayWish.region": "as the country",
    "HolidayWish.language": "as the country",
    "BookAppointment.hold_token": "made by the program; tried by test_tokens_of_holds",
    "ExportWish.titles": "the program's own headings; written through the writer of tables",
    "AppointmentFilter.order": "a name of a column; tried by test_searches",
    "PatientFilter.order": "as of appointments",
    "RecordFilter.order": "as of appointments",
    "UserFilter.role": "one of a list; an unknown one finds nobody",
}
SEARCHED = {
    "AppointmentFilter.text",
    "DoctorFilter.text",
    "PatientFilter.text",
    "RecordFilter.text",
    "AuditFilter.entity",
    "AuditFilter.action",
    "AuditFilter.text",
    "UserFilter.text",
}


def hostile() -> tuple[str, ...]:
    return naughty_strings() + UNSTORABLE


# --------------------------------------------------------------------- every field, found itself
def text_fields() -> set[str]:
    """Return ``Class.field`` for every text of every wish and filter of the domain."""
    found = set()
    for module in pkgutil.iter_modules(hms_desktop.domain.__path__):
        loaded = importlib.import_module(f"hms_desktop.domain.{module.name}")
        for name, kind in vars(loaded).items():
            if not (isinstance(kind, type) and is_dataclass(kind)):
                continue
            if kind.__module__ == loaded.__name__ and (
                hasattr(kind, "check") or name.endswith("Filter")
            ):
                found |= {f"{name}.{one.name}" for one in fields(kind) if "str" in str(one.type)}
    return found


def texts_of(wish: object) -> list[str]:
    """Return the names of a wish's own text fields."""
    name = type(wish).__name__
    return [
        one.name
        for one in fields(typing.cast("Any", wish))
        if "str" in str(one.type) and f"{name}.{one.name}" not in NOT_TYPED
    ]


CONTACT = PatientContact(ContactKind.RELATIVE, "Ravi")
PATIENT = RegisterPatient(Name("Asha", "Rao"), contacts=(CONTACT,))
BOOK = BookAppointment(1, 1, 1, ONE_PM)
RECORD = Record(diagnoses=(Diagnosis("check-up"),))
WISHES: tuple[Wish, ...] = (
    FIRST,
    CreateUser("meera", "Meera"),
    UpdateUser(1, 1, "meera", "Meera"),
    UpdateProfile(1, "Meera"),
    SaveRole("Night desk", "", frozenset()),
    PurgeUser(1, "made twice"),
    BOOK,
    MoveAppointment(1, 1, ONE_PM),
    CancelAppointment(1, 1),
    SaveVisitType("Short", 10),
    SaveRoom("Room"),
    SaveDepartment("Department"),
    SaveSpecialization("Specialization"),
    AddDoctor("Dr Rao", "R-1"),
    UpdateDoctor("Dr Rao", "R-1"),
    AddException(1, DAY, ExceptionKind.CLOSES),
    SaveLeave(1, ONE_PM, ONE_PM + HALF),
    PATIENT.name,
    PATIENT.address,
    CONTACT,
    PATIENT,
    WalkIn(1, 1, doctor_id=1),
    RECORD,
    CompleteVisit(1, RECORD),
    AmendRecord(1, 1, RECORD, "why"),
    SickNote(1, DAY, DAY),
    Referral(1, "to", "question"),
    SaveSnippet("bp", "text"),
    ExportWish(ExportKind.PATIENTS_LIST),
)


def checked(wish: Wish) -> Wish:
    """Return a wish through its own check, whatever that asks for."""
    match wish:
        case BookAppointment():
            return wish.check(ONE_PM)
        case RegisterPatient() | UpdatePatient() | Record() | CompleteVisit() | AmendRecord():
            return wish.check(TODAY)
        case AddDoctor() | UpdateDoctor():
            return wish.check(TODAY.year)
        case _:
            return wish.check()


def with_text(wish: Wish, field: str, text: str) -> Wish:
    return replace(wish, **{field: (text,) if field == "phones" else text})


def left(wish: Wish, field: str, text: str) -> str | None:
    """Return what the check leaves of a text in a field; None when it refuses it."""
    try:
        found = getattr(checked(with_text(wish, field, text)), field)
    except Invalid as error:
        must_speak(error)
        return None
    if field == "phones":
        return found[0] if found else ""
    return typing.cast("str", found)


def packed(wish: Wish, field: str) -> list[str]:
    """Return texts that the field takes and that together hold every string it takes."""
    passing = [text for text in hostile() if left(wish, field, text)]
    if field in SHAPED:
        return passing
    packs: list[str] = []
    for text in passing:
        if packs and left(wish, field, longer := f"{packs[-1]} {text}"):
            packs[-1] = longer
        else:
            packs.append(text)
    return packs


def rounds(wish: Wish, names: Sequence[str]) -> Iterator[tuple[Wish, dict[str, str]]]:
    """Yield the wish with all its texts replaced, until every pack of each field had its turn."""
    packs = {name: packed(wish, name) for name in names}
    packs = {name: found for name, found in packs.items() if found}
    for number in range(max(map(len, packs.values()))):
        chosen = {name: found[number % len(found)] for name, found in packs.items()}
        full = wish
        for name, text in chosen.items():
            full = with_text(full, name, text)
        yield full, {name: typing.cast("str", left(wish, name, chosen[name])) for name in chosen}


@dataclass
class Kit:
    services: Services
    hospital: Hospital
    admin: Actor

    def __post_init__(self) -> None:
        self.numbers = count(1)

    def plan(self, wish: Wish, **settled: object) -> Iterator[tuple[Wish, dict[str, str]]]:
        """Yield wishes of hostile text with ids that exist here."""
        names = [name for name in texts_of(wish) if name not in settled]
        yield from rounds(replace(wish, **settled), names)


def same(row: object, wanted: dict[str, str]) -> None:
    for name, text in wanted.items():
        found = getattr(row, name)
        assert (found[0] if isinstance(found, tuple) else found) == text, name


def saved_or_refused(call: Callable[[], Wish]) -> Wish:
    """Return what a call answers, None when it refuses with a sentence."""
    try:
        return call()
    except Invalid as error:
        must_speak(error)
        return None


def must_speak(error: HmsError) -> None:
    assert str(error).strip(), "a refusal without a sentence"


def refused(call: Callable[[], object]) -> None:
    with pytest.raises(HmsError) as caught:
        call()
    assert str(caught.value).strip()
