"""The room of a visit: which ones it may have, and giving it another."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.doctors import doctor, room
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    AppointmentRow,
    Done,
    RoomChoice,
    RoomChoices,
    right_to_change_room,
)
from hms_desktop.domain.errors import Conflict, Invalid, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services import appointment_rows, outgoing
from hms_desktop.services.appointment_steps import AppointmentSteps
from hms_desktop.services.catalogue_rows import MOST_ROWS
from hms_desktop.services.doctor_rows import refuse_retired
from hms_desktop.services.gate import permitted
from hms_desktop.services.placing import HOLDS, LONGEST_REACH

CHANGE_ROOM = "change_room"


class AppointmentRooms(AppointmentSteps):
    """Another room for a visit that keeps its doctor and its time."""

    @permitted("appointments.move", "queue.manage")
    def rooms(self, actor: Actor, appointment_id: int) -> RoomChoices:
        """Return the rooms in use, and which of them another doctor has at a visit's time.

        One that the visit has is among them even when it is retired. Raises NotFound.
        """
        with self.database.read() as connection:
            visit = appointment_rows.read_rows(connection, [appointment_id])[0]
            self.own_doctor_only(actor, visit.doctor_id)
            return RoomChoices(visit, _read_choices(connection, visit))

    @permitted("appointments.move", "queue.manage")
    def change_room(
        self,
        actor: Actor,
        appointment_id: int,
        version: int,
        room_id: int | None,
        *,
        request_id: str | None = None,
    ) -> Done:
        """Give a visit that is not over another room, or (None) none of its own.

        A visit that is still to come needs the right to move it, one whose patient is here the
        right to manage the queue. Raises Stale, NotAllowed, Invalid for a room that is retired or
        a visit that is over, Conflict (kind ``room``) naming who has the room then.
        """
        stamp = self.stamp(actor, CHANGE_ROOM, request_id)
        settings = self.context.settings()

        def work(write: Write) -> Done:
            row = self._raw(write, appointment_id)
            self.own_doctor_only(actor, row["doctor_id"])
            if row["version"] != version:
                current = appointment_rows.read_rows(write.connection, [appointment_id])[0]
                raise Stale(current=current, who=current.updated_by_name or "Someone")
            right = right_to_change_room(Status(row["status"]))
            if right is None:
                raise Invalid("room_id", "This visit is over; its room stays as it is.")
            self.gate.check(actor, right)
            if room_id == row["room_id"]:
                raise Invalid("room_id", "The visit has this room already. Choose another one.")
            refuse_retired(write.connection, room, room_id, "room_id", None)
            write.update(appointment, appointment_id, {"room_id": room_id}, version=version)
            done = self._done(write.connection, stamp, [appointment_id])
            return outgoing.tell(write, settings, done)

        try:
            return self.database.write(stamp, work, self._again(stamp))
        except faults.Overlap as error:
            raise self._taken(appointment_id, room_id) from error

    def _taken(self, appointment_id: int, room_id: int | None) -> Conflict:
        with self.database.read() as connection:
            visit = appointment_rows.read_rows(connection, [appointment_id])[0]
            choices = _read_choices(connection, visit)
        found = next((one for one in choices if one.id == room_id), None)
        if found is None or found.begins is None or found.ends is None:
            return Conflict(
                "This room was taken a moment ago and is free again. Nothing was changed. "
                "Try once more.",
                kind="room",
            )
        clock = self.context.settings().clock
        return Conflict(
            "{room} is taken from {start} to {end} by {doctor}. The visit keeps the room it had. "
            "Choose another room.",
            kind="room",
            existing=found,
            room=found.name,
            doctor=found.taken_by,
            start=clock(found.begins),
            end=clock(found.ends),
        )


def _read_choices(connection: sa.Connection, visit: AppointmentRow) -> tuple[RoomChoice, ...]:
    """Return the rooms in use and the visit's own by name, each with the first one in the way."""
    mine, other = appointment.alias("mine"), appointment.alias("other")
    busy = connection.execute(
        sa.select(other.c.room_id, doctor.c.display_name, other.c.starts_at, other.c.ends_at)
        .select_from(
            mine.join(other, other.c.doctor_id != mine.c.doctor_id).join(
                doctor, doctor.c.id == other.c.doctor_id
            )
        )
        .where(
            mine.c.id == visit.id,
            other.c.room_id.is_not(None),
            other.c.starts_at > visit.starts_at - LONGEST_REACH,
            other.c.starts_at < visit.ends_at + LONGEST_REACH,
            other.c.blocks_from < mine.c.blocks_to,
            other.c.blocks_to > mine.c.blocks_from,
            other.c.status.in_(HOLDS),
        )
        .order_by(other.c.starts_at.desc())
    )
    taken = {row.room_id: row for row in busy}
    rooms = connection.execute(
        sa.select(room.c.id, room.c.name)
        .where(sa.or_(room.c.retired_at.is_(None), room.c.id == visit.room_id))
        .order_by(room.c.name)
        .limit(MOST_ROWS)
    )
    return tuple(
        RoomChoice(one.id, one.name)
        if (use := taken.get(one.id)) is None
        else RoomChoice(one.id, one.name, use.display_name, use.starts_at, use.ends_at)
        for one in rooms
    )
