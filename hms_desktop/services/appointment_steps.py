"""Steps of an appointment that leave it where it is: cancel, confirm, no-show, void, note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    NOTE_LIMIT,
    REASON_LIMIT,
    CancelAppointment,
    CancelReason,
    Done,
)
from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.text import clean
from hms_desktop.services import appointment_rows, outgoing, queue_rows
from hms_desktop.services.appointment_reading import AppointmentReading
from hms_desktop.services.gate import permitted
from hms_desktop.services.moving import locked_row
from hms_desktop.services.status_steps import change_status


class AppointmentSteps(AppointmentReading):
    """Changes of status and note."""

    @permitted("appointments.cancel")
    def cancel(
        self, actor: Actor, wish: CancelAppointment, *, request_id: str | None = None
    ) -> Done:
        """Cancel a visit with a reason; its slot is free at once. Raises Stale or Invalid."""
        wish = wish.check()
        return self._step(
            actor,
            "cancel",
            [(wish.appointment_id, wish.version)],
            Status.CANCELLED,
            request_id,
            reason=wish.text or wish.reason.value,
            extra={"cancel_reason": wish.reason.value, "cancel_text": wish.text},
        )

    @permitted("appointments.cancel")
    def cancel_many(
        self,
        actor: Actor,
        chosen: Sequence[tuple[int, int]],
        reason: CancelReason = CancelReason.PATIENT,
        text: str = "",
        *,
        request_id: str | None = None,
    ) -> Done:
        """Cancel visits, given as (id, version), for one reason: all of them or none."""
        if not chosen:
            raise Invalid("appointments", "Choose at least one visit.")
        wish = CancelAppointment(chosen[0][0], chosen[0][1], reason, text).check()
        return self._step(
            actor,
            "cancel",
            chosen,
            Status.CANCELLED,
            request_id,
            reason=wish.text or wish.reason.value,
            extra={"cancel_reason": wish.reason.value, "cancel_text": wish.text},
        )

    @permitted("appointments.status")
    def set_status(
        self,
        actor: Actor,
        chosen: Sequence[tuple[int, int]],
        after: Status,
        *,
        request_id: str | None = None,
    ) -> Done:
        """Take one or many visits, given as (id, version), a step on: all of them or none.

        Arrival is the queue's (it gives a token) and cancelling has its own call. Raises Invalid
        for a step that is not allowed, Stale when somebody changed one of them.
        """
        if after in {Status.ARRIVED, Status.CANCELLED, Status.ENTERED_IN_ERROR}:
            raise Invalid("status", "This step has its own command.")
        if not chosen:
            raise Invalid("appointments", "Choose at least one visit.")
        return self._step(actor, after.value, chosen, after, request_id)

    @permitted("appointments.void")
    def void(
        self,
        actor: Actor,
        appointment_id: int,
        version: int,
        reason: str,
        *,
        request_id: str | None = None,
    ) -> Done:
        """Mark a visit as entered in error, with the reason."""
        reason = clean(reason, "reason", limit=REASON_LIMIT, required=True)
        return self._step(
            actor,
            "void",
            [(appointment_id, version)],
            Status.ENTERED_IN_ERROR,
            request_id,
            reason=reason,
        )

    @permitted("appointments.edit_note")
    def edit_note(
        self,
        actor: Actor,
        appointment_id: int,
        version: int,
        note: str,
        *,
        request_id: str | None = None,
    ) -> Done:
        """Change a booking's note; raises Stale with the row as it is when somebody else did."""
        note = clean(note, "note", limit=NOTE_LIMIT, multiline=True)
        stamp = self.stamp(actor, "edit_note", request_id)

        def work(write: Write) -> Done:
            self.own_doctor_only(actor, self._raw(write, appointment_id)["doctor_id"])
            self._guard(write, appointment_id, {"note": note}, version)
            return self._done(write.connection, stamp, [appointment_id])

        return self.database.write(stamp, work, self._again(stamp))

    def _step(
        self,
        actor: Actor,
        action: str,
        chosen: Sequence[tuple[int, int]],
        after: Status,
        request_id: str | None,
        *,
        reason: str = "",
        extra: dict[str, Any] | None = None,
    ) -> Done:
        stamp = self.stamp(actor, action, request_id, reason)
        settings = self.context.settings()

        def work(write: Write) -> Done:
            # Always in the order of ids, so that two batches cannot wait for each other.
            for one, version in sorted(chosen):
                row = self._raw(write, one)
                self.own_doctor_only(actor, row["doctor_id"])
                if row["version"] != version:
                    current = appointment_rows.read_rows(write.connection, [one])[0]
                    raise Stale(current=current, who=current.updated_by_name or "Someone")
                change_status(write, row, after, version=version, now=write.now, extra=extra)
            done = self._done(write.connection, stamp, [one for one, _ in chosen])
            return outgoing.tell(write, settings, done)

        return self.database.write(stamp, work, self._again(stamp))

    @staticmethod
    def _guard(write: Write, appointment_id: int, changes: dict[str, Any], version: int) -> None:
        try:
            write.update(appointment, appointment_id, changes, version=version)
        except Stale as error:
            row = appointment_rows.read_rows(write.connection, [appointment_id])[0]
            raise Stale(current=row, who=row.updated_by_name or "Someone") from error

    _raw = staticmethod(locked_row)

    @staticmethod
    def _done(connection: sa.Connection, stamp: Stamp, ids: Sequence[int]) -> Done:
        rows = appointment_rows.read_rows(connection, sorted(ids, reverse=True))
        return Done(stamp.request_id, stamp.action, rows)

    def _again(self, stamp: Stamp) -> Callable[[sa.Connection], Done]:
        return lambda connection: done_again(connection, stamp.request_id)


def done_again(connection: sa.Connection, request_id: str) -> Done:
    """Read back what an earlier run of a request did to appointments and their tokens."""
    action, ids = queue_rows.changed_visits(connection, request_id)
    return Done(request_id, action, appointment_rows.read_rows(connection, ids))
