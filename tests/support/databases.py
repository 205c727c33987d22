"""Fresh databases in milliseconds: each is a copy of one migrated template, on either engine."""

import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock

from tests.support.postgres import PostgresServer

TEMPLATE = "hms_template"


def _upgrade(url: str) -> None:
    # Here, not above: tests that need no database must run where the migrations do not load.
    from hms_desktop.db.migrate import upgrade

    upgrade(url)


def sqlite_template(shared: Path) -> Path:
    """Return the migrated SQLite file of this run, made by whichever worker asks first."""
    template = shared / f"{TEMPLATE}.sqlite"
    with FileLock(shared / "sqlite.lock"):
        if not template.exists():
            draft = shared / "draft.sqlite"
            _upgrade(f"sqlite:///{draft}")
            # All of it into the one file, since only that file is copied.
            with closing(sqlite3.connect(draft)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            draft.rename(template)
    return template


def postgres_template(shared: Path, server: PostgresServer) -> str:
    """Return the name of the migrated Postgres database of this run."""
    done = shared / "postgres-template"
    with FileLock(shared / "postgres-template.lock"):
        if not done.exists():
            server.drop_database(TEMPLATE)
            _upgrade(server.create_database(TEMPLATE))
            done.touch()
    return TEMPLATE


def new_sqlite(shared: Path, folder: Path) -> str:
    """Copy the template into this folder and return the URL of the copy."""
    target = folder / "hospital.sqlite"
    shutil.copyfile(sqlite_template(shared), target)
    target.chmod(0o600)
    return f"sqlite:///{target}"


def new_name() -> str:
    """Return a database name that nobody else uses."""
    return f"test_{uuid.uuid4().hex}"


@contextmanager
def new_postgres(shared: Path, server: PostgresServer) -> Iterator[str]:
    """Copy the template to a database of its own, and drop that at the end."""
    template = postgres_template(shared, server)
    name = new_name()
    url = server.create_database(name, template)
    try:
        yield url
    finally:
        server.drop_database(name)
