from __future__ import annotations

import multiprocessing
from multiprocessing.context import ForkServerContext

import pytest
import sqlalchemy as sa

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.availability import working_session
from hms_desktop.db.writing import Write
from tests.race.programs import Field
from tests.support import seed

PROGRAMS = 16


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Real processes, forked from a clean server that has imported the program already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.race.programs"])
    return context


@pytest.fixture
def field(database_url: str) -> Field:
    """A doctor and a patient for each program, all at work day and night, and one room."""

    def work(write: Write) -> Field:
        doctors = tuple(seed.new_doctor(write) for _ in range(PROGRAMS))
        sessions = [
            {
                "doctor_id": one,
                "weekday": weekday,
                "start_minute": 0,
                "end_minute": 1440,
                "created_at": write.now,
                "updated_at": write.now,
            }
            for one in doctors
            for weekday in range(7)
        ]
        write.connection.execute(sa.insert(working_session), sessions)
        return Field(
            tuple(seed.new_patient(write) for _ in range(PROGRAMS)),
            doctors,
            seed.new_visit_type(write),
            seed.new_room(write),
        )

    database = Database(database_url)
    made = database.write(seed.stamp(), work)
    database.close()
    return made
