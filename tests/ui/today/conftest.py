from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from hms_desktop.domain.permissions import DOCTOR, RECEPTIONIST
from hms_desktop.services.assembly import Services, open_services
from tests.services.conftest import Hospital, actor, make_hospital
from tests.support.clock import FakeClock
from tests.ui.now.desk import Window
from tests.ui.today.clinic import Clinic


@pytest.fixture
def clock() -> FakeClock:
    """Monday 23 November 2026, 12:00 UTC."""
    return FakeClock()


@pytest.fixture
def services(sqlite_url: str, clock: FakeClock) -> Iterator[Services]:
    opened = open_services(sqlite_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def hospital(services: Services) -> Hospital:
    return make_hospital(services.context.database)


@pytest.fixture
def clinic(
    qtbot: QtBot, services: Services, hospital: Hospital, clock: FakeClock
) -> Iterator[Clinic]:
    """The first doctor's Today page; two patients wait, one is booked for later."""
    desk = actor(services, "Sheela", RECEPTIONIST)
    window = Window(services, permissions=DOCTOR, doctor_id=hospital.doctors[0])
    qtbot.addWidget(window)
    made = Clinic(services, hospital, desk, window, clock)
    made.book_day()
    made.open_page()
    yield made
    window.close_all()
