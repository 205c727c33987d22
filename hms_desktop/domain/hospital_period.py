"""The hospital's numbers over any time: figures, their course, and the time before to compare.

A visit belongs to the date and hour that the hospital's clock shows at its start. For a whole
month the figures are those of the monthly report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hms_desktop.domain import zones
from hms_desktop.domain.doctor_month import COUNTED, HOURS, Month, VisitFigures
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hospital_month import Share, by_department
from hms_desktop.domain.offered_time import Offered
from hms_desktop.domain.visit_days import DayTally

MOST_DAYS = 3_660
"""Ten years: longer than any question about a hospital's work, short enough to be answered."""
WEEKDAYS = 7
_FIRST_YEAR, _LAST_YEAR = 1971, 9998
_DAYS_AS_DAYS = 31
_DAYS_AS_WEEKS = 190
_MONTHS = 12
_DAY = timedelta(days=1)


class Step(StrEnum):
    """How long one point of a course is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Some local dates, the first and the last included."""

    first: date
    last: date

    def check(self) -> Period:
        """Return the period; raise Invalid for one that ends before it begins or is too long."""
        if self.last < self.first:
            raise Invalid("last", "The last day is before the first. Choose another one.")
        if not _FIRST_YEAR <= self.first.year <= self.last.year <= _LAST_YEAR:
            raise Invalid(
                "first",
                "Choose days of the years {first} to {last}.",
                first=_FIRST_YEAR,
                last=_LAST_YEAR,
            )
        if self.days > MOST_DAYS:
            raise Invalid("last", "Choose ten years at most.")
        return self

    @property
    def days(self) -> int:
        """How many dates there are."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """How many whole calendar months this is; 0 when it is not made of such."""
        if self.first.day != 1 or (self.last + _DAY).day != 1:
            return 0
        return _number(self.last) - _number(self.first) + 1

    def moved(self, steps: int) -> Period:
        """Return the period so many of its own lengths later: months by months, days by days.

        Where the calendar ends, the period itself is returned.
        """
        try:
            if months := self.months:
                begin = _number(self.first) + steps * months
                return Period(_month(begin).first, _month(begin + months - 1).last)
            days = timedelta(days=steps * self.days)
            return Period(self.first + days, self.last + days)
        except (ValueError, OverflowError):
            return self

    @property
    def before(self) -> Period:
        """The period before, of the same length."""
        return self.moved(-1)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when it begins and ends by the hospital's clock (aware UTC)."""
        return zones.day_bounds(zone, self.first)[0], zones.day_bounds(zone, self.last)[1]

    @property
    def step(self) -> Step:
        """How its course is cut: days up to a month, weeks up to half a year, then months."""
        if self.days <= _DAYS_AS_DAYS:
            return Step.DAY
        return Step.WEEK if self.days <= _DAYS_AS_WEEKS else Step.MONTH

    def pieces(self, week_start: int) -> tuple[Period, ...]:
        """Return its course, oldest first; the ends may be cut off (0 = weeks begin on Monday)."""
        found: list[Period] = []
        on = self.first
        while on <= self.last:
            until = min(_piece_end(on, self.step, week_start), self.last)
            found.append(Period(on, until))
            on = until + _DAY
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures(VisitFigures):
    """The figures of a period; waits are minutes from arrival to call, None: nobody waited."""

    period: Period
    wait_p50: int | None
    wait_p90: int | None


class PeopleCount(NamedTuple):
    """Visits that took place, of one sex and age group (its place in visit_days.BANDS)."""

    sex: str
    band: int
    visits: int


class Totals(NamedTuple):
    """What the hospital has today: admitted doctors, departments and charts in use."""

    doctors: int
    departments: int
    patients: int


@dataclass(frozen=True, slots=True)
class HospitalPeriod:
    """Everything that the dashboard of the hospital shows.

    ``heat`` counts the visits that took or kept time, by weekday (0 = Monday) and hour;
    ``course`` are the figures of each piece of the period, by ``period.step``.
    """

    zone: str
    made_at: datetime
    figures: PeriodFigures
    before: PeriodFigures
    course: tuple[PeriodFigures, ...]
    heat: tuple[tuple[int, ...], ...]
    people: tuple[PeopleCount, ...]
    doctors: tuple[Share, ...]
    totals: Totals
    over: bool

    @property
    def period(self) -> Period:
        """The dates it is about."""
        return self.figures.period

    @property
    def departments(self) -> tuple[Share, ...]:
        """The departments, the busiest first."""
        return by_department(self.doctors)


# -------------------------------------------------------------------------------- counting
def figures_of(period: Period, days: Iterable[DayTally], offered: Offered) -> PeriodFigures:
    """Add up the dates of a period; others are left out."""
    statuses = [0] * len(COUNTED)
    came = new = minutes = patients = 0
    waits: Counter[int] = Counter()
    for day in days:
        if not period.first <= day.on <= period.last:
            continue
        statuses = [a + b for a, b in zip(statuses, day.statuses, strict=True)]
        came += day.came
        new += day.new_patients
        minutes += day.minutes
        patients |= day.patients
        waits.update(day.waits)
    return PeriodFigures(
        period=period,
        statuses=tuple(statuses),
        came=came,
        new_patients=new,
        returning_patients=patients.bit_count() - new,
        booked_minutes=minutes,
        offered_minutes=offered.between(period.first, period.last),
        wait_p50=percentile(waits, 0.5),
        wait_p90=percentile(waits, 0.9),
    )


def course_of(
    period: Period, days: Sequence[DayTally], offered: Offered, week_start: int
) -> tuple[PeriodFigures, ...]:
    """Return the figures of each piece of a period, from its dates in their order."""
    found = []
    place = 0
    for piece in period.pieces(week_start):
        own = []
        while place < len(days) and days[place].on <= piece.last:
            own.append(days[place])
            place += 1
        found.append(figures_of(piece, own, offered))
    return tuple(found)


def heat_of(period: Period, days: Iterable[DayTally]) -> tuple[tuple[int, ...], ...]:
    """Return the visits of a period by weekday (0 = Monday) and hour of the wall clock."""
    counts = [[0] * HOURS for _ in range(WEEKDAYS)]
    for day in days:
        if period.first <= day.on <= period.last:
            row = counts[day.on.weekday()]
            for hour, visits in day.hours.items():
                row[hour] += visits
    return tuple(map(tuple, counts))


def people_of(period: Period, days: Iterable[DayTally]) -> tuple[PeopleCount, ...]:
    """Return the visits that took place by sex and age group, in their order."""
    counts: Counter[tuple[str, int]] = Counter()
    for day in days:
        if period.first <= day.on <= period.last:
            counts.update(day.people)
    return tuple(PeopleCount(*key, counts[key]) for key in sorted(counts))


def percentile(counts: Counter[int], part: float) -> int | None:
    """Return the value that a part (0 to 1) of all stays at or below; None: there are none."""
    left = ceil(sum(counts.values()) * part)
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    return None


def _piece_end(on: date, step: Step, week_start: int) -> date:
    if step is Step.DAY:
        return on
    if step is Step.MONTH:
        return Month(on.year, on.month).last
    return on + timedelta(days=(week_start - 1 - on.weekday()) % WEEKDAYS)


def _number(on: date) -> int:
    return on.year * _MONTHS + on.month - 1


def _month(number: int) -> Month:
    return Month(number // _MONTHS, number % _MONTHS + 1)
