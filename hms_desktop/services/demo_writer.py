"""Writes millions of rows in one transaction, on either engine, and proves its guards are back.

This is maintenance code: it goes past the one writer, so it leaves its own audit row. Guards are
taken down only on a table without rows, and only inside the transaction that puts them back:
nobody else ever sees the table without them.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from hms_desktop.db import chain, faults
from hms_desktop.db.engine import Database
from hms_desktop.domain.errors import Busy, HmsError, Unusable

BULK = ("patient", "patient_key", "appointment", "appointment_status_change", "audit_entry")
"""Tables that are filled by the hundred thousand."""
_HOLDS = "status IN ('requested','booked','confirmed','arrived','in_consultation','completed')"
_BATCH = 1 << 16


class Loader(ABC):
    """An open transaction that takes rows of plain values (moments as UTC text, JSON as text)."""

    connection: Any
    """The driver's own, inside the transaction."""

    @abstractmethod
    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        """Insert rows and return how many there were."""

    def load_keys(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        """Insert rows of a table that is nothing but its primary key."""
        return self.load(table, columns, rows)

    @abstractmethod
    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one fixed statement and return its rows."""

    @abstractmethod
    def guards(self) -> dict[str, str]:
        """Return every index, trigger and constraint of the bulk tables, by name."""

    @abstractmethod
    def take_down(self) -> None:
        """Take down what checks each row; the bulk tables are without rows."""

    @abstractmethod
    def put_back(self) -> None:
        """Put all of it back; raises Unusable when a row breaks a rule."""

    def next_id(self, table: str) -> int:
        """Return the first free id of a table."""
        return int(self.run(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")[0][0])  # noqa: S608


@contextmanager
def bulk(database: Database) -> Iterator[Loader]:
    """Open one transaction for bulk rows; all or nothing. Raises Busy or Unusable."""
    connection = database.engine.connect()
    raw: Any = connection.connection.driver_connection
    loader: Loader = _SqliteLoader(raw) if database.is_sqlite else _PostgresLoader(raw)
    try:
        loader.run("BEGIN IMMEDIATE" if database.is_sqlite else "SET LOCAL statement_timeout = 0")
        before = loader.guards()
        yield loader
        if loader.guards() != before:
            raise RuntimeError("the guards of the tables are not as they were")
        if database.is_sqlite:
            loader.run("COMMIT")
        else:
            raw.commit()
    except (sqlite3.Error, psycopg.Error) as error:
        raise (_sentence(error) or error) from error
    finally:
        # Whatever was not committed goes with the connection; so do its special settings.
        connection.invalidate()
        connection.close()


def _sentence(error: sqlite3.Error | psycopg.Error) -> Exception | None:
    wrapped = sa.exc.DBAPIError("bulk", None, error)
    found = faults.translate(wrapped)
    if isinstance(found, faults.Overlap | faults.Duplicate | faults.StepRefused):
        return _refused(str(error))
    if isinstance(found, Busy):
        return Busy(
            "Another program is writing to this database. Nothing was generated. Close the other "
            "programs and try again."
        )
    return found if isinstance(found, HmsError) else None


def _refused(why: str) -> Unusable:
    return Unusable(
        "The generated rows break a rule of the database: {why}. Nothing was kept.", why=why
    )


class _SqliteLoader(Loader):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._down: list[tuple[str, str, str]] = []
        self._keys: dict[str, str] = {}
        for pragma in (
            "busy_timeout = 5000",
            "foreign_keys = OFF",
            "cache_size = -262144",
            "temp_store = FILE",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        cursor = self.connection.cursor()
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)

    def load_keys(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        # Such a table is kept in the order of its key: it is filled sorted, all at once.
        names = ", ".join(columns)
        if table not in self._keys:
            self._keys[table] = names
            self.connection.execute(f"CREATE TEMP TABLE made_{table} ({names})")
        return self.load(f"made_{table}", columns, rows)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        return list(self.connection.execute(statement).fetchall())

    def guards(self) -> dict[str, str]:
        return {name: text for _kind, name, text in self._objects()}

    def take_down(self) -> None:
        self._down = self._objects()
        for kind, name, _text in self._down:
            self.connection.execute(f"DROP {kind} {name}")

    def put_back(self) -> None:
        for table, names in self._keys.items():
            self.connection.execute(
                f"INSERT INTO {table} ({names}) SELECT {names} FROM made_{table} "  # noqa: S608
                f"ORDER BY {names}"
            )
            self.connection.execute(f"DROP TABLE made_{table}")
        # Triggers look at new rows only, so the rows that are here already are compared first.
        self._refuse("doctor_id, lane", "blocks_from", "blocks_to", "a doctor")
        self._refuse("patient_id", "starts_at", "ends_at", "a patient")
        self._refuse("room_id", "blocks_from", "blocks_to", "a room")
        for _kind, _name, text in self._down:
            self.connection.execute(text)
        chain.chain_rest(self.connection)
        for table in BULK:
            if self.run(f"PRAGMA foreign_key_check({table})"):
                raise _refused(f"a row of {table} points nowhere")
        self._down = []

    def _objects(self) -> list[tuple[str, str, str]]:
        marks = ", ".join("?" * len(BULK))
        found = self.connection.execute(
            f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({marks}) "  # noqa: S608
            "AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, rowid",
            BULK,
        )
        return list(found.fetchall())

    def _refuse(self, group: str, begins: str, ends: str, what: str) -> None:
        # Sorted by start, neighbours that do not overlap mean that nothing overlaps.
        query = f"""SELECT 1 FROM (
            SELECT {begins} AS begins, lag({ends}) OVER (PARTITION BY {group} ORDER BY {begins})
            AS earlier FROM appointment WHERE room_id IS NOT NULL AND {_HOLDS}
        ) WHERE earlier > begins LIMIT 1"""  # noqa: S608 - built from constants
        if self.run(query):
            raise _refused(f"two visits of {what} overlap")


class _PostgresLoader(Loader):
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._down: list[sql.Composed] = []

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        count, lines = 0, []
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                lines.append("\t".join([_plain(value) for value in row]))
                count += 1
                if len(lines) == _BATCH:
                    copy.write("\n".join(lines) + "\n")
                    lines.clear()
            if lines:
                copy.write("\n".join(lines) + "\n")
        if "id" in columns:
            self.run(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608
                f"(SELECT coalesce(max(id), 1) FROM {table}))"
            )
        return count

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        # Statements are fixed texts of this package.
        cursor = self.connection.execute(statement)
        return cursor.fetchall() if cursor.description else []

    def guards(self) -> dict[str, str]:
        found = {name: text for _table, name, text in self._constraints() + self._indexes()}
        triggers = self.run(
            "SELECT tgrelid::regclass::text || '.' || tgname, "  # noqa: S608
            "tgenabled::text || pg_get_triggerdef(oid) FROM pg_trigger "
            f"WHERE NOT tgisinternal AND tgrelid::regclass::text IN {_BULK_LIST}"
        )
        return {**found, **dict(triggers)}

    def take_down(self) -> None:
        for table in BULK:
            self.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        # Constraints bring their own indexes; the others are made again after them.
        for table, name, text in self._constraints():
            names = {"table": sql.Identifier(table), "name": sql.Identifier(name)}
            self.connection.execute(
                sql.SQL("ALTER TABLE {table} DROP CONSTRAINT {name}").format(**names)
            )
            self._down.append(
                sql.SQL("ALTER TABLE {table} ADD CONSTRAINT {name} ").format(**names)
                + sql.SQL(text)  # as the server itself wrote it
            )
        for _table, name, text in self._indexes():
            self.connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
            self._down.append(sql.Composed([sql.SQL(text)]))

    def put_back(self) -> None:
        self.run("SET LOCAL maintenance_work_mem = '256MB'")
        chain.chain_rest(self.connection)
        for statement in self._down:
            self.connection.execute(statement)
        for table in BULK:
            self.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            self.run(f"ANALYZE {table}")
        self._down = []

    def _constraints(self) -> list[tuple[str, str, str]]:
        return self.run(
            "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) "  # noqa: S608
            "FROM pg_constraint WHERE contype IN ('x', 'f') "
            f"AND conrelid::regclass::text IN {_BULK_LIST} ORDER BY conrelid, conname"
        )

    def _indexes(self) -> list[tuple[str, str, str]]:
        return self.run(
            "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, "  # noqa: S608
            "pg_get_indexdef(i.indexrelid) FROM pg_index AS i "
            f"WHERE i.indrelid::regclass::text IN {_BULK_LIST} AND NOT EXISTS "
            "(SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid) ORDER BY 1, 2"
        )


_BULK_LIST = "(" + ", ".join(f"'{table}'" for table in BULK) + ")"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _plain(value: str | int | None) -> str:
    """Return a value as COPY reads it."""
    if value is None:
        return "\\N"
    if type(value) is str:
        return value.translate(_ESCAPES) if "\\" in value else value
    return str(value)
