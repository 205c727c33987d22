"""Hostile text in every text field of every wish, and in every search box, on both engines.

Saved exactly as the gate of ``domain/text.py`` leaves it and read back equal, or refused with a
sentence; never another error, never interpreted. Every string goes through the check of every
field by itself. What passes is then saved packed, many strings in one text, so that few writes
carry all of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from hms_desktop.domain.accounts import CreateUser, SaveRole, UpdateProfile, UpdateUser
from hms_desktop.domain.appointments import (
    BookAppointment,
    CancelAppointment,
    MoveAppointment,
)
from hms_desktop.domain.availability_rules import ExceptionKind
from hms_desktop.domain.catalogue import SaveRoom, SaveVisitType
from hms_desktop.domain.consultations import AmendRecord, CompleteVisit, RecordFilter
from hms_desktop.domain.doctors import (
    AddDoctor,
    SaveDepartment,
    SaveSpecialization,
    UpdateDoctor,
)
from hms_desktop.domain.errors import Conflict
from hms_desktop.domain.hours import AddException, SaveLeave
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.names import fold
from hms_desktop.domain.patients import (
    UpdatePatient,
)
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR
from hms_desktop.domain.queue import WalkIn
from hms_desktop.domain.snippets import SaveSnippet
from hms_desktop.domain.text import clean
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, HALF, MINUTE, ONE_PM
from tests.services.conftest import Hospital, actor
from tests.services.hostile import (
    BOOK,
    CONTACT,
    NOT_TYPED,
    PATIENT,
    RECORD,
    SEARCHED,
    SHAPED,
    UNSTORABLE,
    WIDE,
    WISHES,
    Kit,
    Wish,
    hostile,
    left,
    packed,
    refused,
    rounds,
    same,
    saved_or_refused,
    text_fields,
    texts_of,
)
from tests.support import seed
from tests.support.programs import FIRST

pytestmark = pytest.mark.feature("SEC-3")


@pytest.fixture
def kit(services: Services, hospital: Hospital) -> Kit:
    return Kit(services, hospital, actor(services, "Asha", ADMINISTRATOR | {"session.own"}))


def test_no_text_field_is_forgotten() -> None:
    tried = {f"{type(one).__name__}.{field}" for one in WISHES for field in texts_of(one)}
    assert tried | set(NOT_TYPED) | SEARCHED == text_fields()
    assert not tried & set(NOT_TYPED)


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: type(wish).__name__)
def test_each_string_is_kept_as_the_gate_leaves_it_or_refused(wish: Wish) -> None:
    for field in texts_of(wish):
        kept = 0
        for text in hostile():
            found = left(wish, field, text)
            if found is None:
                continue
            kept += bool(found)
            assert left(wish, field, found) == found, "a second passage changes the text"
            if field not in SHAPED:
                ways = [clean(text, field, limit=WIDE, multiline=lines) for lines in (False, True)]
                assert found in ways, (field, text)
        assert kept >= (1 if field in SHAPED - {"colour", "phone", "phones", "email"} else 0)
        if field not in SHAPED:
            assert kept > 50, f"hardly anything may be written into {field}"


def test_catalogue_and_departments(kit: Kit) -> None:
    catalogue, doctors, admin = kit.services.catalogue, kit.services.doctors, kit.admin
    room = catalogue.create_room(admin, SaveRoom("Room"))
    for wish, wanted in kit.plan(SaveRoom("Room")):
        room = catalogue.update_room(admin, replace(wish, room_id=room.id, version=room.version))
        same(next(one for one in catalogue.rooms(admin) if one.id == room.id), wanted)
    kind = catalogue.create_visit_type(admin, SaveVisitType("Short", 10))
    for wish, wanted in kit.plan(SaveVisitType("Short", 10)):
        kind = catalogue.update_visit_type(
            admin, replace(wish, visit_type_id=kind.id, version=kind.version)
        )
        same(next(one for one in catalogue.visit_types(admin) if one.id == kind.id), wanted)
    place = doctors.create_department(admin, SaveDepartment("Department"))
    for wish, wanted in kit.plan(SaveDepartment("Department")):
        place = doctors.update_department(
            admin, replace(wish, department_id=place.id, version=place.version)
        )
        same(doctors.department(admin, place.id), wanted)
    field = doctors.create_specialization(admin, SaveSpecialization("Field"))
    for wish, wanted in kit.plan(SaveSpecialization("Field")):
        field = doctors.update_specialization(
            admin, replace(wish, specialization_id=field.id, version=field.version)
        )
        same(next(one for one in doctors.specializations(admin) if one.id == field.id), wanted)


def test_doctors(kit: Kit) -> None:
    doctors, admin = kit.services.doctors, kit.admin
    numbers = set[str]()
    for wish, wanted in kit.plan(AddDoctor("Dr Rao", "R-1")):
        full, key = wish, fold(wanted["registration_number"])
        if key in numbers:
            # Two numbers that read alike are one number.
            with pytest.raises(Conflict):
                doctors.add_doctor(admin, wish)
            wanted["registration_number"] = f"Number {next(kit.numbers)}"
            full = replace(wish, registration_number=wanted["registration_number"])
        numbers.add(key)
        row = doctors.add_doctor(admin, full)
        same(doctors.doctor(admin, row.id), wanted)
    for wish, wanted in kit.plan(UpdateDoctor("Dr Rao", "R-2"), doctor_id=row.id):
        number = f"Number {next(kit.numbers)}"  # unique among all doctors, and tried above
        wanted.pop("registration_number", None)
        full = replace(wish, version=row.version, registration_number=number)
        row = doctors.update_doctor(admin, full)
        same(doctors.doctor(admin, row.id), wanted)
    for text in packed(CancelAppointment(1, 1), "text"):
        row = doctors.block(admin, row.id, row.version, text)
        assert row.approval_reason == clean(text, "reason", limit=WIDE)
        row = doctors.approve(admin, row.id, row.version)


def test_patients(kit: Kit) -> None:
    patients, admin = kit.services.patients, kit.admin
    names, places = (
        rounds(PATIENT.name, texts_of(PATIENT.name)),
        rounds(PATIENT.address, texts_of(PATIENT.address)),
    )
    contacts = rounds(CONTACT, ["name", "relationship"])
    charts = rounds(PATIENT, ["allergies", "conditions", "notes", "email"])
    parts = [list(one) for one in (names, places, contacts, charts)]
    chart = patients.register(admin, PATIENT)
    for number in range(max(map(len, parts))):
        (name, name_is), (place, place_is), (contact, contact_is), (data, data_is) = (
            part[number % len(part)] for part in parts
        )
        wish = replace(data, name=name, address=place, contacts=(contact,))
        if number % 4 == 0:
            chart = patients.register(admin, wish)
        else:
            chart = patients.update(admin, UpdatePatient(chart.id, chart.version, wish))
        found = patients.open(admin, chart.id)
        same(found.name, name_is)
        same(found.address, place_is)
        same(found.contacts[0], contact_is)
        same(found, data_is)
        assert found.display_name == name.check().display
    for phone in packed(PATIENT, "phones"):
        wish = UpdatePatient(chart.id, chart.version, replace(PATIENT, phones=(phone,)))
        chart = saved_or_refused(lambda wish=wish: patients.update(admin, wish)) or chart
    for text in packed(CancelAppointment(1, 1), "text"):
        chart = patients.retire(admin, chart.id, chart.version, text)
        chart = patients.restore(admin, chart.id, chart.version, text)


def test_appointments(kit: Kit) -> None:
    visits, admin, hospital = kit.services.appointments, kit.admin, kit.hospital
    settled = {
        "patient_id": hospital.patients[0],
        "doctor_id": hospital.doctors[0],
        "visit_type_id": hospital.visit_type,
    }
    moves = list(kit.plan(MoveAppointment(1, 1, ONE_PM)))
    cancels = list(kit.plan(CancelAppointment(1, 1)))
    for number, (wish, wanted) in enumerate(kit.plan(BOOK, **settled)):
        row = visits.book(admin, wish).appointment
        outside = wanted.pop("outside_hours_reason")
        same(visits.get(admin, row.id), wanted)
        assert visits.history(admin, row.id)[0].after["outside_hours_reason"] == outside
        move, moved = moves[number % len(moves)]
        to = replace(
            move, appointment_id=row.id, version=row.version, starts_at=ONE_PM + 30 * MINUTE
        )
        new, old = visits.move(admin, to).appointments
        assert visits.get(admin, old.id).cancel_text == moved["reason"]
        assert visits.get(admin, new.id).overbook_reason == moved["overbook_reason"]
        note = visits.edit_note(admin, new.id, new.version, wish.note).appointment
        assert visits.get(admin, note.id).note == wanted["note"]
        cancel, text = cancels[number % len(cancels)]
        gone = visits.cancel(admin, replace(cancel, appointment_id=new.id, version=note.version))
        assert visits.get(admin, new.id).cancel_text == text["text"]
        row = visits.void(admin, new.id, gone.appointment.version, cancel.text).appointment
        assert row.status is Status.ENTERED_IN_ERROR
        assert visits.history(admin, new.id)[-1].reason == text["text"]
    assert number >= max(len(moves), len(cancels)) - 1, "not every pack had its turn"


def test_walk_ins(kit: Kit) -> None:
    settled = {
        "patient_id": kit.hospital.patients[0],
        "doctor_id": kit.hospital.doctors[0],
        "visit_type_id": kit.hospital.visit_type,
    }
    for wish, wanted in kit.plan(WalkIn(1, 1, doctor_id=1), **settled):
        row = kit.services.queue.walk_in(kit.admin, wish).appointment
        assert kit.services.appointments.get(kit.admin, row.id).note == wanted["note"]
        kit.services.appointments.void(kit.admin, row.id, row.version, "a test")


def test_hours(kit: Kit) -> None:
    hours, admin, doctor = kit.services.availability, kit.admin, kit.hospital.doctors[0]
    days = (DAY + timedelta(days=number) for number in count(1))
    for wish, wanted in kit.plan(AddException(1, DAY, ExceptionKind.CLOSES), doctor_id=doctor):
        on = next(days)
        hours.add_exception(admin, replace(wish, on_date=on))
        same(hours.exceptions(admin, doctor, on, on)[0], wanted)
    saved = hours.add_leave(admin, SaveLeave(doctor, ONE_PM, ONE_PM + HALF)).leave
    for wish, wanted in kit.plan(SaveLeave(1, ONE_PM, ONE_PM + HALF), doctor_id=doctor):
        again = replace(wish, leave_id=saved.id, version=saved.version)
        saved = hours.update_leave(admin, again).leave
        same(hours.leaves(admin, doctor)[0], wanted)
    for number, name in enumerate(packed(SaveRoom("Room"), "name")):
        on = date(2027, 1, 1) + timedelta(days=number)
        hours.add_holiday(admin, on, name)
        found = {one.on_date: one.name for one in hours.holidays(admin, on.year)}
        assert found[on] == clean(name, "name", limit=WIDE)


def test_people(kit: Kit) -> None:
    accounts = kit.services.accounts
    accounts.first_start(FIRST)
    admin = accounts.log_in(FIRST.login, FIRST.password, "office")
    for wish, wanted in kit.plan(CreateUser("meera", "Meera"), login="m", phone=""):
        # A log-in name is unique; hostile ones are given to one user below.
        row = accounts.create_user(admin, replace(wish, login=f"u{next(kit.numbers)}"))
        same(accounts.user(admin, row.id), wanted)
    for wish, wanted in kit.plan(UpdateUser(1, 1, "meera", "Meera")):
        full = replace(wish, user_id=row.id, version=row.version)
        row = accounts.update_user(admin, full)
        same(accounts.user(admin, row.id), wanted)
    for wish, wanted in kit.plan(UpdateProfile(1, "Meera")):
        version = accounts.profile(admin).user.version
        accounts.update_profile(admin, replace(wish, version=version))
        same(accounts.profile(admin).user, wanted)
    role = accounts.save_role(admin, SaveRole("Night desk", "", frozenset()))
    for wish, wanted in kit.plan(SaveRole("Night desk", "", frozenset())):
        role = accounts.save_role(admin, replace(wish, role_id=role.id, version=role.version))
        same(next(one for one in accounts.roles(admin) if one.id == role.id), wanted)


def test_workstations_and_holds(kit: Kit) -> None:
    accounts, holds, doctor = kit.services.accounts, kit.services.holds, kit.hospital.doctors[0]
    accounts.first_start(FIRST)
    for name in packed(FIRST, "workstation"):
        who = accounts.log_in(FIRST.login, FIRST.password, name)
        assert who.workstation == clean(name, "workstation", limit=WIDE)
        if next(kit.numbers) % 8 == 0:
            holds.take(who, doctor, ONE_PM, ONE_PM + HALF, "token")
            (held,) = holds.on_days(who, DAY, 1, [doctor])
            assert held.workstation == who.workstation
        accounts.log_out(who)
    for text in (*UNSTORABLE, *hostile()[::40]):
        refused(lambda text=text: accounts.log_in(text, FIRST.password, "office"))
        refused(lambda text=text: accounts.log_in(FIRST.login, f"{text}!", "office"))
        refused(lambda text=text: accounts.redeem_code(text, text, FIRST.password))
    for text in UNSTORABLE:
        refused(lambda text=text: accounts.log_in(FIRST.login, FIRST.password, text))


def test_tokens_of_holds(kit: Kit) -> None:
    doctor, patient = kit.hospital.doctors[0], kit.hospital.patients[0]
    for text in (*UNSTORABLE, *hostile()[::20]):
        call = lambda text=text: kit.services.holds.take(  # noqa: E731
            kit.admin, doctor, ONE_PM, ONE_PM + HALF, text
        )
        if saved_or_refused(call) is not None:
            kit.services.holds.release(kit.admin, text)
    wish = BookAppointment(patient, doctor, kit.hospital.visit_type, ONE_PM, hold_token="\0")
    saved_or_refused(lambda: kit.services.appointments.book(kit.admin, wish))


def test_settings(kit: Kit) -> None:
    hospital, admin = kit.services.hospital, kit.admin
    for text in packed(FIRST, "hospital_name"):
        after = hospital.change_settings(admin, {"hospital_name": text})
        assert after == hospital.settings(admin)
        assert after.hospital_name == clean(text, "hospital_name", limit=WIDE)
        assert hospital.public_face().hospital_name == after.hospital_name
    for text in hostile():
        saved_or_refused(lambda text=text: hospital.change_settings(admin, {"zone": text}))
        for name in ("country", "mrn_prefix"):
            call = lambda text=text, name=name: hospital.change_settings(  # noqa: E731
                admin, {name: text}
            )
            if saved_or_refused(call) is not None and text in hostile()[::50]:
                chart = kit.services.patients.register(admin, PATIENT)
                assert kit.services.patients.search(admin, chart.mrn)[0].id == chart.id


def test_records_and_snippets(kit: Kit) -> None:
    services, hospital = kit.services, kit.hospital
    doctor = actor(services, "Dr Rao", DOCTOR, doctor_id=hospital.doctors[0])
    begun = services.appointments.book(kit.admin, replace(BOOK, patient_id=hospital.patients[0],
        doctor_id=hospital.doctors[0], visit_type_id=hospital.visit_type)).appointment  # fmt: skip
    services.consultations.start(doctor, begun.id, begun.version)
    services.consultations.complete(doctor, CompleteVisit(begun.id, RECORD))
    found = services.consultations.encounter(doctor, begun.id)
    assert found is not None
    for number, (record, wanted) in enumerate(kit.plan(RECORD), 1):
        wish = AmendRecord(found.id, number, record, "hostile")
        amended = services.consultations.amend(doctor, wish)
        same(amended.newest.record, wanted)
    for text in hostile():
        services.consultations.record_ids(doctor, RecordFilter(DAY, DAY, text=text))
    user_id = services.context.database.write(seed.stamp(), seed.new_user)
    writer = services.context.gate.admit(replace(doctor, user_id=user_id))
    for number, text in enumerate(packed(SaveSnippet("bp", "text"), "text")):
        row = services.snippets.save(writer, SaveSnippet(f"k{number}", text))
        assert row.text == left(SaveSnippet("bp", "text"), "text", text)
