"""The grid's mouse: select, drag, stretch, choose free time; drop from the pinboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication

from hms_desktop.ui.grid import steps
from hms_desktop.ui.grid.day import CellRef, ResizeWish
from hms_desktop.ui.grid.drags import Drags
from hms_desktop.ui.grid.mime import PIN_TARGET, read_visit_id
from hms_desktop.ui.grid.model import minutes_of
from hms_desktop.ui.grid.scene import Carry, Cursor, Hand, Span, Stretch

if TYPE_CHECKING:
    from PySide6.QtGui import QDragMoveEvent, QDropEvent, QMouseEvent

    from hms_desktop.domain.appointments import GridVisit
    from hms_desktop.ui.grid.places import Box
    from hms_desktop.ui.grid.view import DayGrid

_EDGE = 4
_LEAST_FOR_EDGE = 14
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_LEFT = Qt.MouseButton.LeftButton


class MouseHands:
    """Turns the mouse into movements and wishes of one grid."""

    def __init__(self, grid: DayGrid) -> None:
        self.grid = grid
        self._pressed: QPoint | None = None
        self._box: Box | None = None
        self._on_edge = False
        self._asked: object = None
        self._drags = Drags(grid)

    # ------------------------------------------------------------------ buttons
    def press(self, event: QMouseEvent) -> None:
        """Select what is under the pointer; a drag may begin here."""
        if event.button() != _LEFT or not self._ready():
            return
        grid = self.grid
        place = self._place(event)
        carry = grid.scene.carry
        if carry is not None and carry.hand is Hand.KEYS:
            self._drags.carry_to(carry, place, event.modifiers())
            grid.end_carry(drop=True)
            return
        self._pressed = place
        self._box = grid.model.box_at(place.x(), place.y())
        self._on_edge = self._box is not None and _at_edge(self._box, place.y())
        if self._box is not None:
            self._pick(self._box, event.modifiers())
        else:
            self.point(event.position().toPoint())
            grid.select(())

    def point(self, spot: QPoint) -> None:
        """Put the cursor on what is under a point of the viewport."""
        grid = self.grid
        place = spot + grid.offset()
        box = grid.model.box_at(place.x(), place.y())
        if box is not None:
            if box.visit.id not in grid.scene.selected:
                grid.select(())
            grid.set_cursor(steps.on_box(grid.model, box))
            return
        column = grid.model.column_at(place.x())
        if column is not None:
            minute = grid.model.minute_at(place.y())
            grid.set_cursor(Cursor(column, steps.slot_of(grid.model, column, minute)))

    def move(self, event: QMouseEvent) -> None:
        """Drag, stretch, choose or hover."""
        if not self._ready():
            return
        self._drags.last = event.position().toPoint()
        self._drags.mods = event.modifiers()
        place = self._place(event)
        carry = self.grid.scene.carry
        if carry is not None and (self._pressed is not None or carry.hand is Hand.KEYS):
            self._drags.carry_to(carry, place, self._drags.mods)
        elif self._pressed is None:
            self._hover(place)
            return
        elif self.grid.scene.stretch is not None:
            self._drags.stretch_to(place)
        elif self.grid.scene.span is not None:
            self._drags.span_to(place)
        elif (place - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._begin(self._pressed, place)
        self._drags.watch_edges()

    def release(self, event: QMouseEvent) -> None:
        """Drop, wish, or keep what was selected."""
        if event.button() != _LEFT:
            return
        self._drags.stop()
        pressed, self._pressed = self._pressed, None
        self._box = None
        grid = self.grid
        scene = grid.scene
        carry, stretch = scene.carry, scene.stretch
        if carry is not None and carry.hand is Hand.MOUSE:
            pinned = carry.outside and _over_pinboard(event.globalPosition().toPoint())
            grid.end_carry(drop=not carry.outside)
            grid.viewport().unsetCursor()
            if pinned:
                grid.pin_requested.emit(carry.visit.id)
        elif stretch is not None and pressed is not None:
            with grid.changing():
                scene.stretch = None
            ends_at = grid.model.axes[stretch.column].at(stretch.end)
            if ends_at != stretch.visit.ends_at:
                grid.resize_requested.emit(
                    ResizeWish(stretch.visit.id, stretch.visit.version, ends_at)
                )
        elif scene.span is not None and pressed is not None:
            span = scene.span
            grid.book_requested.emit(
                grid.model.cell(span.column, span.start, span.end - span.start)
            )

    def let_go(self) -> None:
        """Forget the press, as after Escape."""
        self._drags.stop()
        self._pressed = self._box = None
        self.grid.viewport().unsetCursor()

    def double_click(self, event: QMouseEvent) -> None:
        """Open a visit, or book a cell."""
        if event.button() != _LEFT or not self._ready():
            return
        self.point(event.position().toPoint())
        target = self.grid.target()
        if isinstance(target, CellRef):
            self.grid.book_requested.emit(target)
        elif target is not None:
            self.grid.open_requested.emit(target)

    # ------------------------------------------------------------------ from the pinboard
    def drag_over(self, event: QDragMoveEvent) -> None:
        """Let a pinned visit hover where it would land."""
        visit = self._dragged(event)
        if visit is None:
            event.ignore()
            return
        grid = self.grid
        place = event.position().toPoint() + grid.offset()
        carry = grid.scene.carry
        if carry is None or carry.visit.id != visit.id:
            carry = Carry(visit, minutes_of(visit), 0, 0, Hand.MOUSE)
            grid.start_carry(carry)
        self._drags.last = event.position().toPoint()
        self._drags.carry_to(carry, place, event.modifiers())
        self._drags.watch_edges()
        event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        """Wish for a pinned visit where it was dropped."""
        self._drags.stop()
        carry = self.grid.scene.carry
        if carry is None or self._dragged(event) is None:
            event.ignore()
            return
        self._drags.carry_to(
            carry, event.position().toPoint() + self.grid.offset(), event.modifiers()
        )
        event.acceptProposedAction()
        self.grid.end_carry(drop=True)

    def _dragged(self, event: QDropEvent) -> GridVisit | None:
        number = read_visit_id(event.mimeData())
        if number is None or not self._ready() or self.grid.day is None:
            return None
        pinned = (visit for visit in self.grid.day.pinboard if visit.id == number)
        return next(pinned, None) or self.grid.visit(number)

    # ------------------------------------------------------------------ selecting
    def _pick(self, box: Box, mods: Qt.KeyboardModifier) -> None:
        grid = self.grid
        number = box.visit.id
        before = grid.scene.cursor.visit_id
        if mods & _CTRL:
            chosen = grid.scene.selected or ({before} if before is not None else set())
            grid.set_cursor(steps.on_box(grid.model, box))
            grid.select(chosen ^ {number})
        elif mods & _SHIFT:
            grid.select(self._between(before, box))
            grid.set_cursor(steps.on_box(grid.model, box))
        else:
            if number not in grid.scene.selected:
                grid.select(())
            grid.set_cursor(steps.on_box(grid.model, box))

    def _between(self, anchor_id: int | None, box: Box) -> set[int]:
        """Return the visits from an anchor to a box: the frame that both span."""
        model = self.grid.model
        anchor = model.by_id.get(anchor_id) if anchor_id is not None else None
        frame = box.rect if anchor is None else box.rect.united(anchor.rect)
        low, high = sorted((box.column, anchor.column if anchor else box.column))
        return {
            other.visit.id
            for column in model.boxes[low : high + 1]
            for other in column
            if other.rect.intersects(QRect(other.rect.x(), frame.y(), 1, frame.height()))
        }

    # ------------------------------------------------------------------ dragging
    def _begin(self, pressed: QPoint, place: QPoint) -> None:
        grid = self.grid
        box = self._box
        if box is not None:
            if box.visit.id not in grid.model.by_id or not grid.may_move(box.visit):
                self._pressed = None
                return
            axis = grid.model.axes[box.column]
            start = axis.minute_of(box.visit.starts_at)
            if self._on_edge:
                end = round(axis.minute_of(box.visit.ends_at))
                with grid.changing():
                    grid.scene.stretch = Stretch(box.visit, box.column, start, end)
                self._drags.stretch_to(place)
                return
            grip = grid.model.minute_at(pressed.y()) - start
            carry = Carry(
                box.visit, minutes_of(box.visit), box.column, round(start), Hand.MOUSE, grip
            )
            grid.start_carry(carry)
            grid.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._drags.carry_to(carry, place, self._drags.mods)
            return
        column = grid.model.column_at(pressed.x())
        day = grid.day
        if column is None or day is None:
            return
        minute = steps.slot_of(grid.model, column, grid.model.minute_at(pressed.y()))
        with grid.changing():
            grid.scene.span = Span(column, minute, minute, day.slot_minutes)
        self._drags.span_to(place)

    # ------------------------------------------------------------------ hovering, scrolling
    def _hover(self, place: QPoint) -> None:
        grid = self.grid
        box = grid.model.box_at(place.x(), place.y())
        if box is not None and _at_edge(box, place.y()) and box.rect.height() >= _LEAST_FOR_EDGE:
            grid.viewport().setCursor(Qt.CursorShape.SizeVerCursor)
        else:
            grid.viewport().unsetCursor()
        column = grid.model.column_at(place.x())
        if box is not None or column is None or grid.day is None:
            self._asked = None
            return
        minute = grid.model.minute_at(place.y())
        band = grid.model.band_at(column, minute)
        asked = None if band is None else (column, band.starts_at)
        if asked is not None and asked != self._asked:
            row = steps.slot_of(grid.model, column, minute)
            grid.closed_asked.emit(grid.model.cell(column, row, grid.day.slot_minutes))
        self._asked = asked

    def _place(self, event: QMouseEvent) -> QPoint:
        return event.position().toPoint() + self.grid.offset()

    def _ready(self) -> bool:
        return self.grid.day is not None and bool(self.grid.day.columns)


def _at_edge(box: Box, y: int) -> bool:
    return y >= box.rect.bottom() - _EDGE and box.rect.height() >= _LEAST_FOR_EDGE


def _over_pinboard(spot: QPoint) -> bool:
    widget = QApplication.widgetAt(spot)
    while widget is not None:
        if widget.property(PIN_TARGET):
            return True
        widget = widget.parentWidget()
    return False
