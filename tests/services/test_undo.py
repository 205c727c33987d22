from __future__ import annotations

from datetime import timedelta

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import CancelAppointment, Done, MoveAppointment
from hms_desktop.domain.errors import Conflict, NotAllowed, NotFound, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import Services
from tests.services.bookings import ONE_PM, wish
from tests.services.conftest import Hospital

pytestmark = pytest.mark.feature("APT-8")
HOUR = timedelta(hours=1)


def test_undo_of_a_booking_and_redo(
    services: Services,
    desk: Actor,
    booked: Done,
    hospital: Hospital,
) -> None:
    undone = services.undo.undo(desk, booked.request_id)
    assert undone.appointment.status is Status.ENTERED_IN_ERROR
    assert services.appointments.grid(desk, ONE_PM.date(), 1, hospital.doctors) == ()
    redone = services.undo.undo(desk, undone.request_id)
    assert redone.appointment.status is Status.BOOKED
    again = services.undo.undo(desk, redone.request_id)
    assert again.appointment.status is Status.ENTERED_IN_ERROR


def test_undo_of_a_move_restores_the_old_visit(
    services: Services,
    desk: Actor,
    booked: Done,
) -> None:
    old = booked.appointment
    moved = services.appointments.move(desk, MoveAppointment(old.id, 1, ONE_PM + HOUR))
    undone = services.undo.undo(desk, moved.request_id)
    new, back = undone.appointments
    assert (back.id, back.status, back.cancel_reason) == (old.id, Status.BOOKED, "")
    assert new.status is Status.ENTERED_IN_ERROR
    services.undo.undo(desk, undone.request_id)
    assert services.appointments.get(desk, new.id).status is Status.BOOKED
    assert services.appointments.get(desk, old.id).status is Status.CANCELLED


def test_a_chain_of_changes_is_undone_step_by_step(
    services: Services,
    desk: Actor,
    booked: Done,
) -> None:
    one = booked.appointment
    noted = services.appointments.edit_note(desk, one.id, 1, "second")
    resized = services.appointments.resize(desk, one.id, 2, ONE_PM + HOUR)
    cancelled = services.appointments.cancel(desk, CancelAppointment(one.id, 3))
    for change in (cancelled, resized, noted):
        services.undo.undo(desk, change.request_id)
    row = services.appointments.get(desk, one.id)
    assert (row.note, row.minutes, row.status) == ("brings X-rays", 30, Status.BOOKED)
    assert services.undo.undo(desk, booked.request_id).appointment.status == "entered_in_error"


def test_undo_is_refused_when_somebody_changed_it_since(
    services: Services,
    desk: Actor,
    other_desk: Actor,
    booked: Done,
) -> None:
    services.appointments.edit_note(other_desk, booked.appointment.id, 1, "hers")
    with pytest.raises(Stale, match="Maria changed this visit"):
        services.undo.undo(desk, booked.request_id)
    assert services.appointments.get(desk, booked.appointment.id).note == "hers"


def test_undo_of_a_cancellation_whose_slot_is_taken_is_refused(
    services: Services,
    desk: Actor,
    booked: Done,
    hospital: Hospital,
) -> None:
    cancelled = services.appointments.cancel(desk, CancelAppointment(booked.appointment.id, 1))
    services.appointments.book(desk, wish(hospital, patient_id=hospital.patients[1]))
    with pytest.raises(Conflict, match="taken by another visit"):
        services.undo.undo(desk, cancelled.request_id)


def test_undo_of_a_check_in_withdraws_the_token_and_numbers_never_repeat(
    services: Services,
    desk: Actor,
    booked: Done,
    hospital: Hospital,
) -> None:
    one = booked.appointment
    arrived = services.queue.check_in(desk, one.id, 1)
    assert (arrived.appointment.status, arrived.appointment.token) == (Status.ARRIVED, 1)
    undone = services.undo.undo(desk, arrived.request_id).appointment
    assert (undone.status, undone.token) == (Status.BOOKED, None)
    again = services.queue.check_in(desk, one.id, undone.version).appointment
    assert again.token == 2


def test_undo_sent_twice_happens_once(
    services: Services,
    desk: Actor,
    booked: Done,
) -> None:
    first = services.undo.undo(desk, booked.request_id, request_id="undo-once")
    assert services.undo.undo(desk, booked.request_id, request_id="undo-once") == first


def test_what_was_never_done_cannot_be_undone(services: Services, desk: Actor) -> None:
    with pytest.raises(NotFound):
        services.undo.undo(desk, "never")


def test_undo_needs_the_permission_of_the_change(
    services: Services,
    desk: Actor,
    doctor_actor: Actor,
    hospital: Hospital,
) -> None:
    others = services.appointments.book(desk, wish(hospital, doctor_id=hospital.doctors[1]))
    with pytest.raises(NotAllowed):
        services.undo.undo(doctor_actor, others.request_id)
