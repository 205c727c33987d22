from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import WALK_IN_LANE
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import WalkIn
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, ONE_PM, arrive, book
from tests.services.conftest import Hospital
from tests.support import seed
from tests.support.clock import FakeClock


# ------------------------------------------------------------------------------------ check-in
@pytest.mark.feature("QUE-1")
def test_check_in_gives_the_first_token_of_the_day(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    done = arrive(services, desk, book(services, desk, hospital))
    assert (done.action, done.appointment.status, done.appointment.token) == (
        "check_in",
        Status.ARRIVED,
        1,
    )
    row = services.queue.board(desk, DAY)[0]
    assert (row.number, row.state, row.arrived_at) == (1, "waiting", seed.NOON)
    assert row.room.startswith("Room ")


@pytest.mark.feature("QUE-1")
def test_a_visit_of_another_day_does_not_arrive_today(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    done = book(services, desk, hospital, starts_at=ONE_PM + timedelta(days=1))
    with pytest.raises(Invalid, match="2026-11-24, not today"):
        arrive(services, desk, done)
    assert services.queue.board(desk, DAY) == ()


def test_the_day_of_a_check_in_is_the_hospitals(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    services.hospital.change_settings(admin, {"zone": "Asia/Kolkata"})
    # 20:00 UTC is 01:30 of the next day in Kolkata.
    clock.moment = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    done = book(services, desk, hospital, starts_at=datetime(2026, 11, 24, 5, 0, tzinfo=UTC))
    assert arrive(services, desk, done).appointment.token == 1
    assert [row.number for row in services.queue.board(desk, date(2026, 11, 24))] == [1]


def test_check_in_twice_under_one_request_is_one_check_in(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    row = book(services, desk, hospital).appointment
    first = services.queue.check_in(desk, row.id, row.version, request_id="once")
    again = services.queue.check_in(desk, row.id, row.version, request_id="once")
    assert again == first
    assert len(services.queue.board(desk, DAY)) == 1


@pytest.mark.feature("APT-7")
@pytest.mark.feature("APT-8")
def test_many_are_checked_in_in_one_step_that_is_undone_as_one(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    late = book(services, desk, hospital, starts_at=ONE_PM + timedelta(hours=1)).appointment
    early = book(services, desk, hospital, patient=1).appointment
    other = book(services, desk, hospital, patient=2, doctor=1).appointment
    chosen = [(one.id, one.version) for one in (late, other, early)]
    done = services.queue.check_in_many(desk, chosen, request_id="batch")
    assert services.queue.check_in_many(desk, chosen, request_id="batch") == done
    # Whoever is due first has the lower number, whatever was chosen or booked first.
    tokens = {row.id: row.token for row in done.appointments}
    assert tokens == {early.id: 1, late.id: 2, other.id: 1}
    back = services.undo.undo(desk, "batch")
    assert {row.status for row in back.appointments} == {Status.BOOKED}
    assert services.queue.board(desk, DAY) == ()


@pytest.mark.feature("APT-7")
def test_of_many_none_arrives_when_one_cannot(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    here = book(services, desk, hospital, patient=2, doctor=1).appointment
    first = book(services, desk, hospital).appointment
    (missed,) = services.appointments.set_status(
        desk, [(first.id, first.version)], Status.NO_SHOW
    ).appointments
    book(services, desk, hospital, patient=1)
    chosen = [(here.id, here.version), (missed.id, missed.version)]
    with pytest.raises(Conflict) as caught:
        services.queue.check_in_many(desk, chosen)
    assert caught.value.existing.patient_id == hospital.patients[1]
    with pytest.raises(Invalid, match="at least one"):
        services.queue.check_in_many(desk, [])
    assert services.queue.board(desk, DAY) == ()


def test_check_in_of_an_outdated_visit_shows_it_as_it_is(
    services: Services, desk: Actor, other_desk: Actor, hospital: Hospital
) -> None:
    done = book(services, desk, hospital)
    arrive(services, other_desk, done)
    with pytest.raises(Stale) as caught:
        arrive(services, desk, done)
    assert caught.value.current.status is Status.ARRIVED


@pytest.mark.feature("QUE-1")
def test_a_no_show_who_comes_after_all_keeps_no_slot_of_another(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    first = book(services, desk, hospital).appointment
    missed = services.appointments.set_status(desk, [(first.id, first.version)], Status.NO_SHOW)
    book(services, desk, hospital, patient=1)
    with pytest.raises(Conflict) as caught:
        arrive(services, desk, missed)
    assert caught.value.existing.patient_id == hospital.patients[1]
    assert services.queue.board(desk, DAY) == ()


@pytest.mark.feature("QUE-1")
def test_who_came_left_and_came_again_keeps_the_number(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    here = arrive(services, desk, book(services, desk, hospital)).appointment
    gone = services.appointments.set_status(desk, [(here.id, here.version)], Status.NO_SHOW)
    assert services.queue.board(desk, DAY) == ()
    assert arrive(services, desk, gone).appointment.token == 1


@pytest.mark.feature("QUE-1")
def test_a_number_is_never_given_twice(services: Services, desk: Actor, hospital: Hospital) -> None:
    first = arrive(services, desk, book(services, desk, hospital))
    services.undo.undo(desk, first.request_id)
    assert services.queue.board(desk, DAY) == ()
    second = arrive(
        services,
        desk,
        book(services, desk, hospital, patient=1, starts_at=ONE_PM + timedelta(hours=1)),
    )
    assert second.appointment.token == 2


@pytest.mark.feature("QUE-1")
def test_numbers_never_repeat_when_four_desks_check_in_at_once(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    def more(write: Write) -> list[int]:
        return [seed.new_patient(write) for _ in range(24)]

    database = services.context.database
    patients = database.write(seed.stamp(), more)
    wishes = [WalkIn(one, hospital.visit_type, hospital.doctors[0]) for one in patients]
    errors: list[BaseException] = []

    def take(number: int) -> None:
        try:
            for wish in wishes[number::4]:
                services.queue.walk_in(desk, wish)
        except BaseException as error:  # noqa: BLE001 - shown below, whatever it is
            errors.append(error)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.read() as connection:
        numbers = connection.execute(sa.select(queue_token.c.number)).scalars().all()
    assert sorted(numbers) == list(range(1, 25))


# ------------------------------------------------------------------------------------- walk-ins
@pytest.mark.feature("QUE-1")
def test_a_walk_in_queues_beside_the_bookings(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    book(services, desk, hospital, starts_at=seed.NOON)
    clock.advance(seconds=42)
    wish = WalkIn(hospital.patients[1], hospital.visit_type, hospital.doctors[0], note=" cough ")
    row = services.queue.walk_in(desk, wish).appointment
    assert (row.starts_at, row.minutes, row.lane) == (seed.NOON, 30, WALK_IN_LANE)
    assert (row.status, row.source, row.note, row.token) == (
        Status.ARRIVED,
        "walk_in",
        "cough",
        1,
    )
    assert services.queue.board(desk, DAY)[0].walk_in


@pytest.mark.feature("QUE-1")
def test_walk_ins_at_the_same_time_take_lanes_of_their_own(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    lanes = [
        services.queue.walk_in(
            desk, WalkIn(one, hospital.visit_type, hospital.doctors[0])
        ).appointment.lane
        for one in hospital.patients
    ]
    assert lanes == [WALK_IN_LANE, WALK_IN_LANE + 1, WALK_IN_LANE + 2]


def test_a_walk_in_twice_under_one_request_is_one(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    wish = WalkIn(hospital.patients[0], hospital.visit_type, hospital.doctors[0])
    first = services.queue.walk_in(desk, wish, request_id="once")
    clock.advance(hours=10)  # the doctor is not at work any more
    assert services.queue.walk_in(desk, wish, request_id="once") == first


def test_a_patient_with_a_visit_now_is_no_walk_in(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    book(services, desk, hospital, doctor=1, starts_at=seed.NOON)
    wish = WalkIn(hospital.patients[0], hospital.visit_type, hospital.doctors[0])
    with pytest.raises(Conflict, match="already has a visit") as caught:
        services.queue.walk_in(desk, wish)
    assert caught.value.kind == "patient"


def test_a_walk_in_for_a_doctor_who_is_not_at_work_needs_the_right_and_a_reason(
    services: Services, desk: Actor, admin: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    clock.advance(hours=6)  # 18:00
    wish = WalkIn(hospital.patients[0], hospital.visit_type, hospital.doctors[0])
    urgent = WalkIn(
        hospital.patients[0],
        hospital.visit_type,
        hospital.doctors[0],
        outside_hours_reason="bleeding",
    )
    with pytest.raises(Conflict) as caught:
        services.queue.walk_in(desk, wish)
    assert caught.value.kind == "closed"
    with pytest.raises(NotAllowed):
        services.queue.walk_in(desk, urgent)
    assert services.queue.walk_in(admin, urgent).appointment.token == 1


@pytest.mark.feature("QUE-1")
def test_any_doctor_of_a_department_is_the_one_with_the_shortest_queue(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    def join(write: Write) -> int:
        new_id = write.insert(department, {"name": "Medicine"})
        for one in hospital.doctors:
            version = write.connection.execute(
                sa.select(doctor.c.version).where(doctor.c.id == one)
            ).scalar_one()
            write.update(doctor, one, {"department_id": new_id}, version=version)
        return new_id

    department_id = services.context.database.write(seed.stamp(), join)
    chosen = [
        services.queue.walk_in(
            desk, WalkIn(one, hospital.visit_type, department_id=department_id)
        ).appointment.doctor_id
        for one in hospital.patients
    ]
    assert chosen == [hospital.doctors[0], hospital.doctors[1], hospital.doctors[0]]
    clock.advance(hours=8)
    with pytest.raises(Conflict, match="No doctor of this department is at work"):
        services.queue.walk_in(
            desk, WalkIn(hospital.patients[0], hospital.visit_type, department_id=department_id)
        )


def test_a_walk_in_needs_a_doctor_or_a_department_and_a_patient(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    with pytest.raises(Invalid, match="Choose a doctor or a department"):
        services.queue.walk_in(desk, WalkIn(hospital.patients[0], hospital.visit_type))
    with pytest.raises(NotFound):
        services.queue.walk_in(desk, WalkIn(999_999, hospital.visit_type, hospital.doctors[0]))


@pytest.mark.feature("APT-8")
def test_undo_takes_a_walk_in_out_of_the_queue(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    wish = WalkIn(hospital.patients[0], hospital.visit_type, hospital.doctors[0])
    done = services.queue.walk_in(desk, wish)
    undone = services.undo.undo(desk, done.request_id)
    assert undone.appointment.status is Status.ENTERED_IN_ERROR
    assert services.queue.board(desk, DAY) == ()
