"""Reading the audit trail: lists of any length, one entry whole, what was done to one chart."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.appointments import visit_type
from hms_desktop.db.tables.consultations import encounter
from hms_desktop.db.tables.doctors import department, doctor, room, specialization
from hms_desktop.db.tables.hospital import audit_entry, audit_link
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.audit import (
    READ_ACTIONS,
    AccessLine,
    AuditDetail,
    AuditFilter,
    AuditKind,
    AuditRow,
    field_changes,
)
from hms_desktop.domain.errors import NotFound
from hms_desktop.domain.names import fold
from hms_desktop.domain.text import searchable

OPENED = "chart_access"
"""The entity of a chart that was opened in need."""
_entry = audit_entry.c
_ROW = sa.select(
    _entry.id,
    _entry.at,
    _entry.user_id,
    _entry.user_name,
    _entry.role,
    _entry.workstation,
    _entry.action,
    _entry.entity,
    _entry.entity_id,
    _entry.patient_id,
    sa.func.coalesce(patient.c.display_name, ""),
    sa.func.coalesce(patient.c.mrn, ""),
    _entry.reason,
).select_from(audit_entry.outerjoin(patient, patient.c.id == _entry.patient_id))

_NEWEST_FIRST = (_entry.at.desc(), _entry.id.desc())

_NAMED: dict[str, sa.Column[Any]] = {
    "patient_id": patient.c.display_name,
    "doctor_id": doctor.c.display_name,
    "room_id": room.c.name,
    "department_id": department.c.name,
    "specialization_id": specialization.c.name,
    "visit_type_id": visit_type.c.name,
    "user_id": user.c.display_name,
}
"""Fields whose number is the id of a row with this name."""
_OF_RECORD = frozenset({"encounter", "paper"})


def read_ids(connection: sa.Connection, wish: AuditFilter) -> array[int]:
    """Return the ids of all entries that a filter lets through, newest first."""
    query = sa.select(_entry.id).where(*conditions(connection, wish))
    return array("q", connection.execute(query.order_by(*_NEWEST_FIRST)).scalars())


def read_rows(connection: sa.Connection, ids: Iterable[int]) -> tuple[AuditRow, ...]:
    """Return entries by id, newest first."""
    query = _ROW.where(_entry.id.in_(list(ids))).order_by(*_NEWEST_FIRST)
    return tuple(map(AuditRow._make, connection.execute(query)))


def read_whole(
    connection: sa.Connection, ids: Iterable[int]
) -> Iterator[tuple[AuditRow, str, str]]:
    """Yield entries by id, newest first, with their values before and after as JSON."""
    wanted = list(ids)
    query = sa.select(_entry.id, _entry.before, _entry.after).where(_entry.id.in_(wanted))
    values = {row[0]: (_json(row[1]), _json(row[2])) for row in connection.execute(query)}
    for row in read_rows(connection, wanted):
        yield row, *values[row.id]


def _json(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def read_detail(connection: sa.Connection, entry_id: int) -> AuditDetail:
    """Return one entry whole; raises NotFound."""
    rows = read_rows(connection, [entry_id])
    if not rows:
        raise NotFound("This entry is not in the audit trail.")
    query = sa.select(
        _entry.request_id, _entry.program, _entry.before, _entry.after, audit_link.c.seq
    )
    joined = audit_entry.outerjoin(audit_link, audit_link.c.entry_id == _entry.id)
    found = connection.execute(query.select_from(joined).where(_entry.id == entry_id)).one()
    return AuditDetail(
        row=rows[0],
        request_id=found.request_id,
        program=found.program,
        fields=field_changes(found.before, found.after),
        names=_names(connection, (found.before, found.after)),
        link=found.seq,
        appointment_id=_appointment(connection, rows[0], found.after or found.before or {}),
    )


def read_accesses(
    connection: sa.Connection, patient_id: int, begins: datetime | None, ends: datetime, most: int
) -> tuple[tuple[AccessLine, ...], int]:
    """Return what was done to one chart between two moments, newest first, and how much it is."""
    where = [_entry.patient_id == patient_id, _entry.at < ends]
    if begins is not None:
        where.append(_entry.at >= begins)
    query = sa.select(*(_entry[name] for name in AccessLine._fields)).where(*where)
    rows = connection.execute(query.order_by(*_NEWEST_FIRST).limit(most))
    count = sa.select(sa.func.count()).select_from(audit_entry).where(*where)
    return tuple(map(AccessLine._make, rows)), int(connection.execute(count).scalar_one())


def conditions(connection: sa.Connection, wish: AuditFilter) -> list[sa.ColumnElement[bool]]:
    """Return what a list of entries lets through."""
    found: list[sa.ColumnElement[bool]] = []
    if wish.begins is not None:
        found.append(_entry.at >= wish.begins)
    if wish.ends is not None:
        found.append(_entry.at < wish.ends)
    numbers = {"patient_id": wish.patient_id, "user_id": wish.user_id, "entity_id": wish.entity_id}
    found.extend(_entry[name] == one for name, one in numbers.items() if one is not None)
    words = {"entity": wish.entity, "action": wish.action}
    found.extend(_entry[name] == word for name, word in words.items() if word)
    match wish.kind:
        case AuditKind.CHANGES:
            found.append(_entry.action.not_in(READ_ACTIONS))
        case AuditKind.READS:
            found.append(_entry.action.in_(READ_ACTIONS))
        case AuditKind.BREAK_GLASS:
            found.append(_entry.entity == OPENED)
    sqlite = connection.dialect.name == "sqlite"
    found.extend(_says(word, sqlite=sqlite) for word in searchable(wish.text).lower().split())
    return found


def _says(word: str, *, sqlite: bool) -> sa.ColumnElement[bool]:
    """Return the condition that an entry holds a word anywhere."""
    # SQLite keeps JSON with other letters than ASCII escaped, so the word is looked for like that.
    held = json.dumps(word)[1:-1] if sqlite else word
    texts = (_entry.user_name, _entry.workstation, _entry.reason, _entry.action, _entry.entity)
    told: list[sa.ColumnElement[bool]] = [
        sa.func.lower(text).contains(word, autoescape=True) for text in texts
    ]
    for value in (_entry.before, _entry.after):
        text = sa.type_coerce(value, sa.Text()) if sqlite else sa.cast(value, sa.Text())
        told.append(sa.func.lower(text).contains(held, autoescape=True))
    name = fold(word)
    if name:
        whose = sa.select(patient.c.id).where(
            sa.or_(
                patient.c.sort_name.contains(name, autoescape=True),
                sa.func.lower(patient.c.mrn) == word,
            )
        )
        told.append(_entry.patient_id.in_(whose))
    return sa.or_(*told)


def _names(
    connection: sa.Connection,
    values: Sequence[Mapping[str, Any] | None],
) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for field, column in _NAMED.items():
        ids = {one[field] for one in values if one and isinstance(one.get(field), int)}
        if ids:
            query = sa.select(column.table.c.id, column).where(column.table.c.id.in_(ids))
            found.update({(field, row[0]): row[1] for row in connection.execute(query)})
    return found


def _appointment(connection: sa.Connection, row: AuditRow, values: Mapping[str, Any]) -> int | None:
    """Return the visit that an entry is about, if it is about one."""
    if row.entity == "appointment":
        return row.entity_id or None
    if isinstance(values.get("appointment_id"), int):
        return int(values["appointment_id"])
    if row.entity not in _OF_RECORD:
        return None
    query = sa.select(encounter.c.appointment_id).where(encounter.c.id == row.entity_id)
    return connection.execute(query).scalar()
