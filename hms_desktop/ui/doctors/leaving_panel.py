"""Blocking or retiring doctors: what is booked with them, and what happens to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.appointments import AppointmentRow, CancelReason, Done
from hms_desktop.domain.doctors import Approval, DoctorRow
from hms_desktop.domain.errors import HmsError, Invalid, Stale
from hms_desktop.domain.rebooking import MOST_VISITS
from hms_desktop.domain.text import clean
from hms_desktop.ui.availability.move_panel import MovePanel, MoveTask
from hms_desktop.ui.doctors.leaving_frame import CANCEL, KEEP, MOVE, LeavingFrame
from hms_desktop.ui.doctors.words import names_of
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk

FAR = timedelta(days=5 * 366)
"""Visits are looked for so far ahead."""


class LeavingPanel(LeavingFrame):
    """Asks, does it, and offers the way back; ``changed`` after doctors were changed."""

    changed = Signal()

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(desk, host)
        self.moves = MovePanel(desk, host)
        self.moves.moved.connect(self._moved)
        self._doctors: tuple[DoctorRow, ...] = ()
        self._visits: tuple[AppointmentRow, ...] = ()
        self._retires = False
        self._busy = False
        self._to_retire: DoctorRow | None = None
        self._before: dict[int, DoctorRow] = {}

    # --------------------------------------------------------------------------------- asking
    def ask_block(self, rows: Sequence[DoctorRow]) -> None:
        """Ask for the reason of a block, and about the visits it hits."""
        self._ask(rows, retires=False)

    def ask_retire(self, row: DoctorRow) -> None:
        """Retire a doctor; one with visits ahead is asked about."""
        self._ask([row], retires=True)

    def _ask(self, rows: Sequence[DoctorRow], *, retires: bool) -> None:
        self._doctors, self._retires = tuple(rows), retires
        self._visits, self._busy, self._to_retire = (), False, None
        self.begin(names_of(self._doctors), retires=retires)
        self._read()

    def _read(self) -> None:
        self.desk.runner.run(
            self._reading(),
            owner=self,
            done=self._show,
            failed=lambda error: self.say(sentence(error)),
            key="ahead",
        )

    def _reading(self) -> Callable[[], tuple[int, tuple[AppointmentRow, ...]]]:
        """Return what reads how many visits are ahead, and which (for who may move them)."""
        services, actor = self.desk.services, self.desk.actor
        ids = [one.id for one in self._doctors]
        reads = self._sees_visits()
        now = self.desk.now()

        def work() -> tuple[int, tuple[AppointmentRow, ...]]:
            count = services.doctors.visits_ahead(actor, ids)
            found = [
                visit
                for one in (ids if reads and count else ())
                for visit in services.rebooking.hits(
                    actor, doctor_id=one, begins=now, ends=now + FAR
                )
                if visit.starts_at >= now
            ]
            return count, tuple(sorted(found, key=lambda visit: visit.starts_at))

        return work

    def _sees_visits(self) -> bool:
        may = self.desk.actor.may
        return may("appointments.move") and may("appointments.read")

    def _show(self, found: tuple[int, tuple[AppointmentRow, ...]]) -> None:
        count, self._visits = found
        may = self.desk.actor.may
        ways = [] if self._retires else [KEEP]
        if self._visits and self._sees_visits():
            ways.append(MOVE)
        if self._visits and may("appointments.cancel"):
            ways.append(CANCEL)
        self.show_visits(count, self._visits, ways)

    # ---------------------------------------------------------------------------------- doing
    def go_on(self) -> None:
        """Do what was chosen; refused with a sentence, everything typed stays."""
        if self._busy or not self.go_button.isEnabled():
            return
        self.clear_errors()
        try:
            reason = clean(self.reason.text(), "reason", limit=500, required=not self._retires)
            words = clean(self.cancel_text.toPlainText(), "text", limit=500, multiline=True)
        except Invalid as error:
            (self.cancel_form if error.field == "text" else self.form).show_error(error)
            return
        way = self.way() if self._visits else KEEP
        self._busy = True
        self.go_button.setEnabled(False)
        if not self._retires and all(one.approval is Approval.BLOCKED for one in self._doctors):
            # The block was saved before; what became of the visits was refused then.
            self._after_block(way, reason, words, self._doctors)
        elif not self._retires:
            self._before = {one.id: one for one in self._doctors}
            self._block(reason, partial(self._after_block, way, reason, words))
        elif way == CANCEL:
            self._cancel(words, then=lambda: self._retire(self._doctors[0]))
        elif way == MOVE:
            self._to_retire = self._doctors[0]
            self._move(self.tr("The doctor is retired once all visits have other places."), "")
        else:
            self._retire(self._doctors[0])

    def _block(self, reason: str, then: Callable[[tuple[DoctorRow, ...]], None]) -> None:
        doctors, actor = self.desk.services.doctors, self.desk.actor
        chosen, request = [(one.id, one.version) for one in self._doctors], str(uuid.uuid4())
        self.desk.runner.run(
            lambda: doctors.block_many(actor, chosen, reason, request_id=request),
            owner=self,
            done=then,
            failed=self._failed,
        )

    def _after_block(self, way: str, reason: str, words: str, rows: tuple[DoctorRow, ...]) -> None:
        before, self._doctors = self._before, rows
        self.changed.emit()
        text = self.tr("{names} blocked").format(names=names_of(rows))
        if way == CANCEL:
            self._cancel(words, then=lambda: self._end(text, None))
            return
        self._end(text, lambda: self._unblock(rows, before))
        if way == MOVE:
            note = self.tr("The doctor is blocked. The visits stay until you move them.")
            self._move(note, reason)

    def _unblock(self, rows: Sequence[DoctorRow], before: dict[int, DoctorRow]) -> None:
        doctors, actor = self.desk.services.doctors, self.desk.actor

        def work() -> None:
            for row in rows:
                waited = before[row.id].approval is Approval.PENDING
                step = doctors.withdraw if waited else doctors.approve
                step(actor, row.id, row.version)

        self._run(work)

    def _retire(self, row: DoctorRow) -> None:
        doctors, actor, request = self.desk.services.doctors, self.desk.actor, str(uuid.uuid4())

        def done(after: DoctorRow) -> None:
            self._to_retire = None
            text = self.tr("{name} retired").format(name=after.display_name)
            self._end(
                text,
                lambda: self._run(lambda: doctors.restore_doctor(actor, row.id, after.version)),
            )
            self.changed.emit()

        self.desk.runner.run(
            lambda: doctors.retire_doctor(actor, row.id, row.version, request_id=request),
            owner=self,
            done=done,
            failed=self._failed,
        )

    def _cancel(self, words: str, *, then: Callable[[], None]) -> None:
        appointments, actor = self.desk.services.appointments, self.desk.actor
        chosen = [(one.id, one.version) for one in self._visits]
        reason, request = CancelReason(self.cancel_reason.currentData()), str(uuid.uuid4())

        def done(made: Done) -> None:
            text = self.tr("{n} visits cancelled.").format(n=len(chosen))
            history = self.desk.history
            history.did(made.request_id, text)
            then()
            self.desk.toasts.show_toast(text, kind="ok", undo=history.undo_requested.emit)

        self.desk.runner.run(
            lambda: appointments.cancel_many(actor, chosen, reason, words, request_id=request),
            owner=self,
            done=done,
            failed=self._not_cancelled,
        )

    def _not_cancelled(self, error: Exception) -> None:
        self._failed(error)
        if not self._retires:
            words = self.tr("{names} blocked, but no visit is cancelled. {why}")
            self.say(words.format(names=names_of(self._doctors), why=sentence(error)))

    def _move(self, note: str, reason: str) -> None:
        self._busy = False
        now, reading = self.desk.now(), self._reading()
        task = MoveTask(
            reason or self.tr("The doctor leaves"),
            note,
            lambda: reading()[1],
            (now, now + FAR),
            same_doctor=False,
        )
        self.close_panel()
        self.moves.ask_for(task, self._visits[:MOST_VISITS])

    def _moved(self) -> None:
        """After visits were moved: a doctor who was to be retired is, once none is left."""
        row = self._to_retire
        if row is None:
            return

        def found(ahead: tuple[int, tuple[AppointmentRow, ...]]) -> None:
            if ahead[0]:
                words = self.tr("{name} is not retired yet: {n} visits are still booked.")
                words = words.format(name=row.display_name, n=ahead[0])
                self.desk.toasts.show_toast(words, kind="warn")
            else:
                self._retire(row)

        self.desk.runner.run(self._reading(), owner=self, done=found, failed=self._failed)

    # --------------------------------------------------------------------------------- inside
    def _end(self, text: str, undo: Callable[[], object] | None) -> None:
        self._busy = False
        self.close_panel()
        self.desk.toasts.show_toast(text, kind="ok", undo=undo, shortcut="")

    def _run(self, work: Callable[[], object]) -> None:
        self.desk.runner.run(
            work, owner=self, done=lambda _none: self.changed.emit(), failed=self._told
        )

    def _told(self, error: Exception) -> None:
        self.desk.toasts.show_toast(sentence(error), kind="alarm")

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if not self.is_open:
            self._told(error)
            return
        if isinstance(error, Stale) and isinstance(error.current, DoctorRow):
            # What was chosen stays; the next try stands on the doctor as it is now.
            current = error.current
            self._doctors = tuple(current if one.id == current.id else one for one in self._doctors)
        if isinstance(error, Invalid) and error.field in self.form.fields:
            self.form.show_error(error)
        else:
            self.say(sentence(error))
        self.go_button.setEnabled(True)
        if isinstance(error, HmsError):  # what was shown may not hold any more
            self._read()
