"""Many rows at a time through the one writer: keys reserved first, each row audited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from hms_desktop.db.writing import Write, shown

T = TypeVar("T")


def reserve_ids(connection: sa.Connection, table: sa.Table, count: int) -> list[int]:
    """Return keys that no other transaction will use."""
    if connection.dialect.name == "postgresql":
        query = sa.text(
            "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
        )
        return list(connection.execute(query, {"name": table.name, "count": count}).scalars())
    # SQLite has one writer, and this transaction is it.
    first = (connection.scalar(sa.select(sa.func.max(table.c.id))) or 0) + 1
    return list(range(first, first + count))


def stamped(write: Write, table: sa.Table, values: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the times and users that a table has; times already there stay."""
    for name in ("created", "updated"):
        if f"{name}_at" in table.c:
            values.setdefault(f"{name}_at", write.now)
            values[f"{name}_by"] = write.stamp.actor.user_id
    return values


def insert_rows(write: Write, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that bring their ids, without audit (see ``audit_rows``)."""
    if rows:
        write.connection.execute(sa.insert(table), rows)


def audit_rows(write: Write, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Note that rows were made."""
    for row in rows:
        after = shown(row)
        row_id = after.pop("id")
        patient_id = row_id if table.name == "patient" else row.get("patient_id")
        write.record(table.name, row_id, after=after, patient_id=patient_id)


def batches(rows: Iterable[T], size: int) -> Iterable[list[T]]:
    """Yield the rows in lists of ``size``."""
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch
