"""Day sheets: one doctor's visits of one day, on paper."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.doctors import doctor, room
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import READ, Write
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.dates import BirthDate, BirthPrecision
from hms_desktop.domain.day_sheet import LISTED, DaySheet, DayVisit
from hms_desktop.domain.doctor_month import Month
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.papers import Letterhead, PageSize, Paper, PatientOnPaper
from hms_desktop.services import paper_rows
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted

_visit = appointment.c


class DaySheetsService(Service):
    """Sheets of every doctor with ``appointments.read``; the own ones for doctors."""

    @permitted("appointments.read", "appointments.read_own")
    def day(self, actor: Actor, doctor_id: int, on: date) -> DaySheet:
        """Return a doctor's local day; age and phone only for who may read patients; audited.

        Raises Invalid for a day outside the calendar, NotFound, NotAllowed.
        """
        self.own_doctor_only(actor, doctor_id)
        Month(on.year, on.month).check()
        begins, ends = zones.day_bounds(self.context.zone(), on)
        told = self.may(actor, "patients.read")

        def work(write: Write) -> DaySheet:
            who = paper_rows.read_doctor_on_paper(write.connection, doctor_id)
            visits = _visits(write.connection, doctor_id, begins, ends, told=told)
            write.record(doctor.name, doctor_id, action=READ)
            return DaySheet(who, on, write.now, visits)

        return self.database.write(self.stamp(actor, READ, None, f"day sheet {on}"), work)

    @permitted("appointments.read", "appointments.read_own")
    def day_pdf(
        self, actor: Actor, doctor_id: int, on: date, *, size: PageSize | None = None
    ) -> Paper:
        """Return the day on paper; raises what ``day`` raises."""
        return self.on_paper(actor, self.day(actor, doctor_id, on), size=size)

    @permitted("appointments.read", "appointments.read_own")
    def on_paper(self, actor: Actor, day: DaySheet, *, size: PageSize | None = None) -> Paper:
        """Return a day that was read as it is printed."""
        # Only here: the libraries for paper are slow to load, and few log-ins ever need them.
        from hms_desktop.documents.day_sheet import day_sheet  # noqa: PLC0415
        from hms_desktop.documents.words import Words  # noqa: PLC0415

        settings = self.context.settings()
        return day_sheet(
            Letterhead.of(settings),
            day,
            Words.of(settings),
            size=size or PageSize(settings.paper_size),
        )


def _visits(
    connection: sa.Connection, doctor_id: int, begins: datetime, ends: datetime, *, told: bool
) -> tuple[DayVisit, ...]:
    query = (
        sa.select(
            _visit.starts_at,
            _visit.status,
            _visit.note,
            patient.c.display_name,
            patient.c.mrn,
            patient.c.sex,
            patient.c.birth_date,
            patient.c.birth_precision,
            patient.c.phone,
            visit_type.c.name.label("type_name"),
            sa.func.coalesce(room.c.name, "").label("room_name"),
        )
        .select_from(
            appointment.join(patient, patient.c.id == _visit.patient_id)
            .join(visit_type, visit_type.c.id == _visit.visit_type_id)
            .outerjoin(room, room.c.id == _visit.room_id)
        )
        .where(
            _visit.doctor_id == doctor_id,
            _visit.starts_at >= begins,
            _visit.starts_at < ends,
            _visit.status.in_([status.value for status in LISTED]),
        )
        .order_by(_visit.starts_at, _visit.lane, _visit.id)
    )
    return tuple(_day_visit(row, told=told) for row in connection.execute(query))


def _day_visit(row: sa.Row[*tuple[object, ...]], *, told: bool) -> DayVisit:
    birth = (
        BirthDate(row.birth_date, BirthPrecision(row.birth_precision or "day"))
        if told and row.birth_date
        else None
    )
    return DayVisit(
        row.starts_at,
        PatientOnPaper(row.display_name, row.mrn, row.sex if told else "unknown", birth),
        row.type_name,
        row.phone if told else "",
        row.note,
        row.room_name,
        Status(row.status),
    )
