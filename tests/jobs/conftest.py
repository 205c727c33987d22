from __future__ import annotations

from collections.abc import Iterator

import pytest

from hms_desktop.services.assembly import Services, open_services
from tests.support.clock import FakeClock
from tests.support.programs import cheap


@pytest.fixture
def clock() -> FakeClock:
    """Monday 23 November 2026, 12:00 UTC."""
    return FakeClock()


@pytest.fixture
def services(database_url: str, clock: FakeClock) -> Iterator[Services]:
    """A program's services over a fresh database of each engine."""
    opened = open_services(database_url, clock=clock, authenticator=cheap())
    yield opened
    opened.close()


@pytest.fixture
def second(database_url: str, clock: FakeClock) -> Iterator[Services]:
    """Another program's services over the same database."""
    opened = open_services(database_url, clock=clock, authenticator=cheap())
    yield opened
    opened.close()
