"""Brings the hospital back from a backup, and mends what time would make wrong in it.

Nobody is logged in meanwhile, so this stands outside of the services: the window and the command
line call it with everything closed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.db.backup import facts, folder, keys, making, proving
from hms_desktop.db.backup import restoring as core
from hms_desktop.db.engine import Database, utc_now
from hms_desktop.db.location import file_of, normal_url
from hms_desktop.db.tables.accounts import SEEN, session
from hms_desktop.db.tables.backups import backup_run
from hms_desktop.db.tables.messages import job_run, outbox
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.backups import (
    BackupFile,
    BackupOffer,
    BackupState,
    Progress,
    Restored,
    RestoreWish,
)
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.jobs import LEASE, RunState
from hms_desktop.domain.messages import OutboxState
from hms_desktop.services.backup_work import file_columns
from hms_desktop.services.gate import Gate
from hms_desktop.settings import read_secret

log = logging.getLogger(__name__)

HELD = "It waited when this state was saved, and may have gone out since. Send it, or give it up."
_UNSENT = (OutboxState.WAITING.value, OutboxState.SENDING.value)
_OWN_JOB = "backup"


def restore_hospital(
    url: str,
    wish: RestoreWish,
    progress: Progress = lambda _done, _total: None,
    *,
    secret: Callable[[str], str] = read_secret,
) -> Restored:
    """Bring a backup back; the state of now is kept first.

    Messages that were unsent in the backup wait for somebody's word, and jobs that ran since do
    not run again: nobody is told twice. Raises Unfit, Conflict (somebody is connected), Invalid
    (the key), Unusable, Unreachable; then the hospital is as it was.
    """
    path = Path(wish.path)
    typed = keys.OpeningKey.typed(wish.key) if wish.key.strip() else None

    def opener(number: str) -> keys.OpeningKey | None:
        return typed or keys.kept(number, secret)

    since = _runs_since(url, proving.look_at(path).head.made_at)
    outcome = core.restore(url, path, opener, now=utc_now, keep=wish.keep, progress=progress)
    held = _mend(url, proving.look_at(path), outcome.kept, since, wish.who)
    return Restored(
        outcome.head.hospital,
        outcome.head.made_at,
        outcome.head.rows,
        outcome.kept,
        held,
        outcome.notes,
    )


def hospital_name(url: str) -> str:
    """Return the name of the hospital that is there now; empty when there is none.

    Raises DamagedDatabase, Unreachable.
    """
    if _is_nothing(url):
        return ""
    database = Database(url)
    try:
        return facts.facts_of(database).hospital
    finally:
        database.close()


def newest_offer(
    url: str,
    leave: frozenset[str] = frozenset(),
    *,
    secret: Callable[[str], str] = read_secret,
) -> BackupOffer | None:
    """Return the newest backup of a database on this computer, or None.

    ``leave`` are files that were tried and are no good.
    """
    file = folder.newest_of(making.place_of(normal_url(url)), leave)
    return None if file is None else _offer(file, secret)


def offer_of(path: str, *, secret: Callable[[str], str] = read_secret) -> BackupOffer:
    """Return what a chosen file offers; raises Unfit with what is wrong with it."""
    return _offer(proving.look_at(Path(path)), secret)


def _offer(file: BackupFile, secret: Callable[[str], str]) -> BackupOffer:
    opens = not file.key_id or keys.kept(file.key_id, secret) is not None
    return BackupOffer(
        file.path,
        file.head.hospital,
        file.head.made_at,
        file.head.rows,
        key_here=opens,
        kind=file.head.kind,
        bytes=file.bytes,
    )


def _is_nothing(url: str) -> bool:
    """Say whether an SQLite file is not there: opening it would make one."""
    path = file_of(normal_url(url))
    return path is not None and (not path.is_file() or not path.stat().st_size)


def _runs_since(url: str, moment: datetime) -> list[tuple[str, str]]:
    """Return which periods of jobs were done since; none where that cannot be read."""
    found: list[tuple[str, str]] = []
    if _is_nothing(url):
        return found
    database = Database(url)
    try:
        with suppress(HmsError, sqlalchemy.exc.DBAPIError), database.read() as connection:
            query = sa.select(job_run.c.job, job_run.c.period).where(
                job_run.c.state == RunState.DONE.value,
                job_run.c.started_at >= moment,
                job_run.c.job != _OWN_JOB,
            )
            found = [(row.job, row.period) for row in connection.execute(query)]
    finally:
        database.close()
    return found


def _mend(url: str, file: BackupFile, kept: str, since: list[tuple[str, str]], who: str) -> int:
    actor = Gate().system(who or "restore")
    database = Database(url)

    def work(write: Write) -> int:
        run_id = _note_file(write, file)
        if kept and (saved := _look_quietly(Path(kept))) is not None:
            _note_file(write, saved)
        for job, period in since:
            _note_run(write, job, period)
        held = _hold_messages(write)
        _end_log_ins(write)
        write.record(
            backup_run.name,
            run_id,
            after={
                "file": Path(file.path).name,
                "made_at": file.head.made_at.isoformat(),
                "kept": kept,
                "messages": held,
            },
            action="restore",
        )
        return held

    try:
        stamp = Stamp(actor, f"restore-{file.head.id}-{utc_now().isoformat()}", "after_restore")
        return database.write(stamp, work)
    finally:
        database.close()


def _note_file(write: Write, file: BackupFile) -> int:
    """Have the database know a file: in its own state it was still being made."""
    now = write.now
    values = {**file_columns(file), "state": BackupState.DONE.value, "lease_until": None,
              "finished_at": now}  # fmt: skip
    query = sa.select(backup_run.c.id).where(backup_run.c.backup_id == file.head.id)
    row_id = write.connection.execute(query).scalar()
    if row_id is not None:
        write.update(backup_run, row_id, values, version=None)
        return int(row_id)
    return write.insert(backup_run, {**values, "backup_id": file.head.id, "kind": file.head.kind})


def _look_quietly(path: Path) -> BackupFile | None:
    try:
        return proving.look_at(path)
    except HmsError:
        return None  # a damaged file that was put aside is no backup


def _note_run(write: Write, job: str, period: str) -> None:
    query = sa.select(job_run.c.id).where(job_run.c.job == job, job_run.c.period == period)
    values = {
        "state": RunState.DONE.value,
        "owner": "restore",
        "lease_until": write.now - LEASE,
        "started_at": write.now,
        "finished_at": write.now,
        "result": {"restored": True},
    }
    row_id = write.connection.execute(query).scalar()
    if row_id is None:
        write.insert(job_run, {"job": job, "period": period, **values})
    else:
        write.update(job_run, row_id, values, version=None)


def _end_log_ins(write: Write) -> None:
    """End what was open in the saved state: nobody is logged in during a restore."""
    query = sa.select(session.c.id, SEEN).where(session.c.ended_at.is_(None))
    for row_id, seen in write.connection.execute(query.order_by(session.c.id)).all():
        changes = {"ended_at": seen, "end_reason": "restore"}
        write.update(session, row_id, changes, version=None, action="log_out")


def _hold_messages(write: Write) -> int:
    query = sa.select(outbox.c.id).where(outbox.c.state.in_(_UNSENT)).order_by(outbox.c.id)
    ids = write.connection.execute(query).scalars().all()
    for row_id in ids:
        changes = {
            "state": OutboxState.ATTENTION.value,
            "last_error": HELD,
            "lease_owner": "",
            "lease_until": None,
        }
        write.update(outbox, row_id, changes, version=None)
    return len(ids)
