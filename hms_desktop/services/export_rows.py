"""Rows of exports: reading them, and who may see which."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.messages import export_run
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.errors import NotFound
from hms_desktop.domain.exports import ExportFormat, ExportKind, ExportRow, ExportState, ExportWish

KINDS = tuple(kind.value for kind in ExportKind)
LONGEST_LIST = 500
MOST_CLEANED = 5_000
_run = export_run.c
_ROWS = sa.select(
    _run.id,
    _run.kind,
    _run.parameters,
    _run.title,
    _run.state,
    _run.user_id,
    sa.func.coalesce(user.c.display_name, ""),
    _run.patient_id,
    _run.doctor_id,
    _run.folder,
    _run.file_name,
    _run.bytes,
    _run.done,
    _run.total,
    _run.workstation,
    _run.cancel_wanted,
    _run.error,
    _run.created_at,
    _run.finished_at,
    _run.expires_at,
).select_from(export_run.outerjoin(user, user.c.id == _run.user_id))


class Leased(NamedTuple):
    """A run in the hands of this program, as long as the fence is the newest."""

    id: int
    fence: int
    user_id: int | None
    workstation: str
    kind: str
    parameters: dict[str, Any]
    total: int


def read_one(connection: sa.Connection, run_id: int) -> ExportRow:
    """Return one run; raises NotFound."""
    query = _ROWS.where(_run.id == run_id, _run.kind.in_(KINDS))
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound("This export is no longer there. Ask for it once more.")
    return _row(found)


def read_all(
    connection: sa.Connection, user_id: int | None, *, everybody: bool, under_way: bool = False
) -> tuple[ExportRow, ...]:
    """Return runs, newest first, at most 500; of one user (None: the command line) or of all.

    ``under_way`` leaves out those that are over.
    """
    query = _ROWS.where(_run.kind.in_(KINDS)).order_by(_run.id.desc()).limit(LONGEST_LIST)
    if not everybody:
        query = query.where(_run.user_id.is_not_distinct_from(user_id))
    if under_way:
        query = query.where(_run.state.in_((ExportState.WAITING.value, ExportState.RUNNING.value)))
    return tuple(map(_row, connection.execute(query)))


def _row(found: sa.Row[*tuple[Any, ...]]) -> ExportRow:
    values = list(found)
    values[2] = (values[2] or {}).get("format", ExportFormat.CSV.value)
    return ExportRow._make(values)


def free_one(
    connection: sa.Connection, now: datetime, workstation: str, *, shared: bool
) -> sa.RowMapping | None:
    """Return (locked) the oldest run that waits or whose program died, or None.

    Without a ``shared`` folder only those that were asked for at this workstation: elsewhere
    nobody could open the file.
    """
    query = sa.select(export_run).where(
        _run.kind.in_(KINDS),
        (_run.state == ExportState.WAITING.value)
        | ((_run.state == ExportState.RUNNING.value) & (_run.lease_until <= now)),
    )
    if not shared:
        query = query.where(_run.workstation == workstation)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    return connection.execute(query.order_by(_run.id).limit(1)).mappings().one_or_none()


def name_of_subject(connection: sa.Connection, wish: ExportWish) -> str:
    """Return patient's number or doctor's name of a wish, if it is about one; raises NotFound."""
    if wish.patient_id is not None:
        mrn = connection.scalar(sa.select(patient.c.mrn).where(patient.c.id == wish.patient_id))
        if mrn is None:
            raise NotFound("This patient is no longer there. Nothing was exported.")
        return str(mrn)
    if wish.doctor_id is not None:
        query = sa.select(doctor.c.display_name).where(doctor.c.id == wish.doctor_id)
        name = connection.scalar(query)
        if name is None:
            raise NotFound("This doctor is no longer there. Nothing was exported.")
        return str(name)
    return ""


def asked_by(connection: sa.Connection, request_id: str) -> int:
    """Return the run that a request began; raises NotFound."""
    query = sa.select(audit_entry.c.entity_id).where(
        audit_entry.c.request_id == request_id, audit_entry.c.entity == export_run.name
    )
    found = connection.execute(query.limit(1)).scalar()
    if found is None:
        raise NotFound("This export is no longer there. Ask for it once more.")
    return int(found)


class Kept(NamedTuple):
    """A file that was made."""

    id: int
    folder: str
    file_name: str
    workstation: str


def finished_before(connection: sa.Connection, moment: datetime) -> tuple[Kept, ...]:
    """Return files that were made before a moment and are still there, oldest first."""
    query = sa.select(_run.id, _run.folder, _run.file_name, _run.workstation).where(
        _run.kind.in_(KINDS), _run.state == ExportState.DONE.value, _run.finished_at < moment
    )
    return tuple(map(Kept._make, connection.execute(query.order_by(_run.id).limit(MOST_CLEANED))))
