"""The grid's state: a frozen day laid out in pixels, and what changed between two days."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil, floor
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from hms_desktop.domain.appointments import OVERBOOK_LANE, WALK_IN_LANE, GridVisit
from hms_desktop.ui.grid import layout
from hms_desktop.ui.grid.places import (
    ALERT,
    ALIKE,
    GAP,
    LEAST_BOX,
    LEAST_DAY,
    LEFT,
    NOTE,
    ON_CLOSED,
    OVERBOOKED,
    RIGHT,
    WALK_IN,
    Box,
    GridPlaces,
)

if TYPE_CHECKING:
    from hms_desktop.ui.grid.day import ClosedBand, GridDay

_by_start = attrgetter("starts_at", "lane", "id")


@dataclass(slots=True)
class Change:
    """What must be painted again: everything, or some places of the body."""

    whole: bool = False
    rects: list[QRect] = field(default_factory=list)


class GridModel(GridPlaces):
    """A day in pixels that can be exchanged for another; it knows what then looks different."""

    def set_geometry(self, width: int, scale: float) -> bool:
        """Lay out for another width or scale; False when nothing moves."""
        if width == self.width and scale == self.scale:
            return False
        self.width, self.scale = width, scale
        self._lay_out()
        return True

    def set_day(self, day: GridDay) -> Change:
        """Take another day and return what looks different now."""
        grouped, day = self._group(day)
        before, self.day = self.day, day
        if before is None or _shape(before) != _shape(day):
            self._visits = grouped
            self._lay_out()
            return Change(whole=True)
        change = Change()
        fresh_marks = before.look_alikes != day.look_alikes
        for column, visits in enumerate(grouped):
            closed = self._closed_changed(column, before, change)
            if closed or fresh_marks or visits != self._visits[column]:
                self._visits[column] = visits
                self._replace_boxes(column, change)
        if before.holds != day.holds:
            for hold in set(before.holds) ^ set(day.holds):
                rect = self.hold_rect(hold)
                if rect is not None:
                    change.rects.append(rect)
        return change

    def _closed_changed(self, column: int, before: GridDay, change: Change) -> bool:
        assert self.day is not None, "no day is shown"  # noqa: S101 - a fault of the caller
        if before.closed is self.day.closed:
            return False
        key = self.day.columns[column].key
        old, new = before.closed.get(key, ()), self.day.closed.get(key, ())
        if old == new:
            return False
        change.rects.extend(
            self.band_rect(column, band)
            for band in (*old, *new)
            if band not in old or band not in new
        )
        return True

    def _group(self, day: GridDay) -> tuple[list[list[GridVisit]], GridDay]:
        """Give every column its visits by time; show more hours where a visit needs them."""
        self._columns = {}
        for index, column in enumerate(day.columns):
            self._columns.setdefault(column.doctor_id, []).append(index)
        whole = [
            (
                layout.wall_instant(column.on_date, 0, day.zone),
                layout.wall_instant(column.on_date, 24 * 60, day.zone),
            )
            for column in day.columns
        ]
        grouped: list[list[GridVisit]] = [[] for _ in day.columns]
        columns = self._columns
        for visit in day.visits:
            for index in columns.get(visit.doctor_id, ()):
                begins, ends = whole[index]
                if visit.starts_at < ends and visit.ends_at > begins:
                    grouped[index].append(visit)
        first, last = day.first_minute, day.last_minute
        axes = [layout.axis_of(c.on_date, day.zone, first, last) for c in day.columns]
        early, late = 0.0, 0.0
        for visits, axis in zip(grouped, axes, strict=True):
            if visits:
                visits.sort(key=_by_start)
                early = min(early, axis.minute_of(visits[0].starts_at))
                latest = max(visit.ends_at for visit in visits)
                late = max(late, axis.minute_of(latest) - axis.minutes)
        if early < 0 or late > 0:
            day = replace(
                day,
                first_minute=max(0, floor((first + early) / 60) * 60),
                last_minute=min(24 * 60, ceil((last + late) / 60) * 60),
            )
        return grouped, day

    def _lay_out(self) -> None:
        day = self.day
        if day is None:
            return
        self.axes = tuple(
            layout.axis_of(column.on_date, day.zone, day.first_minute, day.last_minute)
            for column in day.columns
        )
        several = len({column.on_date for column in day.columns}) > 1
        least = min(self.least_column, LEAST_DAY) if several else self.least_column
        self.edges = layout.column_edges(len(day.columns), self.width, least)
        self.boxes = []
        self.by_id = {}
        for column in range(len(day.columns)):
            placed = self._place(column)
            self.boxes.append(placed)
            self.by_id.update((box.visit.id, box) for box in placed)

    def _replace_boxes(self, column: int, change: Change) -> None:
        old = {box.visit.id: box for box in self.boxes[column]}
        placed = self._place(column)
        for number, box in enumerate(placed):
            was = old.pop(box.visit.id, None)
            if was is not None and was.same(box):
                placed[number] = was
                continue
            change.rects.append(box.rect)
            if was is not None:
                change.rects.append(was.rect)
        for gone in old.values():
            change.rects.append(gone.rect)
            if self.by_id.get(gone.visit.id) is gone:
                del self.by_id[gone.visit.id]
        self.boxes[column] = placed
        self.by_id.update((box.visit.id, box) for box in placed)

    def _place(self, column: int) -> list[Box]:
        axis = self.axes[column]
        visits = self._visits[column]
        spans = [
            (
                axis.clamp(axis.minute_of(visit.starts_at)),
                axis.clamp(axis.minute_of(visit.ends_at)),
                visit.lane,
            )
            for visit in visits
        ]
        left = self.edges[column] + LEFT
        room = self.edges[column + 1] - self.edges[column] - LEFT - RIGHT
        alike = self.day.look_alikes if self.day else frozenset[int]()
        bands = self.day.closed.get(self.day.columns[column].key, ()) if self.day else ()
        boxes = []
        for visit, (start, end, _), place in zip(visits, spans, layout.pack(spans), strict=True):
            x = left + place.lane * room // place.lanes
            right = left + (place.lane + place.span) * room // place.lanes
            gap = GAP if place.lane + place.span < place.lanes else 0
            top = self.y_of(start)
            height = max(self.y_of(end) - top - GAP, LEAST_BOX)
            flags = (
                (ALERT if visit.has_alert else 0)
                | (NOTE if visit.has_note else 0)
                | (ALIKE if visit.patient_id in alike else 0)
                | (WALK_IN if visit.lane >= WALK_IN_LANE else 0)
                | (OVERBOOKED if OVERBOOK_LANE <= visit.lane < WALK_IN_LANE else 0)
                | (ON_CLOSED if bands and _touches(visit, bands) else 0)
            )
            boxes.append(Box(visit, column, QRect(x, top + 1, right - x - gap, height), flags))
        return boxes


def minutes_of(visit: GridVisit) -> int:
    """Return a visit's length in minutes of real time."""
    return int((visit.ends_at - visit.starts_at) / timedelta(minutes=1))


def _touches(visit: GridVisit, bands: tuple[ClosedBand, ...]) -> bool:
    return any(b.starts_at < visit.ends_at and visit.starts_at < b.ends_at for b in bands)


def _shape(day: GridDay) -> tuple[object, ...]:
    return (
        day.on,
        day.zone.key,
        day.columns,
        day.slot_minutes,
        day.first_minute,
        day.last_minute,
        day.visit_types,
        day.clock_24h,
    )
