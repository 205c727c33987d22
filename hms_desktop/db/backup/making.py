"""Makes one backup: a snapshot, sealed into a file of its own, put in place whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop import __version__
from hms_desktop.db import faults
from hms_desktop.db.backup import keys, postgres, sqlite, tools
from hms_desktop.db.backup.sealed import Seal, SealedWriter, new_seal
from hms_desktop.db.engine import Database
from hms_desktop.db.location import PRIVATE, file_of, shown
from hms_desktop.domain.backups import (
    MANIFEST_ENDING,
    BackupFile,
    BackupHead,
    BackupKind,
    Progress,
)
from hms_desktop.domain.errors import Unusable

SNAPSHOT_ENDING = ".snapshot"
PART_ENDING = ".part"
PRIVATE_FOLDER = 0o700
ZLIB = "zlib"
_LEVEL = 1
"""Pages of a database are packed to a fourth even by the quickest way."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: why, of which hospital, locked by which half, at which moment."""

    kind: BackupKind
    hospital: str
    locking: str
    now: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that lies in its place, and the key of its content while it is known."""

    file: BackupFile
    seal: Seal


def place_of(url: sa.URL) -> str:
    """Return a name of a database's address that tells nobody where it is."""
    return hashlib.sha256(shown(url).encode()).hexdigest()[:16]


def make(
    database: Database, folder: Path, order: Order, progress: Progress = lambda _d, _t: None
) -> Made:
    """Make a backup of a database in use.

    ``progress`` may raise to stop: nothing is left then. Raises Unusable (no room, no folder, no
    pg_dump), DamagedDatabase, Unreachable.
    """
    ready_folder(folder)
    try:
        with _content(database, order, progress) as (head, pieces):
            return _write(folder, head, order.locking, pieces)
    except OSError as error:
        raise no_room(folder, error) from error
    except sqlalchemy.exc.DBAPIError as error:
        raise (faults.translate(error) or error) from error


def ready_folder(folder: Path) -> None:
    """Make the folder of backups when it is missing; raises Unusable."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    except OSError as error:
        raise no_room(folder, error) from error


def no_room(folder: Path, error: OSError) -> Unusable:
    """Return the sentence for a folder that takes no file: full disk, no rights, gone."""
    return Unusable(
        "The backup could not be written to {folder} ({why}). No backup was made, earlier ones "
        "are kept, and the hospital is as it was. Make room or choose another folder in the "
        "settings.",
        folder=str(folder),
        why=error.strerror or type(error).__name__,
    )


# ------------------------------------------------------------------------------------- content
@contextmanager
def _content(
    database: Database, order: Order, progress: Progress
) -> Iterator[tuple[BackupHead, Iterator[bytes]]]:
    head = BackupHead(
        id=order.id or uuid.uuid4().hex,
        kind=order.kind.value,
        engine="sqlite" if database.is_sqlite else "postgresql",
        structure="",
        program=__version__,
        made_at=order.now,
        hospital=order.hospital,
        place=place_of(database.url),
        tables={},
        sums={},
    )
    of_engine = _sqlite_content if database.is_sqlite else _postgres_content
    with of_engine(database, head, progress) as found:
        yield found


@contextmanager
def _sqlite_content(
    database: Database, head: BackupHead, progress: Progress
) -> Iterator[tuple[BackupHead, Iterator[bytes]]]:
    source = file_of(database.url)
    if source is None:
        raise TypeError("not a database file")
    # Beside the database, where its plain pages lie anyway, never in the folder of backups.
    copy = source.with_name(f".{source.name}.{os.getpid()}-{head.id[:8]}{SNAPSHOT_ENDING}")

    def going_on() -> None:
        progress(0, 0)

    try:
        sqlite.snapshot(source, copy)
        going_on()
        tables = sqlite.tables_of(copy, going_on)
        size = copy.stat().st_size
        yield (
            replace(
                head,
                structure=sqlite.structure_of(copy),
                tables=tables,
                sums={"file": sqlite.sum_of(copy, going_on)},
                size=size,
                packed=ZLIB,
            ),
            _packed(copy, size, progress),
        )
    finally:
        remove_file(copy)


def _packed(path: Path, size: int, progress: Progress) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL)
    done = 0
    with path.open("rb") as stream:
        while piece := stream.read(sqlite.PIECE):
            done += len(piece)
            yield packer.compress(piece)
            progress(done, size)
    yield packer.flush()


@contextmanager
def _postgres_content(
    database: Database, head: BackupHead, progress: Progress
) -> Iterator[tuple[BackupHead, Iterator[bytes]]]:
    with ExitStack() as held:
        name, connection = held.enter_context(postgres.snapshot(database))
        program = tools.find("pg_dump", tools.server_major(connection))
        size = postgres.size_of(connection)
        structure = postgres.structure_of(connection)
        tables, sums = postgres.count_and_add(connection, lambda: progress(0, 0))
        yield (
            replace(head, structure=structure, tables=tables, sums=sums),
            _heard(postgres.dump(database.url, program, name), size, progress),
        )


def _heard(pieces: Iterator[bytes], size: int, progress: Progress) -> Iterator[bytes]:
    done = 0
    for piece in pieces:
        done += len(piece)
        yield piece
        # The dump is packed, so the size on the server is only about what comes.
        progress(done, max(size, done))


# ------------------------------------------------------------------------------------- writing
def _write(folder: Path, head: BackupHead, locking: str, pieces: Iterator[bytes]) -> Made:
    path = folder / head.file_name
    part = path.with_name(f".{path.name}{PART_ENDING}")
    seal = new_seal(head, locking)
    try:
        with os.fdopen(_private(part), "wb") as stream:
            writer = SealedWriter(stream, seal)
            for piece in pieces:
                writer.write(piece)
            writer.close()
            stream.flush()
            os.fsync(stream.fileno())
        file = BackupFile(
            str(path),
            head,
            keys.key_id(locking) if locking else "",
            writer.bytes,
            writer.sha256,
        )
        # The manifest first: a backup in its place always has one.
        _write_manifest(file)
        part.replace(path)
        sync_folder(folder)
    except BaseException:
        remove_file(part)
        if not path.exists():
            remove_file(manifest_of(path))
        raise
    return Made(file, seal)


def manifest_of(path: Path) -> Path:
    """Return the manifest beside a backup."""
    return path.with_name(f"{path.name}.{MANIFEST_ENDING}")


def _write_manifest(file: BackupFile) -> None:
    data = {
        "file": Path(file.path).name,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "key": file.key_id,
        "backup": file.head.plain(),
    }
    path = manifest_of(Path(file.path))
    part = path.with_name(f".{path.name}{PART_ENDING}")
    try:
        with os.fdopen(_private(part), "w", encoding="utf-8") as stream:
            json.dump(data, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        remove_file(part)
        raise


def _private(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | getattr(os, "O_BINARY", 0),
                   PRIVATE)  # fmt: skip


def sync_folder(folder: Path) -> None:
    """Have the names of a folder outlive a power cut, where the system can."""
    with suppress(OSError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_file(path: Path) -> None:
    """Remove a file of our own if it is there; one that is held open stays for the next sweep."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
