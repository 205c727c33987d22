"""A doctor's calendar: appointments, leave, holidays and other hours by day, week or month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.hours import FreeSlot
from hms_desktop.ui.actions import Command
from hms_desktop.ui.calendar.agenda import Agenda
from hms_desktop.ui.calendar.grid import CalendarGrid
from hms_desktop.ui.calendar.loading import Calendar, CalendarDay, Mode, Shown, load
from hms_desktop.ui.calendar.month import MonthGrid
from hms_desktop.ui.calendar.toolbar import CalendarBar
from hms_desktop.ui.calendar.words import mark_text
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.loading import grid_day
from hms_desktop.ui.grid.day import CellRef
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.busy import BusyVeil
from hms_desktop.ui.widgets.empty import EmptyState

_MODE, _DOCTOR = "calendar/mode", "calendar/doctor"
_CLOCK_MS = 30_000


class CalendarPage(Page):
    """Own calendar, or any doctor's for whoever may see all appointments."""

    entities = (
        "appointment",
        "queue_token",
        "patient",
        "doctor",
        "visit_type",
        "working_session",
        "date_exception",
        "unavailability",
        "hospital_holiday",
        "slot_block",
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the views and read the one that was used last."""
        super().__init__(desk, "", "calendar", parent)
        self.title = self.tr("Calendar")
        self._formats = Formats.of(desk.settings)
        self.shown = _kept(desk)
        self.state: Calendar | None = None
        self.bar = CalendarBar(self._formats, desk.today)
        self.grid = CalendarGrid(desk.theme.tokens)
        self.month = MonthGrid(self._formats)
        self.agenda = Agenda(self._formats)
        self.empty = EmptyState(self.tr("Reading the calendar…"), icon="calendar")
        self.marks = plain_label(role="small", wrap=True)
        self.line = plain_label(role="small")
        self.views = QStackedWidget()
        self.stack = QStackedWidget()
        self._build()
        self._connect()
        self.commands.add_all(_commands(self))
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(lambda: self.grid.set_now(self.desk.now()))
        self._clock.start()
        self._stale = True  # read at the first look, not at every log-in

    # ---------------------------------------------------------------------------- showing
    def reload(self) -> None:
        """Read what is shown again; of several readings only the newest counts."""
        services, actor, shown = self.desk.services, self.desk.actor, self.shown
        if self.state is None or self.state.shown != shown:
            self.veil.set_busy(True)
        self.bar.show_state(shown)
        self.ask(lambda: load(services, actor, shown), self._show, failed=self._failed, key="look")

    def show_other(self, shown: Shown) -> None:
        """Look at something else."""
        if shown != self.shown:
            self.shown = shown
            self.desk.memory.put(_MODE, shown.mode.value)
            if shown.doctor_id is not None:
                self.desk.memory.put(_DOCTOR, shown.doctor_id)
            self.reload()

    def set_mode(self, mode: Mode) -> None:
        """Show a day, a week or a month around the same date."""
        self.show_other(replace(self.shown, mode=mode))

    def step(self, steps: int) -> None:
        """Go some days, weeks or months on."""
        self.show_other(self.shown.stepped(steps))

    def go_to(self, on: date) -> None:
        """Show a date."""
        self.show_other(replace(self.shown, on=on))

    def go_today(self) -> None:
        """Go to today; there already, put the cursor on now."""
        today = self.desk.today()
        if self.shown.on == today and self.shown.mode is not Mode.MONTH:
            self.grid.focus_now()
        self.go_to(today)

    def open_day(self, on: date) -> None:
        """Show one date alone, with the cursor in it."""
        self.show_other(replace(self.shown, on=on, mode=Mode.DAY))
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_calendar(self, doctor_id: int) -> None:
        """Show another doctor's calendar."""
        self.show_other(replace(self.shown, doctor_id=doctor_id))

    # ----------------------------------------------------------------------------- inside
    def _build(self) -> None:
        self.views.addWidget(self.grid)
        self.views.addWidget(self.month)
        rule = QFrame()
        rule.setProperty("rule", "vertical")
        self.agenda.setFixedWidth(current_theme().px(300))
        content = QWidget()
        side_by_side = QHBoxLayout(content)
        side_by_side.setContentsMargins(0, 0, 0, 0)
        side_by_side.setSpacing(0)
        side_by_side.addWidget(self.views, 1)
        side_by_side.addWidget(rule)
        side_by_side.addWidget(self.agenda)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(content)
        self.veil = BusyVeil(self.stack)
        self.marks.setContentsMargins(14, 6, 14, 6)
        self.marks.hide()
        self.line.setContentsMargins(14, 6, 14, 6)
        card = QFrame()
        card.setProperty("panel", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.bar)
        inside.addWidget(self.marks)
        inside.addWidget(self.stack, 1)
        inside.addWidget(self.line)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 12, 12, 12)
        whole.addWidget(card)

    def _connect(self) -> None:
        bar, navigate = self.bar, self.desk.navigate
        bar.stepped.connect(self.step)
        bar.today_wanted.connect(self.go_today)
        bar.day_chosen.connect(self.go_to)
        bar.doctor_chosen.connect(self.open_calendar)
        bar.mode_chosen.connect(lambda mode: self.set_mode(Mode(mode)))
        self.grid.day_step.connect(self.step)
        self.grid.open_requested.connect(navigate.appointment.emit)
        self.grid.book_requested.connect(self._book)
        self.grid.cursor_changed.connect(lambda _target: self.line.setText(self.grid.cursor_text()))
        self.grid.hint.connect(self.line.setText)
        self.month.chosen.connect(self._choose)
        self.month.opened.connect(self.open_day)
        self.agenda.opened.connect(navigate.appointment.emit)
        self.desk.theme.changed.connect(self._retheme)

    def _show(self, calendar: Calendar) -> None:
        self.veil.set_busy(False)
        first = self.state is None
        self.state = calendar
        # The doctor is settled while reading: own, remembered, or the first of all.
        self.shown = replace(self.shown, doctor_id=calendar.shown.doctor_id)
        self.bar.show_doctors(calendar.doctors, calendar.shown.doctor_id)
        if calendar.doctor is None:
            self.empty.set_text(
                self.tr("There is no calendar to show"),
                self.tr("No doctor is registered yet."),
            )
            self.stack.setCurrentWidget(self.empty)
            return
        month = calendar.shown.mode is Mode.MONTH
        # At the first look the cursor goes where the arrows work; later it is left alone.
        around = self if first else self.views
        focused = QApplication.focusWidget()
        had_focus = self.isVisible() and focused is not None and around.isAncestorOf(focused)
        self.stack.setCurrentIndex(1)
        self.agenda.setVisible(calendar.shown.mode is not Mode.WEEK)
        self._show_agenda(self.shown.on)
        if month:
            self._show_month(calendar)
        else:
            self._show_grid(calendar, scroll=first)
        view = self.month if month else self.grid
        self.views.setCurrentWidget(view)
        if had_focus:
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_month(self, calendar: Calendar) -> None:
        shown = self.shown
        self.month.show_month(calendar.days, shown.first, shown.on, self.desk.today())
        self.marks.hide()
        self.line.setText(
            self.tr("Arrows walk from day to day, Enter opens the day, Page Up and Page Down turn")
        )

    def _show_grid(self, calendar: Calendar, *, scroll: bool) -> None:
        before = self.grid.day
        day = grid_day(calendar.grid, self.desk.settings)
        self.grid.set_day(day)
        self._show_marks(calendar)
        self.line.setText(self.grid.cursor_text())
        if scroll or before is None or before.on != day.on:
            self.grid.scroll_to_now()

    def _show_marks(self, calendar: Calendar) -> None:
        """Say over the grid which dates differ: closed time in it has no room for reasons."""
        today, words = self.desk.today(), []
        for day in calendar.days.values():
            on = (
                "" if calendar.shown.mode is Mode.DAY else f"{self._formats.short(day.on, today)}: "
            )
            words += [on + mark_text(one, self._formats) for one in day.marks]
        self.marks.setText("    ".join(words))
        self.marks.setVisible(bool(words))

    def _choose(self, on: object) -> None:
        if not isinstance(on, date) or self.state is None:
            return
        if on in self.state.days and (on.year, on.month) == (
            self.shown.on.year,
            self.shown.on.month,
        ):
            self.shown = replace(self.shown, on=on)
            self.state = replace(self.state, shown=self.shown)
            self.bar.show_state(self.shown)
            self._show_agenda(on)
        else:
            self.go_to(on)

    def _show_agenda(self, on: date) -> None:
        if self.state is not None:
            types = {one.id: one.name for one in self.state.grid.visit_types}
            day = self.state.days.get(on) or CalendarDay(on)
            self.agenda.show_day(day, self.desk.today(), types)

    def _book(self, cell: object) -> None:
        doctor = self.state.doctor if self.state is not None else None
        if not isinstance(cell, CellRef) or doctor is None:
            return
        if not self.desk.actor.may("appointments.book") or not doctor.bookable:
            self.line.setText(self.tr("This log-in may look at the calendar, not book in it."))
            return
        self.desk.navigate.book_slot.emit(
            FreeSlot(
                doctor.id,
                doctor.display_name,
                doctor.department_name,
                cell.starts_at,
                cell.starts_at + timedelta(minutes=cell.minutes),
                doctor.room_name,
            )
        )

    def _failed(self, error: Exception) -> None:
        self.veil.set_busy(False)
        self.line.setText(sentence(error))
        if self.state is None:
            self.empty.set_text(self.tr("The calendar could not be read"), sentence(error))
            self.stack.setCurrentWidget(self.empty)

    def _retheme(self, tokens: Any) -> None:  # noqa: ANN401 - Signal(object)
        self.grid.set_tokens(tokens)


def _kept(desk: Desk) -> Shown:
    """Return today in the view and of the doctor that were looked at last."""
    mode, doctor = desk.memory.get(_MODE, ""), desk.memory.get(_DOCTOR, None)
    return Shown(
        desk.today(),
        Mode(mode) if mode in set(Mode) else Mode.WEEK,
        doctor if isinstance(doctor, int) else desk.actor.doctor_id,
        desk.settings.week_start,
    )


def _commands(page: CalendarPage) -> Iterator[Command]:
    """Yield the keys of a calendar."""
    group, bar = page.tr("Calendar"), page.bar
    for key, mode, text in (
        ("D", Mode.DAY, page.tr("Show the day")),
        ("W", Mode.WEEK, page.tr("Show the week")),
        ("M", Mode.MONTH, page.tr("Show the month")),
    ):
        yield Command(f"calendar.{mode}", text, partial(page.set_mode, mode), key, group)
    yield Command("calendar.today", page.tr("Today"), page.go_today, "T", group, also=("Alt+Home",))
    yield Command(
        "calendar.before", page.tr("Earlier"), partial(page.step, -1), "PgUp", group,
        also=("Alt+Left",), icon="arrow-left",
    )  # fmt: skip
    yield Command(
        "calendar.after", page.tr("Later"), partial(page.step, 1), "PgDown", group,
        also=("Alt+Right",), icon="arrow-right",
    )  # fmt: skip
    yield Command("calendar.jump", page.tr("Jump to a date"), bar.jump, "Ctrl+J", group)
    if page.desk.actor.may("appointments.read"):
        yield Command(
            "calendar.doctor", page.tr("Choose a doctor"), bar.doctor.setFocus, "Ctrl+D", group
        )
