"""Reading appointments: whole rows, grid boxes, lists, and the history of one."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hms_desktop.db.prepared import Prepared
from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.doctors import department, doctor, room
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.writing import Write
from hms_desktop.domain.appointments import (
    AppointmentFilter,
    AppointmentRow,
    GridVisit,
    HistoryStep,
)
from hms_desktop.domain.errors import NotFound
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.names import fold
from hms_desktop.domain.text import searchable
from hms_desktop.services.status_steps import first_note

_creator = user.alias("creator")
_editor = user.alias("editor")
# Written into the statement, as the index of live tokens has it: a bound value would not match.
_LIVE = queue_token.c.state != sa.literal_column("'withdrawn'")


def _rows_of(visit: sa.FromClause) -> sa.Select[*tuple[Any, ...]]:
    """Return the query of whole rows of visits; they may be just being inserted."""
    token = (
        sa.select(sa.func.max(queue_token.c.number))
        .where(queue_token.c.appointment_id == visit.c.id, _LIVE)
        .correlate(visit)
        .scalar_subquery()
    )
    source = (
        visit.join(patient, patient.c.id == visit.c.patient_id)
        .join(doctor, doctor.c.id == visit.c.doctor_id)
        .join(visit_type, visit_type.c.id == visit.c.visit_type_id)
        .outerjoin(department, department.c.id == doctor.c.department_id)
        .outerjoin(room, room.c.id == visit.c.room_id)
        .outerjoin(_creator, _creator.c.id == visit.c.created_by)
        .outerjoin(_editor, _editor.c.id == visit.c.updated_by)
    )
    return sa.select(
        visit.c.id,
        visit.c.version,
        visit.c.patient_id,
        patient.c.display_name.label("patient_name"),
        patient.c.mrn,
        visit.c.doctor_id,
        doctor.c.display_name.label("doctor_name"),
        doctor.c.department_id,
        sa.func.coalesce(department.c.name, "").label("department_name"),
        visit.c.visit_type_id,
        visit_type.c.name.label("visit_type_name"),
        visit.c.room_id,
        sa.func.coalesce(room.c.name, "").label("room_name"),
        visit.c.starts_at,
        visit.c.ends_at,
        visit.c.lane,
        visit.c.status,
        visit.c.source,
        visit.c.note,
        visit.c.overbook_reason,
        visit.c.cancel_reason,
        visit.c.cancel_text,
        visit.c.rescheduled_from,
        token.label("token"),
        visit.c.created_at,
        sa.func.coalesce(_creator.c.display_name, "").label("created_by_name"),
        visit.c.updated_at,
        sa.func.coalesce(_editor.c.display_name, "").label("updated_by_name"),
    ).select_from(source)


_ROW = _rows_of(appointment)

_ROWS = _ROW.where(appointment.c.id.in_(sa.bindparam("ids", expanding=True)))

_GRID = Prepared(
    sa.select(
        appointment.c.id,
        appointment.c.version,
        appointment.c.doctor_id,
        appointment.c.patient_id,
        appointment.c.room_id,
        appointment.c.visit_type_id,
        appointment.c.starts_at,
        appointment.c.ends_at,
        appointment.c.lane,
        appointment.c.status,
        patient.c.display_name,
        patient.c.mrn,
        patient.c.sex,
        patient.c.birth_date,
        (patient.c.allergies != "").label("has_alert"),
        (appointment.c.note != "").label("has_note"),
        queue_token.c.number.label("token"),
        appointment.c.arrived_at,
    )
    .select_from(
        appointment.join(patient, patient.c.id == appointment.c.patient_id).outerjoin(
            queue_token,
            (queue_token.c.appointment_id == appointment.c.id) & _LIVE,
        )
    )
    .where(
        appointment.c.doctor_id.in_(sa.bindparam("doctor_ids", expanding=True)),
        appointment.c.starts_at >= sa.bindparam("begins"),
        appointment.c.starts_at < sa.bindparam("ends"),
        appointment.c.status.not_in(("cancelled", "entered_in_error")),
    )
)


def read_present(connection: sa.Connection, ids: Iterable[int]) -> tuple[AppointmentRow, ...]:
    """Return those of these appointments that are there, in the order asked."""
    wanted = list(dict.fromkeys(ids))
    found = {row.id: _row(row) for row in connection.execute(_ROWS, {"ids": wanted})}
    return tuple(found[one] for one in wanted if one in found)


# What ``GridVisit._make`` does, without a call of Python for each of a thousand boxes.
_BOX: Callable[[tuple[Any, ...]], GridVisit] = partial(tuple.__new__, GridVisit)


def read_rows(connection: sa.Connection, ids: Iterable[int]) -> tuple[AppointmentRow, ...]:
    """Return appointments by id, in the order asked; raises NotFound when one is missing."""
    wanted = list(dict.fromkeys(ids))
    found = read_present(connection, wanted)
    if len(found) < len(wanted):
        raise NotFound("This appointment is no longer there. Nothing was changed.")
    return found


def insert_row(write: Write, values: Mapping[str, Any]) -> AppointmentRow:
    """Insert a visit with its first note and return it whole, on Postgres in one statement."""
    note = first_note(write, values["status"])
    if write.connection.dialect.name == "postgresql":
        return _row(write.insert_noted(appointment, values, note, _rows_of))
    made = write.insert(appointment, values)
    write.note(note.table, {note.reference: made, **note.values})
    return read_rows(write.connection, [made])[0]


def read_grid(
    connection: sa.Connection, doctor_ids: Sequence[int], begins: datetime, ends: datetime
) -> tuple[GridVisit, ...]:
    """Return the boxes of some doctors between two moments (by start); no cancelled ones."""
    values = {"doctor_ids": tuple(doctor_ids), "begins": begins, "ends": ends}
    return tuple(map(_BOX, _GRID.rows(connection, values)))


def read_overlapping(
    connection: sa.Connection,
    kind: str,
    whose: int | None,
    begins: datetime,
    ends: datetime,
    lane: int | None = None,
) -> AppointmentRow | None:
    """Return the visit that is in the way of a doctor, a patient or a room."""
    column = {
        "doctor": appointment.c.doctor_id,
        "patient": appointment.c.patient_id,
        "room": appointment.c.room_id,
    }[kind]
    blocked = kind != "patient"
    from_ = appointment.c.blocks_from if blocked else appointment.c.starts_at
    to = appointment.c.blocks_to if blocked else appointment.c.ends_at
    query = _ROW.where(
        column == whose,
        from_ < ends,
        to > begins,
        appointment.c.status.not_in(("cancelled", "no_show", "entered_in_error")),
    )
    if lane is not None and kind == "doctor":
        query = query.where(appointment.c.lane == lane)
    found = connection.execute(query.order_by(appointment.c.starts_at).limit(1)).first()
    return None if found is None else _row(found)


def read_of_patient(
    connection: sa.Connection, patient_id: int, limit: int
) -> tuple[AppointmentRow, ...]:
    """Return a patient's appointments, the newest first; none that were entered in error."""
    query = (
        _ROW.where(
            appointment.c.patient_id == patient_id,
            appointment.c.status != Status.ENTERED_IN_ERROR.value,
        )
        .order_by(appointment.c.starts_at.desc(), appointment.c.id.desc())
        .limit(limit)
    )
    return tuple(_row(row) for row in connection.execute(query))


_ORDERS: dict[str, Any] = {
    "starts_at": appointment.c.starts_at,
    "patient_name": patient.c.sort_name,
    "doctor_name": doctor.c.display_name,
    "status": appointment.c.status,
    "visit_type_name": visit_type.c.name,
    "mrn": patient.c.mrn,
    "department_name": department.c.name,
    "updated_at": appointment.c.updated_at,
}


def read_list(
    connection: sa.Connection, wish: AppointmentFilter, zone: ZoneInfo
) -> tuple[tuple[AppointmentRow, ...], int]:
    """Return one page of a list, and how many there are in all."""
    if wish.part is not None:
        ids = read_ids(connection, wish, zone)
        return read_present(connection, ids[wish.offset : wish.offset + wish.limit]), len(ids)
    rows = connection.execute(
        _ROW.where(*list_conditions(wish))
        .order_by(*_order(wish))
        .limit(max(1, min(wish.limit, 5_000)))
        .offset(max(0, wish.offset))
    )
    return tuple(map(_row, rows)), int(connection.execute(count_of_list(wish)).scalar_one())


def count_of_list(wish: AppointmentFilter) -> sa.Select[int]:
    """Return the query of how many appointments a list has, over no more tables than it needs."""
    tables = _tables(replace(wish, order=""))
    return sa.select(sa.func.count()).select_from(tables).where(*list_conditions(wish))


_PATIENT_ORDERS = frozenset({"patient_name", "mrn"})
_DOCTOR_ORDERS = frozenset({"doctor_name", "department_name"})


def _tables(wish: AppointmentFilter) -> sa.FromClause:
    """Return appointments with only those tables that the filters and the order need."""
    tables: sa.FromClause = appointment
    if wish.text.strip() or wish.part is not None or wish.order in _PATIENT_ORDERS:
        tables = tables.join(patient, patient.c.id == appointment.c.patient_id)
    if wish.text.strip() or wish.department_ids or wish.order in _DOCTOR_ORDERS:
        tables = tables.join(doctor, doctor.c.id == appointment.c.doctor_id)
    if wish.order == "department_name":
        tables = tables.outerjoin(department, department.c.id == doctor.c.department_id)
    if wish.order == "visit_type_name":
        tables = tables.join(visit_type, visit_type.c.id == appointment.c.visit_type_id)
    return tables


def _order(wish: AppointmentFilter) -> tuple[sa.ColumnElement[Any], ...]:
    column = _ORDERS.get(wish.order, appointment.c.starts_at)
    return (column.desc() if wish.descending else column.asc()), appointment.c.id


def read_ids(connection: sa.Connection, wish: AppointmentFilter, zone: ZoneInfo) -> array[int]:
    """Return the ids of a whole list in its order, 8 bytes each; a page's bounds are left out."""
    query = sa.select(appointment.c.id).select_from(_tables(wish)).where(*list_conditions(wish))
    query = query.order_by(*_order(wish))
    part = wish.part
    if part is None:
        return array("q", connection.execute(query).scalars())
    # SQLite knows no time zones: what the wall clock says is asked of each visit, as it is counted.
    rows = connection.execute(
        query.add_columns(appointment.c.starts_at, patient.c.sex, patient.c.birth_date)
    )
    return array(
        "q",
        (one for one, starts, sex, born in rows if part.holds(starts.astimezone(zone), sex, born)),
    )


def list_conditions(wish: AppointmentFilter) -> list[sa.ColumnElement[bool]]:
    """Return what a list of appointments lets through (patient and doctor are joined)."""
    conditions: list[sa.ColumnElement[bool]] = [
        appointment.c.starts_at >= wish.begins,
        appointment.c.starts_at < wish.ends,
    ]
    if wish.doctor_ids:
        conditions.append(appointment.c.doctor_id.in_(wish.doctor_ids))
    if wish.department_ids:
        conditions.append(doctor.c.department_id.in_(wish.department_ids))
    if wish.visit_type_ids:
        conditions.append(appointment.c.visit_type_id.in_(wish.visit_type_ids))
    if wish.patient_id is not None:
        conditions.append(appointment.c.patient_id == wish.patient_id)
    if wish.statuses:
        conditions.append(appointment.c.status.in_([status.value for status in wish.statuses]))
    else:
        conditions.append(appointment.c.status != Status.ENTERED_IN_ERROR.value)
    conditions.extend(
        sa.or_(
            patient.c.sort_name.contains(word, autoescape=True),
            sa.func.lower(patient.c.mrn).contains(word, autoescape=True),
            sa.func.lower(doctor.c.display_name).contains(word, autoescape=True),
        )
        for word in fold(searchable(wish.text)).split()
    )
    return conditions


def read_history(connection: sa.Connection, appointment_id: int) -> tuple[HistoryStep, ...]:
    """Return everything that happened to an appointment and those it was moved from."""
    lineage = [appointment_id]
    while True:
        query = sa.select(appointment.c.rescheduled_from).where(appointment.c.id == lineage[-1])
        before = connection.execute(query).scalar()
        if before is None or before in lineage:
            break
        lineage.append(int(before))
    rows = connection.execute(
        sa.select(audit_entry)
        .where(
            audit_entry.c.entity == appointment.name,
            audit_entry.c.entity_id.in_(lineage),
            audit_entry.c.action != "read",
        )
        .order_by(audit_entry.c.id)
        .limit(1_000)
    ).all()
    given = {row.id: (row.after or {}).get("room_id") for row in rows}
    wanted = sa.select(room.c.id, room.c.name).where(room.c.id.in_(set(given.values()) - {None}))
    rooms = {one.id: one.name for one in connection.execute(wanted)}
    return tuple(
        HistoryStep(
            at=row.at,
            user_name=row.user_name,
            workstation=row.workstation,
            action=row.action,
            appointment_id=row.entity_id,
            before=row.before or {},
            after=row.after or {},
            reason=row.reason,
            request_id=row.request_id,
            room=rooms.get(given[row.id], ""),
        )
        for row in rows
    )


def _row(row: Sequence[Any]) -> AppointmentRow:
    # In the order of the fields, which is that of the query.
    values: tuple[Any, ...] = (*row[:_STATUS], Status(row[_STATUS]), *row[_STATUS + 1 :])
    return AppointmentRow(*values)


_STATUS = list(_ROW.selected_columns.keys()).index("status")
