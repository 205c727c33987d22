"""One database, opened: reading, writing once, and the moment it thinks it is."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.bus import Announcement, Bus
from hms_desktop.db import chain, faults
from hms_desktop.db.location import check_location, file_of, normal_url, secure_file
from hms_desktop.db.pool import ClosingPool
from hms_desktop.db.presence import Presence
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.errors import HmsError

log = logging.getLogger(__name__)
T = TypeVar("T")

BUSY_SECONDS = 5.0
"""How long a write waits for its turn on SQLite before it says that the database is busy."""
TRIES = 4
"""How often a transaction that lost a race to another is run, the first time included."""
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
IDLE_SECONDS = 60
"""How long a frozen program may hold locks on a server; less than any lease of jobs lasts."""
SKEW_SECONDS = 300.0
SQLITE_CACHE = "PRAGMA cache_size = -65536"
_SQLITE_NOW = "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"
_SAME = timedelta(milliseconds=250)

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return this computer's idea of now, in UTC."""
    return datetime.now(UTC)


class Database:
    """An open database of either engine.

    Services read inside ``read()`` and write through ``write()``; nothing else may hold a
    connection. ``program`` is the id under which this running program signs its audit rows.
    """

    def __init__(
        self,
        url: str,
        *,
        bus: Bus | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """Prepare the engine; nothing is connected yet. Raises Unusable for a network share."""
        self.url = normal_url(url)
        check_location(self.url)
        self.bus = bus or Bus()
        self.program = uuid.uuid4().hex[:12]
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)
        # Reads on Postgres commit by themselves: one trip to the server instead of three.
        self._reader = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._clock = clock or utc_now
        self._own_clock = clock is None
        self._rng = rng or random.Random()  # noqa: S311 - jitter, not secrets
        self._offset = timedelta()
        self._offset_until = 0.0
        self._turn = threading.Lock()
        self._own = threading.local()
        path = file_of(self.url)
        self._presence = None if path is None else Presence(path)
        if self._presence is not None:
            sa.event.listen(self.engine, "connect", self._enter)

    def _enter(self, *_connection: object) -> None:
        if self._presence is not None:
            self._presence.enter()

    def now(self) -> datetime:
        """Return the moment by the server's clock (UTC).

        A workstation's clock may be minutes off, so on Postgres the difference is measured now
        and then and added. A clock that was passed in is taken at its word.
        """
        return self._clock() + self._offset

    @property
    def driver_error(self) -> type[Exception]:
        """What the driver of this engine raises, for those who speak to it directly."""
        found: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        return found

    @property
    def skew(self) -> timedelta:
        """How far the server's clock is ahead of this computer's."""
        return self._offset

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection for reading.

        On SQLite all reads in it see one state of the database, on Postgres each statement does.
        """
        try:
            with self._reader.connect() as connection:
                if self.is_sqlite:
                    # To the driver: it takes no lock yet, and each keystroke's search begins so.
                    connection.connection.cursor().execute("BEGIN")
                else:
                    self._measure_skew(connection)
                yield connection
        except sqlalchemy.exc.DBAPIError as error:
            raise _translated(error) from error

    def write(
        self,
        stamp: Stamp,
        work: Callable[[Write], T],
        again: Callable[[sa.Connection], T] | None = None,
    ) -> T:
        """Run ``work`` in one transaction, exactly once for this ``request_id``.

        When the request was done before, ``again`` reads back what it did (default: the work is
        refused as a duplicate). Raises Overlap, Duplicate, StepRefused (services turn them into
        sentences), and Busy, Unreachable or Unusable.
        """
        for attempt in range(1, TRIES + 1):
            try:
                result, write = self._write_once(stamp, work)
            except faults.Retry:
                if attempt == TRIES:
                    raise faults.busy() from None
                time.sleep(self._rng.uniform(0.002, 0.02) * attempt)
            except Exception as error:
                if again is not None and self._is_done(stamp.request_id, error):
                    with self.read() as connection:
                        return again(connection)
                raise
            else:
                if write.changes:
                    self.bus.announce(
                        Announcement(
                            write.changes,
                            origin=self.program,
                            local=True,
                            request_id=stamp.request_id,
                        )
                    )
                return result
        raise AssertionError("unreachable")

    @contextmanager
    def guarded(self, guard: Callable[[Write], None]) -> Iterator[None]:
        """Have every write of this thread ask ``guard`` just before it commits.

        What it raises takes the write back.
        """
        self._own.guard = guard
        try:
            yield
        finally:
            self._own.guard = None

    def _write_once(self, stamp: Stamp, work: Callable[[Write], T]) -> tuple[T, Write]:
        try:
            with self._transaction() as connection:
                write = Write(connection, stamp, self.now(), self.program, self._server_time)
                result = work(write)
                guard: Callable[[Write], None] | None = getattr(self._own, "guard", None)
                if guard is not None:
                    guard(write)
                write.flush_audit()
        except sqlalchemy.exc.DBAPIError as error:
            raise _translated(error) from error
        return result, write

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                self._measure_skew(connection)
                yield connection
            return
        # Writers of one program take turns here, so that only programs contend for the file.
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise faults.busy()
        try:
            with self.engine.connect() as connection:
                self._begin_immediate(connection)
                try:
                    yield connection
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    # A full disk makes SQLite roll back by itself; then there is nothing to undo.
                    if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                        connection.exec_driver_sql("ROLLBACK")
                    raise
        finally:
            self._turn.release()

    def _begin_immediate(self, connection: sa.Connection) -> None:
        """Take SQLite's write lock.

        SQLite's own busy_timeout backs off so long that one writer starves; a short random wait
        keeps the shares even.
        """
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except sqlalchemy.exc.OperationalError as error:
                name = getattr(error.orig, "sqlite_errorname", "")
                if not name.startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                    raise
                time.sleep(self._rng.uniform(0.0005, 0.0015))
            else:
                return

    def _is_done(self, request_id: str, error: Exception) -> bool:
        """Say whether the failure came of this very request having been done before."""
        if isinstance(error, faults.Overlap | faults.Duplicate | HmsError | faults.StepRefused):
            try:
                with self.read() as connection:
                    return self.was_done(connection, request_id)
            except HmsError:
                log.info("could not look for an earlier run of a request", exc_info=True)
        return False

    @staticmethod
    def was_done(connection: sa.Connection, request_id: str) -> bool:
        """Say whether a request left its mark in the audit."""
        query = sa.select(audit_entry.c.id).where(audit_entry.c.request_id == request_id).limit(1)
        return connection.execute(query).first() is not None

    def _measure_skew(self, connection: sa.Connection) -> None:
        if not self.is_sqlite and time.monotonic() >= self._offset_until:
            self._server_time(connection)

    def _server_time(self, connection: sa.Connection) -> datetime:
        """Ask the database for the time, and remember how far this program's clock is off.

        On SQLite that is the clock of the computer, by which all programs on the file judge.
        """
        if not self._own_clock:
            return self._clock()
        self._offset_until = time.monotonic() + SKEW_SECONDS
        before = self._clock()
        if self.is_sqlite:
            text = connection.exec_driver_sql(_SQLITE_NOW).scalar_one()
            server = datetime.fromisoformat(text).replace(tzinfo=UTC)
        else:
            server = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        after = self._clock()
        self._offset = server.astimezone(UTC) - (before + (after - before) / 2)
        if self.is_sqlite and abs(self._offset) < _SAME:
            # One clock, read twice: SQLite tells thousandths only.
            self._offset = timedelta()
        if abs(self._offset) > timedelta(minutes=2):
            log.warning("this computer's clock is %.0f s off", -self._offset.total_seconds())
        return self.now()

    def close(self) -> None:
        """Close every connection; on SQLite the write-ahead log is folded in."""
        self.engine.dispose()
        if self._presence is not None:
            self._presence.leave()


def _translated(error: sqlalchemy.exc.DBAPIError) -> Exception:
    return faults.translate(error) or error


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    secure_file(url)
    engine = sa.create_engine(
        url,
        hide_parameters=True,  # they are people's data, and errors end up in logs
        poolclass=ClosingPool,
        pool_size=8,
        max_overflow=8,
        connect_args={"check_same_thread": False, "timeout": 0.25, "isolation_level": None},
    )

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        # Asked only where needed: switching the journal of a file in use needs an exclusive lock.
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(SQLITE_CACHE)
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.close()
        chain.register(connection)

    sa.event.listen(engine, "connect", prepare)
    return engine


def _postgres_engine(url: sa.URL) -> sa.Engine:
    return sa.create_engine(
        url,
        hide_parameters=True,
        poolclass=ClosingPool,
        pool_size=8,
        max_overflow=4,
        pool_pre_ping=False,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "keepalives": 1,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 5000,
            "application_name": "hms-desktop",
            # Short queries over indexes: JIT costs seconds where it saves nothing.
            "options": f"-c jit=off -c statement_timeout={STATEMENT_SECONDS * 1000}"
            " -c lock_timeout=5000"
            f" -c idle_in_transaction_session_timeout={IDLE_SECONDS * 1000}"
            " -c timezone=UTC",
        },
    )
