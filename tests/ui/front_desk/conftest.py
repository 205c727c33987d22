from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from hms_desktop.services.assembly import Services, open_services
from tests.support import invariants
from tests.support.clock import FakeClock
from tests.ui.front_desk.desk import Clinic, Place, make_clinic


@pytest.fixture
def clock() -> FakeClock:
    """Monday 23 November 2026, 12:00 UTC."""
    return FakeClock()


@pytest.fixture
def services(sqlite_url: str, clock: FakeClock) -> Iterator[Services]:
    opened = open_services(sqlite_url, clock=clock)
    yield opened
    invariants.check(opened.context.database)
    opened.close()


@pytest.fixture
def clinic(services: Services) -> Clinic:
    return make_clinic(services)


@pytest.fixture
def place(qtbot: QtBot, services: Services, clinic: Clinic, tmp_path: Path) -> Iterator[Place]:
    one = Place(qtbot, services, clinic, tmp_path / "drafts")
    yield one
    one.close()
