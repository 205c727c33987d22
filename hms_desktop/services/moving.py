"""What every move of a visit does, one alone or many in one step."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow, CancelReason, MoveAppointment
from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.lifecycle import OPEN, Status
from hms_desktop.services import appointment_rows
from hms_desktop.services.placing import Place, Placing
from hms_desktop.services.status_steps import change_status, note_status


@dataclass(frozen=True, slots=True)
class Move:
    """One move that was found possible: the visit as it was read, and where it goes."""

    old: AppointmentRow
    place: Place
    reason: str


class Moving:
    """Finds out whether a visit may move, and writes the two halves of the move."""

    def __init__(self, placing: Placing) -> None:
        """Keep what finds and guards places."""
        self._placing = placing

    def plan(self, actor: Actor, old: AppointmentRow, wish: MoveAppointment) -> Move:
        """Return the move, or raise why it cannot be.

        Raises Stale for another version, Invalid when the visit has begun or is there already,
        and whatever ``Placing.find`` raises. Whose visits the actor may move is the caller's to
        ask.
        """
        doctor_id = wish.doctor_id or old.doctor_id
        minutes = wish.minutes or old.minutes
        if old.version != wish.version:
            raise Stale(current=old, who=old.updated_by_name or "Someone")
        if old.status not in OPEN:
            raise Invalid(
                "starts_at",
                "{patient}'s visit is {status} and cannot be moved. Undo that first.",
                patient=old.patient_name,
                status=old.status.value.replace("_", " "),
            )
        if (doctor_id, wish.starts_at, minutes) == (old.doctor_id, old.starts_at, old.minutes):
            raise Invalid("starts_at", "The visit is there already. Choose another time.")
        place = self._placing.find(
            actor,
            doctor_id=doctor_id,
            visit_type_id=old.visit_type_id,
            starts_at=wish.starts_at,
            minutes=minutes,
            room_id=old.room_id if doctor_id == old.doctor_id else None,
            overbook_reason=wish.overbook_reason,
            outside_hours_reason=wish.outside_hours_reason,
        )
        return Move(old, place, wish.reason)

    def leave(self, write: Write, move: Move) -> None:
        """Write the first half: the old visit is cancelled as moved, its slot is free."""
        change_status(
            write,
            locked_row(write, move.old.id),
            Status.CANCELLED,
            version=move.old.version,
            now=write.now,
            extra={"cancel_reason": CancelReason.MOVED.value, "cancel_text": move.reason},
        )

    def arrive(self, write: Write, move: Move) -> int:
        """Write the second half: the visit in its new place, with lineage; returns its id."""
        old = move.old
        status = Status.REQUESTED if old.status is Status.REQUESTED else Status.BOOKED
        new_id = write.insert(
            appointment,
            {
                **move.place.columns(self._placing.lane(write, move.place)),
                "patient_id": old.patient_id,
                "status": status.value,
                "source": old.source,
                "note": old.note,
                "rescheduled_from": old.id,
            },
        )
        note_status(write, new_id, None, status, now=write.now)
        return new_id


def locked_row(write: Write, appointment_id: int) -> sa.RowMapping:
    """Return an appointment's columns, locked until the end of the transaction."""
    appointment_rows.read_rows(write.connection, [appointment_id])
    query = sa.select(appointment).where(appointment.c.id == appointment_id)
    if write.connection.dialect.name == "postgresql":
        query = query.with_for_update()
    return write.connection.execute(query).mappings().one()
