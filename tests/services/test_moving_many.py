from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import CancelAppointment, Done
from hms_desktop.domain.errors import Conflict, Invalid, Stale
from hms_desktop.domain.hours import LeaveSaved
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import RECEPTIONIST
from hms_desktop.domain.rebooking import Proposal
from hms_desktop.services.assembly import Services, open_services
from tests.services.bookings import HALF, ONE_PM, book
from tests.services.conftest import Hospital, actor
from tests.services.leaves import DAY, ids, proposals
from tests.support.clock import FakeClock
from tests.support.programs import cheap

pytestmark = pytest.mark.feature("AVL-3")


# -------------------------------------------------------------------------------------- apply
def test_all_are_moved_in_one_step_with_lineage(
    services: Services, desk: Actor, leave: LeaveSaved
) -> None:
    found = proposals(services, desk, leave)
    done = services.rebooking.apply(desk, found, reason="congress", request_id="all")
    new, old = done.appointments[:3], done.appointments[3:]
    assert {row.rescheduled_from for row in new} == set(ids(leave.hits))
    assert {row.starts_at for row in new} == {one.new_starts_at for one in found}
    assert {(row.status, row.cancel_reason, row.cancel_text) for row in old} == {
        (Status.CANCELLED, "moved", "congress")
    }
    assert services.rebooking.hits(desk, leave_id=leave.leave.id) == ()
    with services.context.database.read() as connection:
        query = sa.select(audit_entry.c.request_id).where(audit_entry.c.action == "move")
        assert set(connection.execute(query).scalars()) == {"all"}
    assert services.rebooking.apply(desk, found, request_id="all") == done, "sent twice, done once"


def test_undo_takes_the_whole_batch_back_and_redo_moves_it_again(
    services: Services, desk: Actor, leave: LeaveSaved
) -> None:
    found = proposals(services, desk, leave)
    done = services.rebooking.apply(desk, found)
    undone = services.undo.undo(desk, done.request_id)
    assert [(row.id, row.starts_at, row.status) for row in after(services, desk, leave)] == [
        (row.id, row.starts_at, Status.BOOKED) for row in leave.hits
    ]
    services.undo.undo(desk, undone.request_id)
    assert services.rebooking.hits(desk, leave_id=leave.leave.id) == ()
    assert {row.status for row in after(services, desk, leave)} == {Status.CANCELLED}


def after(services: Services, desk: Actor, leave: LeaveSaved) -> list[object]:
    return [services.appointments.get(desk, row.id) for row in leave.hits]


def test_undo_is_refused_when_one_of_them_was_touched_since(
    services: Services, desk: Actor, other_desk: Actor, leave: LeaveSaved
) -> None:
    done = services.rebooking.apply(desk, proposals(services, desk, leave))
    new = done.appointments[1]
    services.appointments.edit_note(other_desk, new.id, new.version, "called")
    with pytest.raises(Stale, match="Maria changed"):
        services.undo.undo(desk, done.request_id)
    assert services.rebooking.hits(desk, leave_id=leave.leave.id) == ()


def test_visits_may_take_each_others_places(
    services: Services, desk: Actor, leave: LeaveSaved
) -> None:
    services.availability.delete_leave(
        actor(services, "Asha", frozenset({"availability.manage"})),
        leave.leave.id,
        leave.leave.version,
    )
    one, other = proposals(services, desk, leave)[:2]
    swapped = [
        replace(one, new_starts_at=other.appointment.starts_at),
        replace(other, new_starts_at=one.appointment.starts_at),
    ]
    done = services.rebooking.apply(desk, swapped)
    now = {row.patient_id: row.starts_at for row in done.appointments[:2]}
    assert now == {
        one.appointment.patient_id: other.appointment.starts_at,
        other.appointment.patient_id: one.appointment.starts_at,
    }


def test_all_or_nothing_and_the_one_in_the_way_is_named(
    services: Services, desk: Actor, other_desk: Actor, hospital: Hospital, leave: LeaveSaved
) -> None:
    found = proposals(services, desk, leave)
    taken = found[1].new_starts_at
    assert taken is not None
    book(services, other_desk, hospital, patient=0, starts_at=taken)
    mover = found[1].appointment.patient_name
    with pytest.raises(Conflict, match=f"{mover}'s visit of 2026-11-24 13:30") as caught:
        services.rebooking.apply(desk, found)
    assert caught.value.kind == "doctor"
    assert caught.value.existing.starts_at == taken  # type: ignore[union-attr]
    assert after(services, desk, leave) == list(leave.hits), "nothing was moved"


def test_two_that_were_given_one_time_are_both_named(
    services: Services, desk: Actor, leave: LeaveSaved
) -> None:
    one, other = proposals(services, desk, leave)[:2]
    with pytest.raises(Conflict, match="were given the same time") as caught:
        services.rebooking.apply(desk, [one, replace(other, new_starts_at=one.new_starts_at)])
    assert one.appointment.patient_name in str(caught.value)
    assert other.appointment.patient_name in str(caught.value)


def test_a_visit_that_somebody_changed_is_named(
    services: Services, desk: Actor, other_desk: Actor, leave: LeaveSaved
) -> None:
    found = proposals(services, desk, leave)
    row = leave.hits[2]
    services.appointments.edit_note(other_desk, row.id, row.version, "hers")
    with pytest.raises(Stale, match=f"Someone changed {row.patient_name}'s visit of 2026-11-24"):
        services.rebooking.apply(desk, found)
    assert len(services.rebooking.hits(desk, leave_id=leave.leave.id)) == 3


def test_a_visit_that_is_over_or_has_no_time_is_named(
    services: Services, desk: Actor, leave: LeaveSaved
) -> None:
    found = proposals(services, desk, leave)
    with pytest.raises(Invalid, match="no new time"):
        services.rebooking.apply(desk, [replace(found[0], new_starts_at=None), *found[1:]])
    row = leave.hits[0]
    cancel = CancelAppointment(row.id, row.version)
    gone = services.appointments.cancel(desk, cancel).appointment
    with pytest.raises(Invalid, match="cancelled and cannot be moved"):
        services.rebooking.apply(desk, [replace(found[0], appointment=gone), *found[1:]])
    with pytest.raises(Invalid, match="twice"):
        services.rebooking.apply(desk, [found[1], found[1]])
    with pytest.raises(Invalid):
        services.rebooking.apply(desk, [])


def test_closed_time_is_refused_with_the_visit(
    services: Services, desk: Actor, leave: LeaveSaved
) -> None:
    found = proposals(services, desk, leave)
    night = replace(found[0], new_starts_at=ONE_PM + 9 * DAY + timedelta(hours=10))
    with pytest.raises(Conflict, match="cannot move to 2026-12-02 23:00") as caught:
        services.rebooking.apply(desk, [night])
    assert caught.value.kind == "closed"


# ------------------------------------------------------------------------------ two programs
@pytest.fixture
def other_program(database_url: str, clock: FakeClock) -> Iterator[Services]:
    opened = open_services(database_url, clock=clock, authenticator=cheap())
    yield opened
    opened.close()


def test_two_programs_want_the_same_proposed_slots_and_one_gets_all(
    services: Services,
    other_program: Services,
    desk: Actor,
    admin: Actor,
    hospital: Hospital,
    leave: LeaveSaved,
) -> None:
    maria = actor(other_program, "Maria", RECEPTIONIST, workstation="desk-2")
    # The second doctor's patients are to come to the same times: a leave of each, one target.
    for number in range(3):
        book(
            services,
            desk,
            hospital,
            patient=number,
            doctor=1,
            starts_at=ONE_PM + 2 * DAY + number * HALF,
        )
    theirs = services.rebooking.hits(
        desk, doctor_id=hospital.doctors[1], begins=ONE_PM + 2 * DAY, ends=ONE_PM + 3 * DAY
    )
    mine = proposals(services, desk, leave)
    yours = [
        Proposal(row, one.new_starts_at, hospital.doctors[0], "")
        for row, one in zip(reversed(theirs), mine, strict=True)
    ]
    together = threading.Barrier(2)
    outcomes: list[Done | Exception] = []

    def run(program: Services, who: Actor, chosen: list[Proposal]) -> None:
        together.wait()
        try:
            outcomes.append(program.rebooking.apply(who, chosen))
        except Exception as error:  # noqa: BLE001 - looked at below
            outcomes.append(error)

    threads = [
        threading.Thread(target=run, args=(services, desk, list(mine))),
        threading.Thread(target=run, args=(other_program, maria, yours)),
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    won = [one for one in outcomes if isinstance(one, Done)]
    lost = [one for one in outcomes if isinstance(one, Conflict)]
    assert (len(won), len(lost)) == (1, 1), outcomes
    assert len(won[0].appointments) == 6
    assert "so no visit was moved" in str(lost[0])
    with services.context.database.read() as connection:
        moved = sa.select(sa.func.count()).where(appointment.c.rescheduled_from.is_not(None))
        assert connection.execute(moved).scalar_one() == 3
