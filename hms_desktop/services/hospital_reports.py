"""The monthly performance report of the hospital, as numbers and on paper."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.db.writing import READ
from hms_desktop.domain import doctor_month
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctor_month import COUNTED, Month, MonthFigures, MonthVisit, PatientSpan
from hms_desktop.domain.doctor_numbers import CAME
from hms_desktop.domain.hospital_month import HospitalMonth, Share, ranked
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.papers import Letterhead, Paper
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.schedule import Schedule

_visit = appointment.c
_COUNTED = tuple(status.value for status in COUNTED)
_CAME = tuple(status.value for status in CAME)
ENTITY = "hospital_report"
"""The entity of an audit row that records the report; its id is the month as YYYYMM."""

_Visits = dict[int, list[MonthVisit]]


class _Who(NamedTuple):
    id: int
    name: str
    department: str
    approval: str
    created_at: datetime
    retired_at: datetime | None


class HospitalReportsService(Service):
    """Reports of all doctors together, for who has ``reports.all``."""

    def __init__(self, context: Context, *, schedule: Schedule) -> None:
        """Keep the schedule, which knows what was offered."""
        super().__init__(context)
        self._schedule = schedule

    @permitted("reports.all")
    def month(self, actor: Actor, year: int, month: int) -> HospitalMonth:
        """Return every figure of the hospital's month; the same ones whenever it is asked for.

        Raises Invalid for a month outside the calendar.
        """
        wanted = Month(year, month).check()
        zone, now = self.context.zone(), self.context.now()
        with self.database.read() as connection:
            doctors = _doctors(connection)
            visits = {
                one: _visits(connection, *one.bounds(zone)) for one in (wanted.before, wanted)
            }
            spans = {
                one: _patient_spans(connection, *one.bounds(zone))
                for one in (wanted.before, wanted)
            }

        def figures(one: Month, shares: tuple[Share, ...]) -> MonthFigures:
            offered = sum(share.offered_minutes for share in shares)
            found = [visit for own in visits[one].values() for visit in own]
            return doctor_month.figures_of(one, zone, found, spans[one], offered)

        shares = {one: self._shares(doctors, one, visits[one]) for one in visits}
        inside = [visit for own in visits[wanted].values() for visit in own]
        return HospitalMonth(
            zone=zone.key,
            made_at=now,
            figures=figures(wanted, shares[wanted]),
            before=figures(wanted.before, shares[wanted.before]),
            days=doctor_month.days_of(wanted, zone, inside),
            hours=doctor_month.hours_of(wanted, zone, inside),
            doctors=shares[wanted],
            over=now >= wanted.bounds(zone)[1],
        )

    @permitted("reports.all")
    def month_pdf(self, actor: Actor, year: int, month: int) -> Paper:
        """Return the report on paper, with charts; audited. Raises what ``month`` raises."""
        return self.on_paper(actor, self.month(actor, year, month))

    @permitted("reports.all")
    def on_paper(self, actor: Actor, report: HospitalMonth) -> Paper:
        """Return a month that was counted as it is printed; audited."""
        # Only here: the libraries for paper are slow to load, and few log-ins ever need them.
        from hms_desktop.documents.hospital_month import hospital_report  # noqa: PLC0415
        from hms_desktop.documents.words import Words  # noqa: PLC0415

        settings = self.context.settings()
        paper = hospital_report(Letterhead.of(settings), report, Words.of(settings))
        month = report.month
        self.database.write(
            self.stamp(actor, READ, None, reason=f"performance report {month}"),
            lambda write: write.record(ENTITY, month.year * 100 + month.month, action=READ),
        )
        return paper

    # -- inside -----------------------------------------------------------------------------
    def _shares(self, doctors: dict[int, _Who], month: Month, visits: _Visits) -> tuple[Share, ...]:
        """Return what each doctor did who had visits in the month or was there to have some."""
        zone = self.context.zone()
        begins, ends = month.bounds(zone)
        there = [
            who for who in doctors.values() if visits.get(who.id) or _was_there(who, begins, ends)
        ]
        policy, holidays = self._schedule.policy(), self._schedule.holidays()
        rules = self._schedule.rules([who.id for who in there], month.first, month.last)
        found = []
        for who in there:
            offered = 0
            if who.id in rules:
                offered = doctor_month.offered_minutes(rules[who.id], policy, holidays, month)
            own = doctor_month.figures_of(month, zone, visits.get(who.id, ()), (), offered)
            found.append(
                Share(
                    who.name,
                    who.department,
                    own.total,
                    own.came,
                    own.of(Status.NO_SHOW),
                    own.of(Status.CANCELLED),
                    own.booked_minutes,
                    own.offered_minutes,
                )
            )
        return ranked(found)


def _was_there(who: _Who, begins: datetime, ends: datetime) -> bool:
    # Blocked ones were there as well: a block of today must not change an earlier month.
    if who.approval == "pending" or who.created_at >= ends:
        return False
    return who.retired_at is None or who.retired_at >= begins


def _doctors(connection: sa.Connection) -> dict[int, _Who]:
    query = sa.select(
        doctor.c.id,
        doctor.c.display_name,
        sa.func.coalesce(department.c.name, ""),
        doctor.c.approval,
        doctor.c.created_at,
        doctor.c.retired_at,
    ).select_from(doctor.outerjoin(department, department.c.id == doctor.c.department_id))
    return {row[0]: _Who._make(row) for row in connection.execute(query)}


def _visits(connection: sa.Connection, begins: datetime, ends: datetime) -> _Visits:
    """Return the visits of a month by doctor: some ten thousand in a large hospital."""
    query = sa.select(
        _visit.doctor_id,
        _visit.status,
        _visit.starts_at,
        _visit.ends_at,
        _visit.arrived_at,
        _visit.started_at,
        _visit.finished_at,
    ).where(
        _visit.starts_at >= begins,
        _visit.starts_at < ends,
        _visit.status.in_(_COUNTED),
    )
    found: dict[int, list[MonthVisit]] = defaultdict(list)
    row: Any
    for row in connection.execute(query):
        found[row[0]].append(MonthVisit(Status(row[1]), *row[2:]))
    return dict(found)


def _patient_spans(
    connection: sa.Connection, begins: datetime, ends: datetime
) -> tuple[PatientSpan, ...]:
    """Return, for who came in the month, the first visit ever; nobody else is looked at."""
    inside = sa.select(_visit.patient_id).where(
        _visit.starts_at >= begins, _visit.starts_at < ends, _visit.status.in_(_CAME)
    )
    query = (
        sa.select(sa.func.min(_visit.starts_at), sa.func.max(_visit.starts_at))
        .where(_visit.patient_id.in_(inside), _visit.starts_at < ends, _visit.status.in_(_CAME))
        .group_by(_visit.patient_id)
    )
    return tuple(map(PatientSpan._make, connection.execute(query)))
