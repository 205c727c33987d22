"""The monthly performance report of the hospital, as numbers and on paper."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.writing import READ
from hms_desktop.domain import doctor_month
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctor_month import COUNTED, Month, MonthFigures, MonthVisit, PatientSpan
from hms_desktop.domain.doctor_numbers import CAME
from hms_desktop.domain.hospital_month import HospitalMonth, Share, ranked
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.offered_time import offered_time
from hms_desktop.domain.papers import Letterhead, Paper
from hms_desktop.services import doctors_there
from hms_desktop.services.context import Context, Service
from hms_desktop.services.doctors_there import Who
from hms_desktop.services.gate import permitted
from hms_desktop.services.schedule import Schedule

_visit = appointment.c
_COUNTED = tuple(status.value for status in COUNTED)
_CAME = tuple(status.value for status in CAME)
ENTITY = "hospital_report"
"""The entity of an audit row that records the report; its id is the month as YYYYMM."""

_Visits = dict[int, list[MonthVisit]]


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
            doctors = doctors_there.doctors(connection)
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
    def _shares(self, doctors: dict[int, Who], month: Month, visits: _Visits) -> tuple[Share, ...]:
        """Return what each doctor did who had visits in the month or was there to have some."""
        zone = self.context.zone()
        begins, ends = month.bounds(zone)
        there = [
            who for who in doctors.values() if visits.get(who.id) or who.was_there(begins, ends)
        ]
        rules = self._schedule.rules([who.id for who in there], month.first, month.last)
        policy, holidays = self._schedule.policy(), self._schedule.holidays()
        offered = offered_time(rules.values(), policy, holidays, month.first, month.last).by_doctor
        found = []
        for who in there:
            minutes = offered.get(who.id, 0)
            own = doctor_month.figures_of(month, zone, visits.get(who.id, ()), (), minutes)
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
                    who.id,
                    who.department_id,
                )
            )
        return ranked(found)


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
