"""The activity of one doctor in one local month, counted from visits and records.

A visit belongs to the month, day and hour that the hospital's clock shows at its start. Visits
entered in error never were. Nothing here depends on the day on which it is counted, so that a
past month gives the same numbers whenever it is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hms_desktop.domain import zones
from hms_desktop.domain.availability_rules import DoctorRules, Holiday, SlotPolicy
from hms_desktop.domain.doctor_numbers import CAME, share
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import HOLDING, Status
from hms_desktop.domain.offered_time import offered_time

COUNTED: tuple[Status, ...] = tuple(
    status for status in Status if status is not Status.ENTERED_IN_ERROR
)
"""Statuses of a report, in the order of the life cycle."""
TOOK_TIME = HOLDING | {Status.NO_SHOW}
"""Statuses of visits whose time was kept for the patient."""
MOST_DIAGNOSES = 10
HOURS = 24
_FIRST_YEAR, _LAST_YEAR, _MONTHS = 1971, 9998, 12


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the hospital's calendar."""

    year: int
    month: int

    def check(self) -> Month:
        """Return the month; raise Invalid for one that no calendar holds."""
        if not 1 <= self.month <= _MONTHS:
            raise Invalid("month", "There are months 1 to 12. Choose one of them.")
        if not _FIRST_YEAR <= self.year <= _LAST_YEAR:
            raise Invalid(
                "year",
                "Choose a year from {first} to {last}.",
                first=_FIRST_YEAR,
                last=_LAST_YEAR,
            )
        return self

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    @property
    def before(self) -> Month:
        """The month before."""
        earlier = self.first - timedelta(days=1)
        return Month(earlier.year, earlier.month)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when the month begins and ends by the hospital's clock (aware UTC)."""
        return zones.day_bounds(zone, self.first)[0], zones.day_bounds(zone, self.last)[1]

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


class MonthVisit(NamedTuple):
    """What the report needs of one visit (aware UTC)."""

    status: Status
    starts_at: datetime
    ends_at: datetime
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None


class PatientSpan(NamedTuple):
    """The first visit ever to which a patient came (to this doctor), and the last up to then."""

    first: datetime
    last: datetime


class DayCounts(NamedTuple):
    """A day of the month; ``open`` visits were still expected or are being seen."""

    on: date
    completed: int = 0
    open: int = 0
    no_shows: int = 0
    cancelled: int = 0

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Completed, open, missed, cancelled."""
        return self.completed, self.open, self.no_shows, self.cancelled

    @property
    def visits(self) -> int:
        """All visits of the day, whatever became of them."""
        return sum(self.counts)


class DiagnosisCount(NamedTuple):
    """In how many records of the month a diagnosis stands."""

    code: str
    text: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFigures:
    """The figures of some time, which can be compared with those of another.

    Minutes are whole minutes. ``statuses`` holds a count for each of COUNTED, in their order.
    """

    statuses: tuple[int, ...]
    came: int
    new_patients: int
    returning_patients: int
    booked_minutes: int
    offered_minutes: int

    def of(self, *statuses: Status) -> int:
        """Return how many visits have one of these statuses (entered in error: always 0)."""
        counts = dict(zip(COUNTED, self.statuses, strict=True))
        return sum(counts.get(status, 0) for status in statuses)

    @property
    def total(self) -> int:
        """All visits of the time."""
        return sum(self.statuses)

    @property
    def patients(self) -> int:
        """Different patients who came."""
        return self.new_patients + self.returning_patients

    @property
    def no_show_rate(self) -> float | None:
        """Missed visits of those that were missed or took place (0 to 1)."""
        missed = self.of(Status.NO_SHOW)
        return share(missed, missed + self.came)

    @property
    def utilisation(self) -> float | None:
        """Booked minutes of offered ones (0 to 1, above 1 with overbooking), None: none offered."""
        return share(self.booked_minutes, self.offered_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures(VisitFigures):
    """The figures of one month; averages are None where there was nothing to measure."""

    month: Month
    wait_minutes: int | None
    consultation_minutes: int | None


@dataclass(frozen=True, slots=True)
class DoctorMonth:
    """The monthly activity report of one doctor.

    ``hours`` counts the visits by the hour of the hospital's clock at their start. Without the
    right to read records ``diagnoses_shown`` is false and both lists are empty.
    """

    doctor_id: int
    doctor_name: str
    registration_number: str
    department_name: str
    zone: str
    made_at: datetime
    figures: MonthFigures
    before: MonthFigures
    days: tuple[DayCounts, ...]
    hours: tuple[int, ...]
    codes: tuple[DiagnosisCount, ...]
    free_texts: tuple[DiagnosisCount, ...]
    records: int
    diagnoses_shown: bool
    over: bool

    @property
    def month(self) -> Month:
        """The month it is about."""
        return self.figures.month


# -------------------------------------------------------------------------------- counting
def figures_of(
    month: Month,
    zone: ZoneInfo,
    visits: Iterable[MonthVisit],
    patients: Iterable[PatientSpan],
    offered: int,
) -> MonthFigures:
    """Count the visits that begin in the month; the others are left out."""
    begins, ends = month.bounds(zone)
    inside = [one for one in visits if begins <= one.starts_at < ends]
    by_status = Counter(one.status for one in inside)
    seen = [one for one in patients if one.last >= begins and one.first < ends]
    new = sum(1 for one in seen if one.first >= begins)
    return MonthFigures(
        month=month,
        statuses=tuple(by_status[status] for status in COUNTED),
        came=sum(by_status[status] for status in CAME),
        new_patients=new,
        returning_patients=len(seen) - new,
        wait_minutes=_average(
            (one.arrived_at, one.started_at) for one in inside if one.status in CAME
        ),
        consultation_minutes=_average(
            (one.started_at, one.finished_at) for one in inside if one.status is Status.COMPLETED
        ),
        booked_minutes=sum(
            (one.ends_at - one.starts_at) // zones.MINUTE
            for one in inside
            if one.status in TOOK_TIME
        ),
        offered_minutes=offered,
    )


def days_of(month: Month, zone: ZoneInfo, visits: Iterable[MonthVisit]) -> tuple[DayCounts, ...]:
    """Return every day of the month with what became of its visits."""
    found = {month.first + timedelta(days=n): Counter[str]() for n in range(month.last.day)}
    for one in visits:
        on = zones.date_of(zone, zones.minute_floor(one.starts_at))
        if on in found and (kind := _KIND.get(one.status)):
            found[on][kind] += 1
    return tuple(DayCounts(on, **counts) for on, counts in found.items())


_KIND: dict[Status, str] = dict.fromkeys(COUNTED, "open") | {
    Status.COMPLETED: "completed",
    Status.NO_SHOW: "no_shows",
    Status.CANCELLED: "cancelled",
}


def hours_of(month: Month, zone: ZoneInfo, visits: Iterable[MonthVisit]) -> tuple[int, ...]:
    """Return how many visits begin in each of the 24 hours of the hospital's clock."""
    begins, ends = month.bounds(zone)
    hours = [0] * HOURS
    for one in visits:
        if begins <= one.starts_at < ends and one.status in _KIND:
            hours[one.starts_at.astimezone(zone).hour] += 1
    return tuple(hours)


def top_diagnoses(rows: Iterable[tuple[int, str, str]]) -> tuple[DiagnosisCount, ...]:
    """Return the most frequent diagnoses of (record, code, text), each once a record.

    With a code the code decides and its most frequent text is shown; free text counts without
    regard to capitals and blanks.
    """
    records: dict[tuple[str, str], set[int]] = {}
    texts: dict[tuple[str, str], Counter[str]] = {}
    for record, code, text in rows:
        key = (code, "") if code else ("", " ".join(text.split()).casefold())
        records.setdefault(key, set()).add(record)
        texts.setdefault(key, Counter())[text] += 1
    ranked = sorted(records, key=lambda key: (-len(records[key]), key))[:MOST_DIAGNOSES]
    return tuple(
        DiagnosisCount(key[0], _commonest(texts[key]), len(records[key])) for key in ranked
    )


def offered_minutes(
    rules: DoctorRules, policy: SlotPolicy, holidays: Sequence[Holiday], month: Month
) -> int:
    """Return the minutes of the month in which a doctor could be booked (see offered_time)."""
    return offered_time((rules,), policy, holidays, month.first, month.last).minutes


def _average(spans: Iterable[tuple[datetime | None, datetime | None]]) -> int | None:
    lengths = [max(timedelta(), b - a) for a, b in spans if a is not None and b is not None]
    if not lengths:
        return None
    half = timedelta(seconds=30)
    return (sum(lengths, timedelta()) / len(lengths) + half) // zones.MINUTE


def _commonest(texts: Counter[str]) -> str:
    return min(texts, key=lambda text: (-texts[text], text))
