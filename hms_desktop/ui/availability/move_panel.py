"""Visits that cannot stay: new times for all of them, looked at, changed, applied at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.appointments import AppointmentRow, Done
from hms_desktop.domain.errors import Conflict, HmsError, Stale
from hms_desktop.domain.hours import FreeSlot, LeaveRow
from hms_desktop.domain.rebooking import Proposal, ProposalWish, Whose, call_list
from hms_desktop.ui.availability.move_frame import MoveFrame
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk


@dataclass(frozen=True, slots=True)
class MoveTask:
    """Why visits have to go, and from where.

    ``note`` stands under the heading, ``reread`` finds the visits again (on a worker). In
    ``avoid`` (UTC) the same doctor gets no new visits; ``same_doctor`` False: never again.
    """

    reason: str
    note: str
    reread: Callable[[], tuple[AppointmentRow, ...]]
    avoid: tuple[datetime, datetime] | None = None
    same_doctor: bool = True


class MovePanel(MoveFrame):
    """Opens over the page; ``moved`` after visits were moved."""

    moved = Signal()

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(desk, host)
        self._task: MoveTask | None = None
        self._hits: tuple[AppointmentRow, ...] = ()
        self._slots: tuple[FreeSlot, ...] = ()
        self._request = ""
        self._applying = False
        self.whose.changed.connect(lambda _key: self.propose())
        self.first.value_changed.connect(lambda _value: self.propose())
        self.first.refused.connect(self.say)
        self.model.ticked.connect(self._show_count)
        self.table.row_changed.connect(lambda _row: self._load_times())
        self.times.activated.connect(self._choose_time)

    def ask(self, leave: LeaveRow, hits: Sequence[AppointmentRow]) -> None:
        """Offer new times for the visits that a leave hits."""
        rebooking, actor = self._desk.services.rebooking, self._desk.actor
        task = MoveTask(
            leave.reason,
            self.tr("The leave is saved. The visits stay until you move them."),
            lambda: rebooking.hits(actor, leave_id=leave.id),
            (leave.starts_at, leave.ends_at),
        )
        self.ask_for(task, hits)

    def ask_for(self, task: MoveTask, hits: Sequence[AppointmentRow]) -> None:
        """Offer new times for visits, for whatever reason they cannot stay."""
        self._task, self._hits = task, tuple(hits)
        self._request = ""
        others = self._desk.actor.may("appointments.read")
        self.whose.set_value(
            Whose.SAME.value if task.same_doctor or not others else Whose.DEPARTMENT.value
        )
        self.whose.setVisible(others and task.same_doctor)
        count = len(hits)
        title = (
            self.tr("1 visit is booked in this time")
            if count == 1
            else self.tr("{n} visits are booked in this time").format(n=count)
        )
        self.set_title(title, task.note)
        self.show_work(working=True)
        self.model.set_proposals([])
        self.propose()
        self.open_panel(self.table)

    def propose(self) -> None:
        """Look for new times, from the start."""
        if self._task is None or not self._hits:
            return
        rebooking, actor = self._desk.services.rebooking, self._desk.actor
        ids, wish = [row.id for row in self._hits], self._wish()
        self.say("")
        self.apply_button.setEnabled(False)
        self._desk.runner.run(
            lambda: rebooking.propose(actor, ids, wish),
            owner=self,
            done=self._show_proposals,
            failed=lambda error: self.say(sentence(error)),
            key="propose",
            label=self.tr("Looking for new times"),
        )

    def apply(self) -> None:
        """Move what is ticked, all in one step."""
        chosen = self.model.chosen()
        if self._applying or not chosen or self._task is None:
            return
        rebooking, actor = self._desk.services.rebooking, self._desk.actor
        self._request = self._request or str(uuid.uuid4())
        request, reason = self._request, self._task.reason
        self._applying = True
        self.say("")
        self._show_count()
        self._desk.runner.run(
            lambda: rebooking.apply(actor, chosen, reason=reason, request_id=request),
            owner=self,
            done=lambda done: self._applied(done, chosen),
            failed=self._not_applied,
            label=self.tr("Moving visits"),
        )

    # ----------------------------------------------------------------------------------- inside
    def _wish(self) -> ProposalWish:
        avoid = None if self._task is None else self._task.avoid
        return ProposalWish(Whose(self.whose.value()), self.first.value(), avoid=avoid)

    def _show_proposals(self, rows: tuple[Proposal, ...]) -> None:
        self._request = ""
        self.model.set_proposals(rows)
        self.table.fit()
        if rows:
            self.table.selectRow(0)
        self._load_times()

    def _load_times(self) -> None:
        row = self.table.currentIndex().row()
        rows = self.model.proposals
        self.times.clear()
        self.times.setEnabled(False)
        if not 0 <= row < len(rows):
            self._times_label.setText("")
            return
        one = rows[row]
        self._times_label.setText(
            self.model.why(one)
            or self.tr("Another time for {patient}:").format(patient=one.appointment.patient_name)
        )
        rebooking, actor, wish = self._desk.services.rebooking, self._desk.actor, self._wish()
        taken = [each for each in self.model.chosen() if each.appointment.id != one.appointment.id]
        self._desk.runner.run(
            lambda: rebooking.choices(actor, one.appointment.id, wish, taken),
            owner=self,
            done=lambda slots: self._show_times(one, slots),
            failed=lambda error: self.say(sentence(error)),
            key="times",
        )

    def _show_times(self, one: Proposal, slots: tuple[FreeSlot, ...]) -> None:
        self._slots, now = slots, self._desk.now()
        self.times.clear()
        for slot in slots:
            words = self._formats.moment(slot.starts_at, now)
            if slot.doctor_id != one.appointment.doctor_id:
                words = f"{words} · {slot.doctor_name}"
            self.times.addItem(words)
        at = next(
            (
                number
                for number, slot in enumerate(slots)
                if (slot.doctor_id, slot.starts_at) == (one.doctor_id, one.new_starts_at)
            ),
            -1,
        )
        self.times.setCurrentIndex(at)
        self.times.setEnabled(bool(slots))

    def _choose_time(self, number: int) -> None:
        row = self.table.currentIndex().row()
        if not 0 <= number < len(self._slots) or row < 0:
            return
        slot, one = self._slots[number], self.model.proposals[row]
        self._request = ""
        self.model.change(
            row,
            replace(
                one,
                new_starts_at=slot.starts_at,
                doctor_id=slot.doctor_id,
                doctor_name=slot.doctor_name,
            ),
        )

    def _show_count(self) -> None:
        count = len(self.model.chosen())
        self.apply_button.setText(
            self.tr("M&ove 1 visit") if count == 1 else self.tr("M&ove {n} visits").format(n=count)
        )
        self.apply_button.setEnabled(bool(count) and not self._applying)

    def _applied(self, done: Done, chosen: Sequence[Proposal]) -> None:
        self._applying = False
        self._request = ""
        desk, count = self._desk, len(chosen)
        words = (
            self.tr("1 visit moved.")
            if count == 1
            else self.tr("{n} visits moved.").format(n=count)
        )
        desk.history.did(done.request_id, words)
        desk.toasts.show_toast(words, kind="ok", undo=desk.history.undo_requested.emit)
        self.calls.show_lines(call_list(chosen))
        self.set_title(self.tr("Whom to call"), words)
        self.show_work(working=False)
        self.moved.emit()

    def _not_applied(self, error: Exception) -> None:
        self._applying = False
        if isinstance(error, HmsError):
            self._request = ""
        self.say(sentence(error))
        self._show_count()
        if isinstance(error, Conflict):
            self._load_times()
        elif isinstance(error, Stale):
            self._reread()

    def _reread(self) -> None:
        """Read the visits anew: one of them is not what it was."""
        if self._task is None:
            return

        def take(hits: tuple[AppointmentRow, ...]) -> None:
            self._hits = hits

        self._desk.runner.run(
            self._task.reread,
            owner=self,
            done=take,
            failed=lambda error: self.say(sentence(error)),
            key="hits",
        )
