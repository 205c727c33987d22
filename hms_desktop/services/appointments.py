"""Booking, moving, cancelling and stepping appointments: never two where one fits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    BookAppointment,
    Done,
    MoveAppointment,
)
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import OPEN, Status
from hms_desktop.services import appointment_rows, outgoing
from hms_desktop.services.appointment_rooms import AppointmentRooms
from hms_desktop.services.appointment_steps import done_again
from hms_desktop.services.context import Context
from hms_desktop.services.gate import permitted
from hms_desktop.services.moving import Moving
from hms_desktop.services.placing import Place, Placing
from hms_desktop.services.schedule import Schedule

_REASONS = ("overbook_reason", "outside_hours_reason")


class AppointmentsService(AppointmentRooms):
    """Everything a desk does to appointments."""

    def __init__(self, context: Context, *, schedule: Schedule) -> None:
        """Keep the schedule, which knows working hours and visit types."""
        super().__init__(context)
        self._placing = Placing(context, schedule)
        self._moving = Moving(self._placing)

    @permitted("appointments.book")
    def book(self, actor: Actor, wish: BookAppointment, *, request_id: str | None = None) -> Done:
        """Book one visit.

        Raises Invalid, NotAllowed, or Conflict naming what is there (doctor, patient, room, hold,
        closed).
        """
        self.own_doctor_only(actor, wish.doctor_id)
        wish = wish.check(self.context.now())
        place = self._placing.find(
            actor,
            doctor_id=wish.doctor_id,
            visit_type_id=wish.visit_type_id,
            starts_at=wish.starts_at,
            minutes=wish.minutes,
            room_id=wish.room_id,
            overbook_reason=wish.overbook_reason,
            outside_hours_reason=wish.outside_hours_reason,
        )
        stamp = self.stamp(actor, "book", request_id, wish.overbook_reason or "")
        settings = self.context.settings()

        def work(write: Write) -> Done:
            self._placing.check_patient_and_holds(
                write, wish.patient_id, place, hold_token=wish.hold_token
            )
            lane = self._placing.lane(write, place)
            row = appointment_rows.insert_row(
                write,
                {
                    **place.columns(lane),
                    "patient_id": wish.patient_id,
                    "status": wish.status.value,
                    "source": wish.source.value,
                    "note": wish.note,
                },
            )
            self._placing.drop_hold(write, wish.hold_token)
            done = Done(stamp.request_id, stamp.action, (row,))
            return outgoing.tell(write, settings, done)

        return self._place(stamp, work, place, wish.patient_id)

    @permitted("appointments.move")
    def move(self, actor: Actor, wish: MoveAppointment, *, request_id: str | None = None) -> Done:
        """Move a visit: a new booking with lineage, the old one cancelled, in one step.

        Returns the new appointment first, then the old one. Raises Stale when somebody changed
        it, Conflict when the new place is taken, Invalid when it has begun already.
        """
        wish = wish.check()
        with self.database.read() as connection:
            old = appointment_rows.read_rows(connection, [wish.appointment_id])[0]
            since = self._earlier(connection, request_id)
        if since is not None:
            return since
        self.own_doctor_only(actor, old.doctor_id)
        self.own_doctor_only(actor, wish.doctor_id or old.doctor_id)
        move = self._moving.plan(actor, old, wish)
        stamp = self.stamp(actor, "move", request_id, wish.reason)
        settings = self.context.settings()

        def work(write: Write) -> Done:
            self._placing.check_patient_and_holds(write, old.patient_id, move.place)
            self._moving.leave(write, move)
            new_id = self._moving.arrive(write, move)
            done = self._done(write.connection, stamp, [new_id, old.id])
            return outgoing.tell(write, settings, done)

        return self._place(stamp, work, move.place, old.patient_id)

    @permitted("appointments.move")
    def resize(
        self,
        actor: Actor,
        appointment_id: int,
        version: int,
        ends_at: datetime,
        *,
        overbook_reason: str | None = None,
        outside_hours_reason: str | None = None,
        request_id: str | None = None,
    ) -> Done:
        """Give a visit another end (UTC); raises like ``move``.

        With a reason to overbook it may reach into other visits of the doctor, in a lane of its
        own.
        """
        with self.database.read() as connection:
            old = appointment_rows.read_rows(connection, [appointment_id])[0]
        self.own_doctor_only(actor, old.doctor_id)
        minutes = int((ends_at - old.starts_at).total_seconds() // 60)
        wish = MoveAppointment(
            appointment_id,
            version,
            old.starts_at,
            minutes=minutes,
            overbook_reason=overbook_reason,
            outside_hours_reason=outside_hours_reason,
        ).check()
        if old.status not in OPEN and old.status is not Status.ARRIVED:
            raise Invalid("ends_at", "This visit has begun or ended; its length stays as it is.")
        # Shortening never needs permission from the opening hours.
        place = self._placing.find(
            actor,
            doctor_id=old.doctor_id,
            visit_type_id=old.visit_type_id,
            starts_at=old.starts_at,
            minutes=wish.minutes,
            room_id=old.room_id,
            overbook_reason=wish.overbook_reason,
            outside_hours_reason=wish.outside_hours_reason,
            check_hours=minutes > old.minutes,
        )
        stamp = self.stamp(actor, "resize", request_id, wish.overbook_reason or "")
        settings = self.context.settings()

        def work(write: Write) -> Done:
            self._placing.check_patient_and_holds(write, old.patient_id, place)
            columns = place.columns(self._placing.lane(write, place, old))
            names = ["ends_at", "blocks_from", "blocks_to", "lane"]
            # Reasons given before still hold for a visit that is given none now.
            names += [name for name in _REASONS if columns[name]]
            changes = {name: columns[name] for name in names}
            self._guard(write, appointment_id, changes, version)
            done = self._done(write.connection, stamp, [appointment_id])
            return outgoing.tell(write, settings, done)

        return self._place(stamp, work, place, old.patient_id)

    def _place(
        self, stamp: Stamp, work: Callable[[Write], Done], place: Place, patient_id: int
    ) -> Done:
        """Write, and turn the database's refusal into a sentence that names what is there."""
        with self._placing.explaining(place, patient_id):
            return self.database.write(stamp, work, self._again(stamp))

    def _earlier(self, connection: sa.Connection, request_id: str | None) -> Done | None:
        if request_id is None or not self.database.was_done(connection, request_id):
            return None
        return done_again(connection, request_id)
