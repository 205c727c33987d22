"""Where things stand in the day grid: pure functions between time and pixels.

A column's vertical axis counts minutes of *real* time from the instant at which the hospital's
clock shows ``first_minute``, so a day with a clock change has a row for every real minute and
two visits of a doubled hour never share a place.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Axis:
    """One column's time: ``minutes`` of real time from ``origin`` (UTC)."""

    origin: datetime
    minutes: int

    def minute_of(self, at: datetime) -> float:
        """Return how many minutes after the top an instant lies; may be outside the axis."""
        return (at - self.origin) / _MINUTE

    def at(self, minute: float) -> datetime:
        """Return the instant (UTC) of a minute of the axis."""
        return self.origin + timedelta(minutes=minute)

    def clamp(self, minute: float) -> float:
        """Return the nearest minute that the axis shows."""
        return min(max(minute, 0), self.minutes)


class Turn(Enum):
    """What the hospital's clock does at a tick, other than going on."""

    NONE = "none"
    JUMP = "jump"
    AGAIN = "again"


class Tick(NamedTuple):
    """One line of the time gutter; ``minute`` counts from the top of the axis."""

    minute: int
    hour: int
    past: int
    on_slot: bool
    turn: Turn

    @property
    def on_hour(self) -> bool:
        """Say whether the wall clock shows a full hour here."""
        return self.past == 0


class Place(NamedTuple):
    """Where a box stands beside those it overlaps: first lane, lanes covered, lanes in all."""

    lane: int
    span: int
    lanes: int


def wall_instant(on: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the clock shows ``minute`` of a date.

    Minute 1440 is the next midnight. Of a doubled time it is the first, of a skipped one the
    instant that the clock would have shown it had it not been moved.
    """
    local = datetime.combine(on, time()) + timedelta(minutes=minute)
    return local.replace(tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=512)
def axis_of(on: date, zone: ZoneInfo, first_minute: int, last_minute: int) -> Axis:
    """Return the axis of a date from one wall-clock minute to another."""
    origin = wall_instant(on, first_minute, zone)
    end = wall_instant(on, last_minute, zone)
    return Axis(origin, max(int((end - origin) / _MINUTE), 1))


@lru_cache(maxsize=64)
def ticks_of(axis: Axis, zone: ZoneInfo, slot_minutes: int) -> tuple[Tick, ...]:
    """Return the lines of a time gutter: every slot, every full hour, every clock change."""
    start = axis.origin.astimezone(zone)
    # Half hours at least: some zones change their clocks by thirty minutes.
    step = gcd(gcd(slot_minutes, 30), start.minute or 30)
    found: list[Tick] = []
    before = start.replace(tzinfo=None)
    for minute in range(0, axis.minutes + 1, step):
        local = axis.at(minute).astimezone(zone)
        naive = local.replace(tzinfo=None)
        turn = Turn.NONE
        if minute:
            gone = naive - before
            if gone > step * _MINUTE:
                turn = Turn.JUMP
            elif gone < step * _MINUTE:
                turn = Turn.AGAIN
        on_slot = minute % slot_minutes == 0
        if on_slot or local.minute == 0 or turn is not Turn.NONE:
            found.append(Tick(minute, local.hour, local.minute, on_slot, turn))
        before = naive
    return tuple(found)


def column_edges(count: int, width: int, least: int) -> tuple[int, ...]:
    """Return ``count`` + 1 left edges: columns share the width, none narrower than ``least``."""
    if count <= 0:
        return (0,)
    whole = max(width, count * least)
    return tuple(round(number * whole / count) for number in range(count + 1))


def column_at(edges: Sequence[int], x: int) -> int | None:
    """Return the column under an x, or None beside them."""
    if not edges[0] <= x < edges[-1]:
        return None
    return bisect_right(edges, x) - 1


def snap(minute: float, step: int) -> int:
    """Return the nearest multiple of ``step`` minutes."""
    return int((minute + step / 2) // step) * step


def snap_down(minute: float, step: int) -> int:
    """Return the multiple of ``step`` minutes at or before a minute."""
    return int(minute // step) * step


def pack(spans: Sequence[tuple[float, float, int]]) -> list[Place]:
    """Put overlapping stretches side by side; one place for each, in the order given.

    Each is (start, end, wanted order): the regular lane comes first, overbooked visits and
    walk-ins to the right of it. Stretches that touch only others' ends keep the full width, and
    one with free lanes on its right covers them.
    """
    order = sorted(range(len(spans)), key=lambda i: (spans[i][0], spans[i][2], -spans[i][1], i))
    places: list[Place | None] = [None] * len(spans)
    cluster: list[int] = []
    reach = float("-inf")
    for index in order:
        start, end, _ = spans[index]
        if cluster and start >= reach:
            _pack_cluster(spans, cluster, places)
            cluster = []
            reach = float("-inf")
        cluster.append(index)
        reach = max(reach, end)
    if cluster:
        _pack_cluster(spans, cluster, places)
    return [place for place in places if place is not None]


def _pack_cluster(
    spans: Sequence[tuple[float, float, int]],
    cluster: Sequence[int],
    places: list[Place | None],
) -> None:
    if len(cluster) == 1:
        places[cluster[0]] = Place(0, 1, 1)
        return
    lanes: list[list[int]] = []
    lane_of: dict[int, int] = {}
    # By wanted lane first: what the database calls the regular lane stays leftmost.
    for index in sorted(cluster, key=lambda i: (spans[i][2], spans[i][0], i)):
        free = (
            number
            for number, lane in enumerate(lanes)
            if not any(_overlap(spans[index], spans[other]) for other in lane)
        )
        number = next(free, len(lanes))
        if number == len(lanes):
            lanes.append([])
        lanes[number].append(index)
        lane_of[index] = number
    for index in cluster:
        span = 1
        for lane in lanes[lane_of[index] + 1 :]:
            if any(_overlap(spans[index], spans[other]) for other in lane):
                break
            span += 1
        places[index] = Place(lane_of[index], span, len(lanes))


def _overlap(one: tuple[float, float, int], other: tuple[float, float, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
