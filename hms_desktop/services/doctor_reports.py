"""The monthly activity report of one doctor, as numbers and on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.consultations import diagnosis, encounter, record_version
from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.db.writing import READ
from hms_desktop.domain import doctor_month
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctor_month import (
    COUNTED,
    DoctorMonth,
    Month,
    MonthFigures,
    MonthVisit,
    PatientSpan,
)
from hms_desktop.domain.doctor_numbers import CAME
from hms_desktop.domain.errors import NotAllowed, NotFound
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.papers import Letterhead, Paper
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.schedule import Schedule

_visit = appointment.c
_COUNTED = tuple(status.value for status in COUNTED)
_CAME = tuple(status.value for status in CAME)


class _Who(NamedTuple):
    name: str
    registration_number: str
    department: str


class DoctorReportsService(Service):
    """Reports of the own doctor with ``reports.own``, of every doctor with ``reports.all``."""

    def __init__(self, context: Context, *, schedule: Schedule) -> None:
        """Keep the schedule, which knows what was offered."""
        super().__init__(context)
        self._schedule = schedule

    @permitted("reports.own", "reports.all")
    def month(self, actor: Actor, doctor_id: int, year: int, month: int) -> DoctorMonth:
        """Return every figure of a doctor's month; the same ones for a past month at any time.

        Diagnoses are told to the doctor and to those who may read all records only. Raises
        Invalid for a month outside the calendar, NotFound for an unknown doctor.
        """
        self._check_own(actor, doctor_id)
        wanted = Month(year, month).check()
        zone, now = self.context.zone(), self.context.now()
        begins, ends = wanted.bounds(zone)
        earlier = wanted.before
        told = self.may(
            actor, "clinical.read" if actor.doctor_id == doctor_id else "clinical.oversight"
        )
        with self.database.read() as connection:
            who = _who(connection, doctor_id)
            visits = _visits(connection, doctor_id, earlier.bounds(zone)[0], ends)
            spans = {
                one: _patient_spans(connection, doctor_id, *one.bounds(zone))
                for one in (earlier, wanted)
            }
            found = _diagnoses(connection, doctor_id, begins, ends) if told else []
            records = _records(connection, doctor_id, begins, ends)

        def figures(one: Month) -> MonthFigures:
            offered = self._offered(doctor_id, one)
            return doctor_month.figures_of(one, zone, visits, spans[one], offered)

        return DoctorMonth(
            doctor_id=doctor_id,
            doctor_name=who.name,
            registration_number=who.registration_number,
            department_name=who.department,
            zone=zone.key,
            made_at=now,
            figures=figures(wanted),
            before=figures(earlier),
            days=doctor_month.days_of(wanted, zone, visits),
            hours=doctor_month.hours_of(wanted, zone, visits),
            codes=doctor_month.top_diagnoses(row for row in found if row[1]),
            free_texts=doctor_month.top_diagnoses(row for row in found if not row[1]),
            records=records,
            diagnoses_shown=told,
            over=now >= ends,
        )

    @permitted("reports.own", "reports.all")
    def month_pdf(self, actor: Actor, doctor_id: int, year: int, month: int) -> Paper:
        """Return the report on paper, with charts; audited. Raises what ``month`` raises."""
        # Only here: the libraries for paper are slow to load, and few log-ins ever need them.
        from hms_desktop.documents.doctor_month import month_report  # noqa: PLC0415
        from hms_desktop.documents.words import Words  # noqa: PLC0415

        report = self.month(actor, doctor_id, year, month)
        settings = self.context.settings()
        paper = month_report(Letterhead.of(settings), report, Words.of(settings))
        self.database.write(
            self.stamp(actor, READ, None, reason=f"activity report {report.month}"),
            lambda write: write.record(doctor.name, doctor_id, action=READ),
        )
        return paper

    # -- inside -----------------------------------------------------------------------------
    def _check_own(self, actor: Actor, doctor_id: int) -> None:
        if not self.may(actor, "reports.all") and actor.doctor_id != doctor_id:
            raise NotAllowed("reports.all")

    def _offered(self, doctor_id: int, month: Month) -> int:
        rules = self._schedule.rules((doctor_id,), month.first, month.last).get(doctor_id)
        if rules is None:
            raise NotFound("This doctor is no longer there. No report was made.")
        return doctor_month.offered_minutes(
            rules, self._schedule.policy(), self._schedule.holidays(), month
        )


def _who(connection: sa.Connection, doctor_id: int) -> _Who:
    query = (
        sa.select(
            doctor.c.display_name,
            doctor.c.registration_number,
            sa.func.coalesce(department.c.name, ""),
        )
        .select_from(doctor.outerjoin(department, department.c.id == doctor.c.department_id))
        .where(doctor.c.id == doctor_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no doctor with the number {id}. No report was made.", id=doctor_id)
    return _Who._make(row)


def _visits(
    connection: sa.Connection, doctor_id: int, begins: datetime, ends: datetime
) -> tuple[MonthVisit, ...]:
    """Return the visits of two months: what one doctor can see in them, a few thousand at most."""
    query = sa.select(
        _visit.status,
        _visit.starts_at,
        _visit.ends_at,
        _visit.arrived_at,
        _visit.started_at,
        _visit.finished_at,
    ).where(
        _visit.doctor_id == doctor_id,
        _visit.starts_at >= begins,
        _visit.starts_at < ends,
        _visit.status.in_(_COUNTED),
    )
    return tuple(MonthVisit(Status(row[0]), *row[1:]) for row in connection.execute(query))


def _patient_spans(
    connection: sa.Connection, doctor_id: int, begins: datetime, ends: datetime
) -> tuple[PatientSpan, ...]:
    """Return, for who came in the month, the first visit ever; later visits are not looked at."""
    last = sa.func.max(_visit.starts_at)
    query = (
        sa.select(sa.func.min(_visit.starts_at), last)
        .where(_visit.doctor_id == doctor_id, _visit.starts_at < ends, _visit.status.in_(_CAME))
        .group_by(_visit.patient_id)
        .having(last >= begins)
    )
    return tuple(map(PatientSpan._make, connection.execute(query)))


def _newest_records(
    doctor_id: int, begins: datetime, ends: datetime, *columns: sa.ColumnElement[Any]
) -> sa.Select[Any]:
    """Select from the newest versions of the records of a doctor's visits in some time."""
    return (
        sa.select(*columns)
        .select_from(
            encounter.join(appointment, _visit.id == encounter.c.appointment_id).join(
                record_version,
                (record_version.c.encounter_id == encounter.c.id)
                & (record_version.c.number == encounter.c.newest),
            )
        )
        .where(
            encounter.c.doctor_id == doctor_id,
            encounter.c.starts_at >= begins,
            encounter.c.starts_at < ends,
            _visit.status.in_(_COUNTED),
        )
    )


def _diagnoses(
    connection: sa.Connection, doctor_id: int, begins: datetime, ends: datetime
) -> list[tuple[int, str, str]]:
    columns = (encounter.c.id, diagnosis.c.code, diagnosis.c.text)
    query = _newest_records(doctor_id, begins, ends, *columns).join(
        diagnosis, diagnosis.c.record_version_id == record_version.c.id
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def _records(connection: sa.Connection, doctor_id: int, begins: datetime, ends: datetime) -> int:
    query = _newest_records(doctor_id, begins, ends, sa.func.count())
    return int(connection.execute(query).scalar_one())
