"""Backups as rows: what the database knows of them, joined with the files that really lie there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.backups import backup_run
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.backups import (
    BackupFile,
    BackupKind,
    BackupRow,
    BackupState,
    Kept,
)
from hms_desktop.domain.errors import NotFound

MOST_ROWS = 500
_run = backup_run.c
INTERRUPTED = "The program that made it ended on the way. There is no backup of this moment."
_QUERY = sa.select(backup_run, user.c.display_name).select_from(
    backup_run.outerjoin(user, user.c.id == _run.user_id)
)


def read_rows(connection: sa.Connection, now: datetime) -> list[BackupRow]:
    """Return the newest runs."""
    query = _QUERY.order_by(_run.made_at.desc(), _run.id.desc()).limit(MOST_ROWS)
    return [_row(one, now) for one in connection.execute(query).mappings()]


def read_row(connection: sa.Connection, run_id: int, now: datetime) -> BackupRow:
    """Return one run; raises NotFound."""
    found = connection.execute(_QUERY.where(_run.id == run_id)).mappings().one_or_none()
    if found is None:
        raise NotFound("This backup is no longer known. Nothing was changed.")
    return _row(found, now)


def asked_by(connection: sa.Connection, request_id: str) -> int:
    """Return the run that a request began."""
    query = sa.select(audit_entry.c.entity_id).where(
        audit_entry.c.request_id == request_id, audit_entry.c.entity == backup_run.name
    )
    return int(connection.execute(query.limit(1)).scalar_one())


def live_run(connection: sa.Connection, now: datetime) -> sa.RowMapping | None:
    """Return a run that goes on just now, or None."""
    query = sa.select(backup_run).where(
        _run.state == BackupState.RUNNING.value, _run.lease_until > now
    )
    return connection.execute(query.limit(1)).mappings().first()


def with_files(rows: Sequence[BackupRow], files: Sequence[BackupFile]) -> tuple[BackupRow, ...]:
    """Add the files that the database knows nothing of; newest first.

    Such files are there after a restore, and when a folder comes from another computer.
    """
    known = {row.backup_id for row in rows}
    every = [*rows, *(_of_file(file) for file in files if file.head.id not in known)]
    return tuple(sorted(every, key=lambda one: one.made_at, reverse=True))


def belongs(file: BackupFile, known: set[str], key_id: str, place: str) -> bool:
    """Say whether a file is this hospital's: by its run, its key or the database's address."""
    return file.head.id in known or file.head.place == place or (
        bool(key_id) and file.key_id == key_id
    )  # fmt: skip


def path_of(row: BackupRow) -> Path:
    """Return where a backup lies, or lay."""
    return Path(row.folder) / row.file_name


def as_kept(row: BackupRow) -> Kept:
    """Return a row as the rule of keeping sees it."""
    return Kept(row.backup_id, row.made_at, row.kind, row.is_good)


def newest_good(rows: Sequence[BackupRow], workstation: str) -> datetime | None:
    """Return of when the newest backup is that can be counted on.

    One made before a restore does not count: it holds the state that was left.
    """
    moments = [
        row.made_at
        for row in rows
        if row.kind != BackupKind.BEFORE_RESTORE.value
        and row.is_good
        and (row.here or row.workstation not in {workstation, ""})
    ]
    return max(moments, default=None)


def _row(found: sa.RowMapping, now: datetime) -> BackupRow:
    state, error = str(found["state"]), str(found["error"])
    lease = found["lease_until"]
    if state == BackupState.RUNNING.value and (lease is None or lease <= now):
        state, error = BackupState.FAILED.value, INTERRUPTED
    counts: dict[str, int] = found["counts"] or {}
    there = bool(found["file_name"]) and (Path(found["folder"]) / found["file_name"]).is_file()
    return BackupRow(
        id=found["id"],
        backup_id=found["backup_id"],
        kind=found["kind"],
        state=state,
        folder=found["folder"],
        file_name=found["file_name"],
        bytes=found["bytes"],
        rows=sum(counts.values()),
        structure=found["structure"],
        program=found["program_version"],
        key_id=found["key_id"],
        workstation=found["workstation"],
        user_name=found["display_name"] or "",
        made_at=found["made_at"],
        finished_at=found["finished_at"],
        done=found["done"],
        total=found["total"],
        cancel_wanted=found["cancel_wanted"],
        error=error,
        verified_at=found["verified_at"],
        verified_how=found["verified_how"],
        flaw=found["flaw"],
        here=there,
    )


def _of_file(file: BackupFile) -> BackupRow:
    path = Path(file.path)
    return BackupRow(
        id=0,
        backup_id=file.head.id,
        kind=file.head.kind,
        state=BackupState.DONE.value,
        folder=str(path.parent),
        file_name=path.name,
        bytes=file.bytes,
        rows=file.head.rows,
        structure=file.head.structure,
        program=file.head.program,
        key_id=file.key_id,
        workstation="",
        user_name="",
        made_at=file.head.made_at,
        finished_at=None,
        done=0,
        total=0,
        cancel_wanted=False,
        error="",
        verified_at=None,
        verified_how="",
        flaw="",
        here=True,
    )
