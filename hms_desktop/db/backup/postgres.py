"""A Postgres database as it is at one moment: counted, added up and dumped in one snapshot."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.db import faults
from hms_desktop.db.backup import tools
from hms_desktop.db.engine import Database
from hms_desktop.domain.errors import HmsError, Unusable

PIECE = 1024 * 1024
SCRATCH = "hms_verify_"
STRAY_SECONDS = 86_400
STEADY = (
    "SET timezone = 'UTC'", "SET datestyle = 'ISO, MDY'", "SET intervalstyle = 'postgres'",
    "SET bytea_output = 'hex'", "SET extra_float_digits = 1", "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
)  # fmt: skip
"""How values must be written for two databases to add up to the same."""
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname"""

GoingOn = Callable[[], None]


@contextmanager
def snapshot(
    database: Database,
) -> Iterator[tuple[str, sa.Connection]]:
    """Hold one state of the database; gives its name and a connection that sees it."""
    options = {"isolation_level": "REPEATABLE READ"}
    opened = database.engine.connect().execution_options(**options)
    with opened as connection, connection.begin():
        for one in STEADY:
            connection.exec_driver_sql(one.replace("SET ", "SET LOCAL ", 1))
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        name = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        yield str(name), connection


def count_and_add(
    connection: sa.Connection, going_on: GoingOn
) -> tuple[dict[str, int], dict[str, str]]:
    """Return the rows of each table, and what their contents add up to, in whatever order."""
    counts, sums = {}, {}
    for table in connection.exec_driver_sql(_TABLES).scalars().all():
        going_on()
        row = connection.exec_driver_sql(sum_query(table)).one()
        counts[table], sums[table] = int(row[0]), str(row[1])
    return counts, sums


def sum_query(table: str) -> str:
    """Return the query for the rows of a table and what they add up to."""
    quoted = table.replace('"', '""')
    of_row = "('x' || substr(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 1, 15))"
    total = f"coalesce(sum({of_row}::bit(60)::bigint), 0)::text"
    return f'SELECT count(*), {total} FROM public."{quoted}" AS t'  # noqa: S608 - a quoted name


def size_of(connection: sa.Connection) -> int:
    """Return how many bytes the database takes on the server."""
    query = "SELECT pg_database_size(current_database())"
    return int(connection.exec_driver_sql(query).scalar_one())


def structure_of(connection: sa.Connection) -> str:
    """Return the schema revision, or an empty text for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found or "")


def dump(url: sa.URL, program: str, name: str) -> Iterator[bytes]:
    """Give the dump of a snapshot piece by piece; raises Unusable when it did not come whole."""
    arguments = [
        program, "--format=custom", f"--snapshot={name}", "--no-password",
        f"--dbname={tools.address(url)}",
    ]  # fmt: skip
    with tools.started(arguments, url) as running:
        while piece := running.out.read(PIECE):
            yield piece
        if running.wait():
            raise Unusable(
                "pg_dump stopped: {why}. There is no backup of this moment; the hospital is as it "
                "was.",
                why=running.complaint() or "it gave no reason",
            )


def read_through(program: str, pieces: Iterable[bytes]) -> None:
    """Have a dump read to its end without a database; raises Unusable when it cannot be."""
    arguments = [program, f"--file={os.devnull}"]
    with tools.started(arguments, reads=True) as running:
        feed(running, pieces)
        if running.wait():
            raise unreadable(running)


def feed(running: tools.Running, pieces: Iterable[bytes]) -> None:
    """Give a program what it reads; when it ends early, what is left is read all the same.

    The pieces prove themselves as they come: all of them must.
    """
    listening = True
    for piece in pieces:
        if listening:
            try:
                running.into.write(piece)
            except OSError:
                listening = False
    with suppress(OSError):
        running.into.close()


def unreadable(running: tools.Running) -> Unusable:
    """Return the sentence for a dump that its program refuses."""
    return Unusable(
        "The dump in this backup cannot be restored: {why}. Nothing was changed.",
        why=running.complaint() or "pg_restore gave no reason",
    )


def contents(program: str, pieces: Iterable[bytes]) -> list[str]:
    """Return the lines of a dump's table of contents; only its beginning is read."""
    with tools.started([program, "--list"], reads=True) as running:
        found: list[str] = []
        reader = threading.Thread(
            target=lambda: found.extend(running.out.read().decode(errors="replace").splitlines()),
            name="backup-contents",
        )
        reader.start()
        try:
            for piece in pieces:
                running.into.write(piece)
                if running.process.poll() is not None:
                    break
        except OSError:
            pass  # it has read enough
        with suppress(OSError):
            running.into.close()
        status = running.wait()
        reader.join()
        if status:
            raise unreadable(running)
        return found


# ------------------------------------------------------------------------------- scratch place
def may_make_databases(connection: sa.Connection) -> bool:
    """Say whether this log-in may make a scratch database."""
    query = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    return bool(connection.exec_driver_sql(query).scalar())


@contextmanager
def scratch_database(database: Database) -> Iterator[sa.URL]:
    """Make a database for one restore and drop it afterwards; raises HmsError."""
    name = f"{SCRATCH}{int(time.time())}_{uuid.uuid4().hex[:8]}"
    _drop_strays(database)
    _outside(database, f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield database.url.set(database=name)
    finally:
        _outside(database, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _drop_strays(database: Database) -> None:
    """Drop what killed programs left."""
    with database.read() as connection:
        names = connection.exec_driver_sql(
            f"SELECT datname FROM pg_database WHERE starts_with(datname, '{SCRATCH}')"  # noqa: S608
        ).scalars().all()  # fmt: skip
    for name in names:
        made = name.removeprefix(SCRATCH).partition("_")[0]
        if made.isdigit() and int(made) < time.time() - STRAY_SECONDS:
            with suppress(HmsError):
                _outside(database, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _outside(database: Database, statement: str) -> None:
    """Run what cannot stand in a transaction."""
    options = {"isolation_level": "AUTOCOMMIT"}
    try:
        with database.engine.connect().execution_options(**options) as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            try:
                connection.exec_driver_sql(statement)
            finally:
                connection.exec_driver_sql("RESET statement_timeout")
    except sqlalchemy.exc.DBAPIError as error:
        raise faults.translate(error) or Unusable(
            "The server refused a scratch database ({why}). Nothing was changed.",
            why=str(error.orig).splitlines()[0],
        ) from error


def restore_into(url: sa.URL, program: str, pieces: Iterable[bytes]) -> None:
    """Restore a dump into an empty database; raises Unusable."""
    arguments = [
        program, "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
        f"--dbname={tools.address(url)}",
    ]  # fmt: skip
    with tools.started(arguments, url, reads=True) as running:
        feed(running, pieces)
        if running.wait():
            raise unreadable(running)
