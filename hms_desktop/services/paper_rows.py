"""Reading what papers about a visit are made from."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.tables.consultations import encounter
from hms_desktop.db.tables.doctors import (
    department,
    doctor,
    doctor_specialization,
    specialization,
)
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.consultations import Encounter, EncounterLine
from hms_desktop.domain.dates import BirthDate, BirthPrecision
from hms_desktop.domain.errors import NotFound
from hms_desktop.domain.papers import DoctorOnPaper, PatientOnPaper
from hms_desktop.services import consultation_rows

MOST_EARLIER_VISITS = 20


def read_patient_on_paper(connection: sa.Connection, patient_id: int) -> PatientOnPaper:
    """Return whom a paper is about; raises NotFound."""
    columns = patient.c
    query = sa.select(
        columns.display_name,
        columns.mrn,
        columns.sex,
        columns.birth_date,
        columns.birth_precision,
        columns.allergies,
        columns.conditions,
    ).where(columns.id == patient_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("This patient is no longer there. No paper was made.")
    birth = (
        BirthDate(row.birth_date, BirthPrecision(row.birth_precision or "day"))
        if row.birth_date
        else None
    )
    return PatientOnPaper(row.display_name, row.mrn, row.sex, birth, row.allergies, row.conditions)


def read_doctor_on_paper(connection: sa.Connection, doctor_id: int) -> DoctorOnPaper:
    """Return who signs a paper; raises NotFound."""
    query = (
        sa.select(
            doctor.c.display_name,
            doctor.c.registration_number,
            sa.func.coalesce(department.c.name, "").label("department"),
            doctor.c.phone,
        )
        .select_from(doctor.outerjoin(department, department.c.id == doctor.c.department_id))
        .where(doctor.c.id == doctor_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("This doctor is no longer there. No paper was made.")
    names = connection.scalars(
        sa.select(specialization.c.name)
        .join(
            doctor_specialization, doctor_specialization.c.specialization_id == specialization.c.id
        )
        .where(doctor_specialization.c.doctor_id == doctor_id)
        .order_by(specialization.c.name)
    )
    return DoctorOnPaper(
        row.display_name, row.registration_number, row.department, ", ".join(names), row.phone
    )


def read_earlier_visits(connection: sa.Connection, before: Encounter) -> tuple[EncounterLine, ...]:
    """Return the patient's records before a visit, newest first; at most 20."""
    query = consultation_rows.LINES.where(
        encounter.c.patient_id == before.patient_id,
        encounter.c.starts_at < before.starts_at,
        encounter.c.id != before.id,
    )
    return consultation_rows.read_lines(connection, query.limit(MOST_EARLIER_VISITS))
