"""The engine's inside: one doctor's rules and visits laid out on whole minutes.

A ``Board`` holds a range of local dates. Free starts are found by subtracting spans, never by
trying minutes one by one, so that months of many doctors cost little.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from hms_desktop.domain.availability_rules import (
    EXTRA_LANES_FROM,
    Booked,
    DoctorRules,
    Hold,
    Holiday,
    SlotPolicy,
    VisitNeed,
)
from hms_desktop.domain.availability_windows import FAR, OpenHours
from hms_desktop.domain.intervals import Span, join, subtract
from hms_desktop.domain.zones import (
    EPOCH,
    MINUTE,
    date_of,
    day_of,
    minute_ceil,
    minute_floor,
)

NO_LANE, HELD = -1, -2


class Cluster(NamedTuple):
    """Hours that share one grid: its anchor is the start (minutes since 1970)."""

    start: int
    end: int
    slot: int | None
    session_id: int | None


class Board:
    """One doctor's time on the local dates first-1 to last+1, ready to be asked."""

    def __init__(
        self,
        rules: DoctorRules,
        policy: SlotPolicy,
        holidays: Iterable[Holiday],
        booked: Iterable[Booked],
        holds: Iterable[Hold],
        first: date,
        last: date,
        now: datetime,
        need: VisitNeed,
    ) -> None:
        """Lay the rules out; one more day on each side, for visits that run through midnight."""
        self.rules = rules
        self.policy = policy
        self.need = need
        self.now = minute_ceil(now)
        self.earliest = minute_ceil(now + timedelta(minutes=need.min_notice))
        self.latest = FAR
        if need.horizon_days is not None:
            today = now.astimezone(policy.zone).date()
            self.latest = day_of(policy.zone, today + timedelta(days=need.horizon_days)).end
        self.hours = OpenHours(rules, policy, holidays, first, last)
        self.capacity = self.hours.capacity
        self._holes = self.hours.closures()
        self.booked = [one for one in booked if one.holds]
        self.held = [one for one in holds if one.expires_at > now]
        self._lanes = self._busy_lanes() if self.capacity else []
        self._allowed: dict[int, list[list[Span]]] = {}
        self._union: dict[int, list[Span]] = {}
        self._loads: dict[date, tuple[int, int]] | None = None

    # -- visits in lanes --------------------------------------------------------------------

    def _busy_lanes(self) -> list[list[Span]]:
        """Return what is taken in each lane below the capacity, buffers included.

        A visit in a lane that its session does not have (the capacity was lowered) moves to a
        free lane; where none is free it doubles up where it costs least.
        """
        if self.capacity == 1:
            return [[taken[3] for taken in self._taken()]]
        lanes: list[list[Span]] = [[] for _ in range(self.capacity)]
        floating = []
        for start, row_id, lane, span in sorted(self._taken()):
            if 0 <= lane < self.hours.capacity_at(start):
                lanes[lane].append(span)
            else:
                floating.append((lane == HELD, start, row_id, span))
        for _held, start, _id, span in sorted(floating):
            usable = lanes[: max(1, self.hours.capacity_at(start))]
            min(usable, key=lambda lane: _overlap(lane, span)).append(span)
        return lanes

    def _taken(self) -> Iterator[tuple[int, int, int, Span]]:
        """Yield start, id, lane and what is taken of every visit and hold (minutes)."""
        for one in self.booked:
            lane = NO_LANE if one.lane is None else one.lane
            if lane < EXTRA_LANES_FROM:
                start = (one.starts_at - EPOCH) // MINUTE
                end = -((EPOCH - one.ends_at) // MINUTE)
                yield start, one.id, lane, (start - one.buffer_before, end + one.buffer_after)
        for hold in self.held:
            start = minute_floor(hold.starts_at)
            yield start, hold.id, HELD, (start, minute_ceil(hold.ends_at))

    # -- free starts ------------------------------------------------------------------------

    def length(self, cluster: Cluster) -> int:
        """Return the length of the new visit in these hours (minutes)."""
        return self.need.minutes or self._slot(cluster)

    def step(self, cluster: Cluster) -> int:
        """Return the distance of starts in these hours (minutes)."""
        return self.need.step_minutes or self._slot(cluster)

    def _slot(self, cluster: Cluster) -> int:
        return cluster.slot or self.rules.default_minutes or self.policy.step_minutes

    def clusters(self, on: date) -> list[Cluster]:
        """Return the hours of a date that share a grid: overlapping sessions become one.

        Touching sessions keep grids of their own where the grid begins with the session.
        """
        found: list[Cluster] = []
        touching = self.policy.grid.origin != "window_start"
        for window in self.hours.windows[on]:
            if found:
                last = found[-1]
                if window.start < last.end or (
                    touching and window.start == last.end and window.slot == last.slot
                ):
                    found[-1] = last._replace(end=max(last.end, window.end))
                    continue
            found.append(Cluster(window.start, window.end, window.slot, window.session_id))
        return found

    def open_time(self, lane: int = 0) -> list[Span]:
        """Return when sessions have this lane, less everything that closes them."""
        return subtract(self.hours.of_lane(lane), self._holes)

    def free_time(self) -> list[Span]:
        """Return when at least one lane is free, joined."""
        return join(
            span
            for lane, busy in enumerate(self._lanes)
            for span in subtract(self.open_time(lane), join(busy))
        )

    def allowed(self, minutes: int) -> list[list[Span]]:
        """Return, for each lane, the spans of starts at which a visit of this length fits."""
        found = self._allowed.get(minutes)
        if found is None:
            found = [self._allowed_in(lane, minutes) for lane in range(self.capacity)]
            self._allowed[minutes] = found
        return found

    def _allowed_in(self, lane: int, minutes: int) -> list[Span]:
        starts = [(a, b - minutes + 1) for a, b in self.open_time(lane) if b - a >= minutes]
        before = minutes + self.need.buffer_after - 1
        after = self.need.buffer_before
        holes = [(a - before, b + after) for a, b in self._lanes[lane]]
        holes += [(-FAR, self.earliest), (self.latest, FAR)]
        return subtract(starts, join(holes))

    def startable(self, minutes: int) -> list[Span]:
        """Return the spans of starts at which a visit fits in any lane."""
        found = self._union.get(minutes)
        if found is None:
            lanes = self.allowed(minutes)
            found = lanes[0] if len(lanes) == 1 else join(span for lane in lanes for span in lane)
            self._union[minutes] = found
        return found

    def remaining(self, start: int, minutes: int) -> int:
        """Return in how many lanes a visit can start at this moment."""
        return sum(1 for lane in self.allowed(minutes) if holds(lane, start))

    def free_lane(self, start: int, minutes: int) -> int | None:
        """Return the lowest lane in which a visit can start at this moment."""
        for number, lane in enumerate(self.allowed(minutes)):
            if holds(lane, start):
                return number
        return None

    # -- limits of a day --------------------------------------------------------------------

    def load(self, on: date) -> tuple[int, int]:
        """Return how many visits, of how many minutes in all, begin on a local date."""
        if self._loads is None:
            self._loads = {}
            for one in self.booked:
                start = minute_floor(one.starts_at)
                day = date_of(self.policy.zone, start)
                count, minutes = self._loads.get(day, (0, 0))
                length = minute_ceil(one.ends_at) - start
                self._loads[day] = (count + 1, minutes + length)
        return self._loads.get(on, (0, 0))

    def has_room(self, on: date, minutes: int) -> bool:
        """Say whether the daily limits leave room for one more visit."""
        policy = self.policy
        if policy.max_per_day is None and policy.max_minutes_per_day is None:
            return True
        count, used = self.load(on)
        return (policy.max_per_day is None or count < policy.max_per_day) and (
            policy.max_minutes_per_day is None or used + minutes <= policy.max_minutes_per_day
        )


def holds(spans: Sequence[Span], minute: int) -> bool:
    """Say whether one of the sorted spans holds the minute."""
    at = bisect_right(spans, (minute, FAR)) - 1
    return at >= 0 and spans[at][0] <= minute < spans[at][1]


def _overlap(spans: Sequence[Span], span: Span) -> int:
    return sum(max(0, min(b, span[1]) - max(a, span[0])) for a, b in spans)
