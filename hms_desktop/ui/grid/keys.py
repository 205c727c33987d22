"""The grid's keyboard: everything a mouse can do, and faster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from hms_desktop.ui.grid import layout, steps
from hms_desktop.ui.grid.day import CellRef, StatusWish
from hms_desktop.ui.grid.lengths import FINE, LengthHands, cursor_visit
from hms_desktop.ui.grid.model import minutes_of
from hms_desktop.ui.grid.scene import Carry, Hand
from hms_desktop.ui.grid.texts import clock, tr

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from hms_desktop.ui.grid.day import GridColumn, GridDay
    from hms_desktop.ui.grid.view import DayGrid

_ARROWS = {
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_ACTIONS = {
    Qt.Key.Key_C: "check_in",
    Qt.Key.Key_X: "cancel",
    Qt.Key.Key_N: "no_show",
    Qt.Key.Key_F: "confirm",
}
_ALT = Qt.KeyboardModifier.AltModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ZOOM = {Qt.Key.Key_Plus: 1.15, Qt.Key.Key_Equal: 1.15, Qt.Key.Key_Minus: 1 / 1.15}


class KeyHands:
    """Turns keys into movements and wishes of one grid."""

    def __init__(self, grid: DayGrid) -> None:
        self.grid = grid
        self.lengths = LengthHands(grid)

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks; False when it is not the grid's."""
        day = self.grid.day
        if day is None or not day.columns:
            return False
        key = Qt.Key(event.key())
        mods = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape:
            return self._escape()
        if mods & _CTRL:
            return self._with_ctrl(key, mods)
        if key in _PAGES and not mods:
            self.grid.day_step.emit(_PAGES[key])
            return True
        if self.grid.scene.carry is not None:
            return self._carrying(key, mods, self.grid.scene.carry)
        if key in _ARROWS:
            return self._arrow(key, mods)
        if mods:
            return False
        return self._plain(key)

    def tab(self, direction: int) -> bool:
        """Go to the next visit; False after the last."""
        if self.grid.day is None or self.grid.scene.carry is not None:
            return False
        found = steps.next_visit(self.grid.model, self.grid.scene.cursor, direction)
        if found is None:
            return False
        self.grid.set_cursor(found)
        return True

    # ------------------------------------------------------------------ groups of keys
    def _escape(self) -> bool:
        scene = self.grid.scene
        self.grid.let_go()
        if scene.carry is not None:
            self.grid.end_carry(drop=False)
        elif scene.stretch is not None:
            self.lengths.drop()
        elif scene.span is not None:
            with self.grid.changing():
                scene.span = None
        elif scene.selected:
            self.grid.select(())
        else:
            return False
        return True

    def _with_ctrl(self, key: Qt.Key, mods: Qt.KeyboardModifier) -> bool:
        grid = self.grid
        if key in _ZOOM:
            grid.set_zoom(grid.zoom * _ZOOM[key])
        elif mods != _CTRL:
            return False
        elif key == Qt.Key.Key_0:
            grid.set_zoom(None)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            grid.day_step.emit(1 if key == Qt.Key.Key_Right else -1)
        elif key == Qt.Key.Key_Home:
            grid.focus_now()
        elif key == Qt.Key.Key_A:
            column = grid.scene.cursor.column
            grid.select(box.visit.id for box in grid.model.boxes[column])
        else:
            return False
        return True

    def _arrow(self, key: Qt.Key, mods: Qt.KeyboardModifier) -> bool:
        grid = self.grid
        across, down = _ARROWS[key]
        if mods == _ALT and down:
            return self.lengths.stretch_by(down)
        if mods == _SHIFT and down:
            return self.lengths.extend(down)
        if mods:
            return False
        step = steps.sideways if across else steps.vertical
        grid.set_cursor(step(grid.model, grid.scene.cursor, across or down))
        return True

    def _plain(self, key: Qt.Key) -> bool:
        grid = self.grid
        cursor = grid.scene.cursor
        if key in _ENTER:
            self._enter()
        elif key in _ACTIONS:
            ids = grid.selected_ids()
            if ids:
                grid.status_requested.emit(StatusWish(ids, _ACTIONS[key]))
            else:
                grid.hint.emit(tr("Put the cursor on a visit first."))
        elif key in {Qt.Key.Key_M, Qt.Key.Key_P}:
            self._take(pin=key == Qt.Key.Key_P)
        elif key == Qt.Key.Key_Space:
            if cursor.visit_id is not None:
                grid.select(grid.scene.selected ^ {cursor.visit_id})
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            last = grid.model.axes[cursor.column].minutes
            minute = 0 if key == Qt.Key.Key_Home else last
            grid.set_cursor(steps.enter(grid.model, cursor.column, minute))
        else:
            return False
        return True

    def _enter(self) -> None:
        grid = self.grid
        if grid.scene.stretch is not None:
            self.lengths.commit()
            return
        target = grid.target()
        if isinstance(target, CellRef):
            grid.book_requested.emit(target)
        elif target is not None:
            grid.open_requested.emit(target)

    def _take(self, *, pin: bool) -> None:
        grid = self.grid
        visit = cursor_visit(grid)
        if visit is None:
            grid.hint.emit(tr("Put the cursor on a visit first."))
        elif not grid.may_move(visit):
            return
        elif pin:
            grid.pin_requested.emit(visit.id)
        else:
            box = grid.model.by_id[visit.id]
            minute = round(grid.model.axes[box.column].minute_of(visit.starts_at))
            grid.start_carry(Carry(visit, minutes_of(visit), box.column, minute, Hand.KEYS))
            grid.announce(tr("Picked up. Arrows move, Enter drops, Escape puts back."))

    # ------------------------------------------------------------------ carrying
    def _carrying(self, key: Qt.Key, mods: Qt.KeyboardModifier, carry: Carry) -> bool:
        grid = self.grid
        if key in _ENTER and not mods:
            grid.end_carry(drop=True)
            return True
        if key == Qt.Key.Key_P and not mods:
            grid.end_carry(drop=False)
            grid.pin_requested.emit(carry.visit.id)
            return True
        if key not in _ARROWS or mods & ~_ALT:
            # Letters mean nothing while carrying; swallowing them keeps a slip from cancelling.
            return True
        across, down = _ARROWS[key]
        day = grid.day
        assert day is not None, "press() saw a day"  # noqa: S101 - narrows the type
        step = FINE if mods & _ALT else day.slot_minutes
        with grid.changing():
            carry.column = min(max(carry.column + across, 0), len(day.columns) - 1)
            if down:
                carry.minute = self._next_minute(carry, step, down)
            self._keep_inside(carry)
        rect = grid.frame_state.painter.topping.carry_rect()
        if rect is not None:
            grid.ensure_visible(rect)
        axis = grid.model.axes[carry.column]
        title = day.columns[carry.column].title
        grid.announce(f"{title}, {clock(axis.at(carry.minute), day)}")
        return True

    def _next_minute(self, carry: Carry, step: int, down: int) -> int:
        if carry.minute % step:
            edge = layout.snap_down(carry.minute, step)
            return edge + step if down > 0 else edge
        return carry.minute + down * step

    def _keep_inside(self, carry: Carry) -> None:
        last = self.grid.model.axes[carry.column].minutes - carry.minutes
        carry.minute = max(min(carry.minute, last), 0)

    # ------------------------------------------------------------------ after a new day
    def settle(self, before: GridDay | None) -> None:
        """Keep cursor, selection and load on what they were on, as far as it is still shown."""
        grid, scene = self.grid, self.grid.scene
        day = grid.day
        if day is None or not day.columns:
            return
        same_shape = before is not None and (before.on, before.columns) == (day.on, day.columns)
        if not same_shape:
            scene.span = None
        gone = scene.selected - grid.model.by_id.keys()
        if gone:
            scene.selected = scene.selected - gone
            grid.selection_changed.emit(tuple(sorted(scene.selected)))
        if scene.stretch is not None and scene.stretch.visit.id not in grid.model.by_id:
            self.lengths.drop()
        old = before.columns if before is not None else ()
        if scene.carry is not None:
            scene.carry.column = _column_again(scene.carry.column, old, day)
            self._keep_inside(scene.carry)
        cursor = scene.cursor
        box = grid.model.by_id.get(cursor.visit_id) if cursor.visit_id is not None else None
        if box is not None:
            scene.cursor = replace(cursor, column=box.column)
        else:
            column = _column_again(cursor.column, old, day)
            # A visit that was just booked or dropped here is what the cursor means now.
            scene.cursor = steps.enter(grid.model, column, cursor.minute)


def _column_again(column: int, old: tuple[GridColumn, ...], day: GridDay) -> int:
    """Return where a column of the day before is now: by key, by doctor, else nearby."""
    if column < len(old):
        was = old[column]
        for index, one in enumerate(day.columns):
            if one.key == was.key:
                return index
        for index, one in enumerate(day.columns):
            if one.doctor_id == was.doctor_id:
                return index
    return min(column, len(day.columns) - 1)
