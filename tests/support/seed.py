"""The least a database needs to hold an appointment, written straight through the one writer."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.doctors import doctor, room
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.actor import Actor

ACTOR = Actor("token", None, "Seed", ("system",), frozenset(), "test")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def stamp(action: str = "seed", request_id: str | None = None) -> Stamp:
    return Stamp(ACTOR, request_id or f"request-{next(_numbers)}", action)


def new_patient(write: Write) -> int:
    number = next(_numbers)
    return write.insert(
        patient,
        {
            "mrn": f"T-{number}",
            "display_name": f"Patient {number}",
            "sort_name": f"patient {number}",
            "phones": [],
            "address": {},
            "consent": {},
        },
    )


def new_doctor(write: Write) -> int:
    number = next(_numbers)
    values = {
        "display_name": f"Dr {number}",
        "registration_number": f"R-{number}",
        "approval": "approved",
    }
    return write.insert(doctor, values)


def new_user(write: Write) -> int:
    number = next(_numbers)
    return write.insert(user, {"login": f"user-{number}", "display_name": f"User {number}"})


def new_room(write: Write) -> int:
    return write.insert(room, {"name": f"Room {next(_numbers)}"})


def new_visit_type(write: Write) -> int:
    values = {"name": f"Visit {next(_numbers)}", "minutes": 30, "bookable_by": ["desk"]}
    return write.insert(visit_type, values)


def visit(
    write: Write,
    *,
    patient_id: int,
    doctor_id: int,
    visit_type_id: int,
    starts_at: datetime = NOON,
    minutes: int = 30,
    buffer: int = 0,
    room_id: int | None = None,
    lane: int = 0,
    status: str = "booked",
) -> int:
    ends_at = starts_at + timedelta(minutes=minutes)
    return write.insert(
        appointment,
        {
            "patient_id": patient_id,
            "doctor_id": doctor_id,
            "visit_type_id": visit_type_id,
            "room_id": room_id,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "blocks_from": starts_at - timedelta(minutes=buffer),
            "blocks_to": ends_at + timedelta(minutes=buffer),
            "lane": lane,
            "status": status,
        },
    )


class Clinic:
    """Two patients, two doctors, a room and a visit type, by id."""

    def __init__(self, database: Database) -> None:
        def work(write: Write) -> tuple[list[int], list[int], int, int]:
            return (
                [new_patient(write) for _ in range(3)],
                [new_doctor(write) for _ in range(2)],
                new_room(write),
                new_visit_type(write),
            )

        self.database = database
        self.patients, self.doctors, self.room, self.visit_type = database.write(stamp(), work)

    def book(self, patient: int = 0, doctor: int = 0, **wish: object) -> int:
        """Write one visit of the n-th patient with the n-th doctor, in its own transaction."""
        return self.database.write(
            stamp("book"),
            lambda write: visit(
                write,
                patient_id=self.patients[patient],
                doctor_id=self.doctors[doctor],
                visit_type_id=self.visit_type,
                **wish,  # type: ignore[arg-type]
            ),
        )
