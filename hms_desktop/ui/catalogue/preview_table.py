"""Public days with a tick for each that would be added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.holidays import DayState, PreviewDay, PublicDay
from hms_desktop.ui.icons import icon
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.table import Column, RowTable


class PreviewTable(QWidget):
    """The days by date; Space, Enter or a click on the mark ticks one. ``ticked`` tells."""

    ticked = Signal()

    def __init__(self, desk: Desk) -> None:
        """Begin empty."""
        super().__init__()
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._days: tuple[PreviewDay, ...] = ()
        self._chosen: set[date] = set()
        self.table: RowTable[PreviewDay] = RowTable(
            self._columns(),
            lambda one: one.day.on_date,
            name=self.tr("Public holidays"),
            empty=EmptyState(
                self.tr("No day is known for these choices"),
                detail=self.tr("Choose another country, state or year."),
                icon="calendar",
            ),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.setFocusProxy(self.table)
        self.table.opened.connect(self._toggle)
        self.table.view.clicked.connect(self._clicked)
        self.table.view.installEventFilter(self)

    def days(self) -> tuple[PreviewDay, ...]:
        """Return all days."""
        return self._days

    def chosen(self) -> tuple[PublicDay, ...]:
        """Return the ticked days."""
        return tuple(one.day for one in self._days if one.day.on_date in self._chosen)

    def set_days(self, days: Sequence[PreviewDay]) -> None:
        """Show others; those to come that are new and kept by everybody are ticked."""
        self._days, today = tuple(days), self._desk.today()
        # A day that is over was worked on or not: closing it now would change what was reported.
        self._chosen = {
            one.day.on_date
            for one in days
            if one.state is DayState.NEW and not one.day.optional and one.day.on_date >= today
        }
        self._tell()

    def tick_all(self) -> None:
        """Tick every new day."""
        self._chosen = {one.day.on_date for one in self._days if one.state is DayState.NEW}
        self._tell()

    def tick_none(self) -> None:
        """Take all ticks away."""
        self._chosen = set()
        self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tick on Space, whatever the column."""
        if (
            watched is self.table.view
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Space
        ):
            row = self.table.current_row()
            if row is not None:
                self._toggle(row)
            return True
        return False

    def _clicked(self, index: QModelIndex) -> None:
        row = self.table.current_row()
        if index.column() == 0 and row is not None:
            self._toggle(row)

    def _toggle(self, one: PreviewDay) -> None:
        if one.state is DayState.NEW:
            self._chosen ^= {one.day.on_date}
            self._tell()

    def _tell(self) -> None:
        self.table.set_rows(self._days)
        self.ticked.emit()

    def _columns(self) -> tuple[Column[PreviewDay], ...]:
        formats, today = self._formats, self._desk.today

        def mark(one: PreviewDay) -> QIcon | None:
            return icon("check", "accent_text") if one.day.on_date in self._chosen else None

        def tick(one: PreviewDay) -> str:
            if one.state is not DayState.NEW:
                return ""
            return self.tr("add") if one.day.on_date in self._chosen else self.tr("leave out")

        return (
            Column("tick", self.tr("Take over"), tick, width=104, icon=mark),
            Column(
                "date", self.tr("Date"), lambda one: formats.long(one.day.on_date, today()),
                sort=lambda one: one.day.on_date, width=160, bold=True,
            ),
            Column(
                "name", self.tr("Name"), lambda one: one.day.name, width=0,
                tone=lambda one: "dim" if one.state is not DayState.NEW else "",
            ),
            Column("state", self.tr("Now"), self._state, width=150, tip=self._state),
            Column(
                "visits", self.tr("Visits"), lambda one: str(one.visits or ""),
                sort=lambda one: one.visits, width=70, right=True,
                tone=lambda one: "alarm_text" if one.visits else "",
            ),
        )  # fmt: skip

    def _state(self, one: PreviewDay) -> str:
        if one.state is DayState.NEW:
            return self.tr("new, optional") if one.day.optional else self.tr("new")
        if one.state is DayState.OTHER_NAME:
            return self.tr("there: {name}").format(name=one.there_as)
        return self.tr("there already")
