"""What the drills share: a filled database, its rows as one sum, and a key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from hms_desktop.db.backup import keys, making
from hms_desktop.db.engine import Database
from hms_desktop.db.metadata import metadata
from hms_desktop.domain.backups import BackupKind

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = keys.OpeningKey(bytes(range(32)))


def opener(_number: str) -> keys.OpeningKey:
    return KEY


def order(kind: BackupKind = BackupKind.MANUAL, hospital: str = "City Care") -> making.Order:
    return making.Order(kind, hospital, KEY.locking, NOW)


@dataclass(frozen=True)
class Contents:
    """Rows of each table, and one sum over all values; made without the program's own sums."""

    counts: dict[str, int]
    sums: dict[str, str]


def contents(url: str) -> Contents:
    database = Database(url)
    counts, sums = {}, {}
    with database.read() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(
                sa.select(table).order_by(*table.primary_key.columns)
            ).all()  # fmt: skip
            counts[table.name] = len(rows)
            sums[table.name] = hashlib.sha256(repr(list(map(tuple, rows))).encode()).hexdigest()
    database.close()
    return Contents(counts, sums)


def make(url: str, folder: Path) -> making.Made:
    database = Database(url)
    try:
        return making.make(database, folder, order())
    finally:
        database.close()
