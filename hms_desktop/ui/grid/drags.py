"""What a drag does to the scene: carry, stretch, choose; and roll on at the edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt, QTimer

from hms_desktop.ui.grid import layout, steps
from hms_desktop.ui.grid.lengths import FINE
from hms_desktop.ui.grid.scene import Hand

if TYPE_CHECKING:
    from hms_desktop.ui.grid.scene import Carry
    from hms_desktop.ui.grid.view import DayGrid

_NEAR = 28
_SCROLL_MS = 30
_SCROLL_STEP = 14
_ALT = Qt.KeyboardModifier.AltModifier


class Drags:
    """The drag of one grid; ``last`` is where the pointer was seen last (viewport)."""

    def __init__(self, grid: DayGrid) -> None:
        self.grid = grid
        self.last = QPoint()
        self.mods = Qt.KeyboardModifier.NoModifier
        self._roll = QTimer(grid)
        self._roll.setInterval(_SCROLL_MS)
        self._roll.timeout.connect(self._auto_scroll)

    def stop(self) -> None:
        """Roll no further."""
        self._roll.stop()

    def carry_to(self, carry: Carry, place: QPoint, mods: Qt.KeyboardModifier) -> None:
        """Carry a visit to a point of the body, snapping to slots (5 minutes with Alt)."""
        grid = self.grid
        day, model = grid.day, grid.model
        view = QRect(grid.offset(), grid.viewport().size())
        with grid.changing():
            # A little beyond the edge still means the grid: that is where it scrolls.
            carry.outside = carry.hand is Hand.MOUSE and not view.adjusted(
                -_NEAR, -_NEAR, _NEAR, _NEAR
            ).contains(place)
            x = min(max(place.x(), 0), model.edges[-1] - 1)
            column = model.column_at(x)
            if column is None or day is None:
                return
            carry.column = column
            step = FINE if mods & _ALT else day.slot_minutes
            wanted = layout.snap(model.minute_at(place.y()) - carry.grip, step)
            last = model.axes[column].minutes - carry.minutes
            carry.minute = max(min(wanted, last), 0)

    def stretch_to(self, place: QPoint) -> None:
        """Let the visit that is stretched end at a point of the body."""
        grid = self.grid
        stretch, day = grid.scene.stretch, grid.day
        if stretch is None or day is None:
            return
        step = FINE if self.mods & _ALT else day.slot_minutes
        end = layout.snap(grid.model.minute_at(place.y()), step)
        shortest = round(stretch.start) + FINE
        with grid.changing():
            stretch.end = min(max(end, shortest), grid.model.axes[stretch.column].minutes)

    def span_to(self, place: QPoint) -> None:
        """Let the chosen free cells reach to a point of the body."""
        grid = self.grid
        span = grid.scene.span
        if span is None:
            return
        reached = steps.slot_of(grid.model, span.column, grid.model.minute_at(place.y()))
        way = span.step if reached >= span.anchor else -span.step
        # A stretch of free cells ends where the first visit begins.
        free = span.anchor
        for minute in range(span.anchor, reached + way, way):
            if grid.model.overlapping(span.column, minute, minute + span.step):
                break
            free = minute
        with grid.changing():
            span.reached = free

    def watch_edges(self) -> None:
        """Roll on while something is dragged near an edge."""
        busy = self.grid.scene.carry or self.grid.scene.stretch or self.grid.scene.span
        if busy is None or self._pull() == QPoint():
            self._roll.stop()
        elif not self._roll.isActive():
            self._roll.start()

    def _pull(self) -> QPoint:
        view = self.grid.viewport().rect()
        spot = self.last
        across = (spot.x() > view.right() - _NEAR) - (spot.x() < _NEAR)
        down = (spot.y() > view.bottom() - _NEAR) - (spot.y() < _NEAR)
        return QPoint(across, down)

    def _auto_scroll(self) -> None:
        grid = self.grid
        scene = grid.scene
        pull = self._pull()
        if pull == QPoint() or not (scene.carry or scene.stretch or scene.span):
            self._roll.stop()
            return
        across, down = grid.horizontalScrollBar(), grid.verticalScrollBar()
        across.setValue(across.value() + pull.x() * _SCROLL_STEP)
        down.setValue(down.value() + pull.y() * _SCROLL_STEP)
        place = self.last + grid.offset()
        if scene.carry is not None:
            self.carry_to(scene.carry, place, self.mods)
        elif scene.stretch is not None:
            self.stretch_to(place)
        else:
            self.span_to(place)
