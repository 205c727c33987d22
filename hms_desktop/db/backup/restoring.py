"""Brings a backup back: proved first, the present state kept first, then all of it or nothing.

A kill at any moment leaves the hospital as it was or as it is in the backup, never between: an
SQLite file is replaced by one rename, a Postgres database in one transaction.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hms_desktop.db import migrate
from hms_desktop.db.backup import making, others, proving, sqlite
from hms_desktop.db.backup.facts import Facts, facts_of
from hms_desktop.db.backup.pg_restore import replace_contents
from hms_desktop.db.backup.sealed import Opener
from hms_desktop.db.engine import Database
from hms_desktop.db.location import file_of, normal_url
from hms_desktop.db.presence import alone, is_alone, lock_file
from hms_desktop.domain.backup_flaws import newer_format
from hms_desktop.domain.backups import BackupFile, BackupHead, BackupKind, Progress
from hms_desktop.domain.errors import DamagedDatabase, Unusable
from hms_desktop.paths import migrations_dir

PATIENCE_SECONDS = 4.0
"""How long a connection that is just being closed is waited for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is back, and where the state before is kept (empty: there was none)."""

    head: BackupHead
    kept: str
    notes: tuple[str, ...] = ()


def restore(
    url: str,
    path: Path,
    opener: Opener,
    *,
    now: Callable[[], datetime],
    keep: bool = True,
    progress: Progress = lambda _d, _t: None,
) -> Outcome:
    """Bring a backup back into a database that nobody else has open.

    ``keep`` False leaves out the copy of the present state. Raises Unfit (what is wrong with the
    file), Conflict (somebody is connected), Unusable, Unreachable; then nothing was changed.
    """
    path_of = file_of(normal_url(url))
    was_there = path_of is None or path_of.exists()
    database = Database(url)
    try:
        file = proving.look_at(path)
        refuse_unfit(database, file)
        if database.is_sqlite:
            return _sqlite(database, path, opener, now=now, keep=keep, progress=progress)
        return _postgres(database, path, opener, now=now, keep=keep, progress=progress)
    finally:
        database.close()
        if not was_there and path_of is not None and not path_of.stat().st_size:
            # Opening makes an empty file; a refused restore leaves none behind.
            making.remove_file(path_of)
            making.remove_file(lock_file(path_of))


def refuse_unfit(database: Database, file: BackupFile) -> None:
    """Raise Unusable or Unfit for a backup that no restore could put into this database."""
    engine = "sqlite" if database.is_sqlite else "postgresql"
    if file.head.engine != engine:
        names = {"sqlite": "an SQLite file", "postgresql": "a Postgres database"}
        raise Unusable(
            "The backup {name} is of {theirs}, and {address} is {ours}: one cannot be restored "
            "into the other. Nothing was changed.",
            name=Path(file.path).name,
            theirs=names.get(file.head.engine, file.head.engine),
            address=str(database.url.database),
            ours=names[engine],
        )
    if file.head.structure not in migrate.revisions(migrations_dir() / "versions"):
        raise newer_format(Path(file.path).name)


@contextmanager
def _content(path: Path, opener: Opener, progress: Progress) -> Iterator[Iterator[bytes]]:
    with proving.reading(path) as reader:
        yield proving.pieces(path, reader, reader.content_key(opener), progress)


def _kept(database: Database, facts: Facts, now: datetime) -> str:
    """Save the state of now; returns the file, or an empty text when there is nothing yet."""
    if not facts.structure:
        return ""
    order = making.Order(BackupKind.BEFORE_RESTORE, facts.hospital, facts.locking, now)
    return making.make(database, facts.backups, order).file.path


# -------------------------------------------------------------------------------------- SQLite
def _sqlite(
    database: Database,
    path: Path,
    opener: Opener,
    *,
    now: Callable[[], datetime],
    keep: bool,
    progress: Progress,
) -> Outcome:
    target = file_of(database.url)
    if target is None:
        raise TypeError("not a database file")
    fresh = target.with_name(f".{target.name}.restoring")
    if not is_alone(target):
        raise others.refusal(database)
    with alone(target):
        try:
            with proving.reading(path) as reader:
                content = proving.pieces(path, reader, reader.content_key(opener), progress)
                proving.unpack_sqlite(content, reader.head, fresh, path.name, progress)
                head = reader.head
            migrate.upgrade(f"sqlite:///{fresh}", backup=False)
            sqlite.fold_in(fresh)
            _sync(fresh)
            sound, kept = _keep_file(database, target, now(), keep=keep)
            _replace(target, fresh, None if sound else Path(kept))
        finally:
            for left in (fresh, *_beside(fresh), lock_file(fresh)):
                making.remove_file(left)
    return Outcome(head, kept)


def _keep_file(database: Database, target: Path, now: datetime, *, keep: bool) -> tuple[bool, str]:
    """Keep what is there; says whether it was sound. What is damaged is kept as it lies."""
    try:
        facts = facts_of(database)
        kept = _kept(database, facts, now) if keep else ""
        if target.exists():
            sqlite.fold_in(target)
    except (DamagedDatabase, sqlite3.Error):
        return False, str(target.with_name(f"{target.stem}-damaged-{now:%Y%m%d-%H%M%S}.db"))
    return True, kept


def _replace(target: Path, fresh: Path, aside: Path | None) -> None:
    """Put the new file in place by one rename; a damaged old one stays beside it."""
    wal, shm = _beside(target)
    if aside is not None and target.exists():
        # The log of the old file must never be played into the new one.
        for log in (wal, shm):
            with suppress(FileNotFoundError):
                log.replace(aside.with_name(aside.name + log.name.removeprefix(target.name)))
        try:
            os.link(target, aside)
        except OSError:  # a disk without links
            shutil.copyfile(target, aside)
    else:
        for log in (wal, shm):
            making.remove_file(log)
    fresh.replace(target)
    making.sync_folder(target.parent)


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


# ------------------------------------------------------------------------------------ Postgres
def _postgres(
    database: Database,
    path: Path,
    opener: Opener,
    *,
    now: Callable[[], datetime],
    keep: bool,
    progress: Progress,
) -> Outcome:
    _refuse_others(database)
    facts = facts_of(database)
    proving.prove(path, opener, Path(), None, progress)
    kept = _kept(database, facts, now()) if keep else ""
    _refuse_others(database)
    head = proving.look_at(path).head

    @contextmanager
    def content() -> Iterator[Iterator[bytes]]:
        with _content(path, opener, progress) as found:
            yield found

    notes = replace_contents(database, head, content)
    migrate.upgrade(database.url.render_as_string(hide_password=False), backup=False)
    return Outcome(head, kept, notes)


def _refuse_others(database: Database) -> None:
    """Raise Conflict while other programs are connected."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        # Own connections that rest in the pool count as others for the server.
        database.engine.dispose()
        with database.read() as connection:
            count, places = others.connected(connection)
        if not count:
            return
        if time.monotonic() > deadline:
            raise others.refusal(database, count, places)
        time.sleep(0.1)
