"""Lengths by keyboard: a longer stretch of free cells, a longer or shorter visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from hms_desktop.ui.grid import steps
from hms_desktop.ui.grid.day import ResizeWish
from hms_desktop.ui.grid.scene import Cursor, Span, Stretch
from hms_desktop.ui.grid.texts import tr

if TYPE_CHECKING:
    from hms_desktop.domain.appointments import GridVisit
    from hms_desktop.ui.grid.view import DayGrid

FINE = 5
"""Minutes of a step with Alt."""
_PAUSE_MS = 700
"""A changed length is wished for after this pause, or when Alt is let go."""


class LengthHands:
    """Chooses lengths in one grid."""

    def __init__(self, grid: DayGrid) -> None:
        self.grid = grid
        self._pause = QTimer(grid)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.commit)

    def extend(self, down: int) -> bool:
        """Shift + arrows: select more visits, or choose a longer stretch of free cells."""
        grid = self.grid
        scene = grid.scene
        before = scene.cursor
        if before.visit_id is not None:
            after = steps.vertical(grid.model, before, down)
            chosen = scene.selected | {before.visit_id}
            if after.visit_id is not None:
                chosen.add(after.visit_id)
                grid.set_cursor(after)
            grid.select(chosen)
            return True
        day = grid.day
        assert day is not None, "press() saw a day"  # noqa: S101 - narrows the type
        step = day.slot_minutes
        span = scene.span or Span(before.column, before.minute, before.minute, step)
        reached = span.reached + down * step
        low, high = min(span.anchor, reached), max(span.anchor, reached) + step
        axis = grid.model.axes[span.column]
        if low < 0 or high > axis.minutes or grid.model.overlapping(span.column, low, high):
            return True
        with grid.changing():
            span.reached = reached
            scene.span = span
        grid.set_cursor(Cursor(span.column, reached), keep_span=True)
        return True

    def stretch_by(self, down: int) -> bool:
        """Alt + arrows: let the visit under the cursor end later or earlier."""
        grid = self.grid
        visit = cursor_visit(grid)
        if visit is None or not grid.may_move(visit):
            return True
        day = grid.day
        assert day is not None, "press() saw a day"  # noqa: S101 - narrows the type
        box = grid.model.by_id[visit.id]
        axis = grid.model.axes[box.column]
        start = axis.minute_of(visit.starts_at)
        with grid.changing():
            stretch = grid.scene.stretch
            if stretch is None or stretch.visit.id != visit.id:
                end = round(axis.minute_of(visit.ends_at))
                stretch = grid.scene.stretch = Stretch(visit, box.column, start, end)
            step = min(day.slot_minutes, 15)
            shortest = round(start) + FINE
            stretch.end = min(max(stretch.end + down * step, shortest), axis.minutes)
        length = tr("{minutes} minutes").format(minutes=round(stretch.end - start))
        grid.announce(length)
        self._pause.start()
        return True

    def commit(self) -> None:
        """Wish for the length that Alt + arrows chose, if it is another one."""
        self._pause.stop()
        stretch = self.grid.scene.stretch
        if stretch is None:
            return
        with self.grid.changing():
            self.grid.scene.stretch = None
        ends_at = self.grid.model.axes[stretch.column].at(stretch.end)
        if ends_at != stretch.visit.ends_at:
            self.grid.resize_requested.emit(
                ResizeWish(stretch.visit.id, stretch.visit.version, ends_at)
            )

    def drop(self) -> None:
        """Forget the length being chosen."""
        self._pause.stop()
        with self.grid.changing():
            self.grid.scene.stretch = None


def cursor_visit(grid: DayGrid) -> GridVisit | None:
    """Return the visit under the cursor."""
    number = grid.scene.cursor.visit_id
    return None if number is None else grid.visit(number)
