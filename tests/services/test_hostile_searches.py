"""Hostile text in every search box, on both engines: an answer or a sentence, never an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    AppointmentFilter,
)
from hms_desktop.domain.audit import AuditFilter
from hms_desktop.domain.doctors import (
    AddDoctor,
    DoctorFilter,
    SaveSpecialization,
)
from hms_desktop.domain.patient_lists import PatientFilter
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.domain.user_lists import UserFilter, fits
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, ONE_PM
from tests.services.conftest import Hospital, actor
from tests.services.hostile import (
    BOOK,
    PATIENT,
    UNSTORABLE,
    Kit,
    hostile,
    saved_or_refused,
)
from tests.support.programs import FIRST

pytestmark = pytest.mark.feature("SEC-3")


@pytest.fixture
def kit(services: Services, hospital: Hospital) -> Kit:
    return Kit(services, hospital, actor(services, "Asha", ADMINISTRATOR | {"session.own"}))


SEARCHES: dict[str, Callable[[Services, Actor, str], Sequence[object]]] = {
    "patients.search": lambda all_of, who, text: all_of.patients.search(who, text),
    "patients.list": lambda all_of, who, text: all_of.patients.list(who, PatientFilter(text)),
    "appointments.list": lambda all_of, who, text: all_of.appointments.list(who, whole_day(text))[
        0
    ],
    "doctors.doctors": lambda all_of, who, text: all_of.doctors.doctors(who, DoctorFilter(text)),
    "doctors.specializations": lambda all_of, who, text: all_of.doctors.specializations(who, text),
    "accounts.users": lambda all_of, who, text: all_of.accounts.users(who, text),
    "patients.ids": lambda all_of, who, text: all_of.patients.ids(who, PatientFilter(text)),
    "users as listed": lambda all_of, who, text: [
        row for row in all_of.accounts.users(who) if fits(row, UserFilter(text))
    ],
    "audit_trail.ids": lambda all_of, who, text: all_of.audit_trail.ids(
        who, AuditFilter(text=text, entity=text, action=text)
    ),
}


def whole_day(text: str, order: str = "starts_at") -> AppointmentFilter:
    begins = datetime.combine(DAY, datetime.min.time(), ONE_PM.tzinfo)
    return AppointmentFilter(begins, begins + timedelta(days=1), text=text, order=order)


@pytest.fixture
def known(kit: Kit) -> Kit:
    """A patient, a doctor and a user whose names hold no sign at all, and a visit."""
    chart = kit.services.patients.register(kit.admin, PATIENT)
    kit.services.doctors.add_doctor(kit.admin, AddDoctor("Dr Rao", "R-1"))
    kit.services.doctors.create_specialization(kit.admin, SaveSpecialization("Surgery"))
    wish = replace(BOOK, patient_id=chart.id, doctor_id=kit.hospital.doctors[0])
    wish = replace(wish, visit_type_id=kit.hospital.visit_type)
    kit.services.appointments.book(kit.admin, wish)
    # Last, for it changes the hospital's zone.
    kit.services.accounts.first_start(FIRST)
    return kit


def test_searches_take_any_text(known: Kit) -> None:
    texts = hostile()
    for turn, (name, search) in enumerate(SEARCHES.items()):
        # Where the text itself reaches the database every string is tried, elsewhere a third.
        chosen = texts if name in ASKED else (*UNSTORABLE, *texts[turn % 3 :: 3])
        for text in chosen:
            saved_or_refused(
                lambda search=search, text=text: search(known.services, known.admin, text)
            )
    for order in ("nonsense", "starts_at; DROP TABLE patient", "\0"):
        wish = whole_day("", order)
        saved_or_refused(lambda wish=wish: known.services.appointments.list(known.admin, wish))
    assert known.services.patients.search(known.admin, "asha")


ASKED = {"patients.search", "appointments.list", "audit_trail.ids"}
SIGNS = ("%", "_", "%%", "__", "\\", "*", "?", "R%o", "R_o", "%ao", "A*")


def test_wildcards_are_letters(known: Kit) -> None:
    words_of = {
        "doctors.specializations": "surgery",
        "accounts.users": FIRST.login,
        "users as listed": FIRST.login,
    }
    for name, search in SEARCHES.items():
        there = search(known.services, known.admin, words_of.get(name, "rao"))
        assert there or "audit" in name, "what is there is not found at all"
        for sign in SIGNS:
            found = search(known.services, known.admin, sign)
            # A sign may part words; then the words alone find the same.
            words = "".join(char if char.isalnum() else " " for char in sign).strip()
            plain = search(known.services, known.admin, words) if words else ()
            assert list(found) in ([], list(plain)), (name, sign)
