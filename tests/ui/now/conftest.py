from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from hms_desktop.db.writing import Write
from hms_desktop.domain.permissions import RECEPTIONIST
from hms_desktop.services.assembly import Services, open_services
from tests.services.conftest import Hospital, make_hospital
from tests.support import seed
from tests.support.clock import FakeClock
from tests.ui.now.desk import Window

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OpenWindow = Callable[..., Window]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def services(sqlite_url: str, clock: FakeClock) -> Iterator[Services]:
    opened = open_services(sqlite_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def hospital(services: Services) -> Hospital:
    return make_hospital(services.context.database)


@pytest.fixture
def visits(services: Services, hospital: Hospital) -> tuple[int, ...]:
    """Three visits of three patients: 12:10 and 12:20 with the first two doctors, 16:00."""
    plan = ((0, 0, 10), (1, 1, 20), (2, 0, 240))

    def work(write: Write) -> tuple[int, ...]:
        return tuple(
            seed.visit(
                write,
                patient_id=hospital.patients[patient],
                doctor_id=hospital.doctors[doctor],
                visit_type_id=hospital.visit_type,
                starts_at=NOON + timedelta(minutes=minutes),
            )
            for patient, doctor, minutes in plan
        )

    return services.context.database.write(seed.stamp(), work)


@pytest.fixture
def open_window(qtbot: QtBot, services: Services) -> Iterator[OpenWindow]:
    made: list[Window] = []

    def make(permissions: frozenset[str] = RECEPTIONIST, doctor_id: int | None = None) -> Window:
        window = Window(services, permissions=permissions, doctor_id=doctor_id)
        qtbot.addWidget(window)
        made.append(window)
        return window

    yield make
    for window in made:
        window.close_all()
