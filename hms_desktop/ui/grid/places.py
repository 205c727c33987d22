"""Where things of a day stand in the grid: boxes, cells, closed time, in pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect

from hms_desktop.ui.grid import layout
from hms_desktop.ui.grid.day import CellRef, ClosedBand, GridDay

if TYPE_CHECKING:
    from datetime import datetime

    from hms_desktop.domain.appointments import GridVisit, HoldRow

ALERT, NOTE, ALIKE, OVERBOOKED, WALK_IN = 1, 2, 4, 8, 16
"""Marks of a box; any may be combined."""
ON_CLOSED = 32
"""Set where a box stands on hatched time: its corners let the hatch through."""

LEFT, RIGHT, GAP = 4, 7, 2
"""Room between a column's edges and its boxes, and between boxes, in pixels."""
LEAST_COLUMN = 132
LEAST_DAY = 84
"""The days of a week are seen side by side, however narrow."""
LEAST_BOX = 5


class Box:
    """One visit where it stands; the painter makes its picture and texts when first shown."""

    __slots__ = ("column", "flags", "frame", "rect", "texts", "visit")

    def __init__(self, visit: GridVisit, column: int, rect: QRect, flags: int) -> None:
        self.visit = visit
        self.column = column
        self.rect = rect
        self.flags = flags
        self.frame: Any = None
        self.texts: Any = None

    def forget_looks(self) -> None:
        """Let the painter make picture and texts anew, for another theme or font."""
        self.frame = self.texts = None

    def same(self, other: Box) -> bool:
        """Say whether both would be painted alike in the same place."""
        return self.rect == other.rect and self.flags == other.flags and self.visit == other.visit


class GridPlaces:
    """Where everything of a day stands. ``scale`` is pixels a minute."""

    def __init__(self) -> None:
        self.day: GridDay | None = None
        self.scale = 1.2
        self.width = 0
        self.least_column = LEAST_COLUMN
        self.axes: tuple[layout.Axis, ...] = ()
        self.edges: tuple[int, ...] = (0,)
        self.boxes: list[list[Box]] = []
        self.by_id: dict[int, Box] = {}
        self._visits: list[list[GridVisit]] = []
        self._columns: dict[int, list[int]] = {}

    @property
    def height(self) -> int:
        """Height of the whole day in pixels."""
        return round(max((axis.minutes for axis in self.axes), default=0) * self.scale)

    @property
    def gutter(self) -> layout.Axis | None:
        """The axis that the time gutter shows: the chosen date's column, else the first."""
        if self.day is None or not self.axes:
            return None
        for column, axis in zip(self.day.columns, self.axes, strict=True):
            if column.on_date == self.day.on:
                return axis
        return self.axes[0]

    def column_of(self, doctor_id: int, at: datetime) -> int | None:
        """Return the column that shows a doctor at an instant, or None."""
        for index in self._columns.get(doctor_id, ()):
            axis = self.axes[index]
            if axis.origin <= at < axis.at(axis.minutes):
                return index
        return None

    def y_of(self, minute: float) -> int:
        """Return the pixel of a minute of an axis."""
        return round(minute * self.scale)

    def minute_at(self, y: float) -> float:
        """Return the minute of an axis at a pixel."""
        return y / self.scale

    def span_rect(self, column: int, start: float, end: float) -> QRect:
        """Return the full-width place of a stretch of a column."""
        left, right = self.edges[column], self.edges[column + 1]
        top = self.y_of(start)
        return QRect(
            left + LEFT, top + 1, right - left - LEFT - RIGHT, max(self.y_of(end) - top - GAP, 3)
        )

    def column_at(self, x: int) -> int | None:
        """Return the column under an x, or None beside them."""
        return layout.column_at(self.edges, x)

    def box_at(self, x: int, y: int) -> Box | None:
        """Return the topmost box under a point."""
        column = self.column_at(x)
        if column is None or column >= len(self.boxes):
            return None
        for box in reversed(self.boxes[column]):
            rect = box.rect
            # One pixel of grace at every side: boxes touch each other at a hair's breadth.
            if rect.adjusted(-1, -1, 1, 1).contains(x, y):
                return box
        return None

    def overlapping(self, column: int, start: float, end: float) -> list[Box]:
        """Return the boxes of a column that a stretch of minutes touches, leftmost first."""
        axis = self.axes[column]
        begins, ends = axis.at(start), axis.at(end)
        found = [
            box
            for box in self.boxes[column]
            if box.visit.starts_at < ends and begins < box.visit.ends_at
        ]
        return sorted(found, key=lambda box: (box.rect.x(), box.rect.y()))

    def band_at(self, column: int, minute: float) -> ClosedBand | None:
        """Return what closes a minute of a column, or None where it is open."""
        if self.day is None:
            return None
        at = self.axes[column].at(minute)
        for band in self.day.closed.get(self.day.columns[column].key, ()):
            if band.starts_at <= at < band.ends_at:
                return band
        return None

    def hold_at(self, column: int, minute: float) -> HoldRow | None:
        """Return the other desk's hold on a minute of a column."""
        if self.day is None:
            return None
        at = self.axes[column].at(minute)
        doctor_id = self.day.columns[column].doctor_id
        for hold in self.day.holds:
            if hold.doctor_id == doctor_id and hold.starts_at <= at < hold.ends_at:
                return hold
        return None

    def cell(self, column: int, minute: int, minutes: int) -> CellRef:
        """Return the reference of a stretch; the model must hold a day."""
        assert self.day is not None, "no day is shown"  # noqa: S101 - a fault of the caller
        shown = self.day.columns[column]
        return CellRef(shown.key, shown.doctor_id, self.axes[column].at(minute), minutes)

    def hold_rect(self, hold: HoldRow) -> QRect | None:
        """Return where a hold is shown, or None when it is not on this day."""
        return self.stretch_rect(hold.doctor_id, hold.starts_at, hold.ends_at)

    def stretch_rect(self, doctor_id: int, start: datetime, end: datetime) -> QRect | None:
        """Return where a stretch of a doctor's time is shown, or None."""
        column = self.column_of(doctor_id, start)
        if column is None:
            return None
        axis = self.axes[column]
        return self.span_rect(column, axis.minute_of(start), axis.clamp(axis.minute_of(end)))

    def band_rect(self, column: int, band: ClosedBand) -> QRect:
        """Return the place of closed time: the whole width of its column."""
        axis = self.axes[column]
        top = self.y_of(axis.clamp(axis.minute_of(band.starts_at)))
        bottom = self.y_of(axis.clamp(axis.minute_of(band.ends_at)))
        left = self.edges[column] + 1
        return QRect(left, top, self.edges[column + 1] - left, bottom - top)
