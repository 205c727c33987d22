"""What the book part reads, in one call on a worker: doctors, visits, holds, closed time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hms_desktop.domain.doctors import DoctorFilter
from hms_desktop.domain.errors import NotAllowed, NotFound
from hms_desktop.domain.lifecycle import OPEN
from hms_desktop.domain.look_alikes import look_alikes
from hms_desktop.ui.front_desk.words import band_label, reason_text
from hms_desktop.ui.grid.day import ClosedBand, GridColumn, GridDay
from hms_desktop.ui.patients.formats import Formats, weekday

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hms_desktop.domain.actor import Actor
    from hms_desktop.domain.appointments import GridVisit, HoldRow, VisitType
    from hms_desktop.domain.availability_rules import DayPlan
    from hms_desktop.domain.catalogue import RoomRow
    from hms_desktop.domain.doctors import DepartmentRow, DoctorRow
    from hms_desktop.domain.settings import HospitalSettings
    from hms_desktop.services.assembly import Services

WEEK = 7
FIRST_MINUTE, LAST_MINUTE = 8 * 60, 18 * 60
"""Hours shown (minutes of the local day) where nobody works."""
_LEAST_SLOT, _MOST_SLOT = 5, 60


@dataclass(frozen=True, slots=True)
class Shown:
    """What the person chose to look at.

    ``doctor_ids`` empty means all; ``week_of`` is the doctor of the week grid, None the day grid;
    ``pinned`` are visits on the pinboard; a week begins on ``week_start`` (Monday 0).
    """

    on: date
    department_id: int | None = None
    doctor_ids: tuple[int, ...] = ()
    week_of: int | None = None
    pinned: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def first(self) -> date:
        """First local date shown."""
        if self.week_of is None:
            return self.on
        return self.on - timedelta(days=(self.on.weekday() - self.week_start) % WEEK)

    @property
    def days(self) -> int:
        """How many local dates are shown."""
        return 1 if self.week_of is None else WEEK


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything that one look shows; ``doctors`` are all, ``columns`` those of the grid."""

    shown: Shown
    now: datetime
    doctors: tuple[DoctorRow, ...] = ()
    departments: tuple[DepartmentRow, ...] = ()
    visit_types: tuple[VisitType, ...] = ()
    columns: tuple[DoctorRow, ...] = ()
    visits: tuple[GridVisit, ...] = ()
    holds: tuple[HoldRow, ...] = ()
    plans: Mapping[tuple[int, date], DayPlan] = field(default_factory=dict)
    look_alikes: frozenset[int] = frozenset()
    pinned: tuple[GridVisit, ...] = ()
    rooms: tuple[RoomRow, ...] = ()

    def doctor(self, doctor_id: int | None) -> DoctorRow | None:
        """Return a doctor by id."""
        return next((one for one in self.doctors if one.id == doctor_id), None)

    def visit_type(self, type_id: int | None) -> VisitType | None:
        """Return a visit type by id."""
        return next((one for one in self.visit_types if one.id == type_id), None)


def load(services: Services, actor: Actor, shown: Shown) -> Loaded:
    """Read it all; a doctor who may not see all appointments gets the own column only."""
    now = services.context.now()
    everyone = services.doctors.doctors(actor, DoctorFilter(bookable_only=False))
    if not actor.may("appointments.read"):
        everyone = tuple(one for one in everyone if one.id == actor.doctor_id)
    bookable = tuple(one for one in everyone if one.bookable)
    kinds = services.catalogue.visit_types(actor)
    departments = services.doctors.departments(actor)
    columns = _columns(shown, bookable)
    ids = [one.id for one in columns]
    visits: tuple[GridVisit, ...] = ()
    holds: tuple[HoldRow, ...] = ()
    plans: dict[tuple[int, date], DayPlan] = {}
    if ids:
        visits = services.appointments.grid(actor, shown.first, shown.days, ids)
        holds = services.holds.on_days(actor, shown.first, shown.days, ids)
        for number in range(shown.days):
            on = shown.first + timedelta(days=number)
            for one, plan in services.availability.day_plans(actor, on, ids).items():
                plans[one, on] = plan
    today = now.astimezone(services.context.zone()).date()
    listed = visits if shown.week_of is None and shown.on == today else ()
    alike = look_alikes((one.patient_id, one.patient_name) for one in listed)
    return Loaded(
        shown=shown,
        now=now,
        doctors=bookable,
        departments=departments,
        visit_types=kinds,
        columns=columns,
        visits=visits,
        holds=holds,
        plans=plans,
        look_alikes=frozenset(alike),
        pinned=_pinned(services, actor, shown.pinned),
        rooms=services.catalogue.rooms(actor, include_retired=True),
    )


def _columns(shown: Shown, doctors: tuple[DoctorRow, ...]) -> tuple[DoctorRow, ...]:
    """Return whose columns are shown, by department, then by name."""
    if shown.week_of is not None:
        return tuple(one for one in doctors if one.id == shown.week_of)
    chosen = [
        one
        for one in doctors
        if (shown.department_id is None or one.department_id == shown.department_id)
        and (not shown.doctor_ids or one.id in shown.doctor_ids)
    ]
    return tuple(sorted(chosen, key=lambda one: (one.department_name, one.display_name)))


def _pinned(services: Services, actor: Actor, pinned: tuple[int, ...]) -> tuple[GridVisit, ...]:
    """Return the pinned visits as they are now; those that cannot move any more drop off."""
    kept: list[GridVisit] = []
    zone = services.context.zone()
    for number in pinned:
        try:
            row = services.appointments.get(actor, number)
        except (NotFound, NotAllowed):
            continue
        if row.status in OPEN:
            on = row.starts_at.astimezone(zone).date()
            boxes = services.appointments.grid(actor, on, 1, [row.doctor_id])
            kept.extend(one for one in boxes if one.id == number)
    return tuple(kept)


def grid_day(loaded: Loaded, settings: HospitalSettings, own_hold: str = "") -> GridDay:
    """Return the grid's picture of what was read; the desk's own hold is left out."""
    shown, zone = loaded.shown, settings.zone_info
    formats = Formats.of(settings)
    columns: list[GridColumn] = []
    closed: dict[str, tuple[ClosedBand, ...]] = {}
    for doctor in loaded.columns:
        for number in range(shown.days):
            on = shown.first + timedelta(days=number)
            key = f"{doctor.id}:{on.isoformat()}"
            # The header names the department above its doctors.
            place = doctor.room_name or doctor.department_name
            title = doctor.display_name
            if shown.week_of is not None:
                place = title
                today = loaded.now.astimezone(zone).date()
                title = f"{weekday(on)} {formats.short(on, today)}"
            columns.append(GridColumn(key, doctor.id, title, place, doctor.department_name, on))
            plan = loaded.plans.get((doctor.id, on))
            if plan is not None:
                closed[key] = tuple(
                    ClosedBand(
                        span.starts_at,
                        span.ends_at,
                        band_label(span.reason),
                        reason_text(span.reason, formats),
                        span.reason,
                    )
                    for span in plan.closed
                )
    first, last = _hours(loaded, settings)
    return GridDay(
        on=shown.on,
        zone=zone,
        columns=tuple(columns),
        now=loaded.now,
        visits=loaded.visits,
        closed=closed,
        holds=tuple(
            one for one in loaded.holds if one.token != own_hold and one.expires_at > loaded.now
        ),
        slot_minutes=_slot(loaded, settings),
        first_minute=first,
        last_minute=last,
        visit_types={one.id: one.name for one in loaded.visit_types},
        rooms={one.id: one.name for one in loaded.rooms},
        look_alikes=loaded.look_alikes,
        pinboard=loaded.pinned,
        clock_24h=settings.clock_24h,
    )


def _hours(loaded: Loaded, settings: HospitalSettings) -> tuple[int, int]:
    """Return the hours in which anybody works, on whole hours."""
    zone = settings.zone_info
    first, last = 24 * 60, 0
    for plan in loaded.plans.values():
        for begins, ends in plan.open:
            start, end = begins.astimezone(zone), ends.astimezone(zone)
            until = 24 * 60 if end.date() > plan.on else end.hour * 60 + end.minute
            if start.date() == plan.on:
                first = min(first, start.hour * 60 + start.minute)
                last = max(last, until)
    if first >= last:
        return FIRST_MINUTE, LAST_MINUTE
    return first // 60 * 60, -(-last // 60) * 60


def _slot(loaded: Loaded, settings: HospitalSettings) -> int:
    """Return the rows' length: the shortest slot of anybody shown."""
    lengths = [one.default_minutes or settings.slot_minutes for one in loaded.columns]
    shortest = min(lengths, default=settings.slot_minutes)
    return min(max(shortest, _LEAST_SLOT), _MOST_SLOT)


def with_visit(loaded: Loaded, visit: GridVisit) -> Loaded:
    """Return what was read with one visit replaced: how a move looks before it is saved."""
    visits = tuple(visit if one.id == visit.id else one for one in loaded.visits)
    if all(one.id != visit.id for one in visits):
        visits = (*visits, visit)
    return replace(loaded, visits=visits)
