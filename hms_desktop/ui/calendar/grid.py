"""The day grid as a calendar: to look and to open, not to move."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from hms_desktop.domain.appointments import GridVisit
from hms_desktop.ui.calendar.words import tr
from hms_desktop.ui.grid.view import DayGrid

#: Letters that move, pin or change a visit on the front desk; here some name a view.
_LETTERS = frozenset(
    {
        Qt.Key.Key_C,
        Qt.Key.Key_D,
        Qt.Key.Key_F,
        Qt.Key.Key_M,
        Qt.Key.Key_N,
        Qt.Key.Key_P,
        Qt.Key.Key_T,
        Qt.Key.Key_W,
        Qt.Key.Key_X,
    }
)


class CalendarGrid(DayGrid):
    """Enter opens a visit, on a free slot it books; nothing is moved or changed by accident."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the letters to the page."""
        if event.key() in _LETTERS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def may_move(self, visit: GridVisit) -> bool:  # noqa: ARG002 - the grid's signature
        """Say where visits are moved."""
        self.hint.emit(tr("Visits are moved on the front desk. Enter opens this one there."))
        return False
