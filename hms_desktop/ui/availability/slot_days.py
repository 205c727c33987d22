"""Days side by side with their slots, to close and open one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from hms_desktop.domain.slot_cells import CellState, SlotCell
from hms_desktop.ui.availability.slot_look import SlotDay, paint_cell, paint_head
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.toast import announce

ROW, HEAD, GAP = 30, 46, 4
"""Unscaled pixels."""
WIDEST = 240
_CAN = frozenset({CellState.FREE, CellState.CLOSED})


class SlotDays(QAbstractScrollArea):
    """A column a day; a click, Space or Enter on a slot is ``toggled`` (the SlotCell)."""

    toggled = Signal(object)

    def __init__(self, formats: Formats, name: str, parent: QWidget | None = None) -> None:
        """Begin empty; ``name`` is the accessible name."""
        super().__init__(parent)
        self._formats = formats
        self._days: tuple[SlotDay, ...] = ()
        self._today = date.min
        self._at = (0, 0)
        self._read_only = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.viewport().update())
        current_theme().changed.connect(self.viewport().update)

    @property
    def days(self) -> tuple[SlotDay, ...]:
        """What is shown."""
        return self._days

    def set_days(self, days: Sequence[SlotDay], today: date) -> None:
        """Show other days; the cursor stays where it can."""
        self._days, self._today = tuple(days), today
        column = min(self._at[0], max(0, len(self._days) - 1))
        cells = self._days[column].cells if self._days else ()
        self._at = (column, min(self._at[1], max(0, len(cells) - 1)))
        self._range()
        self.viewport().update()

    def set_read_only(self, read_only: bool) -> None:
        """Only show."""
        self._read_only = read_only
        self.viewport().update()

    def rect_of(self, column: int, row: int) -> QRectF:
        """Return the box of a slot in the viewport."""
        px = current_theme().px
        width = self._width()
        top = px(HEAD) + row * px(ROW) - self.verticalScrollBar().value()
        return QRectF(column * width, top, width, px(ROW)).adjusted(GAP, 2, -GAP, -2)

    def current(self) -> SlotCell | None:
        """Return the slot with the cursor."""
        column, row = self._at
        if column < len(self._days) and row < len(self._days[column].cells):
            return self._days[column].cells[row]
        return None

    # ------------------------------------------------------------------------- mouse and keys
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close or open the slot under the pointer."""
        place = self._cell_under(event.position().x(), event.position().y())
        if place is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._at = place
        self.viewport().update()
        self._toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk over the slots; Space or Enter closes and opens."""
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
            Qt.Key.Key_Home: (0, -1000),
            Qt.Key.Key_End: (0, 1000),
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._walk(*steps[key])
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle()
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a slot is under a resting pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._cell_under(event.pos().x(), event.pos().y())
            if place is not None:
                words = self._words(self._days[place[0]].cells[place[1]])
                QToolTip.showText(event.globalPos(), tooltip(words), self)
                return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the cursor."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the cursor."""
        super().focusOutEvent(event)
        self.viewport().update()

    # ----------------------------------------------------------------------------------- inside
    def _toggle(self) -> None:
        cell = self.current()
        if cell is not None and cell.state in _CAN and not self._read_only:
            self.toggled.emit(cell)

    def _walk(self, columns: int, rows: int) -> None:
        if not self._days:
            return
        column = min(len(self._days) - 1, max(0, self._at[0] + columns))
        most = max(0, len(self._days[column].cells) - 1)
        self._at = (column, min(most, max(0, self._at[1] + rows)))
        box, bar = self.rect_of(*self._at), self.verticalScrollBar()
        head = current_theme().px(HEAD)
        if box.top() < head:
            bar.setValue(bar.value() - round(head - box.top()))
        elif box.bottom() > self.viewport().height():
            bar.setValue(bar.value() + round(box.bottom() - self.viewport().height()) + GAP)
        self.viewport().update()
        cell = self.current()
        if cell is not None:
            day = self._formats.long(self._days[column].on, self._today)
            words = f"{day} {self._words(cell)}"
            self.setAccessibleDescription(words)
            announce(self, words)

    def _words(self, cell: SlotCell) -> str:
        span = self._formats.span(cell.starts_at, cell.ends_at)
        states = {
            CellState.FREE: self.tr("{time}: open. Click to close it."),
            CellState.CLOSED: self.tr("{time}: closed by hand. Click to open it."),
            CellState.TAKEN: self.tr("{time}: taken. Move or cancel the visit first."),
            CellState.PAST: self.tr("{time}: over."),
        }
        return states[cell.state].format(time=span)

    def _cell_under(self, x: float, y: float) -> tuple[int, int] | None:
        if y < current_theme().px(HEAD):
            return None
        for column, day in enumerate(self._days):
            for row in range(len(day.cells)):
                if self.rect_of(column, row).contains(x, y):
                    return column, row
        return None

    def _width(self) -> float:
        widest = current_theme().px(WIDEST)
        return min(widest, self.viewport().width() / max(1, len(self._days)))

    def _range(self) -> None:
        px, bar = current_theme().px, self.verticalScrollBar()
        rows = max((len(day.cells) for day in self._days), default=0)
        full = px(HEAD) + rows * px(ROW) + GAP
        bar.setRange(0, max(0, full - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height() - px(HEAD)))
        bar.setSingleStep(px(ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit to the new size."""
        super().resizeEvent(event)
        self._range()

    def sizeHint(self) -> QSize:
        """Return a size at which slots are read at ease."""
        px = current_theme().px
        return QSize(px(140) * max(1, len(self._days)), px(420))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the viewport."""
        painter = QPainter(self.viewport())
        tokens, head = current_theme().tokens, current_theme().px(HEAD)
        whole = QRectF(self.viewport().rect())
        painter.fillRect(whole, tokens.colour("panel"))
        painter.setClipRect(whole.adjusted(0, head, 0, 0))
        for column, day in enumerate(self._days):
            for row, cell in enumerate(day.cells):
                marked = self.hasFocus() and self._at == (column, row)
                paint_cell(painter, self.rect_of(column, row), cell, self._formats, marked=marked)
        painter.setClipping(False)
        for column, day in enumerate(self._days):
            box = QRectF(column * self._width(), 0, self._width(), head)
            paint_head(painter, box.adjusted(GAP, 0, -GAP, 0), day, self._today, self._formats)
        painter.end()
