"""The database itself refuses: no service is in the way here."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.appointments import appointment, status_step
from hms_desktop.domain.lifecycle import BACKWARD, FORWARD, HOLDING, Status
from tests.support.seed import NOON, Clinic, stamp

pytestmark = pytest.mark.feature("APT-3")
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("offset", "minutes"), [(0, 30), (15, 30), (-15, 30), (29, 1), (-29, 30), (-60, 120), (10, 5)]
)
@pytest.mark.parametrize("who", ["doctor", "patient", "room"])
def test_an_overlap_is_refused(clinic: Clinic, who: str, offset: int, minutes: int) -> None:
    clinic.book(room_id=clinic.room)
    rival = {
        "doctor": {"patient": 1, "doctor": 0},
        "patient": {"patient": 0, "doctor": 1},
        "room": {"patient": 1, "doctor": 1, "room_id": clinic.room},
    }[who]
    with pytest.raises(faults.Overlap) as caught:
        clinic.book(**rival, starts_at=NOON + offset * MINUTE, minutes=minutes)
    assert caught.value.kind == who


@pytest.mark.parametrize("offset", [30, -30])
def test_visits_may_touch(clinic: Clinic, offset: int) -> None:
    clinic.book(room_id=clinic.room)
    clinic.book(room_id=clinic.room, starts_at=NOON + offset * MINUTE)


@pytest.mark.parametrize(("offset", "refused"), [(39, True), (40, False), (-40, False)])
def test_buffers_keep_their_distance(clinic: Clinic, offset: int, refused: bool) -> None:
    clinic.book(buffer=5)
    rival = {"patient": 1, "starts_at": NOON + offset * MINUTE, "buffer": 5}
    if refused:
        with pytest.raises(faults.Overlap):
            clinic.book(**rival)
    else:
        clinic.book(**rival)


def test_another_lane_of_the_same_doctor_is_free_even_in_the_same_room(clinic: Clinic) -> None:
    clinic.book(room_id=clinic.room)
    clinic.book(patient=1, lane=100, room_id=clinic.room)
    with pytest.raises(faults.Overlap):
        clinic.book(patient=2, lane=100)


@pytest.mark.parametrize("status", [one for one in Status if one not in HOLDING])
def test_a_status_that_does_not_hold_leaves_the_slot_free(clinic: Clinic, status: Status) -> None:
    clinic.book(status=status.value)
    clinic.book(patient=1)


def test_a_freed_slot_that_was_taken_cannot_be_taken_back(clinic: Clinic) -> None:
    first = clinic.book()
    _set(clinic.database, first, status="cancelled")
    clinic.book(patient=1)
    with pytest.raises(faults.Overlap):
        _set(clinic.database, first, status="booked")


def test_moving_a_visit_onto_another_by_raw_sql_is_refused(clinic: Clinic) -> None:
    clinic.book()
    other = clinic.book(patient=1, starts_at=NOON + 60 * MINUTE)
    begin, end = NOON + 15 * MINUTE, NOON + 45 * MINUTE
    with pytest.raises(faults.Overlap):
        _set(clinic.database, other, starts_at=begin, ends_at=end, blocks_from=begin, blocks_to=end)


def test_raw_sql_that_bypasses_the_program_is_refused_too(clinic: Clinic) -> None:
    kept = clinic.book()
    copy = (
        "INSERT INTO appointment (patient_id, doctor_id, visit_type_id, starts_at, ends_at, "
        "blocks_from, blocks_to, lane, status, created_at, updated_at) "
        f"SELECT {clinic.patients[1]}, doctor_id, visit_type_id, starts_at, ends_at, "
        "blocks_from, blocks_to, lane, status, created_at, updated_at "
        f"FROM appointment WHERE id = {kept}"
    )
    with pytest.raises(sa.exc.DBAPIError) as caught, clinic.database.engine.begin() as connection:
        connection.exec_driver_sql(copy)
    assert isinstance(faults.translate(caught.value), faults.Overlap)


@pytest.mark.feature("APT-7")
def test_the_table_of_steps_is_the_one_of_the_domain(database: Database) -> None:
    with database.read() as connection:
        rows = connection.execute(sa.select(status_step)).all()
    forward = {(row.before, row.after) for row in rows if row.direction == "forward"}
    every = {(row.before, row.after) for row in rows}
    assert forward == {(a.value, b.value) for a, b in FORWARD}
    assert every == {(a.value, b.value) for a, b in FORWARD | BACKWARD}


@pytest.mark.feature("APT-7")
def test_a_step_that_is_not_in_the_table_is_refused(clinic: Clinic) -> None:
    one = clinic.book(status="booked")
    with pytest.raises(faults.StepRefused):
        _set(clinic.database, one, status="completed")


def test_a_visit_of_more_than_a_day_is_refused(clinic: Clinic) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        clinic.book(minutes=24 * 60 + 30)


@pytest.mark.feature("SEC-1")
@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"])
def test_the_audit_cannot_be_changed(clinic: Clinic, verb: str) -> None:
    clinic.book()
    with pytest.raises(sa.exc.DBAPIError), clinic.database.engine.begin() as connection:
        connection.exec_driver_sql(verb)


def _set(database: Database, appointment_id: int, **values: object) -> None:
    def work(write: object) -> None:
        query = sa.update(appointment).where(appointment.c.id == appointment_id)
        write.connection.execute(query.values(**values))  # type: ignore[attr-defined]

    database.write(stamp("raw"), work)
