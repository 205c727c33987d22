from __future__ import annotations

from datetime import timedelta

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import TokenState
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, ONE_PM, arrive, book
from tests.services.conftest import Hospital, actor
from tests.support import seed
from tests.support.clock import FakeClock


@pytest.fixture
def three_here(services: Services, desk: Actor, hospital: Hospital) -> list[int]:
    """Three patients of the first doctor checked in one after the other; their token ids."""
    for patient in range(3):
        starts_at = ONE_PM + timedelta(minutes=30 * patient)
        arrive(services, desk, book(services, desk, hospital, patient=patient, starts_at=starts_at))
    return [row.token_id for row in services.queue.board(desk, DAY)]


# -------------------------------------------------------------------------------------- calling
@pytest.mark.feature("QUE-2")
def test_call_next_goes_by_number_and_skips_the_skipped(
    services: Services, desk: Actor, hospital: Hospital, three_here: list[int]
) -> None:
    called = services.queue.call_next(desk, hospital.doctors[0])
    assert called.appointment.token == 1
    services.queue.skip(desk, three_here[1])
    assert services.queue.call_next(desk, hospital.doctors[0]).appointment.token == 3
    with pytest.raises(Invalid, match="Nobody is waiting"):
        services.queue.call_next(desk, hospital.doctors[0])
    services.queue.return_to_queue(desk, three_here[1])
    assert services.queue.call_next(desk, hospital.doctors[0]).appointment.token == 2


@pytest.mark.feature("QUE-2")
def test_the_board_tells_states_and_waits(
    services: Services, desk: Actor, hospital: Hospital, three_here: list[int], clock: FakeClock
) -> None:
    now = clock.advance(minutes=25)
    services.queue.call(desk, three_here[0])
    services.queue.skip(desk, three_here[1])
    services.queue.start(desk, three_here[2])
    board = {row.token_id: row for row in services.queue.board(desk, DAY)}
    assert [board[one].state for one in three_here] == ["called", "skipped", "done"]
    assert board[three_here[0]].called_at == now
    clock.advance(minutes=5)
    assert [board[one].waited_minutes(clock()) for one in three_here] == [30, 30, 25]
    assert board[three_here[2]].status == Status.IN_CONSULTATION


@pytest.mark.feature("QUE-2")
@pytest.mark.parametrize("step", ["call", "skip", "start"])
def test_each_step_can_be_undone(
    services: Services, desk: Actor, three_here: list[int], clock: FakeClock, step: str
) -> None:
    before = services.queue.board(desk, DAY)
    clock.advance(minutes=3)
    done = getattr(services.queue, step)(desk, three_here[0])
    assert services.queue.board(desk, DAY) != before
    services.undo.undo(desk, done.request_id)
    after = services.queue.board(desk, DAY)
    unversioned = {"token_version": 0, "appointment_version": 0}
    assert [row._replace(**unversioned) for row in after] == [
        row._replace(**unversioned) for row in before
    ]


def test_a_token_is_changed_only_as_it_was_seen(
    services: Services, desk: Actor, other_desk: Actor, three_here: list[int]
) -> None:
    row = services.queue.board(desk, DAY)[0]
    services.queue.call(other_desk, row.token_id, row.token_version)
    with pytest.raises(Stale):
        services.queue.skip(desk, row.token_id, row.token_version)
    with pytest.raises(Invalid, match="Token 2 is waiting already"):
        services.queue.return_to_queue(desk, three_here[1])


def test_a_call_twice_under_one_request_calls_one(
    services: Services, desk: Actor, hospital: Hospital, three_here: list[int]
) -> None:
    first = services.queue.call_next(desk, hospital.doctors[0], request_id="once")
    again = services.queue.call_next(desk, hospital.doctors[0], request_id="once")
    assert again.appointment == first.appointment
    states = [row.state for row in services.queue.board(desk, DAY)]
    assert states == [TokenState.CALLED, TokenState.WAITING, TokenState.WAITING]


def test_who_was_cancelled_is_not_called(
    services: Services, desk: Actor, hospital: Hospital, three_here: list[int]
) -> None:
    row = services.queue.board(desk, DAY)[0]
    services.appointments.set_status(
        desk, [(row.appointment_id, row.appointment_version)], Status.NO_SHOW
    )
    assert services.queue.call_next(desk, hospital.doctors[0]).appointment.token == 2
    with pytest.raises(Invalid, match="not waiting any more"):
        services.queue.call(desk, three_here[0])


def test_a_doctor_sees_and_calls_own_patients_only(
    services: Services,
    desk: Actor,
    doctor_actor: Actor,
    hospital: Hospital,
    three_here: list[int],
) -> None:
    other = book(services, desk, hospital, doctor=1, starts_at=ONE_PM + timedelta(hours=2))
    arrive(services, desk, other)
    token = next(
        row for row in services.queue.board(desk, DAY) if row.doctor_id == hospital.doctors[1]
    )
    seen = services.queue.board(doctor_actor, DAY, hospital.doctors)
    assert [row.token_id for row in seen] == three_here
    with pytest.raises(NotAllowed):
        services.queue.call(doctor_actor, token.token_id)
    with pytest.raises(NotAllowed):
        services.queue.call_next(doctor_actor, hospital.doctors[1])
    assert services.queue.call_next(doctor_actor, hospital.doctors[0]).appointment.token == 1


def test_without_permission_nobody_is_called(
    services: Services, hospital: Hospital, three_here: list[int]
) -> None:
    stranger = actor(services, "Nobody", frozenset({"session.own"}))
    for step in (services.queue.call, services.queue.skip, services.queue.start):
        with pytest.raises(NotAllowed):
            step(stranger, three_here[0])


# ------------------------------------------------------------------------------------- expected
@pytest.mark.feature("QUE-2")
def test_expected_are_the_late_ones_and_the_next(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    late = book(services, desk, hospital, starts_at=seed.NOON).appointment
    soon = book(
        services, desk, hospital, patient=1, starts_at=seed.NOON + timedelta(minutes=45)
    ).appointment
    book(services, desk, hospital, patient=2, starts_at=seed.NOON + timedelta(hours=3))
    clock.advance(minutes=20)
    rows = services.queue.expected(desk, DAY, 30)
    assert [row.appointment_id for row in rows] == [late.id, soon.id]
    services.queue.check_in(desk, late.id, late.version)
    assert [row.appointment_id for row in services.queue.expected(desk, DAY, 30)] == [soon.id]
