"""What must be known of a database to save it, read without opening the hospital."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from hms_desktop.db.backup import keys, postgres, sqlite
from hms_desktop.db.engine import Database
from hms_desktop.db.location import file_of
from hms_desktop.db.tables.hospital import setting
from hms_desktop.domain.errors import DamagedDatabase
from hms_desktop.domain.jobs import PREFIX
from hms_desktop.paths import backups_dir

FOLDER_VARIABLE = f"{PREFIX}BACKUPS_FOLDER"
NAMES = ("hospital_name", "backups_key", "backups_folder")


@dataclass(frozen=True, slots=True)
class Facts:
    """Whose database it is; all empty for one without tables, ``structure`` above all."""

    structure: str = ""
    hospital: str = ""
    locking: str = ""
    folder: str = ""

    @property
    def backups(self) -> Path:
        """The folder of its backups, as this program's environment changes it."""
        named = os.environ.get(FOLDER_VARIABLE, "") or self.folder
        return Path(named) if named else backups_dir()


def facts_of(database: Database) -> Facts:
    """Read the facts; raises DamagedDatabase, Unreachable.

    An SQLite file is read past the program's own lock, which may be held against others just now.
    """
    path = file_of(database.url)
    if path is None:
        with database.read() as connection:
            structure = postgres.structure_of(connection)
            if not structure:
                return Facts()
            query = sa.select(setting.c.name, setting.c.value).where(setting.c.name.in_(NAMES))
            found = {row.name: row.value for row in connection.execute(query)}
        return _facts(structure, found)
    if not path.is_file() or not path.stat().st_size:
        return Facts()
    try:
        structure = sqlite.structure_of(path)
        if not structure:
            return Facts()
        with closing(sqlite3.connect(path)) as connection:
            marks = ", ".join("?" for _ in NAMES)
            rows = connection.execute(
                f"SELECT name, value FROM setting WHERE name IN ({marks})",  # noqa: S608
                NAMES,
            ).fetchall()
    except sqlite3.DatabaseError as error:
        raise DamagedDatabase(path=str(path), why=str(error)) from error
    return _facts(structure, {name: json.loads(value) for name, value in rows})


def _facts(structure: str, found: dict[str, object]) -> Facts:
    locking = str(found.get("backups_key") or "")
    return Facts(
        structure,
        str(found.get("hospital_name") or ""),
        locking if keys.is_locking(locking) else "",
        str(found.get("backups_folder") or ""),
    )
