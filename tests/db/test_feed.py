"""Two programs on one database: what one does, the other hears."""

import time
from collections.abc import Iterator

import pytest

from hms_desktop.bus import Announcement
from hms_desktop.db.engine import Database
from hms_desktop.db.feed import MOST_ROWS, Feed
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import READ, Write
from tests.support.postgres import PostgresServer
from tests.support.seed import Clinic, new_patient, stamp

pytestmark = pytest.mark.feature("NET-1")


class Listening:
    def __init__(self, database: Database) -> None:
        self.heard: list[Announcement] = []
        self.states: list[bool] = []
        database.bus.subscribe(self.heard.append)
        self.feed = Feed(database, self.states.append)
        self.feed.start()
        assert self.feed.wait_ready()

    def wait(self, seconds: float = 5.0) -> list[Announcement]:
        limit = time.monotonic() + seconds
        while not self.heard and time.monotonic() < limit:
            time.sleep(0.005)
        return self.heard


@pytest.fixture
def other(database_url: str) -> Iterator[Listening]:
    database = Database(database_url)
    listening = Listening(database)
    yield listening
    listening.feed.close()
    database.close()


def test_a_change_is_heard_by_the_other_program_within_a_second(
    other: Listening, clinic: Clinic
) -> None:
    other.wait()
    other.heard.clear()
    begun = time.monotonic()
    one = clinic.book()
    (heard,) = other.wait()
    assert time.monotonic() - begun < 1.0
    assert heard.touches("appointment")
    assert not heard.local
    assert [(c.entity, c.entity_id, c.patient_id) for c in heard.changes] == [
        ("appointment", one, clinic.patients[0])
    ]


def test_a_look_at_a_chart_and_own_changes_are_not_heard(
    other: Listening, clinic: Clinic, database: Database
) -> None:
    other.wait()
    other.heard.clear()
    mine = Listening(database)
    database.write(stamp(), lambda write: write.record("patient", 1, action=READ))
    one = clinic.book()
    other.wait()
    time.sleep(0.3)
    mine.feed.close()
    assert [change.entity_id for each in other.heard for change in each.changes] == [one]
    assert [each.local for each in mine.heard] == [True]


def test_a_flood_counts_as_anything_may_have_changed(other: Listening, database: Database) -> None:
    def work(write: Write) -> None:
        for _ in range(MOST_ROWS + 50):
            new_patient(write)

    database.write(stamp(), work)
    heard = other.wait()
    limit = time.monotonic() + 5
    while not _complete(heard) and time.monotonic() < limit:
        time.sleep(0.01)
    assert _complete(heard)
    assert all(each.touches(patient.name) for each in heard)


def _complete(heard: list[Announcement]) -> bool:
    total = sum(len(each.changes) for each in heard)
    return total == MOST_ROWS + 50 or any(each.everything for each in heard)


@pytest.mark.feature("NET-2")
def test_after_the_server_was_away_everything_counts_as_changed(
    own_postgres_server: PostgresServer, expect_log: object
) -> None:
    from hms_desktop.db import migrate

    expect_log("the change feed lost the database")  # type: ignore[operator]
    url = own_postgres_server.create_database("away")
    migrate.upgrade(url)
    database = Database(url)
    listening = Listening(database)
    own_postgres_server.stop()
    limit = time.monotonic() + 10
    while False not in listening.states and time.monotonic() < limit:
        time.sleep(0.02)
    own_postgres_server.start()
    (heard,) = listening.wait(15)
    assert heard.everything
    assert listening.states[-1] is True
    listening.feed.close()
    database.close()
