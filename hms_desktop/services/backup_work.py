"""Makes, proves and removes backups, and keeps their rows; behind the door of the service."""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.backup import folder as backup_folder
from hms_desktop.db.backup import keys, making, proving
from hms_desktop.db.location import file_of
from hms_desktop.db.tables.backups import backup_run
from hms_desktop.db.writing import Write
from hms_desktop.domain import backups
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.backup_flaws import Flaw, Unfit
from hms_desktop.domain.backups import (
    BackupFile,
    BackupKind,
    BackupRow,
    BackupState,
    KeepRule,
    Progress,
    Proof,
    to_remove,
)
from hms_desktop.domain.errors import Conflict, HmsError
from hms_desktop.domain.jobs import with_environment
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.paths import backups_dir, data_dir
from hms_desktop.services import backup_rows
from hms_desktop.services.context import Service
from hms_desktop.services.edited_rows import only_writer

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
ERROR_LIMIT = 500
WHOLE = 1_000
"""Progress is told in thousandths: the first half is making, the second proving."""
_run = backup_run.c


class CancelledError(Exception):
    """Somebody asked, wherever, that this backup be not made."""


class BackupWork(Service):
    """One run from beginning to end."""

    def settings(self) -> HospitalSettings:
        """Return the hospital's settings as this program's environment changes them."""
        return with_environment(self.context.settings(), os.environ)

    def folder(self) -> Path:
        """Return the folder of backups at this computer."""
        named = self.settings().backups_folder
        return Path(named) if named else backups_dir()

    def place(self) -> str:
        """Return the hash of the database's address."""
        return making.place_of(self.database.url)

    def scratch(self) -> Path:
        """Return a private folder for what is unpacked to be looked at."""
        path = file_of(self.database.url)
        return data_dir() if path is None else path.parent

    # ------------------------------------------------------------------------------ making
    def begin(
        self, actor: Actor, kind: BackupKind, request_id: str | None
    ) -> tuple[BackupRow, bool]:
        """Write the row of a new run; False: this wish had one already.

        Raises Conflict while another one goes on.
        """
        stamp = self.stamp(actor, "backup", request_id)

        def work(write: Write) -> tuple[BackupRow, bool]:
            only_writer(write, backup_run)
            live = backup_rows.live_run(write.connection, write.now)
            if live is not None:
                raise Conflict(
                    "A backup is being made already, at {workstation}. Nothing was started. Wait "
                    "for it, or cancel it.",
                    kind="backup",
                    workstation=live["workstation"] or "–",
                )
            values = {
                "backup_id": uuid.uuid4().hex,
                "kind": kind.value,
                "state": BackupState.RUNNING.value,
                "user_id": actor.user_id,
                "workstation": actor.workstation,
                "made_at": write.now,
                "total": WHOLE,
                "lease_until": write.now + backups.LEASE,
            }
            run_id = write.insert(backup_run, values)
            return backup_rows.read_row(write.connection, run_id, write.now), True

        def again(connection: sa.Connection) -> tuple[BackupRow, bool]:
            run_id = backup_rows.asked_by(connection, stamp.request_id)
            return backup_rows.read_row(connection, run_id, self.context.now()), False

        return self.database.write(stamp, work, again)

    def make(self, actor: Actor, row: BackupRow, progress: Progress) -> BackupRow:
        """Make and prove the backup of a begun run; returns how it ended.

        Raises HmsError with why there is none; what ``progress`` raises is raised again. In
        either case no file is left.
        """
        settings, folder = self.settings(), self.folder()
        beat = _Beat(self, actor, row.id, progress)
        order = making.Order(
            BackupKind(row.kind), settings.hospital_name, settings.backups_key, row.made_at,
            row.backup_id,
        )  # fmt: skip
        path: Path | None = None
        try:
            made = making.make(self.database, folder, order, beat.first_half)
            path = Path(made.file.path)
            proof = proving.prove(
                path, lambda _number: None, self.scratch(), self.database, beat.second_half,
                content_key=made.seal.content_key,
            )  # fmt: skip
            backup_folder.remember(self.place(), folder)
            self._finish(actor, row.id, made.file, proof)
        except CancelledError:
            self._gone(path)
            self._end(actor, row.id, BackupState.CANCELLED)
        except HmsError as error:
            self._gone(path)
            self._end(actor, row.id, BackupState.FAILED, str(error))
            raise
        except BaseException:
            self._gone(path)
            with suppress(HmsError):
                self._end(actor, row.id, BackupState.CANCELLED)
            raise
        return self.row(row.id)

    def row(self, run_id: int) -> BackupRow:
        """Return a run as it stands."""
        with self.database.read() as connection:
            return backup_rows.read_row(connection, run_id, self.context.now())

    def alive(self, actor: Actor, run_id: int, done: int) -> bool:
        """Give a sign of life; False when somebody asked to stop."""

        def work(write: Write) -> bool:
            # No change that anybody needs to hear of: neither audited nor announced.
            write.connection.execute(
                sa.update(backup_run)
                .where(_run.id == run_id, _run.state == BackupState.RUNNING.value)
                .values(lease_until=write.now + backups.LEASE, done=done)
            )
            query = sa.select(_run.cancel_wanted).where(_run.id == run_id)
            return not write.connection.execute(query).scalar_one()

        return self.database.write(self.stamp(actor, "alive", None), work)

    def _finish(self, actor: Actor, run_id: int, file: BackupFile, proof: Proof) -> None:
        now = self.context.now()
        changes = {
            **file_columns(file),
            "state": BackupState.DONE.value,
            "done": WHOLE,
            "lease_until": None,
            "finished_at": now,
            "verified_at": now,
            "verified_how": proof.value,
        }
        self._change(actor, run_id, changes)

    def _end(self, actor: Actor, run_id: int, state: BackupState, error: str = "") -> None:
        changes = {
            "state": state.value,
            "error": error[:ERROR_LIMIT],
            "lease_until": None,
            "finished_at": self.context.now(),
        }
        self._change(actor, run_id, changes)

    def _change(self, actor: Actor, run_id: int, changes: dict[str, Any]) -> None:
        self.database.write(
            self.stamp(actor, "backup", None),
            lambda write: write.update(backup_run, run_id, changes, version=None),
        )

    @staticmethod
    def _gone(path: Path | None) -> None:
        if path is not None:
            with suppress(OSError):
                backup_folder.remove(path)

    # ----------------------------------------------------------------------------- proving
    def prove(
        self, actor: Actor, row: BackupRow, opener: Callable[[str], keys.OpeningKey | None],
        progress: Progress,
    ) -> BackupRow:  # fmt: skip
        """Prove a backup that lies here and note what came of it; raises Unfit, Unusable."""
        path = backup_rows.path_of(row)
        try:
            proof = proving.prove(path, opener, self.scratch(), self.database, progress)
        except Unfit as error:
            if error.flaw not in {Flaw.NO_KEY, Flaw.WRONG_KEY}:
                self._note(actor, row, path, {"flaw": error.flaw.value, "verified_how": ""})
            raise
        return self._note(actor, row, path, {"flaw": "", "verified_how": proof.value})

    def _note(self, actor: Actor, row: BackupRow, path: Path, changes: dict[str, Any]) -> BackupRow:
        noted = {**changes, "verified_at": self.context.now()}

        def work(write: Write) -> int:
            if row.id:
                write.update(backup_run, row.id, noted, version=None)
                return row.id
            # A file that came from elsewhere, or from after the state that was restored.
            file = proving.look_at(path)
            values = {
                **file_columns(file),
                "backup_id": file.head.id,
                "kind": file.head.kind,
                "state": BackupState.DONE.value,
                **noted,
            }
            return write.insert(backup_run, values)

        return self.row(self.database.write(self.stamp(actor, "verify_backup", None), work))

    # ----------------------------------------------------------------------------- keeping
    def prune(self, actor: Actor, rows: tuple[BackupRow, ...]) -> int:
        """Remove what need not be kept any longer, of those that lie here; returns how many."""
        settings = self.settings()
        rule = KeepRule(settings.backups_daily, settings.backups_weekly, settings.backups_monthly)
        here = [row for row in rows if row.here and row.state == BackupState.DONE.value]
        over = to_remove(
            map(backup_rows.as_kept, here), rule, self.context.now(), settings.zone_info
        )
        count = 0
        for row in here:
            if row.backup_id not in over:
                continue
            try:
                backup_folder.remove(backup_rows.path_of(row))
            except OSError as error:
                log.warning("a backup could not be removed: %s", type(error).__name__)
                continue
            if row.id:
                self._change(actor, row.id, {"state": BackupState.REMOVED.value})
            count += 1
        path = file_of(self.database.url)
        backup_folder.sweep(self.folder(), None if path is None else path.parent)
        return count


class _Beat:
    """Hears how far a run is; keeps its lease, and ends what shall not go on."""

    def __init__(self, work: BackupWork, actor: Actor, run_id: int, progress: Progress) -> None:
        self._work = work
        self._actor = actor
        self._run_id = run_id
        self._progress = progress
        self._next = 0.0

    def first_half(self, done: int, total: int) -> None:
        self._tell(WHOLE // 2 * done // total if total else 0)

    def second_half(self, done: int, total: int) -> None:
        self._tell(WHOLE // 2 + (WHOLE // 2 * done // total if total else 0))

    def _tell(self, done: int) -> None:
        self._progress(done, WHOLE)
        if time.monotonic() < self._next:
            return
        if not self._work.alive(self._actor, self._run_id, done):
            raise CancelledError
        self._next = time.monotonic() + BEAT_SECONDS


def file_columns(file: BackupFile) -> dict[str, Any]:
    """Return what a file says of itself as columns of its row."""
    path = Path(file.path)
    return {
        "folder": str(path.parent),
        "file_name": path.name,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "structure": file.head.structure,
        "program_version": file.head.program,
        "key_id": file.key_id,
        "counts": file.head.tables,
        "made_at": file.head.made_at,
    }
