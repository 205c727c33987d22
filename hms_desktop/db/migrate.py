"""Bringing a database's schema up to this program's, with a backup before."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.db import faults
from hms_desktop.db.engine import Database, utc_now
from hms_desktop.db.location import shown
from hms_desktop.domain.backups import BackupKind
from hms_desktop.domain.errors import Busy, DamagedDatabase, HmsError, Unreachable, Unusable
from hms_desktop.paths import migrations_dir

if TYPE_CHECKING:
    # Loaded when there is something to upgrade: it takes as long as SQLAlchemy itself, and every
    # start asks only whether there is.
    from alembic.config import Config

log = logging.getLogger(__name__)

LOCK_KEY = 0x484D53
"""Postgres advisory lock that only one migrating program holds."""


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Which revision a database has and which one this program wants."""

    address: str
    current: str | None
    head: str
    newer: bool

    @property
    def pending(self) -> bool:
        """Whether this program would upgrade the database."""
        return not self.newer and self.current != self.head


def state(url: str) -> SchemaState:
    """Read which revision a database has; raises Unreachable or Unusable."""
    database = Database(url)
    try:
        with database.read() as connection:
            return _state(database, connection)
    finally:
        database.close()


def upgrade(url: str, *, backup_to: Path | None = None, backup: bool = True) -> SchemaState:
    """Bring the schema forward, after a backup when there is anything to lose.

    Safe to call from several programs at once: one migrates, the others wait and find it done.
    Raises Unusable when the database is newer than this program or cannot be backed up.
    """
    database = Database(url)
    try:
        with database.read() as connection:
            before = _state(database, connection)
        if before.newer:
            raise _newer(before)
        if not before.pending:
            return before
        if backup and before.current is not None:
            save_before(database, backup_to, utc_now())
        _migrate(database)
        with database.read() as connection:
            return _state(database, connection)
    except sqlalchemy.exc.DBAPIError as error:
        raise (faults.translate(error) or error) from error
    finally:
        database.close()


def require_current(database: Database) -> None:
    """Refuse a database whose schema is not exactly this program's; raises Unusable."""
    with database.read() as connection:
        found = _state(database, connection)
    if found.newer:
        raise _newer(found)
    if found.pending:
        raise Unusable(
            "The database {address} has an older structure ({current}). "
            "Run: hms-desktop db upgrade --database ADDRESS",
            address=found.address,
            current=found.current or "empty",
        )


def _newer(found: SchemaState) -> Unusable:
    return Unusable(
        "The database {address} was made by a newer program (structure {current}; this program "
        "knows {head}). Nothing was changed. Install the newer program on this computer.",
        address=found.address,
        current=found.current,
        head=found.head,
    )


def _state(database: Database, connection: sa.Connection) -> SchemaState:
    steps = revisions(migrations_dir() / "versions")
    (head,) = steps.keys() - set(steps.values())
    current: str | None = None
    if sa.inspect(connection).has_table("alembic_version"):
        current = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return SchemaState(
        shown(database.url),
        current,
        head,
        newer=current is not None and current not in steps,
    )


@cache
def revisions(folder: Path) -> dict[str, str]:
    """Return the revision before each revision that this program knows (empty before the first).

    Read from the text of the steps, as Alembic would have to run them to know.
    """
    found: dict[str, str] = {}
    for path in folder.glob("*.py"):
        named = dict(_REVISION.findall(path.read_text(encoding="utf-8")))
        found[named["revision"]] = named.get("down_revision", "")
    return found


_REVISION = re.compile(r'^(revision|down_revision)(?:: [^=]+)? = "(\w+)"$', re.MULTILINE)


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - heavy, see above

    config = Config()
    config.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    return config


def _migrate(database: Database) -> None:
    from alembic import command  # noqa: PLC0415 - heavy, see above

    config = _config()
    with database.engine.connect() as connection:
        if database.is_sqlite:
            # Batch operations rebuild tables: foreign keys would fire while rows are copied.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("PRAGMA busy_timeout = 60000")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SET lock_timeout = '60s'")
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_KEY)))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
            if database.is_sqlite:
                _check_foreign_keys(connection)
                connection.exec_driver_sql("COMMIT")
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    log.info("the database structure is brought forward")


def _check_foreign_keys(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise Unusable(
            "The upgrade would break {count} links between entries, so it was taken back. "
            "The database is as it was.",
            count=len(broken),
        )


def save_before(database: Database, folder: Path | None, now: datetime) -> Path:
    """Save the database as it is before an upgrade and return the file; raises Unusable."""
    # Only before an upgrade: it brings the ciphers along.
    from hms_desktop.db.backup import facts, making  # noqa: PLC0415

    try:
        found = facts.facts_of(database)
        order = making.Order(BackupKind.BEFORE_UPGRADE, found.hospital, found.locking, now)
        made = making.make(database, folder or found.backups, order)
    except (DamagedDatabase, Unreachable, Busy):
        raise
    except HmsError as error:
        raise Unusable(
            "The database was not upgraded, because it could not be saved first. {why} "
            "Mend that, or make a backup yourself and add --no-backup.",
            why=str(error),
        ) from error
    log.info("saved the database before its upgrade")
    return Path(made.file.path)
