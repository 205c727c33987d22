"""The day grid widget: doctors side by side, time downwards, visits as boxes.

It paints frozen rows and tells with signals what is wanted; it calls no service and never waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
)

from hms_desktop.ui.grid.day import MenuAsk
from hms_desktop.ui.grid.keys import KeyHands
from hms_desktop.ui.grid.mouse import MouseHands
from hms_desktop.ui.grid.texts import (
    closed_reason,
    held_by,
    tip_of,
)
from hms_desktop.ui.grid.tip import PlainTip
from hms_desktop.ui.grid.wishes import WishGrid

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QWheelEvent,
    )
    from PySide6.QtWidgets import QWidget

    from hms_desktop.ui.grid.day import GridDay
    from hms_desktop.ui.palette import Tokens


class DayGrid(WishGrid):
    """The grid with hands: keyboard and mouse become wishes (signals: see ``WishGrid``)."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(tokens, parent)
        self.setAccessibleName(self.tr("Day grid"))
        self._keys = KeyHands(self)
        self._mouse = MouseHands(self)
        self._tip = PlainTip(self)

    def set_day(self, day: GridDay) -> None:
        """Show a day; cursor, selection and what is carried stay where they still can be."""
        before, topping = self.day, self.frame_state.painter.topping
        was = topping.rects()
        super().set_day(day)
        self._keys.settle(before)
        now = topping.rects()
        # Cursor and selection mostly stay where they are; a reload must not repaint them.
        self.update_rects(
            [rect for rect in was if rect not in now] + [rect for rect in now if rect not in was]
        )
        self.mark_gutter()

    def let_go(self) -> None:
        """End what the mouse was doing: the button that is still held means nothing now."""
        self._mouse.let_go()

    # ------------------------------------------------------------------ events
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn keys into wishes; what is not ours goes on to the page."""
        self._tip.hide()
        if not self._keys.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A length that Alt + arrows changed is wished for when Alt is let go."""
        if event.key() == Qt.Key.Key_Alt:
            self._keys.lengths.commit()
        event.ignore()

    def focusNextPrevChild(self, next_one: bool) -> bool:
        """Tab walks from visit to visit and leaves after the last one."""
        return self._keys.tab(1 if next_one else -1) or super().focusNextPrevChild(next_one)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the cursor."""
        with self.changing():
            self.scene.focused = True
        super().focusInEvent(event)
        self.announce(self.cursor_text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the cursor faintly."""
        self._keys.lengths.commit()
        with self.changing():
            self.scene.focused = False
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to select, drag or stretch."""
        self._tip.hide()
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or hover."""
        self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a visit or book a cell."""
        self._mouse.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl + wheel zooms around the pointer."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps_up = event.angleDelta().y() / 120
            self.set_zoom(self.zoom * 1.15**steps_up, round(event.position().y()))
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of what is under the pointer, or of the cursor from the keyboard."""
        spot = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            rect = self.frame_state.painter.topping.cursor_rect()
            if rect is not None:
                place = rect.center() - self.offset()
                spot = self.viewport().mapToGlobal(place)
        else:
            self._mouse.point(self.viewport().mapFromGlobal(spot))
        target = self.target()
        if target is not None:
            self.menu_requested.emit(MenuAsk(target, spot.x(), spot.y()))

    def viewportEvent(self, event: QEvent) -> bool:
        """Show what is under the pointer when it rests."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._tip.show_at(event.globalPos(), self.tip_text(event.pos()))
            return True
        if event.type() in {QEvent.Type.Leave, QEvent.Type.Wheel}:
            self._tip.hide()
        return super().viewportEvent(event)

    def tip_text(self, spot: QPoint) -> str:
        """Return what resting the pointer at a point of the viewport shows (plain text)."""
        place = spot + self.offset()
        box = self.model.box_at(place.x(), place.y())
        if box is not None:
            return tip_of(self.model, box)
        column = self.model.column_at(place.x())
        if column is None:
            return ""
        minute = self.model.minute_at(place.y())
        hold, band = self.model.hold_at(column, minute), self.model.band_at(column, minute)
        if hold is not None:
            return held_by(hold.user_name)
        return "" if band is None else closed_reason(band.label, band.reason_text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a pinned visit."""
        self._mouse.drag_over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would land."""
        self._mouse.drag_over(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget it."""
        self.end_carry(drop=False)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Wish for it here."""
        self._mouse.drop(event)
