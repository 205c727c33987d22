"""One state of the database for as long as a large list is read, in little memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.db import faults
from hms_desktop.db.engine import SQLITE_CACHE, Database

_SMALL_CACHE = "PRAGMA cache_size = -8192"


@contextmanager
def snapshot(database: Database) -> Iterator[sa.Connection]:
    """Give a connection whose reads all see one state; nobody who writes waits for it.

    On Postgres a statement in it may take as long as it likes. On SQLite what is written meanwhile
    stays in the write-ahead log until it ends: leave it when the last row is read. Errors are those
    of ``Database.read``, also when the driver is spoken to directly.
    """
    try:
        with (_sqlite if database.is_sqlite else _postgres)(database) as connection:
            yield connection
    except (sqlalchemy.exc.DBAPIError, database.driver_error) as error:
        raise faults.translate(_wrapped(error)) or error from error


@contextmanager
def _sqlite(database: Database) -> Iterator[sa.Connection]:
    with database.read() as connection:
        # What was read is not read again: a large cache would only grow.
        connection.exec_driver_sql(_SMALL_CACHE)
        try:
            yield connection
        finally:
            connection.exec_driver_sql(SQLITE_CACHE)


@contextmanager
def _postgres(database: Database) -> Iterator[sa.Connection]:
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with database.engine.execution_options(**options).connect() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        yield connection


def _wrapped(error: Exception) -> sqlalchemy.exc.DBAPIError:
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        return error
    # As SQLAlchemy wraps what its own cursors raise.
    found = sqlalchemy.exc.DBAPIError.instance(None, None, error, type(error))
    return cast("sqlalchemy.exc.DBAPIError", found)
