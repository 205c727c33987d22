from __future__ import annotations

from dataclasses import replace

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    OVERBOOK_LANE,
    CancelAppointment,
    CancelReason,
    Done,
    MoveAppointment,
)
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, MINUTE, ONE_PM, book, whole_day, wish
from tests.services.conftest import Hospital
from tests.support.clock import FakeClock


# ------------------------------------------------------------------------------------- booking
@pytest.mark.feature("APT-2")
def test_a_booking_is_there_with_all_that_was_wished(booked: Done, hospital: Hospital) -> None:
    row = booked.appointment
    assert (row.patient_id, row.doctor_id, row.starts_at) == (
        hospital.patients[0],
        hospital.doctors[0],
        ONE_PM,
    )
    assert (row.minutes, row.note, row.status, row.lane) == (30, "brings X-rays", "booked", 0)
    assert row.room_id == hospital.rooms[0]


@pytest.mark.feature("APT-3")
@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("doctor", {"patient": 1}),
        ("patient", {"doctor": 1}),
        ("room", {"patient": 1, "doctor": 1, "room": 0}),
    ],
)
def test_a_conflict_names_what_is_there(
    services: Services,
    desk: Actor,
    booked: Done,
    hospital: Hospital,
    kind: str,
    changes: dict[str, int],
) -> None:
    rival = wish(
        hospital,
        patient_id=hospital.patients[changes.get("patient", 0)],
        doctor_id=hospital.doctors[changes.get("doctor", 0)],
        room_id=hospital.rooms[changes["room"]] if "room" in changes else None,
        starts_at=ONE_PM + 15 * MINUTE,
    )
    with pytest.raises(Conflict) as caught:
        services.appointments.book(desk, rival)
    assert caught.value.kind == kind
    assert caught.value.existing == booked.appointment
    assert "13:00" in str(caught.value)


@pytest.mark.feature("APT-2")
def test_the_same_request_twice_books_once(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    first = services.appointments.book(desk, wish(hospital), request_id="same")
    assert services.appointments.book(desk, wish(hospital), request_id="same") == first
    rows, count = services.appointments.list(desk, whole_day())
    assert (len(rows), count) == (1, 1)


@pytest.mark.feature("AVL-7")
def test_closed_time_is_refused_with_the_reason(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    evening = wish(hospital, starts_at=ONE_PM + 6 * 60 * MINUTE)
    with pytest.raises(Conflict) as caught:
        services.appointments.book(desk, evening)
    assert caught.value.kind == "closed"
    assert "working hours" in str(caught.value)


@pytest.mark.feature("APT-3")
def test_outside_hours_needs_the_permission_and_a_reason(
    services: Services, desk: Actor, admin: Actor, hospital: Hospital
) -> None:
    evening = wish(
        hospital, starts_at=ONE_PM + 6 * 60 * MINUTE, outside_hours_reason="emergency list"
    )
    with pytest.raises(NotAllowed):
        services.appointments.book(desk, evening)
    assert services.appointments.book(admin, evening).appointment.starts_at == evening.starts_at
    with pytest.raises(Invalid):
        services.appointments.book(admin, replace(evening, outside_hours_reason="  "))


@pytest.mark.feature("APT-3")
def test_overbooking_is_a_numbered_lane_with_reason_and_limit(
    services: Services, desk: Actor, booked: Done, hospital: Hospital
) -> None:
    lanes = [
        services.appointments.book(
            desk, wish(hospital, patient_id=patient, overbook_reason="came from afar")
        ).appointment.lane
        for patient in hospital.patients[1:]
    ]
    assert lanes == [OVERBOOK_LANE, OVERBOOK_LANE + 1]
    with pytest.raises(Conflict, match="limit"):
        services.appointments.book(
            desk,
            wish(hospital, starts_at=ONE_PM + 10 * MINUTE, overbook_reason="one more"),
        )


@pytest.mark.feature("APT-3")
def test_overbooking_without_the_permission_is_refused(
    services: Services, hospital: Hospital, doctor_actor: Actor
) -> None:
    with pytest.raises(NotAllowed):
        services.appointments.book(doctor_actor, wish(hospital, overbook_reason="please"))


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": ONE_PM.replace(tzinfo=None)},
        {"starts_at": ONE_PM.replace(second=30)},
        {"minutes": 0},
        {"minutes": 2_000},
        {"note": "x" * 3_000},
        {"note": "null\x00byte"},
        {"status": Status.COMPLETED},
    ],
)
def test_bad_input_is_refused_at_its_field(
    services: Services, desk: Actor, hospital: Hospital, changes: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as caught:
        services.appointments.book(desk, wish(hospital, **changes))
    assert caught.value.field in changes


def test_an_unknown_patient_or_doctor_is_refused(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    with pytest.raises(NotFound):
        services.appointments.book(desk, wish(hospital, patient_id=987_654))
    with pytest.raises((NotFound, Conflict)):
        services.appointments.book(desk, wish(hospital, doctor_id=987_654))


@pytest.mark.feature("ACC-2")
def test_an_ended_log_in_can_do_nothing(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    services.context.gate.dismiss(desk.token)
    with pytest.raises(NotAllowed, match="ended"):
        services.appointments.book(desk, wish(hospital))


@pytest.mark.feature("ACC-1")
def test_a_made_up_actor_opens_nothing(services: Services, hospital: Hospital) -> None:
    forged = Actor("made-up", 1, "Eve", ("admin",), frozenset({"appointments.book"}), "x")
    with pytest.raises(NotAllowed):
        services.appointments.book(forged, wish(hospital))


@pytest.mark.feature("ACC-1")
def test_a_doctor_touches_own_visits_only(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    others = services.appointments.book(
        desk, wish(hospital, doctor_id=hospital.doctors[1])
    ).appointment
    with pytest.raises(NotAllowed):
        services.appointments.cancel(doctor_actor, CancelAppointment(others.id, others.version))
    with pytest.raises(NotAllowed):
        services.appointments.get(doctor_actor, others.id)
    rows, _ = services.appointments.list(doctor_actor, whole_day())
    assert rows == ()
    assert services.appointments.grid(doctor_actor, DAY, 1, hospital.doctors) == ()


# ------------------------------------------------------------------------- moving and resizing
@pytest.mark.feature("APT-5")
def test_moving_keeps_lineage_and_frees_the_old_slot(
    services: Services, desk: Actor, booked: Done, hospital: Hospital
) -> None:
    old = booked.appointment
    move = MoveAppointment(old.id, old.version, ONE_PM + 60 * MINUTE, hospital.doctors[1])
    done = services.appointments.move(desk, move)
    new, gone = done.appointments
    assert (new.rescheduled_from, new.doctor_id, new.note) == (
        old.id,
        hospital.doctors[1],
        "brings X-rays",
    )
    assert new.room_id == hospital.rooms[1]
    assert (gone.status, gone.cancel_reason) == (Status.CANCELLED, CancelReason.MOVED)
    services.appointments.book(desk, wish(hospital, patient_id=hospital.patients[1]))


@pytest.mark.feature("APT-5")
def test_a_visit_may_move_within_its_own_time(
    services: Services, desk: Actor, booked: Done
) -> None:
    old = booked.appointment
    done = services.appointments.move(
        desk, MoveAppointment(old.id, old.version, ONE_PM + 15 * MINUTE)
    )
    assert done.appointment.starts_at == ONE_PM + 15 * MINUTE


@pytest.mark.feature("APT-5")
def test_a_move_onto_another_visit_changes_nothing(
    services: Services, desk: Actor, booked: Done, hospital: Hospital
) -> None:
    there = services.appointments.book(
        desk,
        wish(hospital, patient_id=hospital.patients[1], starts_at=ONE_PM + 60 * MINUTE),
    ).appointment
    old = booked.appointment
    with pytest.raises(Conflict) as caught:
        services.appointments.move(desk, MoveAppointment(old.id, old.version, there.starts_at))
    assert caught.value.existing == there
    assert services.appointments.get(desk, old.id) == old


@pytest.mark.feature("NET-1")
def test_a_stale_move_shows_who_changed_it(
    services: Services, desk: Actor, other_desk: Actor, booked: Done
) -> None:
    old = booked.appointment
    services.appointments.edit_note(other_desk, old.id, old.version, "changed elsewhere")
    with pytest.raises(Stale) as caught:
        services.appointments.move(desk, MoveAppointment(old.id, old.version, ONE_PM + 30 * MINUTE))
    assert caught.value.current.note == "changed elsewhere"


@pytest.mark.feature("APT-5")
def test_a_move_sent_twice_moves_once(services: Services, desk: Actor, booked: Done) -> None:
    old = booked.appointment
    move = MoveAppointment(old.id, old.version, ONE_PM + 60 * MINUTE)
    first = services.appointments.move(desk, move, request_id="move-once")
    assert services.appointments.move(desk, move, request_id="move-once") == first


@pytest.mark.feature("APT-1")
@pytest.mark.parametrize("minutes", [15, 45, 60])
def test_resizing(services: Services, desk: Actor, booked: Done, minutes: int) -> None:
    old = booked.appointment
    done = services.appointments.resize(desk, old.id, old.version, ONE_PM + minutes * MINUTE)
    assert (done.appointment.id, done.appointment.minutes) == (old.id, minutes)


@pytest.mark.feature("APT-1")
def test_resizing_into_the_next_visit_is_refused(
    services: Services, desk: Actor, booked: Done, hospital: Hospital
) -> None:
    services.appointments.book(
        desk, wish(hospital, patient_id=hospital.patients[1], starts_at=ONE_PM + 30 * MINUTE)
    )
    old = booked.appointment
    with pytest.raises(Conflict):
        services.appointments.resize(desk, old.id, old.version, ONE_PM + 45 * MINUTE)


@pytest.mark.feature("APT-3")
def test_who_may_overbook_stretches_into_the_next_visit_and_back(
    services: Services, desk: Actor, doctor_actor: Actor, booked: Done, hospital: Hospital
) -> None:
    second = wish(hospital, patient_id=hospital.patients[1], starts_at=ONE_PM + 30 * MINUTE)
    services.appointments.book(desk, second)
    old, ends_at = booked.appointment, ONE_PM + 45 * MINUTE
    with pytest.raises(NotAllowed):
        services.appointments.resize(doctor_actor, old.id, 1, ends_at, overbook_reason="takes long")
    done = services.appointments.resize(desk, old.id, 1, ends_at, overbook_reason="takes long")
    row = done.appointment
    assert (row.minutes, row.lane, row.overbook_reason) == (45, OVERBOOK_LANE, "takes long")
    back = services.undo.undo(desk, done.request_id).appointment
    assert (back.minutes, back.lane, back.overbook_reason) == (30, 0, "")


# ------------------------------------------------------------------------------ status and note
@pytest.mark.feature("APT-5")
def test_cancelling_frees_the_slot_and_keeps_the_reason(
    services: Services, desk: Actor, other_desk: Actor, booked: Done, hospital: Hospital
) -> None:
    one = booked.appointment
    done = services.appointments.cancel(
        other_desk, CancelAppointment(one.id, one.version, CancelReason.PATIENT, "has a cold")
    )
    row = done.appointment
    assert (row.status, row.cancel_reason, row.cancel_text) == (
        Status.CANCELLED,
        "patient",
        "has a cold",
    )
    last = services.appointments.history(desk, one.id)[-1]
    assert (last.user_name, last.action) == ("Maria", "cancel")
    services.appointments.book(desk, wish(hospital, patient_id=hospital.patients[1]))


@pytest.mark.feature("APT-7")
def test_only_allowed_steps(services: Services, desk: Actor, booked: Done) -> None:
    one = booked.appointment
    with pytest.raises((Invalid, Conflict)):
        services.appointments.set_status(desk, [(one.id, one.version)], Status.COMPLETED)
    done = services.appointments.set_status(desk, [(one.id, one.version)], Status.CONFIRMED)
    assert done.appointment.status is Status.CONFIRMED


@pytest.mark.feature("APT-7")
def test_a_batch_goes_whole_or_not_at_all(
    services: Services, desk: Actor, booked: Done, hospital: Hospital
) -> None:
    other = services.appointments.book(
        desk, wish(hospital, patient_id=hospital.patients[1], starts_at=ONE_PM + 30 * MINUTE)
    ).appointment
    one = booked.appointment
    with pytest.raises(Stale):
        services.appointments.set_status(desk, [(one.id, 1), (other.id, 9)], Status.CONFIRMED)
    assert services.appointments.get(desk, one.id).status is Status.BOOKED
    done = services.appointments.set_status(desk, [(one.id, 1), (other.id, 1)], Status.NO_SHOW)
    assert {row.status for row in done.appointments} == {Status.NO_SHOW}


@pytest.mark.feature("APT-6")
def test_history_tells_who_did_what_through_a_move(
    services: Services, desk: Actor, other_desk: Actor, booked: Done, clock: FakeClock
) -> None:
    old = booked.appointment
    clock.advance(minutes=5)
    services.appointments.edit_note(other_desk, old.id, 1, "second note")
    moved = services.appointments.move(
        desk, MoveAppointment(old.id, 2, ONE_PM + 60 * MINUTE)
    ).appointment
    steps = services.appointments.history(desk, moved.id)
    assert [(one.action, one.user_name) for one in steps] == [
        ("book", "Sheela"),
        ("edit_note", "Maria"),
        ("move", "Sheela"),
        ("move", "Sheela"),
    ]
    assert steps[1].before["note"] == "brings X-rays"


@pytest.mark.feature("NET-1")
def test_two_desks_edit_one_note(
    services: Services, desk: Actor, other_desk: Actor, booked: Done
) -> None:
    one = booked.appointment
    services.appointments.edit_note(other_desk, one.id, 1, "theirs")
    with pytest.raises(Stale) as caught:
        services.appointments.edit_note(desk, one.id, 1, "mine")
    assert caught.value.current.note == "theirs"


@pytest.mark.feature("OPS-1")
def test_refusals_write_times_as_the_hospital_does(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital, booked: Done
) -> None:
    services.hospital.change_settings(admin, {"clock_24h": False})
    with pytest.raises(Conflict, match="from 1:00 pm to 1:30 pm"):
        book(services, desk, hospital, patient=1)
