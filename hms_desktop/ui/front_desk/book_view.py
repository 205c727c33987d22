"""The book part without hands: it reads, shows, and keeps the now-line moving."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.booking_line import BookingLineBar
from hms_desktop.ui.front_desk.loading import Loaded, grid_day, load, with_visit
from hms_desktop.ui.front_desk.toolbar import Toolbar
from hms_desktop.ui.front_desk.views import (
    SavedView,
    keep_pins,
    read_choice,
    read_pins,
    read_views,
)
from hms_desktop.ui.front_desk.why_line import WhyLine
from hms_desktop.ui.grid.pinboard import Pinboard
from hms_desktop.ui.grid.view import DayGrid
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.busy import BusyVeil
from hms_desktop.ui.widgets.chip import Chip
from hms_desktop.ui.widgets.empty import EmptyState

if TYPE_CHECKING:
    from hms_desktop.domain.appointments import GridVisit
    from hms_desktop.domain.patients import PatientHit
    from hms_desktop.ui.pages.base import Desk

_CLOCK_MS = 15_000
_ZOOM = "front_desk/zoom"
_ZOOM_STEP = 1.15


class BookView(QFrame):
    """Shows a day (or a doctor's week); newest answer only, old content greyed meanwhile.

    ``loaded`` carries what was read.
    """

    loaded = Signal(object)

    def __init__(self, desk: Desk, host: QWidget, parent: QWidget | None = None) -> None:
        """Build it; ``reload`` reads. ``host`` is the page, over which choices are shown."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setMinimumWidth(380)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.own_hold = ""
        self.patient: PatientHit | None = None
        self.pins = read_pins(desk.memory)
        self._focus_on: int | None = None
        self._scrolled = False
        self.state: Loaded | None = None
        self.views: dict[str, SavedView] = read_views(desk.memory)
        self.shown = read_choice(desk.memory, desk.today(), desk.settings.week_start)
        self._build(host)
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self.tick)
        self._clock.start()

    def _build(self, host: QWidget) -> None:
        desk = self._desk
        self.toolbar = Toolbar(self._formats, desk.today)
        self.line = BookingLineBar(desk, host)
        if not desk.actor.may("appointments.book"):
            self.line.hide()
        self.patient_chip = Chip("", "accent", icon="patient", removable=True)
        self.patient_chip.hide()
        self.grid = DayGrid(desk.theme.tokens)
        self.pinboard = Pinboard(desk.theme.tokens)
        self.empty = EmptyState(self.tr("Reading the day…"), icon="calendar")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.grid)
        self.veil = BusyVeil(self.grid)
        self.why = WhyLine(desk)
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, 12, 10)
        line.setSpacing(8)
        line.addWidget(self.patient_chip)
        line.addWidget(self.line, 1)
        rule = QFrame()
        rule.setProperty("rule", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addLayout(line)
        column.addWidget(rule)
        column.addWidget(self.stack, 1)
        column.addWidget(self.pinboard)
        column.addWidget(self.why)
        zoom = desk.memory.get(_ZOOM, None)
        if isinstance(zoom, int | float):
            self.grid.set_zoom(float(zoom))

    def reload(self) -> None:
        """Read what is shown again; of several readings only the newest counts."""
        shown = replace(self.shown, pinned=self.pins)
        services, actor = self._desk.services, self._desk.actor
        if self.state is None or replace(self.state.shown, pinned=()) != self.shown:
            self.veil.set_busy(True)
        self._desk.runner.run(
            lambda: load(services, actor, shown),
            owner=self,
            done=self._show,
            failed=self._failed,
            key="day",
        )

    def _show(self, found: Loaded) -> None:
        self.veil.set_busy(False)
        self._show_pins(found)
        self.toolbar.show_state(found, self.views)
        self._draw()
        self.line.set_loaded(found)
        if not found.columns:
            self._show_nobody(found)
        else:
            self.stack.setCurrentWidget(self.grid)
        if self._focus_on is not None and self.grid.focus_visit(self._focus_on):
            self._focus_on = None
        if not self._scrolled and found.columns:
            self._scrolled = True
            self.grid.focus_now()
        self.loaded.emit(found)

    def _show_pins(self, found: Loaded) -> None:
        """Take the pins as they are now, and those that came since the reading began."""
        before = self.state.pinned if self.state is not None else ()
        fresh = [one for one in before if one.id not in found.shown.pinned]
        pinned = tuple(one for one in (*found.pinned, *fresh) if one.id in self.pins)
        self.state = replace(found, pinned=pinned)
        self.set_pins(tuple(one.id for one in pinned))

    def set_pins(self, pins: tuple[int, ...]) -> None:
        """Keep these visits on the pinboard, through log-out and restart too."""
        if pins != self.pins:
            self.pins = pins
            keep_pins(self._desk.memory, pins)

    def _draw(self) -> None:
        if self.state is not None:
            self.grid.set_day(grid_day(self.state, self._desk.settings, self.own_hold))
            self.pinboard.set_visits(self.state.pinned, self._formats)

    def _show_nobody(self, found: Loaded) -> None:
        if found.doctors:
            self.empty.set_text(
                self.tr("No doctor is shown."),
                self.tr("Choose another department or view above."),
            )
        else:
            self.empty.set_text(
                self.tr("There is nobody to book with yet."),
                self.tr("Doctors appear here once they are entered and approved."),
            )
        self.stack.setCurrentWidget(self.empty)

    def _failed(self, error: Exception) -> None:
        self.veil.set_busy(False)
        self.say(sentence(error))
        if self.state is None:
            self.empty.set_text(sentence(error))

    def tick(self) -> None:
        """Move the now-line; holds that have expired vanish."""
        now = self._desk.now()
        self.grid.set_now(now)
        if self.state is None:
            return
        gone = [one for one in self.state.holds if one.expires_at <= now]
        self.state = replace(self.state, now=now)
        if gone:
            kept = tuple(one for one in self.state.holds if one.expires_at > now)
            self.state = replace(self.state, holds=kept)
            self._draw()

    def pretend(self, visit: GridVisit) -> None:
        """Show a visit where it is wished for, until the answer is here."""
        if self.state is not None:
            day = grid_day(with_visit(self.state, visit), self._desk.settings, self.own_hold)
            self.grid.set_day(day)

    def put_back(self) -> None:
        """Show what was read last: the wish was refused."""
        self._draw()

    def focus_after(self, visit_id: int) -> None:
        """Put the cursor on a visit as soon as it is shown."""
        self._focus_on = None if self.grid.focus_visit(visit_id) else visit_id

    def say(self, text: str) -> None:
        """Show a sentence under the grid."""
        self.why.say(text)
