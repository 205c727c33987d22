"""A doctor's dashboard: today, who waits, what comes, this week, all of it together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.doctor_numbers import (
    DayNumbers,
    DoctorOverview,
    UpcomingVisit,
    WaitingVisit,
)
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.grid.texts import one_line, status_name
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.numbers.bars import Bar, BarChart, Series
from hms_desktop.ui.numbers.cards import TileRow, panel
from hms_desktop.ui.numbers.words import minutes, number, percent, tr
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.patients.formats import Formats, weekday
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.busy import BusyVeil
from hms_desktop.ui.widgets.tile import Tile

_CLOCK_MS = 30_000
_LONG_WAIT = 30
"""Minutes of waiting from which on the number warns."""


class DashboardPage(Page):
    """Own numbers only; every line opens its visit."""

    entities = ("appointment", "queue_token", "patient", "visit_type")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page and read the numbers."""
        super().__init__(desk, "", "view", parent)
        self.title = self.tr("Dashboard")
        self._formats = Formats.of(desk.settings)
        self.state: DoctorOverview | None = None
        self.heading = plain_label(role="title")
        self.trouble = plain_label(role="error", wrap=True)
        self.to_come = Tile(self.tr("still to come"), active=False)
        self.waiting_now = Tile(self.tr("waiting now"), active=False)
        self.with_me = Tile(self.tr("with me"), active=False)
        self.completed = Tile(self.tr("completed"), active=False)
        self.no_shows = Tile(self.tr("no-shows"), active=False)
        self.wait = Tile(self.tr("average wait today"), active=False)
        self.waiting = LineList(
            self.tr("Waiting now"), self.tr("Nobody waits for you."), parent=self
        )
        self.upcoming = LineList(
            self.tr("Next visits"), self.tr("No visit is booked with you."), parent=self
        )
        self.week = BarChart(
            self.tr("Visits of this week"),
            (
                Series(self.tr("came"), "status:completed"),
                Series(self.tr("to come"), "status:booked"),
                Series(self.tr("no-show"), "status:no_show"),
            ),
        )
        self.week_words = plain_label(role="small", wrap=True)
        self.all_patients = Tile(self.tr("patients"), active=False)
        self.all_visits = Tile(self.tr("visits"), active=False)
        self.all_no_shows = Tile(self.tr("no-shows"), active=False)
        self.all_cancelled = Tile(self.tr("cancelled"), active=False)
        self._build()
        self.veil = BusyVeil(self)
        for one in (self.waiting, self.upcoming):
            one.chosen.connect(desk.navigate.appointment.emit)
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._stale = True  # read at the first look, not at every log-in

    def reload(self) -> None:
        """Read all numbers again."""
        numbers, actor = self.desk.services.doctor_numbers, self.desk.actor
        self.veil.set_busy(self.state is None)
        self.ask(lambda: numbers.overview(actor), self._show, failed=self._failed, key="overview")

    # ----------------------------------------------------------------------------- inside
    def _build(self) -> None:
        self.trouble.hide()
        today = TileRow(
            (
                self.to_come,
                self.waiting_now,
                self.with_me,
                self.completed,
                self.no_shows,
                self.wait,
            )
        )
        week = panel(self.tr("This week"), self.week, self.week_words, stretch=self.week)
        numbers = panel(
            self.tr("My numbers, all time"),
            TileRow(
                (self.all_patients, self.all_visits, self.all_no_shows, self.all_cancelled),
                framed=False,
            ),
            pad=4,
        )
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(week, 1)
        left.addWidget(numbers)
        waiting = panel(self.tr("Waiting now"), self.waiting, stretch=self.waiting, pad=0)
        upcoming = panel(self.tr("Next visits"), self.upcoming, stretch=self.upcoming, pad=0)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(waiting, 2)
        right.addWidget(upcoming, 3)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addLayout(left, 3)
        below.addLayout(right, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.heading)
        layout.addWidget(self.trouble)
        layout.addWidget(today)
        layout.addLayout(below, 1)

    def _show(self, found: DoctorOverview) -> None:
        self.veil.set_busy(False)
        self.trouble.hide()
        self.state = found
        self.heading.setText(self._formats.long(found.today.on))
        self._show_today(found)
        self.week.set_bars([self._bar(day, found.today.on) for day in found.week])
        together = found.this_week
        self.week_words.setText(
            self.tr("{came} came, {left} to come, {missed} missed, {gone} cancelled").format(
                came=together.came,
                left=together.to_come,
                missed=together.no_shows,
                gone=together.cancelled,
            )
        )
        totals = found.totals
        self.all_patients.set_value(number(totals.patients))
        self.all_visits.set_value(number(totals.visits))
        self.all_no_shows.set_value(
            number(totals.no_shows),
            tr("no-shows · {share}").format(share=percent(totals.no_show_rate)),
        )
        self.all_cancelled.set_value(number(totals.cancelled))
        self.upcoming.set_lines([self._upcoming_line(one) for one in found.upcoming])
        self._show_waiting(found.waiting)
        self.badge_changed.emit(len(found.waiting))

    def _show_today(self, found: DoctorOverview) -> None:
        today = found.today
        self.to_come.set_value(str(today.to_come))
        self.waiting_now.set_value(str(today.waiting), tone="warn" if today.waiting else "")
        self.with_me.set_value(str(today.in_consultation))
        self.completed.set_value(str(today.completed))
        self.no_shows.set_value(str(today.no_shows), tone="alarm" if today.no_shows else "")
        self.wait.set_value(minutes(found.average_wait_minutes))

    def _show_waiting(self, waiting: Sequence[WaitingVisit]) -> None:
        self.waiting.set_lines([self._waiting_line(one) for one in waiting])

    def _tick(self) -> None:
        """Let the waiting times go on; on a new day everything is read anew."""
        if self.state is None or not self.isVisible():
            return
        if self.state.today.on != self.desk.today():
            self.reload()
        else:
            self._show_waiting(self.state.waiting)

    def _waiting_line(self, one: WaitingVisit) -> Line:
        waited = one.waited_minutes(self.desk.now())
        name, at = one_line(one.patient_name), self._formats.at(one.starts_at)
        return Line(
            one.appointment_id,
            str(one.token) if one.token is not None else at,
            name,
            self.tr("booked for {time} · {mrn}").format(time=at, mrn=one.mrn),
            lead_role="accent_text" if one.token is not None else "ink",
            right=minutes(waited),
            right_role="alarm_text" if waited >= _LONG_WAIT else "ink",
            spoken=self.tr("{name}, waiting for {n} minutes").format(name=name, n=waited),
        )

    def _upcoming_line(self, one: UpcomingVisit) -> Line:
        name, day = one_line(one.patient_name), self._formats.day_of(one.starts_at)
        when = self._formats.relative(day, self.desk.today())
        kind = one_line(one.visit_type_name)
        return Line(
            one.appointment_id,
            self._formats.at(one.starts_at),
            name,
            " · ".join(part for part in (kind, one.mrn) if part),
            right=when,
            right_detail=status_name(one.status),
            spoken=f"{when} {self._formats.at(one.starts_at)}, {name}, {kind}",
        )

    def _bar(self, day: DayNumbers, today: object) -> Bar:
        label = f"{weekday(day.on)} {day.on.day}"
        tip = self._formats.long(day.on)
        return Bar(label, (day.came, day.to_come, day.no_shows), tip, strong=day.on == today)

    def _failed(self, error: Exception) -> None:
        self.veil.set_busy(False)
        self.trouble.setText(sentence(error))
        self.trouble.show()
