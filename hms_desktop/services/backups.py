"""Backups of the hospital: made, proved, listed, kept for a while; and the key that opens them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from hms_desktop.db.backup import folder as backup_folder
from hms_desktop.db.backup import keys, postgres, proving, restoring, tools
from hms_desktop.db.location import file_of
from hms_desktop.db.tables.backups import backup_run
from hms_desktop.db.tables.hospital import setting
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.backups import (
    BackupHealth,
    BackupKind,
    BackupOffer,
    BackupRow,
    BackupState,
    BackupsView,
    NewKey,
    Progress,
    is_overdue,
)
from hms_desktop.domain.errors import Conflict, NotFound, Unusable
from hms_desktop.services import backup_rows
from hms_desktop.services.backup_work import BackupWork
from hms_desktop.services.context import Context, Service
from hms_desktop.services.edited_rows import only_writer
from hms_desktop.services.gate import permitted
from hms_desktop.services.restoring import offer_of
from hms_desktop.settings import read_secret

_KEY = "backups_key"
_run = backup_run.c


class BackupsService(Service):
    """What an administrator and the daily job do with backups; restoring is done outside."""

    def __init__(self, context: Context, *, secret: Callable[[str], str] = read_secret) -> None:
        """Keep the keyring's reading side."""
        super().__init__(context)
        self._work = BackupWork(context)
        self._secret = secret

    # ------------------------------------------------------------------------------ looking
    @permitted("backups.manage")
    def list(self, actor: Actor) -> tuple[BackupRow, ...]:
        """Return runs and files of this hospital, newest first."""
        with self.database.read() as connection:
            rows = backup_rows.read_rows(connection, self.context.now())
        known = {row.backup_id for row in rows}
        number, place = self._key_id(), self._work.place()
        files = [
            file
            for file in backup_folder.files_in(self._work.folder())
            if backup_rows.belongs(file, known, number, place)
        ]
        return backup_rows.with_files(rows, files)

    @permitted("backups.manage")
    def overview(self, actor: Actor) -> BackupsView:
        """Return all that the page shows."""
        rows, folder, number = self.list(actor), self._work.folder(), self._key_id()
        return BackupsView(
            rows=rows,
            folder=str(folder),
            free_bytes=backup_folder.free_bytes(folder),
            database_bytes=self._database_bytes(),
            key_id=number,
            key_here=keys.kept(number, self._secret) is not None,
            health=self._health(rows, actor.workstation),
            trouble=self._trouble(),
        )

    @permitted("backups.manage")
    def health(self, actor: Actor) -> BackupHealth:
        """Say whether the hospital could be brought back; without looking into the folder."""
        with self.database.read() as connection:
            rows = backup_rows.read_rows(connection, self.context.now())
        return self._health(tuple(rows), actor.workstation)

    @permitted("backups.manage")
    def offer(self, actor: Actor, path: str) -> BackupOffer:
        """Return what a file from anywhere offers to restore.

        Raises Unfit with what is wrong with it, Unusable for one of the other kind of database.
        """
        file = proving.look_at(Path(path))
        restoring.refuse_unfit(self.database, file)
        return offer_of(path, secret=self._secret)

    # ------------------------------------------------------------------------------- making
    @permitted("backups.manage")
    def create(
        self,
        actor: Actor,
        kind: BackupKind = BackupKind.MANUAL,
        progress: Progress = lambda _done, _total: None,
        *,
        request_id: str | None = None,
    ) -> BackupRow:
        """Make a backup now, in this thread, prove it, and let go of what is too old.

        ``progress`` hears thousandths and may raise to stop. Returns how it ended (done, or
        cancelled); raises Conflict (no key yet, one is being made), Unusable.
        """
        if not self._key_id():
            raise Conflict(
                "There is no key for backups yet. Nothing was made. Make one on the page Backups, "
                "or with: hms-desktop backup key --new",
                kind="no_key",
            )
        row, is_new = self._work.begin(actor, kind, request_id)
        if not is_new:
            return row
        ended = self._work.make(actor, row, progress)
        if ended.state == BackupState.DONE.value:
            self.prune(actor)
        return ended

    @permitted("backups.manage")
    def cancel(self, actor: Actor, run_id: int, *, request_id: str | None = None) -> None:
        """Ask that a backup be not made, wherever it is; raises Conflict when it is over."""

        def work(write: Write) -> None:
            row = backup_rows.read_row(write.connection, run_id, write.now)
            if not row.is_under_way:
                raise Conflict("This backup is over already. Nothing was changed.", kind="backup")
            write.update(backup_run, run_id, {"cancel_wanted": True}, version=None)

        stamp = self.stamp(actor, "cancel_backup", request_id)
        self.database.write(stamp, work, lambda _connection: None)

    @permitted("backups.manage")
    def verify(
        self,
        actor: Actor,
        backup_id: str,
        key: str = "",
        progress: Progress = lambda _done, _total: None,
    ) -> BackupRow:
        """Restore a backup into a scratch place, compare, and note the result.

        ``key`` is a typed recovery key; without one the keyring is asked. Raises Unfit with what
        is wrong (noted too), Invalid for the key, Unusable when the file is not here.
        """
        row = self.find(actor, backup_id)
        if not row.here:
            raise Unusable(
                "The file {name} is not in {folder}. It was made at {workstation}: verify it "
                "there, or copy it here.",
                name=row.file_name or backup_id,
                folder=row.folder,
                workstation=row.workstation or "–",
            )
        return self._work.prove(actor, row, self._opener(key), progress)

    @permitted("backups.manage")
    def find(self, actor: Actor, name: str) -> BackupRow:
        """Return a backup by its id (or how that begins), its file name, or ``newest``."""
        rows = [row for row in self.list(actor) if row.state == BackupState.DONE.value]
        good = [row for row in rows if row.is_good and row.here]
        if name == "newest" and good:
            return good[0]
        found = [
            row
            for row in rows
            if name and (row.file_name == name or row.backup_id.startswith(name.casefold()))
        ]
        if len(found) != 1:
            raise NotFound(
                "There is no backup called {name} here. Nothing was changed. See: hms-desktop "
                "backup list",
                name=name,
            )
        return found[0]

    @permitted("backups.manage")
    def prune(self, actor: Actor) -> int:
        """Remove the files here that need not be kept any longer; returns how many."""
        return self._work.prune(actor, self.list(actor))

    # ---------------------------------------------------------------------------------- key
    @permitted("backups.manage")
    def new_key(
        self, actor: Actor, *, replace: bool = False, request_id: str | None = None
    ) -> NewKey:
        """Make the pair of keys; its opening half is returned once and never again.

        Backups of before need the key of before. Raises Conflict when there is a key and
        ``replace`` is not set, or when this wish was fulfilled before.
        """
        made = keys.OpeningKey.new()
        # First the keyring: a key that the database knows and nobody has would lock for ever.
        kept = keys.keep(made)

        def work(write: Write) -> NewKey:
            only_writer(write, setting)
            query = sa.select(setting).where(setting.c.name == _KEY)
            row = write.connection.execute(query).mappings().one_or_none()
            if row is None:
                write.insert(setting, {"name": _KEY, "value": made.locking})
            elif row["value"] and not replace:
                raise Conflict(
                    "There is a key already (number {number}). Nothing was changed. Replace it "
                    "only when its sheet is lost: earlier backups still need it.",
                    kind="key",
                    number=keys.key_id(row["value"]),
                )
            else:
                write.update(setting, row["id"], {"value": made.locking}, version=row["version"])
            return NewKey(made.text, made.id, kept)

        def again(_connection: sa.Connection) -> NewKey:
            raise Conflict(
                "This key was made and shown before; it is shown only once. Replace it when its "
                "sheet is lost.",
                kind="key",
            )

        return self.database.write(self.stamp(actor, "backup_key", request_id), work, again)

    @permitted("backups.manage")
    def keep_key(self, actor: Actor, text: str) -> str:
        """Put a typed recovery key into this computer's keyring; returns its number.

        Raises Invalid for what is no key, Unusable where there is no keyring.
        """
        key = keys.OpeningKey.typed(text)
        if not keys.keep(key):
            raise Unusable(
                "The key cannot be kept: this computer has no usable keyring. It was written "
                "nowhere. Type it when it is needed."
            )
        return key.id

    # ------------------------------------------------------------------------------- inside
    def _key_id(self) -> str:
        locking = self._work.settings().backups_key
        return keys.key_id(locking) if keys.is_locking(locking) else ""

    def _opener(self, typed: str) -> Callable[[str], keys.OpeningKey | None]:
        if typed.strip():
            key = keys.OpeningKey.typed(typed)
            return lambda _number: key
        return lambda number: keys.kept(number, self._secret)

    def _health(self, rows: tuple[BackupRow, ...], workstation: str) -> BackupHealth:
        settings = self._work.settings()
        newest = backup_rows.newest_good(rows, workstation)
        return BackupHealth(
            ready=bool(self._key_id()),
            on=settings.backups_on,
            newest_good=newest,
            overdue=is_overdue(newest, self.context.now()),
        )

    def _database_bytes(self) -> int:
        path = file_of(self.database.url)
        if path is not None:
            return path.stat().st_size if path.is_file() else 0
        with self.database.read() as connection:
            return postgres.size_of(connection)

    def _trouble(self) -> str:
        if self.database.is_sqlite:
            return ""
        try:
            with self.database.read() as connection:
                major = tools.server_major(connection)
            for program in ("pg_dump", "pg_restore"):
                tools.find(program, major)
        except Unusable as error:
            return str(error)
        return ""
