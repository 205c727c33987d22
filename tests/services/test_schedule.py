from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.availability_rules import Booked, DoctorState, ReasonKind, VisitNeed
from hms_desktop.domain.errors import Invalid, NotFound
from hms_desktop.domain.hours import NextFreeWish, SaveLeave, SessionHours
from hms_desktop.services.assembly import Services
from hms_desktop.services.schedule import Schedule
from tests.services.conftest import Hospital
from tests.support import seed

DAY = date(2026, 11, 23)
ONE_PM = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)


@pytest.fixture
def schedule(services: Services) -> Schedule:
    return Schedule(services.context)


def test_rules_are_read_in_whole_months_and_kept(
    services: Services, schedule: Schedule, hospital: Hospital
) -> None:
    one = hospital.doctors[0]
    first = schedule.rules([one], DAY, DAY)
    assert schedule.rules([one], date(2026, 11, 1), date(2026, 11, 30)) is first
    assert len(first[one].sessions) == 7


def test_rules_change_when_their_rows_do(
    services: Services, schedule: Schedule, admin: Actor, hospital: Hospital
) -> None:
    one = hospital.doctors[0]
    schedule.rules([one], DAY, DAY)
    services.availability.add_leave(admin, SaveLeave(one, ONE_PM, ONE_PM + HALF))
    assert len(schedule.rules([one], DAY, DAY)[one].leaves) == 1


def test_what_ended_before_the_months_is_left_out(
    services: Services, schedule: Schedule, admin: Actor, hospital: Hospital
) -> None:
    one = hospital.doctors[0]
    long_ago = ONE_PM - timedelta(days=400)
    services.availability.add_leave(admin, SaveLeave(one, long_ago, long_ago + HALF))
    services.availability.toggle_slot(admin, one, long_ago, 30)
    rules = schedule.rules([one], DAY, DAY)[one]
    assert (rules.leaves, rules.blocks) == ((), ())
    then = schedule.rules([one], long_ago.date(), long_ago.date())[one]
    assert (len(then.leaves), len(then.blocks)) == (1, 1)


@pytest.mark.feature("AVL-7")
def test_hours_refuse_with_a_reason_and_ignore_bookings(
    services: Services, schedule: Schedule, hospital: Hospital
) -> None:
    one, now = hospital.doctors[0], services.context.now()

    def kind(starts_at: datetime, minutes: int = 30) -> ReasonKind | None:
        ends_at = starts_at + timedelta(minutes=minutes)
        found = schedule.hours_reason(one, starts_at, ends_at, VisitNeed(), now)
        return None if found is None else found.kind

    assert kind(ONE_PM) is None
    assert kind(ONE_PM, 4 * 60) is None
    assert kind(ONE_PM, 4 * 60 + 1) is ReasonKind.OUTSIDE_HOURS
    assert kind(ONE_PM - timedelta(hours=2)) is ReasonKind.PAST
    with pytest.raises(NotFound):
        schedule.hours_reason(999_999, ONE_PM, ONE_PM + HALF, VisitNeed(), now)


def test_capacity_is_that_of_the_whole_visit(
    services: Services, schedule: Schedule, admin: Actor, hospital: Hospital
) -> None:
    one = hospital.doctors[0]
    services.availability.set_week(
        admin,
        one,
        [
            SessionHours(0, 12 * 60, 14 * 60, capacity=3),
            SessionHours(0, 14 * 60, 16 * 60, capacity=2),
        ],
    )
    assert schedule.capacity_at(one, ONE_PM, ONE_PM + HALF) == 3
    assert schedule.capacity_at(one, ONE_PM + HALF, ONE_PM + 3 * HALF) == 2
    assert schedule.capacity_at(one, ONE_PM + 8 * HALF, ONE_PM + 9 * HALF) == 1
    assert schedule.capacity_at(hospital.doctors[1], ONE_PM, ONE_PM + HALF) == 1


def test_needs_are_those_of_the_visit_type(
    services: Services, schedule: Schedule, hospital: Hospital
) -> None:
    assert schedule.need(hospital.visit_type) == VisitNeed(30, horizon_days=365)
    assert schedule.need(None) == VisitNeed()
    with pytest.raises(Invalid, match="cannot be booked from here"):
        schedule.need(hospital.visit_type, by="kiosk")
    services.context.database.write(
        seed.stamp(),
        lambda write: write.update(
            visit_type, hospital.visit_type, {"retired_at": seed.NOON}, version=None
        ),
    )
    with pytest.raises(Invalid, match="not offered any more"):
        schedule.need(hospital.visit_type)


def test_a_retired_doctor_is_closed(
    services: Services, schedule: Schedule, hospital: Hospital
) -> None:
    one = hospital.doctors[0]
    assert schedule.room_of(one) == hospital.rooms[0]
    services.context.database.write(
        seed.stamp(),
        lambda write: write.update(doctor, one, {"retired_at": seed.NOON}, version=None),
    )
    assert schedule.rules([one], DAY, DAY)[one].state is DoctorState.BLOCKED
    assert one not in schedule.doctors()


@pytest.mark.feature("AVL-5")
def test_visits_come_with_their_buffers_holds_and_without_what_was_cancelled(
    services: Services, schedule: Schedule, hospital: Hospital
) -> None:
    one, database = hospital.doctors[0], services.context.database
    plain = {"doctor_id": one, "visit_type_id": hospital.visit_type}

    def work(write: Write) -> list[int]:
        return [
            seed.visit(write, patient_id=patient, starts_at=at, buffer=buffer, **plain)
            for patient, at, buffer in zip(
                hospital.patients,
                (ONE_PM, ONE_PM + 2 * HALF, ONE_PM + 9 * HALF),
                (0, 10, 0),
                strict=True,
            )
        ]

    ids = database.write(seed.stamp(), work)
    gone = {"status": "cancelled"}
    database.write(
        seed.stamp(), lambda write: write.update(appointment, ids[2], gone, version=None)
    )
    with database.read() as connection:
        found = schedule.booked(connection, [one], ONE_PM, ONE_PM + HALF)[one]
    assert sorted(found) == [
        Booked(ids[0], ONE_PM, ONE_PM + HALF),
        Booked(ids[1], ONE_PM + 2 * HALF, ONE_PM + 3 * HALF, 10, 10),
    ]


def test_schedule_and_catalogue_do_not_take_each_others_visit_types_from_the_cache(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    services.catalogue.visit_types(desk)
    found = services.availability.next_free(
        desk, NextFreeWish(visit_type_id=hospital.visit_type, limit=1)
    )
    assert found
    assert services.catalogue.visit_types(desk)[0].id == hospital.visit_type
