"""Steps for many appointments at once: confirm, check in, no-show, cancel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from hms_desktop.domain.appointments import AppointmentRow, CancelReason, Done
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.lifecycle import Status, may_become
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.now.doing import do, new_request
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
        """Check patients in, in the order of their visits; each gets a token of its own."""
        actor, queue = self._desk.actor, self._desk.services.queue
        wishes = [(row, new_request()) for row in sorted(rows, key=lambda row: row.starts_at)]

        def work() -> tuple[list[Done], HmsError | None]:
            done: list[Done] = []
            for row, request in wishes:
                try:
                    done.append(queue.check_in(actor, row.id, row.version, request_id=request))
                except HmsError as error:
                    return done, error
            return done, None

        self._desk.runner.run(work, owner=self, done=self._checked_in)

    def who(self, rows: Sequence[AppointmentRow]) -> str:
        """Return the patient's name, or how many visits these are."""
        if len(rows) == 1:
            return rows[0].patient_name
        return self.tr("{n} visits").format(n=len(rows))

    # ----------------------------------------------------------------------------- inside
    def _checked_in(self, result: tuple[list[Done], HmsError | None]) -> None:
        done, error = result
        for one in done:
            row = one.appointment
            self._desk.history.did(
                one.request_id, self.tr("Check-in of {patient}").format(patient=row.patient_name)
            )
        if done:
            rows = [one.appointment for one in done]
            text = self.tr("{who} checked in").format(who=self.who(rows))
            if len(rows) == 1:
                text += self.tr(" · token {number}").format(number=rows[0].token)
            ids = [one.request_id for one in done]
            self._desk.toasts.show_toast(text, undo=lambda: self._take_back(ids), shortcut="")
        if error is not None:
            self._desk.toasts.show_toast(sentence(error), kind="alarm")

    def _take_back(self, ids: Sequence[str]) -> None:
        """Undo check-ins of one batch, the last one first, as far as they are the newest."""
        services, actor, history = self._desk.services, self._desk.actor, self._desk.history
        taken: list[tuple[str, str]] = []
        for wanted in reversed(ids):
            newest = history.take()
            if newest is None:
                break
            if newest[0] != wanted:
                history.did(*newest)
                break
            taken.append(newest)

        def work() -> tuple[list[tuple[str, str]], HmsError | None]:
            undone: list[tuple[str, str]] = []
            for change, text in taken:
                try:
                    undone.append((services.undo.undo(actor, change).request_id, text))
                except HmsError as error:
                    return undone, error
            return undone, None

        def finished(result: tuple[list[tuple[str, str]], HmsError | None]) -> None:
            undone, error = result
            for request, text in undone:
                history.undone(request, text, redo=False)
            if error is not None:
                self._desk.toasts.show_toast(sentence(error), kind="alarm")
            elif undone:
                text = self.tr("{n} check-ins taken back").format(n=len(undone))
                self._desk.toasts.show_toast(text)

        self._desk.runner.run(work, owner=self, done=finished)
