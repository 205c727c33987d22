"""The week of hours to paint with the mouse or the keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from hms_desktop.domain.week_hours import Period, Stretch, covers, erase, paint
from hms_desktop.ui.availability.week_look import Cell, Look, Sheet, paint_week
from hms_desktop.ui.patients.formats import Formats, weekday_names
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.toast import announce

FIRST_HOUR = 7
"""What stands at the top when the whole day does not fit."""


class WeekGrid(QAbstractScrollArea):
    """Days side by side; dragging over closed time opens it, over open time closes it.

    Keys: arrows move, Shift extends, Space opens or closes, Delete closes. ``changed`` carries
    the new ``Period`` after each stroke.
    """

    changed = Signal(object)

    def __init__(self, formats: Formats, step: int, parent: QWidget | None = None) -> None:
        """Begin with an empty week in steps of some minutes."""
        super().__init__(parent)
        self._formats = formats
        self._names = weekday_names()
        self._period = Period()
        self._step = step
        self._brush: tuple[int | None, int] = (None, 1)
        self._read_only = False
        self._cursor = self._anchor = Cell(0, (FIRST_HOUR + 2) * 60 // step)
        self._erasing: bool | None = None
        self._scrolled = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Weekly hours, to paint"))
        self.setMinimumHeight(current_theme().px(260))
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.viewport().update())
        self.verticalScrollBar().actionTriggered.connect(self._person_scrolls)
        current_theme().changed.connect(self.viewport().update)

    # ------------------------------------------------------------------------------- from outside
    @property
    def period(self) -> Period:
        """The week as it is painted."""
        return self._period

    def set_period(self, period: Period) -> None:
        """Show another week; a stroke underway ends."""
        self._period = period
        self._erasing = None
        self.viewport().update()

    def set_brush(self, slot: int | None, capacity: int) -> None:
        """Say what slots and places are painted (minutes; None: the usual)."""
        self._brush = (slot, capacity)

    def set_step(self, minutes: int) -> None:
        """Paint in other steps."""
        if minutes == self._step:
            return
        at = self._sheet().span(self._cursor.row)[0]
        self._step = minutes
        self._cursor = self._anchor = Cell(self._cursor.day, at // minutes)
        self._range()
        self.viewport().update()

    def set_read_only(self, read_only: bool) -> None:
        """Only show."""
        self._read_only = read_only
        self.viewport().update()

    def cell_point(self, day: int, minute: int) -> QPointF:
        """Return a point of the viewport inside a step (tests and screenshots aim at it)."""
        sheet = self._sheet()
        row = minute // self._step
        return sheet.rect(day, *sheet.span(row)).center()

    def stroke(self, first: Cell, last: Cell, *, closing: bool) -> None:
        """Open or close a rectangle of steps."""
        sheet = self._sheet()
        low, high = min(first.row, last.row), max(first.row, last.row)
        start, end = sheet.span(low)[0], sheet.span(high)[1]
        period = self._period
        for day in range(min(first.day, last.day), max(first.day, last.day) + 1):
            now = period.days[day]
            new = (
                erase(now, start, end) if closing else paint(now, Stretch(start, end, *self._brush))
            )
            period = period.with_day(day, new)
        if period != self._period:
            self._period = period
            self.changed.emit(period)
        self.viewport().update()

    # ------------------------------------------------------------------------------------ mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        sheet = self._sheet()
        place = event.position()
        inside = place.x() >= sheet.gutter and place.y() >= sheet.head
        if event.button() != Qt.MouseButton.LeftButton or self._read_only or not inside:
            super().mousePressEvent(event)
            return
        self._cursor = self._anchor = sheet.cell_at(place.x(), place.y())
        self._erasing = self._closes(self._anchor)
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the stroke on."""
        if self._erasing is None:
            return
        place = event.position()
        self._cursor = self._sheet().cell_at(place.x(), place.y())
        self._show_row(self._cursor.row)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke: what it covers opens or closes."""
        if self._erasing is None or event.button() != Qt.MouseButton.LeftButton:
            return
        closing, self._erasing = self._erasing, None
        self.stroke(self._anchor, self._cursor, closing=closing)
        self._anchor = self._cursor

    # ------------------------------------------------------------------------------------- keys
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, extend, open, close."""
        key = Qt.Key(event.key())
        hour = max(1, 60 // self._step)
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
            Qt.Key.Key_PageUp: (0, -4 * hour),
            Qt.Key.Key_PageDown: (0, 4 * hour),
            Qt.Key.Key_Home: (0, -self._sheet().rows),
            Qt.Key.Key_End: (0, self._sheet().rows),
        }
        if key in steps:
            extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move(*steps[key], extend=extend)
        elif key == Qt.Key.Key_Escape and self._erasing is not None:
            self._erasing = None
            self._anchor = self._cursor
            self.viewport().update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if not self._read_only:
                closing = key != Qt.Key.Key_Space or self._closes(self._anchor)
                self.stroke(self._anchor, self._cursor, closing=closing)
                self._say()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the cursor."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the cursor."""
        super().focusOutEvent(event)
        self.viewport().update()

    # ----------------------------------------------------------------------------------- inside
    def _move(self, days: int, rows: int, *, extend: bool) -> None:
        day = min(6, max(0, self._cursor.day + days))
        row = min(self._sheet().rows - 1, max(0, self._cursor.row + rows))
        self._cursor = Cell(day, row)
        if not extend:
            self._anchor = self._cursor
        self._show_row(row)
        self.viewport().update()
        self._say()

    def _closes(self, cell: Cell) -> bool:
        """Say whether a stroke from here closes: on hours like those of the brush."""
        start = self._sheet().span(cell.row)[0]
        day = self._period.days[cell.day]
        here = next((one for one in day if one.start <= start < one.end), None)
        return here is not None and (here.slot, here.capacity) == self._brush

    def _say(self) -> None:
        sheet = self._sheet()
        rows = sorted((self._anchor.row, self._cursor.row))
        start, end = sheet.span(rows[0])[0], sheet.span(rows[1])[1]
        is_open = covers(self._period.days[self._cursor.day], sheet.span(self._cursor.row)[0])
        words = self.tr("{day} {from_} to {to}, {state}").format(
            day=self._names[self._cursor.day],
            from_=self._formats.minute(start),
            to=self._formats.minute(end),
            state=self.tr("open") if is_open else self.tr("closed"),
        )
        self.setAccessibleDescription(words)
        announce(self, words)

    def _sheet(self) -> Sheet:
        view = self.viewport()
        return Sheet(view.width(), view.height(), self._step, self.verticalScrollBar().value())

    def _show_row(self, row: int) -> None:
        self._scrolled = True
        sheet, bar = self._sheet(), self.verticalScrollBar()
        start, end = sheet.span(row)
        if sheet.y(start) < sheet.head:
            bar.setValue(round(start * sheet.hour / 60))
        elif sheet.y(end) > sheet.height:
            bar.setValue(round(end * sheet.hour / 60) - (sheet.height - sheet.head))

    def _person_scrolls(self, _action: int) -> None:
        self._scrolled = True

    def _range(self) -> None:
        sheet, bar = self._sheet(), self.verticalScrollBar()
        bar.setRange(0, max(0, sheet.full - (sheet.height - sheet.head)))
        bar.setPageStep(max(1, sheet.height - sheet.head))
        bar.setSingleStep(round(sheet.hour / 2))
        # Again at every size, as the first ones are not the last: until the person scrolls.
        if not self._scrolled:
            bar.setValue(round(FIRST_HOUR * sheet.hour))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the day to the new height."""
        super().resizeEvent(event)
        self._range()

    def changeEvent(self, event: QEvent) -> None:
        """Fit again when the text grows."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._range()

    def sizeHint(self) -> QSize:
        """Return a size at which a week is read at ease."""
        px = current_theme().px
        return QSize(px(760), px(640))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the viewport."""
        painter = QPainter(self.viewport())
        look = Look(
            self._period.days,
            (self._anchor, self._cursor),
            self.hasFocus(),
            self._erasing,
            self._names,
        )
        paint_week(painter, self._sheet(), look, self._formats)
        painter.end()
