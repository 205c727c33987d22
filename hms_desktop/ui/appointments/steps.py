"""Steps for many appointments at once: confirm, check in, no-show, cancel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from hms_desktop.domain.appointments import AppointmentRow, CancelReason, Done
from hms_desktop.domain.lifecycle import Status, may_become
from hms_desktop.ui.now.doing import do
from hms_desktop.ui.pages.base import Desk

NEEDS = {
    Status.CONFIRMED: "appointments.status",
    Status.ARRIVED: "appointments.status",
    Status.NO_SHOW: "appointments.status",
    Status.CANCELLED: "appointments.cancel",
}
"""What this page does to many visits, and the permission for it."""


class BatchSteps(QObject):
    """Takes chosen visits a step on; what is done together is undone together."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        """Keep the desk."""
        super().__init__(parent)
        self._desk = desk

    def allowed(self, rows: Sequence[AppointmentRow], after: Status) -> bool:
        """Say whether all of these visits may take the step, and this person may do it."""
        if not rows or not self._desk.actor.may(NEEDS[after]):
            return False
        if after is Status.ARRIVED:
            today = self._desk.today()
            if any(self._desk.local(row.starts_at).date() != today for row in rows):
                return False
        return all(may_become(row.status, after) for row in rows)

    def set_status(self, rows: Sequence[AppointmentRow], after: Status) -> None:
        """Confirm visits or mark them as no-shows: all of them or none."""
        chosen = tuple((row.id, row.version) for row in rows)
        actor, service = self._desk.actor, self._desk.services.appointments
        words = {
            Status.CONFIRMED: self.tr("{who} confirmed"),
            Status.NO_SHOW: self.tr("{who} marked as no-show"),
        }[after]
        do(
            self._desk,
            self,
            lambda request: service.set_status(actor, chosen, after, request_id=request),
            lambda _done: words.format(who=self.who(rows)),
        )

    def cancel(self, rows: Sequence[AppointmentRow], reason: CancelReason, text: str) -> None:
        """Cancel visits for one reason: all of them or none."""
        chosen = tuple((row.id, row.version) for row in rows)
        actor, service = self._desk.actor, self._desk.services.appointments
        do(
            self._desk,
            self,
            lambda request: service.cancel_many(actor, chosen, reason, text, request_id=request),
            lambda _done: self.tr("{who} cancelled").format(who=self.who(rows)),
        )

    def check_in(self, rows: Sequence[AppointmentRow]) -> None:
        """Check patients in: all of them or none, each with a token of its own."""
        chosen = tuple((row.id, row.version) for row in rows)
        actor, queue = self._desk.actor, self._desk.services.queue

        def words(done: Done) -> str:
            text = self.tr("{who} checked in").format(who=self.who(rows))
            if len(rows) == 1:
                text += self.tr(" · token {number}").format(number=done.appointment.token)
            return text

        do(
            self._desk,
            self,
            lambda request: queue.check_in_many(actor, chosen, request_id=request),
            words,
        )

    def who(self, rows: Sequence[AppointmentRow]) -> str:
        """Return the patient's name, or how many visits these are."""
        if len(rows) == 1:
            return rows[0].patient_name
        return self.tr("{n} visits").format(n=len(rows))
