"""Dates that differ, and single slots: read, closed, opened, taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from hms_desktop.domain.availability_rules import DayPlan
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hours import AddException, ExceptionRow, SlotToggled
from hms_desktop.domain.slot_cells import SlotCell, slot_cells
from hms_desktop.domain.zones import day_bounds
from hms_desktop.ui.availability.date_marks import DatesRead, date_marks, words_of
from hms_desktop.ui.availability.exception_form import Wanted
from hms_desktop.ui.availability.exceptions_frame import WEEK, ExceptionsFrame
from hms_desktop.ui.availability.month import Mark
from hms_desktop.ui.availability.slot_look import SlotDay
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk

DAYS_AHEAD = 7


class ExceptionsPart(ExceptionsFrame):
    """One doctor's dates that differ; every change can be taken back from its toast."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the part; ``show_doctor`` fills it."""
        super().__init__(desk, parent)
        self._doctor_id: int | None = None
        self._usual = desk.settings.slot_minutes
        self._busy = False
        self._read: DatesRead | None = None
        self.month.day_chosen.connect(self._choose_day)
        self.month.month_changed.connect(lambda _month: self.reload())
        self.view_changed.connect(self.reload)
        self.day_slots.toggled.connect(self._toggle)
        self.week_slots.toggled.connect(self._toggle)
        self.list.removed.connect(self._remove)
        self.form.wanted.connect(self._add)
        self.form.set_day(self.month.day)

    def show_doctor(self, doctor_id: int, usual_minutes: int | None, *, may_edit: bool) -> None:
        """Show a doctor; ``usual_minutes`` is the doctor's own length of slots."""
        self._doctor_id = doctor_id
        self._usual = usual_minutes or self._desk.settings.slot_minutes
        self.set_read_only(not may_edit)
        self.reload()

    def reload(self) -> None:
        """Read what is shown anew."""
        doctor_id = self._doctor_id
        if doctor_id is None:
            return
        days = self._days()
        sheet = self.month.dates()
        first, last = min(sheet[0], days[0]), max(sheet[-1], days[-1])
        availability, actor = self._desk.services.availability, self._desk.actor
        since = day_bounds(self._desk.zone, first)[0]

        def work() -> DatesRead:
            holidays = [
                one
                for year in range(first.year, last.year + 1)
                for one in availability.holidays(actor, year)
            ]
            plans = {
                on: plan
                for on in days
                for plan in availability.day_plans(actor, on, [doctor_id]).values()
            }
            return DatesRead(
                availability.exceptions(actor, doctor_id, first, last),
                availability.leaves(actor, doctor_id, since=since),
                tuple(holidays),
                plans,
            )

        self._desk.runner.run(work, owner=self, done=self._show, failed=self._failed, key="dates")

    # ----------------------------------------------------------------------------------- inside
    def _days(self) -> list[date]:
        if self.view.value() == WEEK:
            today = self._desk.today()
            return [today + timedelta(days=number) for number in range(DAYS_AHEAD)]
        return [self.month.day]

    def _choose_day(self, day: date) -> None:
        self.show_trouble("")
        self.form.set_day(day)
        self.reload()

    def _show(self, read: DatesRead) -> None:
        self._read = read
        marks = date_marks(read, self.month.dates(), self._formats)
        self.month.set_marks(marks)
        today, now = self._desk.today(), self._desk.now()
        days = [
            SlotDay(on, slot_cells(plan, now, self._usual), self._note(on, plan, marks))
            for on, plan in read.plans.items()
        ]
        (self.week_slots if self.view.value() == WEEK else self.day_slots).set_days(days, today)
        day = self.month.day
        self.list.set_rows(
            [row for row in read.exceptions if row.on_date == day],
            words_of(day, read, self._desk.zone),
        )

    def _note(self, on: date, plan: DayPlan, marks: Mapping[date, Mark]) -> str:
        mark = marks.get(on)
        if mark is not None:
            return mark.words
        return "" if plan.open or plan.slots else self.tr("no hours")

    # ---------------------------------------------------------------------------------- changes
    def _toggle(self, cell: SlotCell) -> None:
        doctor_id, services = self._doctor_id, self._desk.services
        if doctor_id is None:
            return
        actor, request = self._desk.actor, str(uuid.uuid4())
        when = self._formats.moment(cell.starts_at, self._desk.now())

        def toggled(done: SlotToggled) -> None:
            words = (
                self.tr("Slot {when} closed.") if done.closed else self.tr("Slot {when} opened.")
            )
            self._say(words.format(when=when), lambda: self._toggle(cell))

        self._write(
            lambda: services.availability.toggle_slot(
                actor, doctor_id, cell.starts_at, cell.minutes, request_id=request
            ),
            toggled,
        )

    def _add(self) -> None:
        if self._doctor_id is None or self._busy:
            return
        self.form.form.clear_errors()
        try:
            wanted = self.form.wish(self._doctor_id)
        except Invalid as error:
            self.form.form.show_error(error)
            return
        if wanted.exceptions:
            self._add_exceptions(wanted)
        else:
            self._toggle_ranges(wanted)

    def _add_exceptions(self, wanted: Wanted) -> None:
        availability, actor = self._desk.services.availability, self._desk.actor
        request = str(uuid.uuid4())

        def added(rows: Sequence[ExceptionRow]) -> None:
            self.form.clear()
            dates = len({row.on_date for row in rows})
            words = (
                self.tr("{day} differs now.").format(
                    day=self._formats.long(rows[0].on_date, self._desk.today())
                )
                if dates == 1
                else self.tr("{n} dates differ now.").format(n=dates)
            )
            self._say(words, lambda: self._delete(rows))

        self._write(
            lambda: availability.add_exceptions(actor, wanted.exceptions, request_id=request), added
        )

    def _toggle_ranges(self, wanted: Wanted) -> None:
        availability, actor = self._desk.services.availability, self._desk.actor

        def work() -> int:
            # Each stretch of hours is one step of its own; all of one form wish the same.
            return sum(
                len(availability.toggle_range(actor, one, request_id=str(uuid.uuid4())))
                for one in wanted.ranges
            )

        def done(count: int) -> None:
            closed = wanted.ranges[0].closed
            self.form.clear()
            words = (
                self.tr("Closed by hand on {n} dates.")
                if closed
                else self.tr("Opened again on {n} dates.")
            )
            self._say(words.format(n=count // len(wanted.ranges)), None)

        self._write(work, done)

    def _remove(self, row: ExceptionRow) -> None:
        self._delete([row])

    def _delete(self, rows: Sequence[ExceptionRow]) -> None:
        availability, actor = self._desk.services.availability, self._desk.actor
        request = str(uuid.uuid4())
        chosen = [(row.id, row.version) for row in rows]

        def deleted(_none: None) -> None:
            words = self.tr("The weekly hours count again.")
            self._say(words, lambda: self._add_exceptions(Wanted(tuple(map(_again, rows)))))

        self._write(
            lambda: availability.delete_exceptions(actor, chosen, request_id=request), deleted
        )

    def _write(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if self._busy:
            return
        self._busy = True
        self.show_trouble("")
        self.form.save_button.setEnabled(False)

        def finished(result: Any) -> None:  # noqa: ANN401 - whatever the call returns
            self._rest()
            done(result)
            self.reload()

        self._desk.runner.run(work, owner=self, done=finished, failed=self._refused)

    def _refused(self, error: Exception) -> None:
        self._rest()
        if isinstance(error, Invalid) and error.field in {"start_minute", "end_minute"}:
            error = Invalid("hours", error.template, **error.values)
        if isinstance(error, Invalid) and error.field in self.form.form.fields:
            self.form.form.show_error(error)
            return
        self.reload()
        self._failed(error)

    def _rest(self) -> None:
        self._busy = False
        self.form.save_button.setEnabled(True)

    def _say(self, words: str, undo: Callable[[], object] | None) -> None:
        self._desk.toasts.show_toast(words, kind="ok", undo=undo, shortcut="")

    def _failed(self, error: Exception) -> None:
        self.show_trouble(sentence(error))


def _again(row: ExceptionRow) -> AddException:
    """Return the wish that makes an exception once more."""
    return AddException(
        row.doctor_id,
        row.on_date,
        row.kind,
        row.start_minute,
        row.end_minute,
        row.slot_minutes,
        row.capacity,
        row.reason,
    )
