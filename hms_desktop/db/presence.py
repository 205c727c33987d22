"""Who has an SQLite file open: a lock beside it that ends with the program, however it ends.

Every program that has the hospital's file open shares it; whoever replaces the file must have it
alone. SQLite's own locks on an empty file are used, as they work alike on every system.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from hms_desktop.domain.errors import Conflict, Unusable

log = logging.getLogger(__name__)

ENDING = ".open"
PATIENCE_SECONDS = 1.0
"""A starting program looks for a moment whether it is alone; others wait that long."""
_BEING_REPLACED = (
    "This hospital is being restored from a backup just now. Nothing was changed. Wait a minute, "
    "then try again."
)


def lock_file(path: Path) -> Path:
    """Return the lock beside a database file."""
    return path.with_name(f".{path.name}{ENDING}")


class Presence:
    """One program's share in a database file."""

    def __init__(self, path: Path) -> None:
        """Prepare; nothing is taken yet."""
        self._path = lock_file(path)
        self._turn = threading.Lock()
        self._held: sqlite3.Connection | None = None

    def enter(self) -> None:
        """Share the file; a second time is the first. Raises Unusable while it is replaced."""
        with self._turn:
            if self._held is not None:
                return
            connection = _connect(self._path, PATIENCE_SECONDS)
            if connection is None:
                return
            try:
                connection.execute("BEGIN")
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.OperationalError as error:
                connection.close()
                if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                    raise Unusable(_BEING_REPLACED) from error
                log.info("a database is used without its lock: %s", type(error).__name__)
                return
            self._held = connection

    def leave(self) -> None:
        """Give the share back."""
        with self._turn:
            if self._held is not None:
                self._held.close()
                self._held = None


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep every other program out of a database file; raises Conflict while one has it open."""
    connection = _connect(lock_file(path), 0.0)
    if connection is None:
        yield
        return
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise Conflict(
                "Other programs of this hospital are open on this computer. Nothing was changed. "
                "Close every window and command of it, then try again.",
                kind="in_use",
            ) from error
        yield
    finally:
        connection.close()


def is_alone(path: Path) -> bool:
    """Say whether no program has a database file open."""
    try:
        with alone(path):
            return True
    except Conflict:
        return False


def _connect(path: Path, seconds: float) -> sqlite3.Connection | None:
    try:
        return sqlite3.connect(path, timeout=seconds, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        # A folder that cannot be written: nobody will replace the file there either.
        log.info("a database is used without its lock: %s", type(error).__name__)
        return None
