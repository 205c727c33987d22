"""Another room for a visit: who may, what is refused, and who hears of it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.doctors import room
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import CancelAppointment, Done, RoomChoice
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, Stale
from hms_desktop.domain.permissions import RECEPTIONIST
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, HALF, ONE_PM, arrive, book
from tests.services.conftest import Hospital, actor
from tests.services.test_outgoing import mailing, messages, rows, send_all, system
from tests.support import seed

__all__ = ["mailing", "system"]


@pytest.fixture
def spare(services: Services) -> int:
    """A room that no doctor usually has."""
    return services.context.database.write(seed.stamp(), seed.new_room)


def change(services: Services, who: Actor, done: Done, room_id: int | None) -> Done:
    row = done.appointment
    return services.appointments.change_room(who, row.id, row.version, room_id)


def retire(services: Services, room_id: int) -> None:
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(room).where(room.c.id == room_id).values(retired_at=ONE_PM))


@pytest.mark.feature("QUE-2")
def test_another_room_none_and_back(
    services: Services, desk: Actor, hospital: Hospital, booked: Done, spare: int
) -> None:
    here = arrive(services, desk, booked)
    first = here.appointment
    moved = change(services, desk, here, spare)
    assert (moved.appointment.room_id, moved.appointment.starts_at) == (spare, first.starts_at)
    (line,) = services.queue.board(desk, DAY)
    assert line.room == moved.appointment.room_name
    (on_paper,) = services.day_sheets.day(desk, first.doctor_id, DAY).visits
    assert on_paper.room == moved.appointment.room_name
    none = change(services, desk, moved, None)
    assert none.appointment.room_id is None
    # One that has none waits where its doctor works.
    (line,) = services.queue.board(desk, DAY)
    assert line.room == first.room_name
    back = services.undo.undo(desk, none.request_id)
    assert back.appointment.room_id == spare
    assert services.undo.undo(desk, back.request_id).appointment.room_id is None
    steps = services.appointments.history(desk, first.id)
    told = [(one.action, one.room) for one in steps if "room_id" in one.before]
    name = moved.appointment.room_name
    assert told == [("change_room", name), ("change_room", ""), ("undo", name), ("undo", "")]


@pytest.mark.feature("APT-3")
def test_a_room_that_another_doctor_has_is_refused_by_name(
    services: Services, desk: Actor, hospital: Hospital, booked: Done
) -> None:
    other = book(services, desk, hospital, patient=1, doctor=1, starts_at=ONE_PM + HALF / 2)
    theirs = other.appointment
    with pytest.raises(Conflict, match="is taken from 13:15 to 13:45 by") as refused:
        change(services, desk, booked, theirs.room_id)
    assert str(refused.value).startswith(theirs.room_name)
    assert theirs.doctor_name in str(refused.value)
    assert refused.value.kind == "room"
    kept = services.appointments.get(desk, booked.appointment.id)
    assert (kept.room_id, kept.version) == (booked.appointment.room_id, 1)
    # The list that was chosen from says the same; the doctor's own visits are not in the way.
    book(services, desk, hospital, patient=2, starts_at=ONE_PM + HALF)
    found = services.appointments.rooms(desk, kept.id)
    assert found.visit == kept
    assert set(found.rooms) == {
        RoomChoice(hospital.rooms[0], kept.room_name),
        RoomChoice(
            hospital.rooms[1],
            theirs.room_name,
            theirs.doctor_name,
            theirs.starts_at,
            theirs.ends_at,
        ),
    }
    services.appointments.cancel(desk, CancelAppointment(theirs.id, theirs.version))
    assert change(services, desk, booked, theirs.room_id).appointment.room_id == theirs.room_id


@pytest.mark.feature("APT-3")
def test_of_two_visits_that_go_for_one_room_one_gets_it(
    services: Services, desk: Actor, hospital: Hospital, booked: Done, spare: int
) -> None:
    other = book(services, desk, hospital, patient=1, doctor=1)
    together, answers = threading.Barrier(2), list[object]()

    def go(done: Done) -> None:
        together.wait()
        try:
            answers.append(change(services, desk, done, spare))
        except Conflict as error:
            answers.append(error)

    threads = [threading.Thread(target=go, args=(one,)) for one in (booked, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(type(one).__name__ for one in answers) == ["Conflict", "Done"]
    ids = [one.appointment.id for one in (booked, other)]
    have = [services.appointments.get(desk, one).room_id for one in ids]
    assert have.count(spare) == 1


def test_the_last_of_two_desks_is_told(
    services: Services, desk: Actor, other_desk: Actor, booked: Done, spare: int
) -> None:
    services.appointments.edit_note(other_desk, booked.appointment.id, 1, "hers")
    with pytest.raises(Stale, match="changed this meanwhile"):
        change(services, desk, booked, spare)
    first = services.appointments.change_room(
        desk, booked.appointment.id, 2, spare, request_id="once"
    )
    again = services.appointments.change_room(
        desk, booked.appointment.id, 2, spare, request_id="once"
    )
    assert again == first
    # What came after the change stands in the way of its undo only where it is the room.
    services.appointments.edit_note(other_desk, booked.appointment.id, 3, "hers again")
    assert services.undo.undo(desk, first.request_id).appointment.note == "hers again"


def test_undo_is_refused_where_the_old_room_is_taken(
    services: Services, desk: Actor, hospital: Hospital, booked: Done, spare: int
) -> None:
    old = booked.appointment.room_id
    moved = change(services, desk, booked, spare)
    other = book(services, desk, hospital, patient=1, doctor=1)
    change(services, desk, other, old)
    with pytest.raises(Conflict, match="cannot be undone"):
        services.undo.undo(desk, moved.request_id)


def test_what_cannot_be_given(
    services: Services, desk: Actor, hospital: Hospital, booked: Done, spare: int
) -> None:
    with pytest.raises(Invalid, match="already"):
        change(services, desk, booked, booked.appointment.room_id)
    retire(services, spare)
    assert spare not in {
        one.id for one in services.appointments.rooms(desk, booked.appointment.id).rooms
    }
    for gone in (spare, 10**9):
        with pytest.raises(Invalid, match="no longer in use"):
            change(services, desk, booked, gone)
    over = services.appointments.cancel(desk, CancelAppointment(booked.appointment.id, 1))
    with pytest.raises(Invalid, match="is over"):
        change(services, desk, over, None)


def test_a_retired_room_stays_with_its_visit(services: Services, desk: Actor, booked: Done) -> None:
    row = booked.appointment
    assert row.room_id is not None
    retire(services, row.room_id)
    ids = {one.id for one in services.appointments.rooms(desk, row.id).rooms}
    assert row.room_id in ids
    change(services, desk, booked, None)
    ids = {one.id for one in services.appointments.rooms(desk, row.id).rooms}
    assert row.room_id not in ids


@pytest.mark.feature("ACC-6")
def test_who_may(
    services: Services,
    desk: Actor,
    doctor_actor: Actor,
    hospital: Hospital,
    booked: Done,
    spare: int,
) -> None:
    mover = actor(services, "Mover", RECEPTIONIST - {"queue.manage"})
    caller = actor(services, "Caller", RECEPTIONIST - {"appointments.move"})
    with pytest.raises(NotAllowed, match=r"appointments\.move"):
        change(services, caller, booked, spare)
    moved = change(services, mover, booked, spare)
    with pytest.raises(NotAllowed, match=r"appointments\.move"):
        services.undo.undo(caller, moved.request_id)
    here = arrive(services, desk, moved)
    with pytest.raises(NotAllowed, match=r"queue\.manage"):
        change(services, mover, here, None)
    given = change(services, caller, here, None)
    with pytest.raises(NotAllowed, match=r"queue\.manage"):
        services.undo.undo(mover, given.request_id)
    other = book(services, desk, hospital, patient=1, doctor=1)
    with pytest.raises(NotAllowed, match=r"appointments\.read"):
        change(services, doctor_actor, other, None)
    with pytest.raises(NotAllowed, match=r"appointments\.read"):
        services.appointments.rooms(doctor_actor, other.appointment.id)
    nobody = actor(services, "Nobody", frozenset({"session.own", "appointments.read"}))
    with pytest.raises(NotAllowed):
        services.appointments.rooms(nobody, booked.appointment.id)


@pytest.mark.feature("JOB-6")
@pytest.mark.usefixtures("mailing")
def test_mail_names_the_room_that_the_visit_has(
    services: Services, desk: Actor, system: Actor, hospital: Hospital, spare: int
) -> None:
    done = book(services, desk, hospital, starts_at=ONE_PM + timedelta(days=1))
    moved = change(services, desk, done, spare)
    # Not sent yet: it is only put right.
    (row,) = rows(services)
    assert (row["kind"], row["data"]["room"]) == ("booked", moved.appointment.room_name)
    send_all(services, system)
    back = services.undo.undo(desk, moved.request_id)
    assert messages(services)[1:] == [("moved", "email", "waiting")]
    assert rows(services)[1]["data"]["room"] == done.appointment.room_name
    # Back to what the patient knows: there is nothing to tell.
    services.undo.undo(desk, back.request_id)
    assert messages(services)[1:] == [("moved", "email", "withdrawn")]


@pytest.mark.feature("JOB-6")
@pytest.mark.usefixtures("mailing")
def test_whoever_is_here_gets_no_mail_about_the_room(
    services: Services, desk: Actor, system: Actor, hospital: Hospital, spare: int
) -> None:
    done = book(services, desk, hospital)
    send_all(services, system)
    change(services, desk, arrive(services, desk, done), spare)
    assert messages(services) == [("booked", "email", "sent")]
