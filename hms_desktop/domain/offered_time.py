"""How many minutes could be booked: of many doctors, over any time, day by day.

Nearly every date is an ordinary one, whose minutes follow from the week's hours alone. Those are
multiplied, not laid out; only dates with an exception, leave, a closed slot or a change of the
clock are looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from hms_desktop.domain import zones
from hms_desktop.domain.availability_board import Board
from hms_desktop.domain.availability_rules import (
    DoctorRules,
    DoctorState,
    Holiday,
    SlotPolicy,
    VisitNeed,
)
from hms_desktop.domain.intervals import Span, clip, join, subtract

_DAY = timedelta(days=1)
_WEEK = 7
_Hours = tuple[tuple[int, int, int], ...]
"""Start, end (minutes of the local day) and capacity of the hours of a weekday."""


class Offered(NamedTuple):
    """Minutes that could be booked, by doctor and by local date; dates without any may lack."""

    by_doctor: dict[int, int]
    by_day: Counter[date]

    @property
    def minutes(self) -> int:
        """All of them together."""
        return sum(self.by_doctor.values())

    def between(self, first: date, last: date) -> int:
        """Return the minutes of some dates, both included."""
        return sum(minutes for on, minutes in self.by_day.items() if first <= on <= last)


def offered_time(
    everyone: Iterable[DoctorRules],
    policy: SlotPolicy,
    holidays: Sequence[Holiday],
    first: date,
    last: date,
) -> Offered:
    """Return the minutes that could be booked, every place beside another counted.

    Hours less leave, holidays, closures and closed slots. The doctor's admission and the time of
    day do not count: they are today's, and a past month's numbers stay the same.
    """
    calendar = _Calendar(policy, holidays, first, last)
    found = Offered({}, Counter())
    for rules in everyone:
        minutes = 0
        for since, until, week in _stretches(rules, policy, first, last):
            minutes += calendar.add(rules, since, until, week, found.by_day)
        found.by_doctor[rules.doctor_id] = minutes
    calendar.finish(found.by_day)
    return found


def _stretches(
    rules: DoctorRules, policy: SlotPolicy, first: date, last: date
) -> Iterator[tuple[date, date, tuple[_Hours, ...]]]:
    """Yield stretches of dates in which the doctor's week does not change, and that week."""
    starts = {first}
    for one in rules.sessions:
        starts.add(one.valid_from or first)
        starts.add(first if one.valid_to is None else one.valid_to + _DAY)
    cuts = sorted(on for on in starts if first <= on <= last)
    for since, until in zip(cuts, [*(on - _DAY for on in cuts[1:]), last], strict=True):
        yield since, until, tuple(_hours(rules, policy, since, weekday) for weekday in range(_WEEK))


def _hours(rules: DoctorRules, policy: SlotPolicy, since: date, weekday: int) -> _Hours:
    if rules.sessions:
        return tuple(
            (one.start_minute, one.end_minute, one.capacity)
            for one in rules.sessions
            if one.weekday == weekday
            and (one.valid_from is None or one.valid_from <= since)
            and (one.valid_to is None or since <= one.valid_to)
        )
    if policy.default_start is not None and weekday in policy.default_weekdays:
        return ((policy.default_start, policy.default_end, 1),)
    return ()


class _Calendar:
    """The dates of the period, and how many ordinary ones each stretch of it has."""

    def __init__(
        self, policy: SlotPolicy, holidays: Sequence[Holiday], first: date, last: date
    ) -> None:
        self._policy = policy
        self._holidays = holidays
        self._closed = {one.on for one in holidays if first <= one.on <= last}
        self._first = first
        self._odd: set[date] = set()
        self._ordinary: list[list[date]] = [[] for _ in range(_WEEK)]
        for number in range((last - first).days + 1):
            on = first + timedelta(days=number)
            day = zones.day_of(policy.zone, on)
            if len(day.pieces) != 1 or day.minutes != zones.MINUTES_A_DAY:
                self._odd.add(on)
            elif on not in self._closed:
                self._ordinary[on.weekday()].append(on)
        self._lengths: dict[_Hours, int] = {}
        self._weeks: Counter[tuple[date, date, tuple[int, ...]]] = Counter()

    def add(
        self,
        rules: DoctorRules,
        since: date,
        until: date,
        week: tuple[_Hours, ...],
        by_day: Counter[date],
    ) -> int:
        """Return the minutes of one doctor in a stretch, and note them by day."""
        usual = tuple(self._length(hours) for hours in week)
        # Noted once for all doctors with such a week; what differs is set right below.
        self._weeks[since, until, usual] += 1
        total = sum(
            minutes * (bisect_left(dates, until + _DAY) - bisect_left(dates, since))
            for minutes, dates in zip(usual, self._ordinary, strict=True)
            if minutes
        )
        times = [(one.starts_at, one.ends_at) for one in rules.leaves]
        times += [(one.starts_at, one.ends_at) for one in rules.blocks]
        shut = join((zones.minute_floor(a), zones.minute_ceil(b)) for a, b in times)
        for on in self._special(rules, shut, since, until):
            minutes = self._minutes(rules, shut, on, week[on.weekday()])
            ordinary = on not in self._closed and on not in self._odd
            differs = minutes - (usual[on.weekday()] if ordinary else 0)
            if differs:
                total += differs
                by_day[on] += differs
        return total

    def finish(self, by_day: Counter[date]) -> None:
        """Note the ordinary dates of all weeks."""
        for (since, until, usual), doctors in self._weeks.items():
            for minutes, dates in zip(usual, self._ordinary, strict=True):
                if minutes:
                    begin, end = bisect_left(dates, since), bisect_left(dates, until + _DAY)
                    for on in dates[begin:end]:
                        by_day[on] += minutes * doctors

    def _length(self, hours: _Hours) -> int:
        found = self._lengths.get(hours)
        if found is None:
            found = self._lengths[hours] = sum(b - a for a, b in _places(hours, ()))
        return found

    def _special(
        self, rules: DoctorRules, shut: Sequence[Span], since: date, until: date
    ) -> set[date]:
        """Return the dates of a stretch that the week's hours alone do not tell."""
        found = {on for on in self._odd if since <= on <= until}
        found.update(one.on for one in rules.exceptions if since <= one.on <= until)
        zone = self._policy.zone
        for start, end in shut:
            on = max(since, zones.date_of(zone, start))
            last = min(until, zones.date_of(zone, end - 1))
            while on <= last:
                if on not in self._closed:
                    found.add(on)
                on += _DAY
        return found

    def _minutes(self, rules: DoctorRules, shut: Sequence[Span], on: date, hours: _Hours) -> int:
        """Return the minutes of one date, whatever it is."""
        exceptions = any(one.on == on for one in rules.exceptions)
        if not exceptions and on in self._closed:
            return 0
        if exceptions or on in self._odd:
            return self._laid_out(rules, on)
        day = zones.day_of(self._policy.zone, on)
        holes = [(a - day.start, b - day.start) for a, b in clip(shut, day.start, day.end)]
        return sum(b - a for a, b in _places(hours, holes))

    def _laid_out(self, rules: DoctorRules, on: date) -> int:
        admitted = replace(rules, state=DoctorState.APPROVED)
        # A now before all time: nothing is past.
        board = Board(
            admitted, self._policy, self._holidays, (), (), on, on, zones.EPOCH, VisitNeed()
        )
        day = zones.day_of(self._policy.zone, on)
        return sum(
            until - since
            for lane in range(board.capacity)
            for since, until in clip(board.open_time(lane), day.start, day.end)
        )


def _places(hours: _Hours, shut: Sequence[Span]) -> Iterator[Span]:
    """Yield the open spans of every place beside another."""
    for lane in range(max((capacity for _a, _b, capacity in hours), default=0)):
        spans = join((a, b) for a, b, capacity in hours if capacity > lane)
        yield from subtract(spans, shut)
