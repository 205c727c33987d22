"""A month of a doctor: which dates are closed, differ, or lie in leave or a holiday."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from PySide6.QtCore import QEvent, QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from hms_desktop.ui.patients.formats import weekday_names
from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.theme import Tokens, current_theme
from hms_desktop.ui.widgets.toast import announce

WEEKS = 6


class Mark(NamedTuple):
    """What is special about a date: kind (closed, extra, other, leave, holiday) and words."""

    kind: str
    words: str


TONES = {
    "closed": ("alarm_soft", "alarm_text"),
    "extra": ("ok_soft", "ok_text"),
    "other": ("accent_soft", "accent_text"),
    "leave": ("warn_soft", "warn_text"),
    "holiday": ("hover", "dim"),
}


def weeks_of(month: date, week_start: int) -> list[date]:
    """Return the 42 dates that the sheet of a month shows, from a ``week_start`` (Monday 0) on."""
    first = month.replace(day=1)
    start = first - timedelta(days=(first.weekday() - week_start) % 7)
    return [start + timedelta(days=number) for number in range(7 * WEEKS)]


class MonthSheet(QWidget):
    """Weeks; ``day_chosen`` on click and arrows, the month follows the day."""

    day_chosen = Signal(object)
    month_changed = Signal(object)

    def __init__(self, today: date, week_start: int = 0, parent: QWidget | None = None) -> None:
        """Begin with today; a week with ``week_start`` (Monday 0)."""
        super().__init__(parent)
        self._week_start = week_start
        self._today = self._day = today
        self._month = today.replace(day=1)
        self._marks: Mapping[date, Mark] = {}
        self._names = weekday_names()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Month"))
        self.setMinimumSize(current_theme().px(330), current_theme().px(300))
        current_theme().changed.connect(self.update)

    @property
    def day(self) -> date:
        """The chosen date."""
        return self._day

    @property
    def month(self) -> date:
        """The first of the month that is shown."""
        return self._month

    def dates(self) -> list[date]:
        """Return the dates of the sheet."""
        return weeks_of(self._month, self._week_start)

    def title(self) -> str:
        """Return the month in words."""
        return f"{QLocale().standaloneMonthName(self._month.month)} {self._month.year}"

    def set_marks(self, marks: Mapping[date, Mark]) -> None:
        """Show what is special."""
        self._marks = dict(marks)
        self.update()

    def choose(self, day: date, *, tell: bool = True) -> None:
        """Go to a date."""
        self._day = day
        month = day.replace(day=1)
        if month != self._month:
            self._month = month
            self.month_changed.emit(month)
        self.update()
        if tell:
            self.day_chosen.emit(day)
            mark = self._marks.get(day)
            words = f"{self._names[day.weekday()]} {day.day} {self.title()}"
            words = f"{words}, {mark.words}" if mark is not None else words
            self.setAccessibleDescription(words)
            announce(self, words)

    def turn(self, months: int) -> None:
        """Go some months on, to the same day of the month where there is one."""
        number = self._month.year * 12 + self._month.month - 1 + months
        if not 12 * 1900 <= number < 12 * 2200:
            return
        first = date(number // 12, number % 12 + 1, 1)
        later = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        self.choose(first.replace(day=min(self._day.day, (later - first).days)))

    def rect_of(self, day: date) -> QRectF:
        """Return the box of a date of the sheet."""
        number = (day - self.dates()[0]).days
        head = current_theme().px(24)
        width, height = self.width() / 7, (self.height() - head) / WEEKS
        return QRectF(number % 7 * width, head + number // 7 * height, width, height)

    # ------------------------------------------------------------------------- mouse and keys
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the date under the pointer."""
        day = self._under(event.position().x(), event.position().y())
        if day is not None:
            self.choose(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over days and months."""
        key = Qt.Key(event.key())
        days = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
        }
        if key in days:
            self.choose(self._day + timedelta(days=days[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turn(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_Home:
            self.choose(self._today)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what is special about a date under a resting pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            day = self._under(event.pos().x(), event.pos().y())
            mark = self._marks.get(day) if day is not None else None
            QToolTip.showText(event.globalPos(), tooltip(mark.words) if mark else "", self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        super().focusOutEvent(event)
        self.update()

    def _under(self, x: float, y: float) -> date | None:
        return next((day for day in self.dates() if self.rect_of(day).contains(x, y)), None)

    # --------------------------------------------------------------------------------- painting
    def sizeHint(self) -> QSize:
        """Return a size at which the sheet is read at ease."""
        px = current_theme().px
        return QSize(px(420), px(380))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the sheet."""
        theme = current_theme()
        tokens = theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(11, 600))
        painter.setPen(tokens.colour("dim"))
        for number in range(7):
            name = self._names[(number + self._week_start) % 7]
            box = QRectF(number * self.width() / 7, 0, self.width() / 7, theme.px(22))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        for day in self.dates():
            self._paint_day(painter, day, tokens)
        painter.end()

    def _paint_day(self, painter: QPainter, day: date, tokens: Tokens) -> None:
        theme, box = current_theme(), self.rect_of(day).adjusted(2, 2, -2, -2)
        mark, inside = self._marks.get(day), day.month == self._month.month
        ground, ink = TONES[mark.kind] if mark is not None else ("panel", "ink")
        chosen = day == self._day
        painter.setPen(QPen(tokens.colour("accent" if chosen else "line"), 2 if chosen else 1))
        fill = QColor(tokens.colour(ground))
        if not inside:
            fill.setAlpha(90)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 6, 6)
        if chosen and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.colour("accent"), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(box.adjusted(4, 4, -4, -4), 4, 4)
        painter.setFont(theme.font(13, 700 if day == self._today else 500))
        painter.setPen(
            tokens.colour("accent_text" if day == self._today else "ink" if inside else "off")
        )
        text = box.adjusted(8, 4, -4, -4)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(text, flags, str(day.day))
        if mark is None or text.height() < theme.px(34):
            return
        painter.setFont(theme.font(10))
        painter.setPen(tokens.colour(ink if inside else "off"))
        line = QRectF(text.left(), text.top() + theme.px(18), text.width(), theme.px(15))
        metrics = painter.fontMetrics()
        elided = metrics.elidedText(mark.words, Qt.TextElideMode.ElideRight, round(line.width()))
        painter.drawText(line, flags, elided)
