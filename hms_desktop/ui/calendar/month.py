"""A month as six rows of days: counts by status, leave and holidays; walked by keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from hms_desktop.ui.calendar.loading import ROWS, WEEK, CalendarDay, Mark
from hms_desktop.ui.calendar.words import ICONS, TONES, day_text, mark_text, visits_text
from hms_desktop.ui.icons import paint_status, pixmap
from hms_desktop.ui.patients.formats import Formats, weekday
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.date_edit import add_months
from hms_desktop.ui.widgets.toast import announce

_HEAD, _PAD, _MARK, _STATUS = 30, 8, 20, 18
_VCENTER = Qt.AlignmentFlag.AlignVCenter
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -WEEK,
    Qt.Key.Key_Down: WEEK,
}


class MonthGrid(QWidget):
    """Tells ``chosen`` (date under the cursor) and ``opened`` (Enter or double click)."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start without days."""
        super().__init__(parent)
        self._formats = formats
        self._days: Mapping[date, CalendarDay] = {}
        self._first = self._today = self._on = date(2000, 1, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Days of the month"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(420, 320)
        current_theme().changed.connect(self._retheme)

    @property
    def on(self) -> date:
        """The date under the cursor."""
        return self._on

    def show_month(
        self, days: Mapping[date, CalendarDay], first: date, on: date, today: date
    ) -> None:
        """Show six weeks from ``first`` on; the month of ``on`` is in front."""
        self._days, self._first, self._on, self._today = days, first, on, today
        self._say(aloud=False)
        self.update()

    def set_cursor(self, on: date) -> None:
        """Put the cursor on a date and tell it; another month is the page's to show."""
        if on != self._on:
            self._on = on
            self._say(aloud=True)
            self.update()
            self.chosen.emit(on)

    def day_at(self, spot: QPoint) -> date | None:
        """Return the date at a point of the widget."""
        for number in range(WEEK * ROWS):
            if self.cell(number).contains(spot):
                return self._first + timedelta(days=number)
        return None

    def cell(self, number: int) -> QRect:
        """Return where the n-th day is painted."""
        head = current_theme().px(_HEAD)
        row, column = divmod(number, WEEK)
        left, right = (self.width() * (column + one) // WEEK for one in (0, 1))
        high = self.height() - head
        top, bottom = (head + high * (row + one) // ROWS for one in (0, 1))
        return QRect(left, top, right - left, bottom - top)

    # ----------------------------------------------------------------------------- hands
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows, Home and End; Enter opens the day."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in _STEPS:
            self.set_cursor(self._on + timedelta(days=_STEPS[key]))
        elif key == Qt.Key.Key_Home:
            self.set_cursor(self._on.replace(day=1))
        elif key == Qt.Key.Key_End:
            self.set_cursor(add_months(self._on.replace(day=1), 1) - timedelta(days=1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._on)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a day."""
        on = self.day_at(event.position().toPoint())
        if on is not None:
            self.set_cursor(on)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a day."""
        on = self.day_at(event.position().toPoint())
        if on is not None:
            self.opened.emit(on)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show and say the cursor."""
        super().focusInEvent(event)
        self._say(aloud=True)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the cursor faintly."""
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Say everything about a day where the pointer rests."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            on = self.day_at(event.pos())
            day = self._days.get(on) if on is not None else None
            text = day_text(day, self._formats, self._today) if day is not None else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(980, 720)

    def _say(self, *, aloud: bool) -> None:
        day = self._days.get(self._on)
        words = "" if day is None else day_text(day, self._formats, self._today)
        self.setAccessibleDescription(words)
        if aloud and words:
            announce(self, words)

    def _retheme(self, _tokens: object) -> None:
        # A method, not a lambda: Qt lets go of it when this widget ends.
        self.update()

    # -------------------------------------------------------------------------- painting
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the head and the days."""
        painter = QPainter(self)
        tokens, theme = current_theme().tokens, current_theme()
        painter.fillRect(event.rect(), QColor(tokens.panel))
        painter.setFont(theme.font(11, QFont.Weight.DemiBold))
        painter.setPen(QColor(tokens.dim))
        for column in range(WEEK):
            cell = self.cell(column)
            head = QRect(cell.left() + _PAD, 0, cell.width() - _PAD, theme.px(_HEAD))
            painter.drawText(head, _VCENTER, weekday(self._first + timedelta(days=column)))
        for number in range(WEEK * ROWS):
            on = self._first + timedelta(days=number)
            self._paint_day(painter, self.cell(number), self._days.get(on) or CalendarDay(on))
        painter.end()

    def _paint_day(self, painter: QPainter, cell: QRect, day: CalendarDay) -> None:
        tokens = current_theme().tokens
        inside = day.on.month == self._on.month
        if not inside:
            painter.fillRect(cell, QColor(tokens.ground))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(cell.topLeft(), cell.topRight())
        painter.drawLine(cell.topLeft(), cell.bottomLeft())
        top = self._paint_head(painter, cell, day, faint=not inside)
        room = cell.adjusted(_PAD, 0, -_PAD, -4)
        room.setTop(top)
        room = self._paint_marks(painter, room, day)
        self._paint_counts(painter, room, day)
        if day.on == self._on:
            colour = QColor(tokens.accent if self.hasFocus() else tokens.line_strong)
            painter.setPen(QPen(colour, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(cell.adjusted(1, 1, -1, -1))

    def _paint_head(self, painter: QPainter, cell: QRect, day: CalendarDay, *, faint: bool) -> int:
        """Paint the number and how many visits; return where the next line begins."""
        theme = current_theme()
        tokens, size = theme.tokens, theme.px(22)
        spot = QRect(cell.left() + _PAD - 4, cell.top() + 4, size + 4, size)
        painter.setFont(theme.font(13, QFont.Weight.DemiBold))
        ink = tokens.dim if faint else tokens.ink
        if day.on == self._today:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(spot, size / 2, size / 2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            ink = tokens.accent_ink
        painter.setPen(QColor(ink))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, str(day.on.day))
        if day.visits:
            painter.setFont(theme.font(11))
            painter.setPen(QColor(tokens.dim))
            right = QRect(spot.right(), spot.top(), cell.right() - _PAD - spot.right(), size)
            painter.drawText(
                right, Qt.AlignmentFlag.AlignRight | _VCENTER, visits_text(len(day.visits))
            )
        return spot.bottom() + 5

    def _paint_marks(self, painter: QPainter, room: QRect, day: CalendarDay) -> QRect:
        """Paint as many marks as leave room for the counts; return what room is left."""
        theme = current_theme()
        high = theme.px(_MARK)
        fit = max(0, (room.height() - (theme.px(_STATUS) if day.counts else 0)) // (high + 2))
        shown = day.marks if len(day.marks) <= fit else day.marks[: max(fit, 1)]
        for mark in shown:
            self._paint_mark(painter, QRect(room.left(), room.top(), room.width(), high), mark)
            room.setTop(room.top() + high + 2)
        return room

    def _paint_mark(self, painter: QPainter, spot: QRect, mark: Mark) -> None:
        theme, tone = current_theme(), TONES[mark.kind]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tokens.colour(f"{tone}_soft"))
        painter.drawRoundedRect(spot, 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        side = theme.px(12)
        middle = spot.center().y() - side // 2
        painter.drawPixmap(
            QRect(spot.left() + 5, middle, side, side),
            pixmap(ICONS[mark.kind], f"{tone}_text", side),
        )
        painter.setFont(theme.font(11, QFont.Weight.Medium))
        painter.setPen(theme.tokens.colour(f"{tone}_text"))
        words = spot.adjusted(side + 9, 0, -4, 0)
        text = QFontMetrics(painter.font()).elidedText(
            mark_text(mark, self._formats), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, _VCENTER, text)

    def _paint_counts(self, painter: QPainter, room: QRect, day: CalendarDay) -> None:
        """Paint mark and number of each status, as many lines as fit."""
        theme = current_theme()
        high, side = theme.px(_STATUS), theme.px(11)
        painter.setFont(theme.font(12, QFont.Weight.Medium))
        metrics = QFontMetrics(painter.font())
        x, y = room.left(), room.top() + 2
        for status, count in day.counts.items():
            colour = theme.tokens.status_colour(status)
            wide = side + 4 + metrics.horizontalAdvance(str(count)) + 10
            if x + wide > room.right() + 10 and x > room.left():
                x, y = room.left(), y + high
            if y + high > room.bottom() + 6:
                return
            spot = QRectF(x, y + (high - side) / 2, side, side)
            paint_status(painter, status, spot, QColor(colour.edge))
            painter.setPen(QColor(theme.tokens.ink))
            painter.drawText(QRect(x + side + 4, y, wide, high), _VCENTER, str(count))
            x += wide
