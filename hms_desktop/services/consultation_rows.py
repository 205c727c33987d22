"""Reading and writing clinical records: encounters, their versions and the parts of each."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.consultations import (
    diagnosis,
    encounter,
    prescription_item,
    record_version,
    test_order,
    vitals,
)
from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.writing import Write
from hms_desktop.domain.consultations import (
    DayVisit,
    Diagnosis,
    Encounter,
    EncounterLine,
    PastVitals,
    PrescriptionItem,
    Record,
    RecordFilter,
    RecordVersion,
    TestOrder,
)
from hms_desktop.domain.errors import NotFound
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.vitals import Vitals

LONGEST_DAY = 500
LONGEST_HISTORY = 200
MOST_PAST_VITALS = 24
_VITALS = tuple(one.name for one in fields(Vitals))
_ITEM = tuple(one.name for one in fields(PrescriptionItem))

_WHOLE = (
    encounter.join(patient, patient.c.id == encounter.c.patient_id)
    .join(doctor, doctor.c.id == encounter.c.doctor_id)
    .outerjoin(department, department.c.id == doctor.c.department_id)
    .join(appointment, appointment.c.id == encounter.c.appointment_id)
)
_ENCOUNTER = sa.select(
    encounter.c.id,
    encounter.c.appointment_id,
    encounter.c.patient_id,
    patient.c.display_name.label("patient_name"),
    patient.c.mrn,
    encounter.c.doctor_id,
    doctor.c.display_name.label("doctor_name"),
    sa.func.coalesce(department.c.name, "").label("department_name"),
    visit_type.c.name.label("visit_type_name"),
    appointment.c.starts_at,
    appointment.c.status,
    encounter.c.newest,
).select_from(_WHOLE.join(visit_type, visit_type.c.id == appointment.c.visit_type_id))

_NEWEST = (record_version.c.encounter_id == encounter.c.id) & (
    record_version.c.number == encounter.c.newest
)
_LINE = sa.select(
    encounter.c.id,
    encounter.c.appointment_id,
    encounter.c.patient_id,
    patient.c.display_name,
    patient.c.mrn,
    encounter.c.doctor_id,
    doctor.c.display_name,
    sa.func.coalesce(department.c.name, ""),
    encounter.c.starts_at,
    encounter.c.newest,
    record_version.c.complaint,
    record_version.c.id,
).select_from(_WHOLE.join(record_version, _NEWEST))
_NEWEST_FIRST = (encounter.c.starts_at.desc(), encounter.c.id.desc())
LINES = _LINE.order_by(*_NEWEST_FIRST)
_ORDERS: dict[str, sa.ColumnElement[Any]] = {
    "starts_at": encounter.c.starts_at,
    "patient": patient.c.sort_name,
    "mrn": patient.c.mrn,
    "doctor": doctor.c.display_name,
    "department": sa.func.coalesce(department.c.name, ""),
}
_PATIENT_ORDERS = frozenset({"patient", "mrn"})
_DOCTOR_ORDERS = frozenset({"doctor", "department"})

_LIVE = queue_token.c.state != sa.literal_column("'withdrawn'")
_DAY = (
    sa.select(
        appointment.c.id,
        appointment.c.version,
        appointment.c.status,
        appointment.c.patient_id,
        patient.c.display_name,
        patient.c.mrn,
        patient.c.sex,
        patient.c.birth_date,
        (patient.c.allergies != "").label("has_alert"),
        visit_type.c.name,
        appointment.c.note,
        appointment.c.starts_at,
        appointment.c.ends_at,
        appointment.c.lane,
        queue_token.c.id,
        queue_token.c.version,
        queue_token.c.number,
        queue_token.c.state,
        appointment.c.arrived_at,
        queue_token.c.called_at,
        appointment.c.started_at,
        appointment.c.finished_at,
        encounter.c.id.is_not(None).label("has_record"),
    )
    .select_from(
        appointment.join(patient, patient.c.id == appointment.c.patient_id)
        .join(visit_type, visit_type.c.id == appointment.c.visit_type_id)
        .outerjoin(queue_token, (queue_token.c.appointment_id == appointment.c.id) & _LIVE)
        .outerjoin(encounter, encounter.c.appointment_id == appointment.c.id)
    )
    .where(
        appointment.c.doctor_id == sa.bindparam("doctor_id"),
        appointment.c.starts_at >= sa.bindparam("begins"),
        appointment.c.starts_at < sa.bindparam("ends"),
        appointment.c.status.not_in(
            (Status.REQUESTED.value, Status.CANCELLED.value, Status.ENTERED_IN_ERROR.value)
        ),
    )
    .order_by(appointment.c.starts_at, appointment.c.lane, appointment.c.id)
    .limit(LONGEST_DAY)
)


# ----------------------------------------------------------------------------------- reading
def read_day(
    connection: sa.Connection, doctor_id: int, begins: datetime, ends: datetime
) -> tuple[DayVisit, ...]:
    """Return a doctor's visits between two moments (UTC), by start."""
    rows = connection.execute(_DAY, {"doctor_id": doctor_id, "begins": begins, "ends": ends})
    return tuple(
        DayVisit._make((*row[:2], Status(row[2]), *row[3:-1], bool(row[-1]))) for row in rows
    )


def read_encounter(connection: sa.Connection, encounter_id: int) -> Encounter:
    """Return a visit's record in its newest version; raises NotFound."""
    query = _ENCOUNTER.where(encounter.c.id == encounter_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("This record is no longer there. Nothing was changed.")
    newest = read_versions(connection, encounter_id, number=row.newest)[0]
    return Encounter(*row[:10], Status(row.status), newest)


def find_encounter(connection: sa.Connection, appointment_id: int) -> int | None:
    """Return the id of the record that an appointment has, or None."""
    query = sa.select(encounter.c.id).where(encounter.c.appointment_id == appointment_id)
    return connection.execute(query).scalar()


def read_versions(
    connection: sa.Connection, encounter_id: int, *, number: int | None = None
) -> tuple[RecordVersion, ...]:
    """Return the versions of a record, newest first (or the one with this number)."""
    query = sa.select(record_version).where(record_version.c.encounter_id == encounter_id)
    if number is not None:
        query = query.where(record_version.c.number == number)
    rows = connection.execute(query.order_by(record_version.c.number.desc())).all()
    parts = _Parts(connection, [row.id for row in rows])
    return tuple(
        RecordVersion(row.number, row.author, row.at, row.reason, parts.record(row)) for row in rows
    )


class _Parts:
    """The parts of some versions, read with one query a table."""

    def __init__(self, connection: sa.Connection, ids: Sequence[int]) -> None:
        self._rows = {
            table.name: _grouped(connection, table, ids)
            for table in (vitals, diagnosis, test_order, prescription_item)
        }

    def record(self, row: sa.Row[Any]) -> Record:
        def of(table: sa.Table) -> list[sa.RowMapping]:
            return self._rows[table.name][row.id]

        signs = of(vitals)
        return Record(
            complaint=row.complaint,
            vitals=Vitals(**{name: signs[0][name] for name in _VITALS}) if signs else Vitals(),
            diagnoses=tuple(Diagnosis(one["text"], one["code"]) for one in of(diagnosis)),
            tests=tuple(
                TestOrder(one["text"], one["done_on"], one["result"]) for one in of(test_order)
            ),
            notes=row.clinical_notes,
            treatment=row.treatment,
            prescription=tuple(
                PrescriptionItem(**{name: one[name] for name in _ITEM})
                for one in of(prescription_item)
            ),
            prescription_note=row.prescription_note,
            follow_up_on=row.follow_up_on,
        )


def _grouped(
    connection: sa.Connection, table: sa.Table, ids: Sequence[int]
) -> dict[int, list[sa.RowMapping]]:
    found: dict[int, list[sa.RowMapping]] = defaultdict(list)
    query = (
        sa.select(table)
        .where(table.c.record_version_id.in_(ids))
        .order_by(table.c.record_version_id, table.c.position)
    )
    for row in connection.execute(query).mappings():
        found[row["record_version_id"]].append(row)
    return found


def read_lines(
    connection: sa.Connection, query: sa.Select[Any] | None = None
) -> tuple[EncounterLine, ...]:
    """Return lines of records; ``query`` is ``LINES`` with conditions and bounds."""
    rows = connection.execute(LINES.limit(LONGEST_HISTORY) if query is None else query).all()
    labels = _labels(connection, [row[-1] for row in rows])
    return tuple(EncounterLine._make((*row[:10], labels.get(row[-1], ""), row[10])) for row in rows)


def read_ids(
    connection: sa.Connection, wish: RecordFilter, conditions: Sequence[sa.ColumnElement[bool]]
) -> array[int]:
    """Return the ids of a whole list of records, newest first or by a column.

    Only those tables are joined that the filters and the order need.
    """
    said = bool(wish.text.strip())
    joined: sa.FromClause = encounter
    if said or wish.order in _PATIENT_ORDERS:
        joined = joined.join(patient, patient.c.id == encounter.c.patient_id)
    if said:
        joined = joined.join(record_version, _NEWEST)
    if wish.department_id is not None or wish.order in _DOCTOR_ORDERS:
        joined = joined.join(doctor, doctor.c.id == encounter.c.doctor_id)
    if wish.order == "department":
        joined = joined.outerjoin(department, department.c.id == doctor.c.department_id)
    column = _ORDERS.get(wish.order)
    by = () if column is None else (column.desc() if wish.descending else column,)
    query = sa.select(encounter.c.id).select_from(joined).where(*conditions)
    return array("q", connection.execute(query.order_by(*by, *_NEWEST_FIRST)).scalars())


def _labels(connection: sa.Connection, ids: Sequence[int]) -> dict[int, str]:
    query = (
        sa.select(diagnosis.c.record_version_id, diagnosis.c.code, diagnosis.c.text)
        .where(diagnosis.c.record_version_id.in_(ids))
        .order_by(diagnosis.c.record_version_id, diagnosis.c.position)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for version_id, code, text in connection.execute(query):
        found[version_id].append(Diagnosis(text, code).label)
    return {version_id: "; ".join(texts) for version_id, texts in found.items()}


def read_past_vitals(connection: sa.Connection, patient_id: int) -> tuple[PastVitals, ...]:
    """Return a patient's measured signs, newest visit first."""
    query = (
        sa.select(encounter.c.starts_at, *(vitals.c[name] for name in _VITALS))
        .select_from(
            encounter.join(
                record_version,
                (record_version.c.encounter_id == encounter.c.id)
                & (record_version.c.number == encounter.c.newest),
            ).join(vitals, vitals.c.record_version_id == record_version.c.id)
        )
        .where(encounter.c.patient_id == patient_id)
        .order_by(encounter.c.starts_at.desc())
        .limit(MOST_PAST_VITALS)
    )
    return tuple(PastVitals(row[0], Vitals(*row[1:])) for row in connection.execute(query))


# ----------------------------------------------------------------------------------- writing
def insert_version(
    write: Write,
    encounter_id: int,
    patient_id: int,
    number: int,
    record: Record,
    reason: str,
) -> int:
    """Add one version with all its parts; the version is audited, its clinical text is not."""
    actor = write.stamp.actor
    version_id = write.insert(
        record_version,
        {
            "encounter_id": encounter_id,
            "number": number,
            "at": write.now,
            "user_id": actor.user_id,
            "author": actor.name,
            "reason": reason,
            "complaint": record.complaint,
            "clinical_notes": record.notes,
            "treatment": record.treatment,
            "prescription_note": record.prescription_note,
            "follow_up_on": record.follow_up_on,
        },
        patient_id=patient_id,
    )
    if not record.vitals.is_empty:
        _insert_parts(write, vitals, version_id, [asdict(record.vitals)])
    _insert_parts(
        write,
        diagnosis,
        version_id,
        [
            {"text": one.text, "code": one.code, "code_system": one.system}
            for one in record.diagnoses
        ],
    )
    _insert_parts(write, test_order, version_id, map(asdict, record.tests))
    _insert_parts(write, prescription_item, version_id, map(asdict, record.prescription))
    return version_id


def _insert_parts(
    write: Write, table: sa.Table, version_id: int, parts: Iterable[dict[str, Any]]
) -> None:
    rows = [
        {"record_version_id": version_id, "position": position, **part}
        for position, part in enumerate(parts)
    ]
    if rows:
        write.connection.execute(sa.insert(table).inline(), rows)
