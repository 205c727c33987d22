from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.availability import working_session
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import Done
from hms_desktop.domain.hours import LeaveSaved, SaveLeave
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR, RECEPTIONIST
from hms_desktop.services.assembly import Services, open_services
from tests.services.bookings import HALF, ONE_PM, book, wish
from tests.support import invariants, seed
from tests.support.clock import FakeClock
from tests.support.programs import Program, cheap, open_program


@pytest.fixture
def clock() -> FakeClock:
    """Monday 23 November 2026, 12:00 UTC, until told otherwise."""
    return FakeClock()


@pytest.fixture
def services(database_url: str, clock: FakeClock) -> Iterator[Services]:
    """All services over a fresh database of each engine; its invariants are checked afterwards."""
    opened = open_services(database_url, clock=clock, authenticator=cheap())
    yield opened
    invariants.check(opened.context.database)
    opened.close()


@pytest.fixture
def program(database_url: str, clock: FakeClock) -> Iterator[Program]:
    """The services of people, doctors and settings over a fresh database of each engine."""
    opened = open_program(database_url, clock)
    yield opened
    opened.close()


@pytest.fixture
def second(database_url: str, clock: FakeClock) -> Iterator[Program]:
    """Another program over the same database."""
    opened = open_program(database_url, clock)
    yield opened
    opened.close()


def actor(
    services: Services,
    name: str,
    permissions: frozenset[str],
    *,
    workstation: str = "desk-1",
    doctor_id: int | None = None,
) -> Actor:
    """Admit somebody with these permissions, without a log-in."""
    return services.context.gate.admit(
        Actor(secrets.token_hex(8), None, name, ("test",), permissions, workstation, doctor_id)
    )


@pytest.fixture
def desk(services: Services) -> Actor:
    return actor(services, "Sheela", RECEPTIONIST)


@pytest.fixture
def other_desk(services: Services) -> Actor:
    return actor(services, "Maria", RECEPTIONIST, workstation="desk-2")


@pytest.fixture
def admin(services: Services) -> Actor:
    return actor(services, "Asha", ADMINISTRATOR)


@dataclass(frozen=True)
class Hospital:
    """Three patients; two doctors who work every day from 09:00 to 17:00 UTC; one visit type."""

    patients: tuple[int, ...]
    doctors: tuple[int, ...]
    rooms: tuple[int, ...]
    visit_type: int


@pytest.fixture
def hospital(services: Services) -> Hospital:
    return make_hospital(services.context.database)


def make_hospital(database: Database) -> Hospital:
    def work(write: Write) -> Hospital:
        rooms = tuple(seed.new_room(write) for _ in range(2))
        doctors = tuple(seed.new_doctor(write) for _ in rooms)
        for doctor_id, room_id in zip(doctors, rooms, strict=True):
            write.connection.execute(
                sa.update(doctor).where(doctor.c.id == doctor_id).values(room_id=room_id)
            )
            for weekday in range(7):
                write.insert(
                    working_session,
                    {
                        "doctor_id": doctor_id,
                        "weekday": weekday,
                        "start_minute": 9 * 60,
                        "end_minute": 17 * 60,
                    },
                )
        patients = tuple(seed.new_patient(write) for _ in range(3))
        return Hospital(patients, doctors, rooms, seed.new_visit_type(write))

    return database.write(seed.stamp(), work)


@pytest.fixture
def doctor_actor(services: Services, hospital: Hospital) -> Actor:
    """The first doctor of the hospital, logged in."""
    return actor(services, "Dr Rao", DOCTOR, workstation="clinic-1", doctor_id=hospital.doctors[0])


@pytest.fixture
def booked(services: Services, desk: Actor, hospital: Hospital) -> Done:
    """The first patient, booked with the first doctor for 13:00 UTC."""
    return services.appointments.book(desk, wish(hospital, note="brings X-rays"))


@pytest.fixture
def leave(services: Services, admin: Actor, desk: Actor, hospital: Hospital) -> LeaveSaved:
    """The first doctor away on Tuesday 24 November, with three visits booked for that day."""
    for number in range(3):
        start = ONE_PM + timedelta(days=1) + number * HALF
        book(services, desk, hospital, patient=number, starts_at=start)
    begins = datetime(2026, 11, 24, tzinfo=UTC)
    away = SaveLeave(hospital.doctors[0], begins, begins + timedelta(days=1), "congress")
    return services.availability.add_leave(admin, away)
