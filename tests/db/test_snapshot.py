"""A long reading sees one state, holds nobody back, and speaks in sentences when it breaks."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from hms_desktop.db.engine import Database
from hms_desktop.db.snapshot import snapshot
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.domain.errors import Unreachable
from tests.support.seed import Clinic

COUNT = sa.select(sa.func.count()).select_from(appointment)


def seen(connection: sa.Connection) -> int:
    return int(connection.execute(COUNT).scalar_one())


@pytest.mark.feature("JOB-4")
def test_what_others_write_meanwhile_is_not_seen_and_not_held_back(
    database: Database, clinic: Clinic
) -> None:
    clinic.book()
    with snapshot(database) as connection:
        assert seen(connection) == 1
        clinic.book(patient=1, doctor=1)
        assert seen(connection) == 1
        with database.read() as other:
            assert seen(other) == 2
    with snapshot(database) as connection:
        assert seen(connection) == 2


def test_it_reads_in_little_memory_and_for_long_and_leaves_no_trace(database: Database) -> None:
    setting = "PRAGMA cache_size" if database.is_sqlite else "SHOW statement_timeout"
    found = []
    for way in (snapshot(database), database.read()):
        with way as connection:
            found.append(connection.exec_driver_sql(setting).scalar_one())
    assert found == ([-8_192, -65_536] if database.is_sqlite else ["0", "30s"])


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Database]:
    found = Database(postgres_url)
    yield found
    found.close()


def test_it_writes_nothing(on_postgres: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="read-only"), snapshot(on_postgres) as connection:
        connection.execute(sa.delete(appointment))


def test_a_lost_server_is_told_also_by_the_driver_itself(on_postgres: Database) -> None:
    def lose_it() -> None:
        with snapshot(on_postgres) as connection:
            own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with on_postgres.read() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 5000)")
            connection.connection.driver_connection.execute("SELECT 1")  # type: ignore[union-attr]

    with pytest.raises(Unreachable):
        lose_it()
    with snapshot(on_postgres) as connection:
        assert seen(connection) == 0
