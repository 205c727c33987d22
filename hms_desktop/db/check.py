"""Looks a database through for damage; changes nothing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

import sqlalchemy as sa

from hms_desktop.db import tables  # noqa: F401 - importing it fills the metadata
from hms_desktop.db.engine import Database
from hms_desktop.db.location import file_of, normal_url
from hms_desktop.db.metadata import metadata
from hms_desktop.db.migrate import require_current
from hms_desktop.db.presence import is_alone
from hms_desktop.domain.errors import DamagedDatabase

MOST_FAULTS = 50
MARKS = ("appointment_mark_insert", "appointment_mark_update", "queue_token_mark_update",
         "patient_mark_update")  # fmt: skip
"""What keeps the counted days of the dashboard honest."""
SQLITE_GUARDS = frozenset(
    {
        "appointment_insert",
        "appointment_insert_overlap",
        "appointment_update",
        "appointment_update_overlap",
        "appointment_step",
        *MARKS,
        "audit_entry_no_update",
        "audit_entry_no_delete",
        "audit_entry_chain",
        "audit_link_no_update",
        "audit_link_no_delete",
        "appointment_status_change_no_update",
        "appointment_status_change_no_delete",
    }
)
POSTGRES_GUARDS = frozenset(
    {
        "ex_appointment_doctor",
        "ex_appointment_patient",
        "ex_appointment_room",
        "appointment_insert_locks",
        "appointment_update_locks",
        "appointment_step",
        *MARKS,
        "audit_entry_append_only",
        "audit_entry_chain",
        "audit_link_append_only",
        "appointment_status_change_append_only",
    }
)
"""What makes double booking and changed history impossible; a database without it is not sound."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: rows by table, and what is wrong in plain words."""

    counts: dict[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def check(url: str) -> Report:
    """Look for damaged pages, broken links, missing guards; raises Unusable or Unreachable."""
    database = Database(url)
    try:
        require_current(database)
        with database.read() as connection:
            if not database.is_sqlite:
                connection.exec_driver_sql("SET statement_timeout = 0")
            faults = _of_sqlite(connection) if database.is_sqlite else _of_postgres(connection)
            counts = {
                table.name: int(
                    connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                )
                for table in metadata.sorted_tables
            }
            if not database.is_sqlite:
                connection.exec_driver_sql("RESET statement_timeout")
    finally:
        database.close()
    return Report(counts, tuple(faults[:MOST_FAULTS]))


def _of_sqlite(connection: sa.Connection) -> list[str]:
    answers = connection.exec_driver_sql(f"PRAGMA integrity_check({MOST_FAULTS})").scalars()
    faults = [str(line) for line in answers if line != "ok"]
    faults += [
        f"row {row[1]} of {row[0]} points to a missing row of {row[2]}"
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(MOST_FAULTS)
    ]
    there = set(
        connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).scalars()
    )
    return faults + _missing(SQLITE_GUARDS - there)


def _of_postgres(connection: sa.Connection) -> list[str]:
    faults = [
        f"the rule {name} of {table} is not proven"
        for name, table in connection.exec_driver_sql(
            "SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE NOT convalidated"
        )
    ]
    faults += [
        f"the index {name} is not valid"
        for name in connection.exec_driver_sql(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
        ).scalars()
    ]
    there = set(
        connection.exec_driver_sql(
            "SELECT conname::text FROM pg_constraint WHERE contype = 'x' UNION "
            "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        ).scalars()
    )
    return faults + _missing(POSTGRES_GUARDS - there)


def _missing(names: frozenset[str]) -> list[str]:
    return [f"the guard {name} is missing" for name in sorted(names)]


def quick_look(url: str) -> None:
    """Look an SQLite file through when the program that had it open ended without closing it.

    What it left is its write-ahead log. While another program has the file open there is nothing
    to look for: it would not be open. Raises DamagedDatabase.
    """
    path = file_of(normal_url(url))
    if path is None or not path.is_file():
        return
    log = path.with_name(f"{path.name}-wal")
    if not log.is_file() or not log.stat().st_size or not is_alone(path):
        return
    # Only after an unclean stop.
    from hms_desktop.db.backup.sqlite import quick_check  # noqa: PLC0415

    fault = quick_check(path)
    if fault:
        raise DamagedDatabase(path=str(path), why=fault)


def sqlite_version() -> str:
    """Return the version of the SQLite library that this program runs with."""
    return sqlite3.sqlite_version
