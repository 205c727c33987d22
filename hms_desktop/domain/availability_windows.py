"""When a doctor's hours are open, on whole minutes: rules of dates, before any visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from hms_desktop.domain.availability_rules import (
    DateException,
    DoctorRules,
    DoctorState,
    ExceptionKind,
    Holiday,
    SlotPolicy,
    WorkingSession,
)
from hms_desktop.domain.intervals import Span, join
from hms_desktop.domain.zones import (
    MINUTES_A_DAY,
    Day,
    day_of,
    local_minute,
    minute_ceil,
    minute_floor,
)

ONE_DAY = timedelta(days=1)
FAR = 1 << 60


class Open(NamedTuple):
    """Opening hours in minutes since 1970, with the rule that opens them."""

    start: int
    end: int
    capacity: int
    slot: int | None
    session_id: int | None
    exception_id: int | None


class OpenHours:
    """One doctor's hours on the local dates first-1 to last+1, and what closes them."""

    def __init__(
        self,
        rules: DoctorRules,
        policy: SlotPolicy,
        holidays: Iterable[Holiday],
        first: date,
        last: date,
    ) -> None:
        """Lay the rules out; one more day on each side, for visits that run through midnight."""
        self.rules = rules
        self.policy = policy
        self.holidays = {one.on: one for one in sorted(holidays, key=_by_id, reverse=True)}
        self._weekdays: dict[int, list[WorkingSession]] = {}
        for session in rules.sessions:
            self._weekdays.setdefault(session.weekday, []).append(session)
        self.exceptions: dict[date, list[DateException]] = {}
        for one in sorted(rules.exceptions, key=_by_id):
            self.exceptions.setdefault(one.on, []).append(one)
        self.windows: dict[date, list[Open]] = {}
        on, until = self._next_day(first, -ONE_DAY), self._next_day(last, ONE_DAY)
        while on <= until:
            self.windows[on] = self._windows_of(on)
            on += ONE_DAY
        self._every = [window for windows in self.windows.values() for window in windows]
        self.capacity = max((window.capacity for window in self._every), default=0)

    def _next_day(self, on: date, step: timedelta) -> date:
        on += step
        while not day_of(self.policy.zone, on).minutes:  # a date that the zone skipped
            on += step
        return on

    def _windows_of(self, on: date) -> list[Open]:
        """Return the hours of a local date before leave and closures, in order of start."""
        day = day_of(self.policy.zone, on)
        found: list[Open] = []
        exceptions = self.exceptions.get(on, ())
        replaced = False
        for one in exceptions:
            if one.kind is ExceptionKind.CLOSES:
                continue
            replaced = replaced or one.kind is ExceptionKind.REPLACES
            if one.start_minute is not None and one.end_minute is not None:
                start, end = self._local(day, one.start_minute, one.end_minute)
                found.append(Open(start, end, one.capacity, one.slot_minutes, None, one.id))
        if not replaced and on not in self.holidays:
            found.extend(self._week_windows(day))
        if len(found) > 1:
            found.sort(key=_window_order)
        return [window for window in found if window.start < window.end]

    def _week_windows(self, day: Day) -> Iterable[Open]:
        policy = self.policy
        weekday = day.on.weekday()
        if self.rules.sessions:
            for session in self._weekdays.get(weekday, ()):
                if session.holds_on(day.on):
                    start, end = self._local(day, session.start_minute, session.end_minute)
                    yield Open(start, end, session.capacity, session.slot_minutes, session.id, None)
        elif policy.default_start is not None and weekday in policy.default_weekdays:
            start, end = self._local(day, policy.default_start, policy.default_end)
            yield Open(start, end, 1, None, None, None)

    def _local(self, day: Day, start: int, end: int) -> Span:
        if len(day.pieces) == 1 and day.minutes == MINUTES_A_DAY:  # no need to ask the zone again
            return day.start + start, day.start + end
        zone = self.policy.zone
        return local_minute(zone, day.on, start), local_minute(zone, day.on, end)

    def closes(self, on: date) -> Iterable[tuple[Span, DateException]]:
        """Return the stretches that ``closes`` exceptions shut on a local date."""
        day = day_of(self.policy.zone, on)
        for one in self.exceptions.get(on, ()):
            if one.kind is ExceptionKind.CLOSES:
                start = 0 if one.start_minute is None else one.start_minute
                end = MINUTES_A_DAY if one.end_minute is None else one.end_minute
                yield self._local(day, start, end), one

    def closures(self) -> list[Span]:
        """Return everything that shuts the hours: leave, closed slots, exceptions, the state."""
        if self.rules.state is not DoctorState.APPROVED:
            return [(-FAR, FAR)]
        spans = [(minute_floor(x.starts_at), minute_ceil(x.ends_at)) for x in self.rules.leaves]
        spans += [(minute_floor(x.starts_at), minute_ceil(x.ends_at)) for x in self.rules.blocks]
        for on in self.exceptions:
            if on in self.windows:
                spans += [span for span, _one in self.closes(on)]
        return join(spans)

    def capacity_at(self, minute: int) -> int:
        """Return how many visits the hours hold at a moment; 0 outside hours."""
        return max((w.capacity for w in self._every if w.start <= minute < w.end), default=0)

    def of_lane(self, lane: int) -> list[Span]:
        """Return when sessions have this lane, before anything closes them."""
        return join((w.start, w.end) for w in self._every if w.capacity > lane)


def _by_id(one: Holiday | DateException) -> int:
    return one.id


def _window_order(window: Open) -> tuple[int, ...]:
    """Sort hours so that nothing depends on the order in which the rows came."""
    return (
        window.start,
        window.end,
        window.slot or 0,
        -window.capacity,
        window.session_id or 0,
        window.exception_id or 0,
    )
