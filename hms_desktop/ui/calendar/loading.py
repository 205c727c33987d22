"""Reads what a calendar shows, in one piece of work for the runner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentFilter, AppointmentRow, GridVisit
from hms_desktop.domain.availability_rules import DayPlan, ExceptionKind
from hms_desktop.domain.doctors import DoctorFilter, DoctorRow
from hms_desktop.domain.hours import ExceptionRow, HolidayRow, LeaveRow
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import Services
from hms_desktop.ui.front_desk.loading import Loaded
from hms_desktop.ui.front_desk.loading import Shown as GridShown
from hms_desktop.ui.widgets.date_edit import add_months

WEEK, ROWS = 7, 6
_AT_ONCE = 31
"""Days that one reading of boxes may cover."""
_GONE = (Status.CANCELLED,)
_MOST_GONE = 1_000


class Mode(StrEnum):
    """How much of the calendar is shown."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose calendar is shown and where it is open; a doctor of None is not chosen yet."""

    on: date
    mode: Mode = Mode.WEEK
    doctor_id: int | None = None
    week_start: int = 0

    @property
    def first(self) -> date:
        """The first local date that is read."""
        if self.mode is Mode.DAY:
            return self.on
        start = self.on if self.mode is Mode.WEEK else self.on.replace(day=1)
        return start - timedelta(days=(start.weekday() - self.week_start) % WEEK)

    @property
    def days(self) -> int:
        """How many local dates are read; a month is always six weeks, so that it never jumps."""
        return {Mode.DAY: 1, Mode.WEEK: WEEK, Mode.MONTH: WEEK * ROWS}[self.mode]

    @property
    def last(self) -> date:
        """The last local date that is read."""
        return self.first + timedelta(days=self.days - 1)

    def stepped(self, steps: int) -> Shown:
        """Return the same calendar some days, weeks or months on."""
        if self.mode is Mode.MONTH:
            return replace(self, on=add_months(self.on, steps))
        by = WEEK if self.mode is Mode.WEEK else 1
        return replace(self, on=self.on + timedelta(days=by * steps))


class MarkKind(StrEnum):
    """What makes a date different."""

    HOLIDAY = "holiday"
    LEAVE = "leave"
    CLOSED = "closed"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something about a date; ``begins`` and ``ends`` (UTC) where it is a part of the day."""

    kind: MarkKind
    text: str = ""
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One local date: its visits by start, what was cancelled, and its marks."""

    on: date
    visits: tuple[GridVisit, ...] = ()
    gone: tuple[AppointmentRow, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many visits have which status, in the order of the life cycle."""
        counted = Counter([one.status for one in self.visits])
        counted.update(one.status.value for one in self.gone)
        return {one.value: counted[one.value] for one in Status if counted[one.value]}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that one look shows; ``grid`` is what the day and week grids are made of."""

    shown: Shown
    grid: Loaded
    doctors: tuple[DoctorRow, ...] = ()
    days: Mapping[date, CalendarDay] = field(default_factory=dict)

    @property
    def doctor(self) -> DoctorRow | None:
        """Whose calendar it is."""
        return self.grid.doctor(self.shown.doctor_id)


def load(services: Services, actor: Actor, shown: Shown) -> Calendar:
    """Read it all; whoever may not see all appointments gets the own calendar only."""
    now = services.context.now()
    doctors = services.doctors.doctors(actor, DoctorFilter(bookable_only=False))
    if not actor.may("appointments.read"):
        doctors = tuple(one for one in doctors if one.id == actor.doctor_id)
    shown = replace(shown, doctor_id=_whose(doctors, shown.doctor_id, actor.doctor_id))
    looked = GridShown(
        on=shown.on if shown.mode is Mode.DAY else shown.first,
        week_of=shown.doctor_id if shown.mode is Mode.WEEK else None,
        week_start=shown.week_start,
    )
    empty = Loaded(looked, now, doctors=doctors)
    if shown.doctor_id is None:
        return Calendar(shown, empty, doctors)
    visits = _visits(services, actor, shown, shown.doctor_id)
    plans: dict[tuple[int, date], DayPlan] = {}
    if shown.mode is not Mode.MONTH:
        for on in _dates(shown):
            for one, plan in services.availability.day_plans(actor, on, [shown.doctor_id]).items():
                plans[one, on] = plan
    grid = replace(
        empty,
        visit_types=services.catalogue.visit_types(actor),
        columns=tuple(one for one in doctors if one.id == shown.doctor_id),
        visits=visits,
        plans=plans,
    )
    return Calendar(shown, grid, doctors, _days(services, actor, shown, visits))


def _whose(doctors: Iterable[DoctorRow], wanted: int | None, own: int | None) -> int | None:
    ids = [one.id for one in doctors]
    for one in (wanted, own):
        if one in ids:
            return one
    return ids[0] if ids else None


def _dates(shown: Shown) -> list[date]:
    return [shown.first + timedelta(days=number) for number in range(shown.days)]


def _visits(
    services: Services, actor: Actor, shown: Shown, doctor_id: int
) -> tuple[GridVisit, ...]:
    found: dict[int, GridVisit] = {}
    for begin in range(0, shown.days, _AT_ONCE):
        first = shown.first + timedelta(days=begin)
        days = min(_AT_ONCE, shown.days - begin)
        # One that lasts over midnight between two readings is in both.
        for one in services.appointments.grid(actor, first, days, [doctor_id]):
            found[one.id] = one
    return tuple(found.values())


def _days(
    services: Services, actor: Actor, shown: Shown, visits: Iterable[GridVisit]
) -> dict[date, CalendarDay]:
    zone, doctor_id = services.context.zone(), shown.doctor_id or 0
    begins = zones.day_bounds(zone, shown.first)[0]
    ends = zones.day_bounds(zone, shown.last)[1]
    wish = AppointmentFilter(
        begins, ends, doctor_ids=(doctor_id,), statuses=_GONE, limit=_MOST_GONE
    )
    gone = services.appointments.list(actor, wish)[0]
    leaves = services.availability.leaves(actor, doctor_id, since=begins)
    exceptions = services.availability.exceptions(actor, doctor_id, shown.first, shown.last)
    holidays = [
        one
        for year in range(shown.first.year, shown.last.year + 1)
        for one in services.availability.holidays(actor, year)
    ]
    by_start = sorted(visits, key=lambda one: (one.starts_at, one.id))
    days = {}
    for on in _dates(shown):
        from_, until = zones.day_bounds(zone, on)
        days[on] = CalendarDay(
            on,
            tuple(one for one in by_start if from_ <= one.starts_at < until),
            tuple(one for one in gone if from_ <= one.starts_at < until),
            marks_of(on, (from_, until), holidays, leaves, exceptions),
        )
    return days


def marks_of(
    on: date,
    bounds: tuple[datetime, datetime],
    holidays: Iterable[HolidayRow],
    leaves: Iterable[LeaveRow],
    exceptions: Iterable[ExceptionRow],
) -> tuple[Mark, ...]:
    """Return what makes a date different: holidays first, then leave, then other hours.

    ``bounds`` are its midnights (UTC); a leave of a part of the day keeps its times.
    """
    begins, ends = bounds
    marks = [Mark(MarkKind.HOLIDAY, one.name) for one in holidays if one.on_date == on]
    for leave in leaves:
        if leave.starts_at < ends and leave.ends_at > begins:
            whole = leave.starts_at <= begins and leave.ends_at >= ends
            part = (None, None) if whole else (
                max(leave.starts_at, begins), min(leave.ends_at, ends)
            )  # fmt: skip
            marks.append(Mark(MarkKind.LEAVE, leave.reason, *part))
    for row in exceptions:
        if row.on_date == on:
            closed = row.kind is ExceptionKind.CLOSES
            marks.append(Mark(MarkKind.CLOSED if closed else MarkKind.HOURS, row.reason))
    return tuple(dict.fromkeys(marks))
