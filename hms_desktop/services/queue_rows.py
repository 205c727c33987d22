"""Reading the waiting room: tokens, the board, and who is expected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.doctors import doctor, room
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.domain.errors import NotFound
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import ExpectedRow, TokenState, WaitingRow

LONGEST_BOARD = 1_000
LONGEST_EXPECTED = 200
HERE = (Status.ARRIVED.value, Status.IN_CONSULTATION.value)

_PEOPLE = (
    appointment.join(patient, patient.c.id == appointment.c.patient_id)
    .join(doctor, doctor.c.id == appointment.c.doctor_id)
    .join(visit_type, visit_type.c.id == appointment.c.visit_type_id)
)
_BOARD = (
    sa.select(
        queue_token.c.id.label("token_id"),
        queue_token.c.version.label("token_version"),
        queue_token.c.number,
        queue_token.c.state,
        appointment.c.id.label("appointment_id"),
        appointment.c.version.label("appointment_version"),
        appointment.c.status,
        appointment.c.patient_id,
        patient.c.display_name.label("patient_name"),
        patient.c.mrn,
        (patient.c.allergies != "").label("has_alert"),
        queue_token.c.doctor_id,
        doctor.c.display_name.label("doctor_name"),
        sa.func.coalesce(room.c.name, "").label("room"),
        visit_type.c.name.label("visit_type_name"),
        appointment.c.starts_at,
        appointment.c.lane,
        queue_token.c.arrived_at,
        queue_token.c.called_at,
        appointment.c.started_at,
        (appointment.c.source == "walk_in").label("walk_in"),
    )
    .select_from(
        queue_token.join(_PEOPLE, appointment.c.id == queue_token.c.appointment_id).outerjoin(
            room, room.c.id == sa.func.coalesce(appointment.c.room_id, doctor.c.room_id)
        )
    )
    .where(
        queue_token.c.on_date == sa.bindparam("on"),
        queue_token.c.state != TokenState.WITHDRAWN.value,
        appointment.c.status.in_(HERE),
    )
    .order_by(queue_token.c.arrived_at, queue_token.c.id)
    .limit(LONGEST_BOARD)
)
_EXPECTED = (
    sa.select(
        appointment.c.id,
        appointment.c.version,
        appointment.c.status,
        appointment.c.patient_id,
        patient.c.display_name,
        patient.c.mrn,
        appointment.c.doctor_id,
        doctor.c.display_name,
        visit_type.c.name,
        appointment.c.starts_at,
        appointment.c.ends_at,
    )
    .select_from(_PEOPLE)
    .where(
        appointment.c.starts_at >= sa.bindparam("begins"),
        appointment.c.starts_at < sa.bindparam("ends"),
        appointment.c.status.in_((Status.BOOKED.value, Status.CONFIRMED.value)),
    )
    .order_by(appointment.c.starts_at, appointment.c.id)
    .limit(LONGEST_EXPECTED)
)


def read_board(
    connection: sa.Connection, on: date, doctor_ids: Sequence[int]
) -> tuple[WaitingRow, ...]:
    """Return who is here on a local date (waiting or with the doctor), by arrival."""
    query = _BOARD if not doctor_ids else _BOARD.where(queue_token.c.doctor_id.in_(doctor_ids))
    return tuple(map(WaitingRow._make, connection.execute(query, {"on": on})))


def read_expected(
    connection: sa.Connection, begins: datetime, ends: datetime, doctor_id: int | None
) -> tuple[ExpectedRow, ...]:
    """Return visits between two moments (UTC) whose patients have not arrived, by start."""
    query = (
        _EXPECTED if doctor_id is None else _EXPECTED.where(appointment.c.doctor_id == doctor_id)
    )
    rows = connection.execute(query, {"begins": begins, "ends": ends})
    return tuple(map(ExpectedRow._make, rows))


def locked(connection: sa.Connection, table: sa.Table, row_id: int) -> sa.RowMapping:
    """Return one row whole and keep others from changing it meanwhile; raises NotFound."""
    query = sa.select(table).where(table.c.id == row_id)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound("This visit is no longer there. Nothing was changed.")
    return found


def take_turn(connection: sa.Connection, doctor_id: int) -> None:
    """Let those who change one doctor's queue wait for each other."""
    if connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock(4, sa.cast(doctor_id, sa.Integer))
        connection.execute(sa.select(lock))


def next_number(connection: sa.Connection, doctor_id: int, on: date) -> int:
    """Return the next token of a doctor and local date; withdrawn ones are never given again."""
    query = sa.select(sa.func.coalesce(sa.func.max(queue_token.c.number), 0) + 1).where(
        queue_token.c.doctor_id == doctor_id, queue_token.c.on_date == on
    )
    return int(connection.execute(query).scalar_one())


def live_token(connection: sa.Connection, appointment_id: int) -> sa.RowMapping | None:
    """Return the token that a visit has already."""
    query = sa.select(queue_token).where(
        queue_token.c.appointment_id == appointment_id,
        queue_token.c.state != TokenState.WITHDRAWN.value,
    )
    return connection.execute(query).mappings().one_or_none()


def next_token(connection: sa.Connection, doctor_id: int, on: date) -> int | None:
    """Return the token that has waited longest for a doctor."""
    query = (
        sa.select(queue_token.c.id)
        .join(appointment, appointment.c.id == queue_token.c.appointment_id)
        .where(
            queue_token.c.doctor_id == doctor_id,
            queue_token.c.on_date == on,
            queue_token.c.state == TokenState.WAITING.value,
            appointment.c.status == Status.ARRIVED.value,
        )
        .order_by(queue_token.c.number)
        .limit(1)
    )
    return connection.execute(query).scalar()


def queue_lengths(connection: sa.Connection, doctor_ids: Sequence[int], on: date) -> dict[int, int]:
    """Return how many wait for each of some doctors; those for whom nobody waits are left out."""
    query = (
        sa.select(queue_token.c.doctor_id, sa.func.count())
        .join(appointment, appointment.c.id == queue_token.c.appointment_id)
        .where(
            queue_token.c.on_date == on,
            queue_token.c.doctor_id.in_(doctor_ids),
            queue_token.c.state != TokenState.WITHDRAWN.value,
            appointment.c.status == Status.ARRIVED.value,
        )
        .group_by(queue_token.c.doctor_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def changed_visits(connection: sa.Connection, request_id: str) -> tuple[str, list[int]]:
    """Return the action of an earlier request and the visits that it changed, newest id first."""
    rows = connection.execute(
        sa.select(audit_entry.c.action, audit_entry.c.entity, audit_entry.c.entity_id)
        .where(audit_entry.c.request_id == request_id)
        .order_by(audit_entry.c.position)
    ).all()
    return rows[0].action, visits_of(connection, rows)


def visits_of(connection: sa.Connection, entries: Sequence[sa.Row[*tuple[Any, ...]]]) -> list[int]:
    """Return the visits that audited changes are about, their tokens' too; newest id first."""
    tokens = [one.entity_id for one in entries if one.entity == queue_token.name]
    visits = {one.entity_id for one in entries if one.entity == appointment.name}
    query = sa.select(queue_token.c.appointment_id).where(queue_token.c.id.in_(tokens))
    visits.update(connection.execute(query).scalars())
    return sorted(visits, reverse=True)
