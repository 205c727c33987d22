from collections.abc import Iterator

import pytest

from hms_desktop.db.engine import Database
from tests.support.seed import NOON, Clinic


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, clock=lambda: NOON)
    yield opened
    opened.close()


@pytest.fixture
def clinic(database: Database) -> Clinic:
    return Clinic(database)
