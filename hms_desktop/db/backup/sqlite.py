"""An SQLite file as it is at one moment, and whether a file is sound."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hms_desktop.db.location import PRIVATE
from hms_desktop.domain.errors import DamagedDatabase, Unusable

PIECE = 1024 * 1024
_STEPS = 200_000
"""Instructions of SQLite between two looks whether to go on: some milliseconds."""
_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def snapshot(source: Path, target: Path) -> None:
    """Copy a database in use as it is at one moment; raises Unusable, DamagedDatabase.

    The copy is one file without a write-ahead log, so that its bytes stay as they are.
    """
    os.close(os.open(target, os.O_CREAT | os.O_RDWR | os.O_TRUNC, PRIVATE))
    try:
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as copy:
            # All pages in one step: with a page limit and busy writers it would never finish.
            here.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise refusal(source, error) from error


def tables_of(path: Path, going_on: Callable[[], None]) -> dict[str, int]:
    """Look a file through, and return the rows of each table; raises DamagedDatabase.

    ``going_on`` is called now and then and may raise to stop.
    """
    try:
        with watched(path, going_on) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise DamagedDatabase(path=str(path), why=_first(str(found)))
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                raise DamagedDatabase(
                    path=str(path), why=f"a row of {broken[0]} points to a missing one"
                )
            return _counts(connection)
    except sqlite3.Error as error:
        raise refusal(path, error) from error


def quick_check(path: Path) -> str:
    """Return what is wrong with a file, or an empty text; a second for a gigabyte."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error) if _is_damage(error) else ""
    return "" if found == "ok" else _first(found)


def structure_of(path: Path) -> str:
    """Return the schema revision of a file, or an empty text."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return ""
    return str(found[0]) if found else ""


def sum_of(path: Path, going_on: Callable[[], None]) -> str:
    """Return the SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            found.update(piece)
            going_on()
    return found.hexdigest()


def fold_in(path: Path) -> None:
    """Bring the write-ahead log into the file and end it; only while nobody else has it open."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()


def refusal(path: Path, error: sqlite3.Error) -> Unusable:
    """Return the sentence for what SQLite says."""
    if _is_damage(error):
        return DamagedDatabase(path=str(path), why=str(error))
    return Unusable(
        "{path} cannot be copied or read: {why}. Nothing was changed. Make room on the disk, or "
        "allow reading and writing there.",
        path=str(path),
        why=str(error),
    )


@contextmanager
def watched(path: Path, going_on: Callable[[], None]) -> Iterator[sqlite3.Connection]:
    """Give a connection whose work can be stopped by what ``going_on`` raises."""
    raised: list[BaseException] = []

    def look() -> int:
        try:
            going_on()
        except BaseException as error:  # noqa: BLE001 - carried past SQLite, which would lose it
            raised.append(error)
            return 1
        return 0

    with closing(sqlite3.connect(path)) as connection:
        connection.set_progress_handler(look, _STEPS)
        try:
            yield connection
        except sqlite3.OperationalError:
            if raised:
                raise raised[0] from None
            raise


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    # The shadow tables of a search index are counted as well: they are part of the whole.
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' "
        "ESCAPE '!' ORDER BY name"
    ).fetchall()
    return {name: _count(connection, name) for (name,) in names}


def _count(connection: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    found = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()  # noqa: S608 - a name
    return int(found[0])


def _first(found: str) -> str:
    """Return the first thing that SQLite found, without the heading above it."""
    lines = [line for line in found.splitlines() if not line.startswith("***")]
    return (lines or [found])[0]


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(_DAMAGE)
