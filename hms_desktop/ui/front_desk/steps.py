"""What the desk does to visits: each call on the runner, then a toast with *Undo*."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hms_desktop.domain.appointments import MoveAppointment
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.words import at_time, status_word
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.patients.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from hms_desktop.domain.appointments import AppointmentRow, CancelReason, Done
    from hms_desktop.ui.grid.day import MoveWish, ResizeWish
    from hms_desktop.ui.pages.base import Desk


class DeskSteps(QObject):
    """Moves, resizes, cancels, checks in, steps on.

    ``done`` carries the Done of each change; ``refused`` the error where the caller gave no
    ``failed`` of its own.
    """

    done = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        """Keep the desk."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)

    # ------------------------------------------------------------------ place
    def move(
        self,
        wish: MoveWish,
        *,
        overbook: str | None = None,
        outside: str | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Move a visit as the grid wishes; the reasons set a refusal aside."""
        self._move(
            MoveAppointment(
                wish.visit_id,
                wish.version,
                wish.starts_at,
                wish.doctor_id,
                overbook_reason=overbook,
                outside_hours_reason=outside,
            ),
            failed,
        )

    def move_row(
        self,
        row: AppointmentRow,
        doctor_id: int,
        starts_at: datetime,
        *,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Move a visit that is shown whole."""
        self._move(MoveAppointment(row.id, row.version, starts_at, doctor_id), failed)

    def _move(self, wish: MoveAppointment, failed: Callable[[Exception], None] | None) -> None:
        services, actor, request_id = self._desk.services, self._desk.actor, new_request()
        self._run(
            lambda: services.appointments.move(actor, wish, request_id=request_id),
            self._moved_text,
            failed,
        )

    def _moved_text(self, done: Done) -> str:
        row = done.appointment
        return self.tr("{patient} moved to {time}, {doctor}").format(
            patient=one_line(row.patient_name),
            time=at_time(self._formats, row.starts_at, self._desk.now()),
            doctor=one_line(row.doctor_name),
        )

    def resize(
        self,
        wish: ResizeWish,
        *,
        overbook: str | None = None,
        outside: str | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Let a visit end at another time; the reasons set a refusal aside."""
        services, actor, request_id = self._desk.services, self._desk.actor, new_request()
        self._run(
            lambda: services.appointments.resize(
                actor,
                wish.visit_id,
                wish.version,
                wish.ends_at,
                overbook_reason=overbook,
                outside_hours_reason=outside,
                request_id=request_id,
            ),
            lambda done: self.tr("{patient} now has {minutes} minutes").format(
                patient=one_line(done.appointment.patient_name), minutes=done.appointment.minutes
            ),
            failed,
        )

    # ------------------------------------------------------------------ status
    def check_in(
        self,
        chosen: Sequence[tuple[int, int]],
        *,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Check in visits given as (id, version), all or none, with one undo."""
        services, actor, request_id = self._desk.services, self._desk.actor, new_request()
        wanted = tuple(chosen)
        self._run(
            lambda: services.queue.check_in_many(actor, wanted, request_id=request_id),
            self._arrived_text,
            failed,
        )

    def _arrived_text(self, done: Done) -> str:
        rows = done.appointments
        if len(rows) > 1:
            return self.tr("{count} visits checked in").format(count=len(rows))
        return self.tr("{patient} checked in, token {token}").format(
            patient=one_line(rows[0].patient_name), token=rows[0].token
        )

    def set_status(
        self,
        chosen: Sequence[tuple[int, int]],
        after: Status,
        *,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Take visits given as (id, version) a step on, all or none, with one undo."""
        services, actor, request_id = self._desk.services, self._desk.actor, new_request()
        wanted = tuple(chosen)
        self._run(
            lambda: services.appointments.set_status(actor, wanted, after, request_id=request_id),
            self._status_text,
            failed,
        )

    def _status_text(self, done: Done) -> str:
        rows = done.appointments
        word = status_word(rows[0].status.value)
        if len(rows) == 1:
            return f"{one_line(rows[0].patient_name)}: {word}"
        return self.tr("{count} visits: {status}").format(count=len(rows), status=word)

    def cancel(
        self,
        chosen: Sequence[tuple[int, int]],
        reason: CancelReason,
        text: str,
        *,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Cancel visits given as (id, version), all or none, with one undo."""
        services, actor, request_id = self._desk.services, self._desk.actor, new_request()
        wanted = tuple(chosen)
        self._run(
            lambda: services.appointments.cancel_many(
                actor, wanted, reason, text, request_id=request_id
            ),
            self._cancelled_text,
            failed,
        )

    def _cancelled_text(self, done: Done) -> str:
        rows = done.appointments
        if len(rows) > 1:
            return self.tr("{count} visits cancelled").format(count=len(rows))
        return self.tr("{patient} cancelled").format(patient=one_line(rows[0].patient_name))

    def void(
        self,
        row: AppointmentRow,
        reason: str,
        *,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Mark a booking as entered in error."""
        services, actor, request_id = self._desk.services, self._desk.actor, new_request()
        self._run(
            lambda: services.appointments.void(
                actor, row.id, row.version, reason, request_id=request_id
            ),
            lambda done: self.tr("{patient}: marked as entered in error").format(
                patient=one_line(done.appointment.patient_name)
            ),
            failed,
        )

    # ------------------------------------------------------------------ telling
    def tell(self, done: Done, text: str) -> None:
        """Note a change for undo and show its toast."""
        self._desk.history.did(done.request_id, text)
        self._desk.toasts.show_toast(text, undo=self._desk.history.undo_requested.emit)
        self.done.emit(done)

    def _run(
        self,
        work: Callable[[], Done],
        text: Callable[[Done], str],
        failed: Callable[[Exception], None] | None,
    ) -> None:
        self._desk.runner.run(
            work,
            owner=self,
            done=lambda done: self.tell(done, text(done)),
            failed=failed or self._refused,
        )

    def _refused(self, error: Exception) -> None:
        self._desk.toasts.show_toast(sentence(error), kind="warn", shortcut="")
        self.refused.emit(error)


def new_request() -> str:
    """Return the id of one wish; kept for its retries."""
    return str(uuid.uuid4())
