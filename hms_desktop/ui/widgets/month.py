"""A month to click in, in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QWidget

from hms_desktop.ui.theme import current_theme


class MonthView(QCalendarWidget):
    """Qt's calendar without its red weekends and week numbers; today stands out."""

    def __init__(self, today: QDate, week_start: int = 0, parent: QWidget | None = None) -> None:
        """Mark ``today`` (the hospital's, not the computer's); begin weeks on ``week_start``."""
        super().__init__(parent)
        self.setFirstDayOfWeek(Qt.DayOfWeek(week_start + 1))
        self._today = today
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        self.setAccessibleName(self.tr("Calendar"))
        theme = current_theme()
        self.setMinimumSize(theme.px(296), theme.px(248))
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        tokens = current_theme().tokens
        plain, today = QTextCharFormat(), QTextCharFormat()
        plain.setForeground(tokens.colour("ink"))
        for day in Qt.DayOfWeek:
            self.setWeekdayTextFormat(day, plain)
        head = QTextCharFormat()
        head.setForeground(tokens.colour("dim"))
        head.setFontWeight(600)
        self.setHeaderTextFormat(head)
        today.setForeground(tokens.colour("accent_text"))
        today.setFontWeight(700)
        today.setFontUnderline(True)
        self.setDateTextFormat(self._today, today)
