"""Reading departments, specializations and doctors; writing down what belongs to a doctor."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.doctors import (
    department,
    doctor,
    doctor_specialization,
    room,
    specialization,
)
from hms_desktop.db.writing import Write
from hms_desktop.domain.doctors import (
    Approval,
    DepartmentRow,
    DoctorFields,
    DoctorFilter,
    DoctorRow,
    SpecializationRow,
)
from hms_desktop.domain.errors import Invalid, NotFound
from hms_desktop.domain.names import fold

MOST_ROWS = 5_000

_DOCTOR = (
    sa.select(
        doctor.c.id,
        doctor.c.version,
        doctor.c.user_id,
        doctor.c.display_name,
        doctor.c.registration_number,
        doctor.c.department_id,
        sa.func.coalesce(department.c.name, "").label("department_name"),
        doctor.c.room_id,
        sa.func.coalesce(room.c.name, "").label("room_name"),
        doctor.c.practising_since,
        doctor.c.phone,
        doctor.c.email,
        doctor.c.default_minutes,
        doctor.c.overbook_limit,
        doctor.c.approval,
        doctor.c.approval_reason,
        doctor.c.photo.is_not(None).label("has_photo"),
        doctor.c.retired_at.is_not(None).label("retired"),
    )
    .select_from(doctor)
    .outerjoin(department, department.c.id == doctor.c.department_id)
    .outerjoin(room, room.c.id == doctor.c.room_id)
)


def read_doctors(connection: sa.Connection, wish: DoctorFilter) -> tuple[DoctorRow, ...]:
    """Return the doctors that a filter asks for, by name."""
    query = _DOCTOR.where(*_conditions(wish)).order_by(doctor.c.display_name, doctor.c.id)
    rows = _rows(connection, query.limit(MOST_ROWS))
    words = fold(wish.text).split()
    found = [row for row in rows if all(word in _hay(row) for word in words)] if words else rows
    return tuple(found[: max(1, min(wish.limit, MOST_ROWS))])


def read_doctor(connection: sa.Connection, doctor_id: int) -> DoctorRow:
    """Return one doctor; raises NotFound."""
    found = _rows(connection, _DOCTOR.where(doctor.c.id == doctor_id))
    if not found:
        raise NotFound("This doctor is no longer there. Nothing was changed.")
    return found[0]


def _conditions(wish: DoctorFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wish.department_id is not None:
        conditions.append(doctor.c.department_id == wish.department_id)
    if wish.specialization_id is not None:
        having = sa.select(doctor_specialization.c.doctor_id).where(
            doctor_specialization.c.specialization_id == wish.specialization_id
        )
        conditions.append(doctor.c.id.in_(having))
    if wish.approval is not None:
        conditions.append(doctor.c.approval == wish.approval.value)
    if wish.bookable_only:
        conditions.append(doctor.c.approval == Approval.APPROVED.value)
    if wish.only_retired:
        conditions.append(doctor.c.retired_at.is_not(None))
    elif wish.bookable_only or not wish.include_retired:
        conditions.append(doctor.c.retired_at.is_(None))
    return conditions


def _hay(row: DoctorRow) -> str:
    return fold(
        " ".join(
            (
                row.display_name,
                row.registration_number,
                row.department_name,
                *row.specializations,
            )
        )
    )


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> list[DoctorRow]:
    rows = connection.execute(query).all()
    held: dict[int, list[tuple[int, str]]] = defaultdict(list)
    named = (
        sa.select(doctor_specialization.c.doctor_id, specialization.c.id, specialization.c.name)
        .join(specialization, specialization.c.id == doctor_specialization.c.specialization_id)
        .order_by(specialization.c.name)
    )
    if len(rows) == 1:
        named = named.where(doctor_specialization.c.doctor_id == rows[0].id)
    for one in connection.execute(named):
        held[one.doctor_id].append((one.id, one.name))
    return [
        DoctorRow(
            **{
                **row._mapping,  # noqa: SLF001 - SQLAlchemy's public name begins with a dash
                "approval": Approval(row.approval),
                "specialization_ids": tuple(one for one, _ in held[row.id]),
                "specializations": tuple(name for _, name in held[row.id]),
            }
        )
        for row in rows
    ]


def read_departments(
    connection: sa.Connection, ids: list[int] | None = None
) -> tuple[DepartmentRow, ...]:
    """Return departments by name with their numbers of doctors; all without ``ids``."""
    many = (
        sa.select(sa.func.count())
        .where(doctor.c.department_id == department.c.id, doctor.c.retired_at.is_(None))
        .correlate(department)
        .scalar_subquery()
    )
    query = sa.select(department, many.label("doctors")).order_by(department.c.name)
    if ids is not None:
        query = query.where(department.c.id.in_(ids))
    return tuple(
        DepartmentRow(
            id=row.id,
            version=row.version,
            name=row.name,
            short_name=row.short_name,
            description=row.description,
            doctors=row.doctors,
            retired=row.retired_at is not None,
        )
        for row in connection.execute(query.limit(MOST_ROWS))
    )


def read_department(connection: sa.Connection, department_id: int) -> DepartmentRow:
    """Return one department; raises NotFound."""
    found = read_departments(connection, [department_id])
    if not found:
        raise NotFound("This department is no longer there. Nothing was changed.")
    return found[0]


def read_specializations(
    connection: sa.Connection, ids: list[int] | None = None
) -> tuple[SpecializationRow, ...]:
    """Return specializations by name with their numbers of doctors; all without ``ids``."""
    many = (
        sa.select(sa.func.count())
        .select_from(doctor_specialization)
        .join(doctor, doctor.c.id == doctor_specialization.c.doctor_id)
        .where(
            doctor_specialization.c.specialization_id == specialization.c.id,
            doctor.c.retired_at.is_(None),
        )
        .correlate(specialization)
        .scalar_subquery()
    )
    query = sa.select(specialization, many.label("doctors")).order_by(specialization.c.name)
    if ids is not None:
        query = query.where(specialization.c.id.in_(ids))
    return tuple(
        SpecializationRow(
            id=row.id,
            version=row.version,
            name=row.name,
            description=row.description,
            doctors=row.doctors,
            retired=row.retired_at is not None,
        )
        for row in connection.execute(query.limit(MOST_ROWS))
    )


def read_specialization(connection: sa.Connection, specialization_id: int) -> SpecializationRow:
    """Return one specialization; raises NotFound."""
    found = read_specializations(connection, [specialization_id])
    if not found:
        raise NotFound("This specialization is no longer there. Nothing was changed.")
    return found[0]


def doctor_columns(wish: DoctorFields) -> dict[str, Any]:
    """Return a checked wish as column values."""
    return {
        "display_name": wish.display_name,
        "registration_number": wish.registration_number,
        "department_id": wish.department_id,
        "room_id": wish.room_id,
        "user_id": wish.user_id,
        "practising_since": wish.practising_since,
        "phone": wish.phone,
        "email": wish.email,
        "default_minutes": wish.default_minutes,
        "overbook_limit": wish.overbook_limit,
    }


def refuse_retired(
    connection: sa.Connection, table: sa.Table, row_id: int | None, field: str, before: object
) -> None:
    """Raise Invalid for a department, room or specialization that is gone or retired.

    One that was there ``before`` the edit may stay.
    """
    if row_id is None or row_id == before:
        return
    query = sa.select(table.c.id).where(table.c.id == row_id, table.c.retired_at.is_(None))
    if connection.execute(query).first() is None:
        raise Invalid(field, "This {what} is no longer in use. Nothing was saved.", what=table.name)


def write_specializations(write: Write, doctor_id: int, wanted: tuple[int, ...]) -> bool:
    """Give a doctor exactly these specializations; say whether that changed anything."""
    held = write.connection.execute(
        sa.select(doctor_specialization.c.id, doctor_specialization.c.specialization_id).where(
            doctor_specialization.c.doctor_id == doctor_id
        )
    ).all()
    have = {row.specialization_id for row in held}
    for row in held:
        if row.specialization_id not in wanted:
            write.delete(doctor_specialization, row.id)
    for one in wanted:
        if one not in have:
            refuse_retired(write.connection, specialization, one, "specialization_ids", None)
            write.insert(doctor_specialization, {"doctor_id": doctor_id, "specialization_id": one})
    return have != set(wanted)
