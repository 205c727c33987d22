"""A date as people type it, with a calendar to click and arrows to step."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.errors import HmsError
from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.theme import set_look
from hms_desktop.ui.widgets.month import MonthView

if TYPE_CHECKING:
    from collections.abc import Callable


def add_months(day: date, months: int) -> date:
    """Return the same day some months away, or that month's last day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


class DateEdit(QWidget):
    """Typed text goes through ``parse``; what it gives is shown through ``show_date``.

    Up and down step a day, Page Up and Page Down a month, Alt+Down opens the calendar.
    ``value_changed`` carries a ``date`` or None; ``refused`` the sentence why text is no date.
    """

    value_changed = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        parse: Callable[[str], date],
        show_date: Callable[[date], str],
        today: Callable[[], date],
        *,
        name: str = "",
        lowest: date | None = None,
        highest: date | None = None,
        week_start: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        """Start empty.

        Args:
            parse: local formats to a date of the hospital; raises Invalid or ValueError.
            show_date: a date in the local format.
            today: the hospital's date now; stepping starts there when the field is empty.
            name: accessible name.
            lowest: earliest date that stepping and the calendar offer.
            highest: the latest.
            week_start: the weekday on which the calendar's weeks begin, Monday 0.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self._parse = parse
        self._show = show_date
        self._today = today
        self._lowest = lowest or date(1, 1, 1)
        self._highest = highest or date(9999, 12, 31)
        self._week_start = week_start
        self._value: date | None = None
        self._popup: QFrame | None = None
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.editingFinished.connect(self.commit)
        self.edit.installEventFilter(self)
        self.edit.setTextMargins(0, 0, 24, 0)
        self._button = icon_button(
            "calendar", self.tr("Open calendar"), self.open_calendar, shortcut="Alt+Down"
        )
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.setIconSize(QSize(16, 16))
        self._button.setParent(self.edit)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.edit)
        inside = QHBoxLayout(self.edit)
        inside.setContentsMargins(0, 0, 4, 0)
        inside.addStretch(1)
        inside.addWidget(self._button)
        self.setFocusProxy(self.edit)

    def value(self) -> date | None:
        """Return the date, None while empty or not understood."""
        return self._value

    def text(self) -> str:
        """Return what is typed."""
        return self.edit.text()

    def set_value(self, value: date | None) -> None:
        """Show a date without telling."""
        self._value = value
        self.edit.setText("" if value is None else self._show(value))
        set_look(self.edit, invalid=False)

    def commit(self) -> bool:
        """Read what is typed; False (and ``refused``) when it is no date."""
        text = self.edit.text().strip()
        try:
            value = self._parse(text) if text else None
        except (HmsError, ValueError) as error:
            self._value = None
            set_look(self.edit, invalid=True)
            self.refused.emit(
                sentence(error)
                if isinstance(error, HmsError)
                else self.tr("This is not a date. Type it like {example}.").format(
                    example=self._show(self._today())
                )
            )
            return False
        self._take(value)
        return True

    def step(self, days: int = 0, months: int = 0) -> None:
        """Go some days or months on from the date (from today when there is none)."""
        start = self._value or self._today()
        try:
            end = add_months(start, months) + timedelta(days=days)
        except (OverflowError, ValueError):  # beyond the calendar: stay
            return
        self._take(end if self._value is not None else start)

    def open_calendar(self) -> None:
        """Show the month under the field; Enter or a click chooses, Esc closes."""
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setProperty("sheet", True)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        month = MonthView(_qdate(self._today()), self._week_start, popup)
        month.setMinimumDate(_qdate(max(self._lowest, date(1800, 1, 1))))
        month.setMaximumDate(_qdate(self._highest))
        month.setSelectedDate(_qdate(self._value or self._today()))
        month.activated.connect(lambda chosen: self._choose(popup, chosen))
        month.clicked.connect(lambda chosen: self._choose(popup, chosen))
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(month)
        popup.adjustSize()
        popup.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        popup.show()
        month.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Step with the arrows."""
        if (
            watched is not self.edit
            or event.type() != QEvent.Type.KeyPress
            or not isinstance(event, QKeyEvent)
        ):
            return False
        key, alt = event.key(), event.modifiers() & Qt.KeyboardModifier.AltModifier
        if key == Qt.Key.Key_Down and alt:
            self.open_calendar()
            return True
        steps = {
            Qt.Key.Key_Up: (1, 0),
            Qt.Key.Key_Down: (-1, 0),
            Qt.Key.Key_PageUp: (0, 1),
            Qt.Key.Key_PageDown: (0, -1),
        }
        step = steps.get(Qt.Key(key))
        if step is None:
            return False
        if not self.edit.text() or self.commit():
            self.step(*step)
        return True

    def _choose(self, popup: QFrame, chosen: QDate) -> None:
        popup.close()
        self._take(date(chosen.year(), chosen.month(), chosen.day()))

    def _take(self, value: date | None) -> None:
        if value is not None:
            value = min(max(value, self._lowest), self._highest)
        before = self._value
        self.set_value(value)
        if value != before:
            self.value_changed.emit(value)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
