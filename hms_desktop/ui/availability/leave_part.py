"""Leave of a doctor with the visits it hits, and the hospital's holidays to look at."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.hours import HolidayRow, LeaveRow, LeaveSaved, SaveLeave
from hms_desktop.ui.availability.leave_frame import LeaveFrame
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.now.lines import Line
from hms_desktop.ui.pages.base import Desk

PAST = timedelta(days=31)
"""Leave that ended longer ago is not shown."""


@dataclass(frozen=True, slots=True)
class _Read:
    leaves: tuple[LeaveRow, ...]
    holidays: tuple[HolidayRow, ...]


class LeavePart(LeaveFrame):
    """A doctor's leave; ``move_wanted`` carries the LeaveSaved whose visits are to move."""

    move_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the part; ``show_doctor`` fills it."""
        super().__init__(desk, parent)
        self._doctor_id: int | None = None
        self._may_edit = False
        self._busy = False
        self.form.wanted.connect(self.save)
        self.form.given_up.connect(lambda: self.table.select_ids([]))
        self.table.selected.connect(lambda _ids: self._show_steps())
        self.table.opened.connect(lambda _row: self.edit())

    # ------------------------------------------------------------------------------- from outside
    def show_doctor(self, doctor_id: int, *, may_edit: bool) -> None:
        """Show a doctor's leave."""
        if doctor_id != self._doctor_id:
            self.form.start_new()
            self.say("")
        self._doctor_id, self._may_edit = doctor_id, may_edit
        self._form_card.setVisible(may_edit)
        self.empty.set_text(
            self.tr("No leave is planned"),
            self.tr("Give the first and the last day at the right and save.") if may_edit else "",
        )
        self.reload()

    def reload(self) -> None:
        """Read leave and holidays anew."""
        doctor_id = self._doctor_id
        if doctor_id is None:
            return
        availability, actor = self._desk.services.availability, self._desk.actor
        since, today = self._desk.now() - PAST, self._desk.today()

        def work() -> _Read:
            holidays = [
                one
                for year in (today.year, today.year + 1)
                for one in availability.holidays(actor, year)
                if one.on_date >= today
            ]
            leaves = availability.leaves(actor, doctor_id, since=since)
            return _Read(leaves, tuple(holidays))

        self._desk.runner.run(work, owner=self, done=self._show, failed=self._failed, key="leave")

    def save(self) -> None:
        """Save what the form says; a leave that hits visits offers to move them."""
        if self._busy or self._doctor_id is None or not self._may_edit:
            return
        self.form.form.clear_errors()
        try:
            wish = self.form.wish(self._doctor_id)
        except Invalid as error:
            self.form.form.show_error(error)
            return
        self._write(wish)

    def edit(self) -> None:
        """Put the selected leave into the form."""
        row = self.table.current_row()
        if row is not None and self._may_edit:
            self.form.load(row)
            self.form.first.edit.setFocus()

    def delete(self) -> None:
        """Delete the selected leave; its toast brings it back."""
        row = self.table.current_row()
        if row is not None and self._may_edit:
            self._delete(row)

    def move_visits(self) -> None:
        """Look for visits in the selected leave and offer to move them."""
        row = self.table.current_row()
        if row is None:
            return
        rebooking, actor = self._desk.services.rebooking, self._desk.actor

        def found(hits: Any) -> None:  # noqa: ANN401 - a tuple of AppointmentRow
            if hits:
                self.move_wanted.emit(LeaveSaved(row, hits))
            else:
                words = self.tr("No visit is booked in this leave.")
                self._desk.toasts.show_toast(words, kind="ok")

        self._desk.runner.run(
            lambda: rebooking.hits(actor, leave_id=row.id),
            owner=self,
            done=found,
            failed=self._failed,
            key="hits",
        )

    # ----------------------------------------------------------------------------------- inside
    def _show(self, read: _Read) -> None:
        self.table.set_rows(read.leaves)
        today = self._desk.today()
        self.holidays.set_lines(
            [
                Line(one.id, "", one.name, self._formats.long(one.on_date, today))
                for one in read.holidays
            ]
        )
        self._show_steps()

    def _show_steps(self) -> None:
        chosen = bool(self.table.selected_rows())
        for one in (self.edit_button, self.delete_button):
            one.setVisible(self._may_edit)
            one.setEnabled(chosen and not self._busy)
        self.move_button.setVisible(self._desk.actor.may("appointments.move"))
        self.move_button.setEnabled(chosen)
        self.form.save_button.setEnabled(not self._busy)

    # ---------------------------------------------------------------------------------- changes
    def _write(self, wish: SaveLeave) -> None:
        availability, actor = self._desk.services.availability, self._desk.actor
        request, before = str(uuid.uuid4()), self.form.row
        call = availability.add_leave if wish.leave_id is None else availability.update_leave

        def saved(done: LeaveSaved) -> None:
            self.form.start_new()
            leave = done.leave
            if before is None:
                self._toast(self.tr("Leave saved."), lambda: self._delete(leave))
            else:
                back = _wish_of(before)
                back = replace(back, leave_id=leave.id, version=leave.version)
                self._toast(self.tr("Leave changed."), lambda: self._write(back))
            if done.hits and self._desk.actor.may("appointments.move"):
                self.move_wanted.emit(done)
            elif done.hits:
                self.say(
                    self.tr(
                        "{n} visits are booked in this leave. Ask the front desk to move them."
                    ).format(n=len(done.hits))
                )

        self._run(lambda: call(actor, wish, request_id=request), saved)

    def _delete(self, row: LeaveRow) -> None:
        availability, actor = self._desk.services.availability, self._desk.actor
        request = str(uuid.uuid4())

        def deleted(_none: None) -> None:
            if self.form.row is not None and self.form.row.id == row.id:
                self.form.start_new()
            again = replace(_wish_of(row), leave_id=None, version=None)
            self._toast(self.tr("Leave deleted."), lambda: self._write(again))

        self._run(
            lambda: availability.delete_leave(actor, row.id, row.version, request_id=request),
            deleted,
        )

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if self._busy:
            return
        self._busy = True
        self.say("")
        self._show_steps()

        def finished(result: Any) -> None:  # noqa: ANN401 - whatever the call returns
            self._busy = False
            done(result)
            self.reload()

        self._desk.runner.run(work, owner=self, done=finished, failed=self._refused)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self._show_steps()
        if isinstance(error, Invalid) and error.field in self.form.form.fields:
            self.form.form.show_error(error)
            return
        if isinstance(error, Stale) and isinstance(error.current, LeaveRow):
            # What was typed stays; the next save stands on the row as it is now.
            self.form.stand_on(error.current)
        self.reload()
        self._failed(error)

    def _toast(self, words: str, undo: Callable[[], object]) -> None:
        self._desk.toasts.show_toast(words, kind="ok", undo=undo, shortcut="")

    def _failed(self, error: Exception) -> None:
        self.say(sentence(error))


def _wish_of(row: LeaveRow) -> SaveLeave:
    return SaveLeave(row.doctor_id, row.starts_at, row.ends_at, row.reason, row.id, row.version)
