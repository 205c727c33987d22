"""Where starts lie: the three grids, and the test whether a moment lies on the clock's grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from hms_desktop.domain.availability_board import Cluster
from hms_desktop.domain.availability_rules import Grid, GridOrigin, SlotPolicy
from hms_desktop.domain.intervals import Span, clip
from hms_desktop.domain.zones import (
    MINUTES_A_DAY,
    Day,
    date_of,
    day_of,
    minute_floor,
    minute_of_day,
    moment_of,
)

ROUND = (15, 5)
"""Packed starts round up to a quarter, else to five minutes, else not at all."""


def grid_starts(
    grid: Grid, day: Day, cluster: Cluster, step: int, startable: Sequence[Span]
) -> list[int]:
    """Return the starts of one cluster of hours on one date, in order (minutes since 1970).

    ``startable`` are the spans of starts at which the visit fits.
    """
    found: list[int] = []
    for low, high in clip(startable, max(cluster.start, day.start), min(cluster.end, day.end)):
        if grid.origin is GridOrigin.WINDOW_START:
            found.extend(range(low + (cluster.start - low) % step, high, step))
        elif grid.origin is GridOrigin.CLOCK:
            found.extend(_clock_starts(grid, day, step, low, high))
        else:
            found.extend(range(_packed_start(day, step, low, high), high, step))
    return found


def on_clock_grid(policy: SlotPolicy, moment: datetime) -> bool:
    """Say whether a moment lies on the clock's grid of its local date."""
    minute = minute_floor(moment)
    if moment_of(minute) != moment:
        return False
    day = day_of(policy.zone, date_of(policy.zone, minute))
    grid = policy.grid
    return (minute_of_day(day, minute) - grid.offset) % grid.unit == 0


def _clock_starts(grid: Grid, day: Day, step: int, low: int, high: int) -> Iterable[int]:
    start = _align(day, low, grid.unit, grid.offset)
    if len(day.pieces) == 1 and step % grid.unit == 0:
        return range(start, high, step)
    found = []
    while start < high:
        found.append(start)
        start = _align(day, start + step, grid.unit, grid.offset)
    return found


def _packed_start(day: Day, step: int, low: int, high: int) -> int:
    most = (high - 1 - low) // step
    for unit in ROUND:
        start = _align(day, low, unit, 0)
        if start < high and (high - 1 - start) // step == most:
            return start
    return low


def _align(day: Day, minute: int, unit: int, offset: int) -> int:
    """Return the first moment from here on at which the wall clock shows a multiple of unit."""
    for piece in day.pieces:
        if minute >= piece.end:
            continue
        minute = max(minute, piece.start)
        wall = (minute + piece.offset) % MINUTES_A_DAY
        up = offset + -(-(wall - offset) // unit) * unit
        if wall + (piece.end - minute) > up and up < MINUTES_A_DAY:
            return minute + up - wall
        minute = piece.end
    return max(minute, day.end)
