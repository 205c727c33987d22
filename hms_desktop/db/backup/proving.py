"""Proves a backup: every frame opened, the content restored into a scratch place and counted."""

from __future__ import annotations

import json
import os
import sqlite3
import uuid
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy.exc

from hms_desktop.db import faults
from hms_desktop.db.backup import making, postgres, sqlite, tools
from hms_desktop.db.backup.sealed import Opener, SealedReader, open_sealed
from hms_desktop.db.engine import Database
from hms_desktop.db.location import PRIVATE
from hms_desktop.domain import backup_flaws as flaws
from hms_desktop.domain.backup_flaws import Flaw, Unfit
from hms_desktop.domain.backups import BackupFile, BackupHead, Progress, Proof
from hms_desktop.domain.errors import DamagedDatabase, Unusable

PIECE = 1024 * 1024


def look_at(path: Path) -> BackupFile:
    """Return what a file says of itself, by its manifest or its head; raises Unfit, Unusable."""
    manifest = read_manifest(path)
    size = path.stat().st_size if path.is_file() else -1
    if size < 0:
        raise Unusable("There is no file {path}. Nothing was changed.", path=str(path))
    if manifest is not None and manifest.bytes == size:
        return manifest
    with reading(path) as reader:
        return BackupFile(str(path), reader.head, reader.key_id, size)


def read_manifest(path: Path) -> BackupFile | None:
    """Return the manifest beside a backup, or None when there is none that can be read."""
    try:
        found = json.loads(making.manifest_of(path).read_text(encoding="utf-8"))
        return BackupFile(
            str(path),
            BackupHead.of(found["backup"]),
            str(found["key"]),
            int(found["bytes"]),
            str(found["sha256"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@contextmanager
def reading(path: Path) -> Iterator[SealedReader]:
    """Open a sealed file; what is wrong is told apart by its manifest where there is one."""
    try:
        reader = open_sealed(path)
    except Unfit as error:
        raise _told_apart(path, error) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        yield reader
    except Unfit as error:
        raise _told_apart(path, error) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        reader.close()


def _unreadable(path: Path, error: OSError) -> Unusable:
    return Unusable(
        "The backup {name} cannot be read ({why}). Nothing was changed.",
        name=path.name,
        why=error.strerror or type(error).__name__,
    )


def _told_apart(path: Path, error: Unfit) -> Unfit:
    """Return what is really wrong: a file of its full length is not cut off, only changed."""
    manifest = read_manifest(path)
    if manifest is None or error.flaw not in {Flaw.TRUNCATED, Flaw.FOREIGN, Flaw.NEWER}:
        return error
    size = path.stat().st_size
    if size < manifest.bytes:
        return flaws.truncated(path.name)
    return flaws.damaged(path.name)


def pieces(
    path: Path, reader: SealedReader, content_key: bytes, progress: Progress
) -> Iterator[bytes]:
    """Give the content of a backup piece by piece, unpacked, every piece proved.

    At the end the whole file must be the one that its manifest tells of.
    """
    size = path.stat().st_size
    frames = reader.frames(content_key)
    yield from _unpacked(frames, path.name, reader, size, progress)
    manifest = read_manifest(path)
    if manifest is not None and manifest.sha256 != reader.sha256:
        raise flaws.damaged(path.name)


def _unpacked(
    frames: Iterator[bytes], name: str, reader: SealedReader, size: int, progress: Progress
) -> Iterator[bytes]:
    packer = zlib.decompressobj() if reader.head.packed == making.ZLIB else None
    for frame in frames:
        progress(reader.bytes, size)
        if packer is None:
            yield frame
            continue
        try:
            rest = frame
            while rest:
                # A frame of empty pages unpacks to a thousand times its length.
                yield packer.decompress(rest, PIECE)
                rest = packer.unconsumed_tail
        except zlib.error as error:
            raise flaws.damaged(name) from error
    if packer is not None:
        yield packer.flush()
        if not packer.eof:
            raise flaws.damaged(name)


def prove(
    path: Path,
    opener: Opener,
    scratch: Path,
    database: Database | None,
    progress: Progress = lambda _d, _t: None,
    *,
    content_key: bytes = b"",
) -> Proof:
    """Restore a backup into a scratch place and compare; says how far that could go.

    ``scratch`` is a private folder; ``database`` the server for dumps of Postgres (None: they are
    read to their end); who has just made the file still has its ``content_key``. Raises Unfit
    with what is wrong.
    """
    with reading(path) as reader:
        content = pieces(path, reader, content_key or reader.content_key(opener), progress)
        if reader.head.engine == "sqlite":
            target = scratch / f".{uuid.uuid4().hex[:8]}-{os.getpid()}{making.SNAPSHOT_ENDING}"
            try:
                unpack_sqlite(content, reader.head, target, path.name, progress)
            finally:
                making.remove_file(target)
            return Proof.RESTORED
        return _prove_dump(content, reader.head, path.name, database, progress)


def unpack_sqlite(
    content: Iterator[bytes], head: BackupHead, target: Path, name: str, progress: Progress
) -> None:
    """Write a backup's database file and compare it with what its head tells; raises Unfit."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE)
    except OSError as error:
        raise making.no_room(target.parent, error) from error
    with os.fdopen(handle, "wb") as stream:
        for piece in content:
            try:
                stream.write(piece)
            except OSError as error:
                raise _no_scratch(target.parent, error) from error
        try:
            stream.flush()
            os.fsync(stream.fileno())
        except OSError as error:
            raise _no_scratch(target.parent, error) from error

    def going_on() -> None:
        progress(1, 1)

    if sqlite.sum_of(target, going_on) != head.sums.get("file"):
        raise flaws.damaged(name)
    try:
        counts = sqlite.tables_of(target, going_on)
    except (DamagedDatabase, sqlite3.Error) as error:
        raise flaws.damaged(name) from error
    if counts != head.tables:
        raise flaws.damaged(name)


def _no_scratch(folder: Path, error: OSError) -> Unusable:
    return Unusable(
        "There is no room in {folder} to unpack the backup ({why}). Nothing was changed; the "
        "hospital and its backups are as they were. Make room there.",
        folder=str(folder),
        why=error.strerror or type(error).__name__,
    )


def _prove_dump(
    content: Iterator[bytes],
    head: BackupHead,
    name: str,
    database: Database | None,
    progress: Progress,
) -> Proof:
    if database is None or database.is_sqlite:
        postgres.read_through(tools.find("pg_restore", 0), content)
        return Proof.READ
    try:
        with database.read() as connection:
            program = tools.find("pg_restore", tools.server_major(connection))
            allowed = postgres.may_make_databases(connection)
        if not allowed:
            postgres.read_through(program, content)
            return Proof.READ
        with postgres.scratch_database(database) as url:
            postgres.restore_into(url, program, content)
            progress(1, 1)
            with (
                closing(Database(url.render_as_string(hide_password=False))) as restored,
                postgres.snapshot(restored) as (_name, connection),
            ):
                found = postgres.count_and_add(connection, lambda: progress(1, 1))
    except sqlalchemy.exc.DBAPIError as error:
        raise (faults.translate(error) or error) from error
    if found != (head.tables, head.sums):
        raise flaws.damaged(name)
    return Proof.RESTORED
