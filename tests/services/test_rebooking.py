from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.appointments import visit_type
from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.patients import patient, patient_contact
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import CancelAppointment, MoveAppointment
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound, Stale
from hms_desktop.domain.hours import LeaveSaved, SaveLeave
from hms_desktop.domain.permissions import DOCTOR, RECEPTIONIST
from hms_desktop.domain.rebooking import Proposal, ProposalWish, Whose, WhyNot, call_list
from hms_desktop.services.assembly import Services
from tests.services.bookings import HALF, ONE_PM, book, wish
from tests.services.conftest import Hospital, actor
from tests.services.leaves import DAY, WEEK, ids, proposals, times
from tests.support import seed

pytestmark = pytest.mark.feature("AVL-3")


# -------------------------------------------------------------------------------------- hits
def test_hits_of_a_leave_and_of_any_stretch(
    services: Services, desk: Actor, hospital: Hospital, leave: LeaveSaved
) -> None:
    hits = services.rebooking.hits(desk, leave_id=leave.leave.id)
    assert hits == leave.hits
    assert len(hits) == 3
    some = services.rebooking.hits(
        desk,
        doctor_id=hospital.doctors[0],
        begins=ONE_PM + DAY + HALF,
        ends=ONE_PM + DAY + 2 * HALF,
    )
    assert ids(some) == ids(hits)[1:2]
    with pytest.raises(NotFound):
        services.rebooking.hits(desk, leave_id=999_999)
    with pytest.raises(Invalid):
        services.rebooking.hits(desk, doctor_id=hospital.doctors[0])


# ------------------------------------------------------------------------------------ propose
def test_each_visit_gets_a_slot_of_its_own_on_its_weekday_and_time(
    services: Services, desk: Actor, leave: LeaveSaved
) -> None:
    found = proposals(services, desk, leave)
    assert times(found) == ["01.12. 13:00", "01.12. 13:30", "01.12. 14:00"]
    assert {one.doctor_id for one in found} == {leave.leave.doctor_id}
    assert all(one.why_not is None for one in found)


def test_proposals_respect_who_is_booked_there_and_the_patients_other_visits(
    services: Services, desk: Actor, hospital: Hospital, leave: LeaveSaved
) -> None:
    later = ONE_PM + DAY + WEEK
    book(services, desk, hospital, patient=2, starts_at=later)  # the doctor has somebody there
    book(services, desk, hospital, patient=1, doctor=1, starts_at=later + HALF)
    found = proposals(services, desk, leave)
    starts = [one.new_starts_at for one in found]
    assert len(set(starts)) == 3
    assert later not in starts
    assert found[1].new_starts_at != later + HALF


def test_another_doctor_of_the_department_may_see_them_the_same_day(
    services: Services, desk: Actor, hospital: Hospital, leave: LeaveSaved
) -> None:
    def prepare(write: Write) -> None:
        new_id = write.insert(department, {"name": "Eyes"})
        for one in hospital.doctors:
            write.update(doctor, one, {"department_id": new_id}, version=None)

    services.context.database.write(seed.stamp(), prepare)
    found = proposals(services, desk, leave, whose=Whose.DEPARTMENT)
    assert times(found) == ["24.11. 13:00", "24.11. 13:30", "24.11. 14:00"]
    assert {one.doctor_id for one in found} == {hospital.doctors[1]}
    name = services.doctors.doctor(desk, hospital.doctors[1]).display_name
    assert {one.doctor_name for one in found} == {name}


def test_length_and_kind_stay(services: Services, desk: Actor, leave: LeaveSaved) -> None:
    first = leave.hits[2]
    services.appointments.resize(desk, first.id, first.version, first.starts_at + HALF / 2)
    found = proposals(services, desk, leave)
    done = services.rebooking.apply(desk, found)
    moved = next(row for row in done.appointments if row.rescheduled_from == first.id)
    assert (moved.minutes, moved.visit_type_id) == (15, first.visit_type_id)


def test_phones_are_there_to_call(services: Services, desk: Actor, leave: LeaveSaved) -> None:
    first, second, _third = (row.patient_id for row in leave.hits)

    def prepare(write: Write) -> None:
        numbers = [{"e164": "+919876543210", "shown": "098765 43210"}]
        write.update(patient, first, {"phones": numbers}, version=None)
        contact = {"patient_id": second, "kind": "guardian", "name": "Asha", "phone": "12345"}
        write.insert(patient_contact, contact)

    services.context.database.write(seed.stamp(), prepare)
    assert [one.phones for one in proposals(services, desk, leave)] == [
        ("098765 43210",),
        ("Asha 12345",),
        (),
    ]
    blind = actor(services, "Blind", RECEPTIONIST - {"patients.read"})
    assert all(one.phones == () for one in proposals(services, blind, leave))


def test_why_there_is_no_new_time(
    services: Services, desk: Actor, hospital: Hospital, leave: LeaveSaved
) -> None:
    first, second, third = leave.hits

    gone = services.context.database.write(seed.stamp(), seed.new_visit_type)
    other = services.appointments.book(
        desk, wish(hospital, doctor_id=hospital.doctors[1], visit_type_id=gone)
    ).appointment
    services.context.database.write(
        seed.stamp(),
        lambda write: write.update(visit_type, gone, {"retired_at": write.now}, version=None),
    )
    services.appointments.cancel(desk, CancelAppointment(second.id, second.version))
    found = services.rebooking.propose(
        desk, [first.id, second.id, third.id, other.id], ProposalWish(days=1)
    )
    reasons = {one.appointment.id: one.why_not for one in found}
    assert reasons[second.id] is WhyNot.BEGUN
    assert reasons[other.id] is WhyNot.TYPE_GONE
    assert reasons[first.id] is None
    manager = actor(services, "Manager", frozenset({"availability.manage"}))
    services.availability.clear_week(manager, first.doctor_id)
    services.hospital.change_settings(
        actor(services, "Chief", frozenset({"settings.manage"})), {"default_hours_apply": False}
    )
    none = services.rebooking.propose(desk, [first.id], ProposalWish(days=30))
    assert [one.why_not for one in none] == [WhyNot.NO_SLOT]


def test_choices_leave_out_what_the_others_were_given(
    services: Services, desk: Actor, leave: LeaveSaved
) -> None:
    found = proposals(services, desk, leave)
    wanted = ProposalWish(avoid=(leave.leave.starts_at, leave.leave.ends_at), days=8)
    first = leave.hits[0].id
    slots = services.rebooking.choices(desk, first, wanted, found[1:])
    starts = [slot.starts_at for slot in slots]
    assert starts == sorted(starts)
    assert found[0].new_starts_at in starts
    assert not {one.new_starts_at for one in found[1:]} & set(starts)
    assert all(not leave.leave.starts_at <= start < leave.leave.ends_at for start in starts)
    chosen = replace(found[0], new_starts_at=starts[0])
    done = services.rebooking.apply(desk, [chosen])
    assert done.appointment.starts_at == starts[0]


# -------------------------------------------------------------------------------- permission
def test_a_doctor_moves_own_visits_only(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital, leave: LeaveSaved
) -> None:
    found = proposals(services, doctor_actor, leave)
    assert times(found)[0] == "01.12. 13:00"
    with pytest.raises(NotAllowed):
        proposals(services, doctor_actor, leave, whose=Whose.DEPARTMENT)
    with pytest.raises(NotAllowed):
        services.rebooking.apply(doctor_actor, [replace(found[0], doctor_id=hospital.doctors[1])])
    others = book(services, desk, hospital, doctor=1).appointment
    with pytest.raises(NotAllowed):
        services.rebooking.propose(doctor_actor, [others.id], ProposalWish())
    with pytest.raises(NotAllowed):
        services.rebooking.hits(
            doctor_actor, doctor_id=hospital.doctors[1], begins=ONE_PM, ends=ONE_PM + DAY
        )
    assert len(services.rebooking.apply(doctor_actor, found).appointments) == 6
    nobody = actor(
        services, "Nobody", DOCTOR - {"appointments.move"}, doctor_id=hospital.doctors[0]
    )
    with pytest.raises(NotAllowed):
        proposals(services, nobody, leave)


# ------------------------------------------------------------------------------ daylight saving
@pytest.mark.feature("AVL-5")
def test_leave_across_a_change_of_the_clock_keeps_the_time_of_day(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital
) -> None:
    services.hospital.change_settings(admin, {"zone": "Europe/Berlin"})
    friday = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)  # 10:00; the clock changes on Sunday 28
    sunday = datetime(2027, 3, 28, 8, 0, tzinfo=UTC)  # 10:00 of the short day
    for number, start in enumerate((friday, sunday)):
        book(services, desk, hospital, patient=number, starts_at=start)
    begins = datetime(2027, 3, 25, 23, 0, tzinfo=UTC)  # midnight by the hospital's clock
    ends = datetime(2027, 3, 28, 22, 0, tzinfo=UTC)  # midnight again, an hour earlier in UTC
    saved = services.availability.add_leave(
        admin, SaveLeave(hospital.doctors[0], begins, ends, "wedding")
    )
    assert len(saved.hits) == 2
    found = proposals(services, desk, saved)
    zone = services.context.zone()
    local = [one.new_starts_at.astimezone(zone) for one in found if one.new_starts_at]
    assert [f"{one:%a %d.%m. %H:%M}" for one in local] == ["Fri 02.04. 10:00", "Sun 04.04. 10:00"]
    done = services.rebooking.apply(desk, found)
    assert {row.starts_at.hour for row in done.appointments[:2]} == {8}
    services.undo.undo(desk, done.request_id)
    assert [row.starts_at for row in services.rebooking.hits(desk, leave_id=saved.leave.id)] == [
        friday,
        sunday,
    ]


# ----------------------------------------------------------------------------------- call list
def test_the_call_list_as_a_file_is_audited(
    services: Services, desk: Actor, leave: LeaveSaved, tmp_path: Path
) -> None:
    found = proposals(services, desk, leave)
    lines = call_list(found)
    path = tmp_path / "calls.csv"
    assert services.rebooking.write_calls(desk, lines, path, titles={"mrn": "MRN"}) == 3
    rows = path.read_text("utf-8-sig").splitlines()
    assert rows[0] == "patient_name,MRN,phones,old_time,new_time,doctor_name"
    first = leave.hits[0]
    assert rows[1].startswith(
        f"{first.patient_name},{first.mrn},,2026-11-24 13:00,2026-12-01 13:00,"
    )
    with pytest.raises(Invalid, match="could not be written"):
        services.rebooking.write_calls(desk, lines, tmp_path / "no" / "calls.csv")
    with services.context.database.read() as connection:
        query = sa.select(audit_entry.c.after).where(audit_entry.c.entity == "call_list")
        assert connection.execute(query).scalars().first() == {"rows": 3, "file": "calls.csv"}


def test_moving_one_alone_still_works_beside(
    services: Services, desk: Actor, leave: LeaveSaved
) -> None:
    row = leave.hits[0]
    services.appointments.move(desk, MoveAppointment(row.id, row.version, ONE_PM + 3 * DAY))
    with pytest.raises(Stale):
        services.rebooking.apply(desk, [Proposal(row, ONE_PM + 4 * DAY, row.doctor_id, "")])
