from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db import prepared
from hms_desktop.db.tables.appointments import visit_type
from hms_desktop.db.tables.availability import working_session
from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.domain.availability_rules import ReasonKind
from hms_desktop.domain.errors import Invalid, NotAllowed
from hms_desktop.domain.hours import (
    NextFreeWish,
    SaveLeave,
    SessionHours,
)
from hms_desktop.domain.permissions import PATIENT
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, HALF, NEXT, ONE_PM, free
from tests.services.conftest import Hospital, actor
from tests.support import seed


# --------------------------------------------------------------------------------- free slots
@pytest.mark.feature("AVL-5", "DEP-3")
def test_free_slots_are_what_can_be_booked(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    doctor_id, kind = hospital.doctors[0], hospital.visit_type
    before = free(services, desk, hospital, DAY)
    assert before[0] == "12:00"  # the clock stands at 12:00
    services.appointments.book(desk, BookAppointment(hospital.patients[0], doctor_id, kind, ONE_PM))
    assert free(services, desk, hospital, DAY) == [one for one in before if one != "13:00"]
    reason = services.availability.why_closed(desk, doctor_id, ONE_PM, kind)
    assert reason is not None
    assert reason.kind is ReasonKind.BOOKED


@pytest.mark.feature("AVL-5")
def test_default_hours_apply_until_hours_are_set(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    services.availability.clear_week(admin, hospital.doctors[0])
    assert (free(services, admin, hospital)[0], len(free(services, admin, hospital))) == (
        "11:00",
        12,
    )
    services.hospital.change_settings(admin, {"default_hours_apply": False})
    assert free(services, admin, hospital) == []


@pytest.mark.feature("AVL-5")
def test_capacity_and_holds_count(
    services: Services, admin: Actor, desk: Actor, other_desk: Actor, hospital: Hospital
) -> None:
    doctor_id = hospital.doctors[0]
    services.availability.set_week(
        admin, doctor_id, [SessionHours(0, 13 * 60, 14 * 60, slot_minutes=30, capacity=2)]
    )
    slots = services.availability.free_slots(desk, doctor_id, DAY, DAY)
    assert [slot.remaining for slot in slots] == [2, 2]
    services.holds.take(other_desk, doctor_id, ONE_PM, ONE_PM + HALF, "panel-1")
    slots = services.availability.free_slots(desk, doctor_id, DAY, DAY)
    assert [slot.remaining for slot in slots] == [1, 2]


@pytest.mark.feature("AVL-5")
def test_hours_are_the_hospitals_clock(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    services.hospital.change_settings(admin, {"zone": "Asia/Kolkata"})
    assert free(services, admin, hospital)[0] == "03:30"  # 09:00 in Kolkata


@pytest.mark.feature("AVL-7")
def test_plans_of_a_day_for_many_doctors(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    plans = services.availability.day_plans(desk, NEXT, [*hospital.doctors, 999_999])
    assert list(plans) == list(hospital.doctors)
    plan = plans[hospital.doctors[0]]
    assert len(plan.slots) == 16
    assert [span.reason.kind for span in plan.closed] == [ReasonKind.OUTSIDE_HOURS] * 2


@pytest.mark.feature("DEP-3")
def test_patients_see_free_slots_but_no_reasons(services: Services, hospital: Hospital) -> None:
    guest = actor(services, "Guest", PATIENT)
    assert services.availability.next_free(guest, NextFreeWish()) != ()
    with pytest.raises(NotAllowed):
        services.availability.why_closed(guest, hospital.doctors[0], ONE_PM)
    with pytest.raises(NotAllowed):
        services.availability.day_plans(guest, DAY, hospital.doctors)
    with pytest.raises(Invalid, match="cannot be booked from here"):
        services.availability.free_slots(guest, hospital.doctors[0], DAY, DAY, hospital.visit_type)


# ---------------------------------------------------------------------------------- next free
@pytest.mark.feature("APT-4")
def test_next_free_goes_across_doctors_by_time(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    found = services.availability.next_free(desk, NextFreeWish(hospital.visit_type, limit=3))
    first, second, third = found
    assert {first.doctor_id, second.doctor_id} == set(hospital.doctors)
    assert (first.starts_at, second.starts_at) == (seed.NOON, seed.NOON)
    assert third.starts_at == seed.NOON + HALF
    assert first.room.startswith("Room ")


@pytest.mark.feature("APT-4")
def test_next_free_minds_days_and_part_of_day(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    wish = NextFreeWish(
        doctor_ids=(hospital.doctors[1],),
        weekdays=frozenset({3}),
        from_minute=9 * 60,
        to_minute=10 * 60,
        limit=3,
    )
    found = services.availability.next_free(desk, wish)
    assert [f"{slot.starts_at:%d.%m. %H:%M}" for slot in found] == [
        "26.11. 09:00",
        "26.11. 09:30",
        "03.12. 09:00",
    ]
    assert {slot.doctor_id for slot in found} == {hospital.doctors[1]}


@pytest.mark.feature("APT-4")
def test_next_free_looks_within_a_department_and_a_horizon(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital
) -> None:
    def prepare(write: Write) -> int:
        new_id = write.insert(department, {"name": "Eyes"})
        write.update(doctor, hospital.doctors[1], {"department_id": new_id}, version=None)
        write.update(visit_type, hospital.visit_type, {"horizon_days": 2}, version=None)
        return new_id

    department_id = services.context.database.write(seed.stamp(), prepare)
    wish = NextFreeWish(hospital.visit_type, department_ids=(department_id,), limit=100)
    found = services.availability.next_free(desk, wish)
    assert {slot.department_name for slot in found} == {"Eyes"}
    assert max(slot.starts_at for slot in found).date() == date(2026, 11, 25)
    leave = SaveLeave(hospital.doctors[1], seed.NOON, seed.NOON + timedelta(days=30))
    services.availability.add_leave(admin, leave)
    assert services.availability.next_free(desk, wish) == ()


def test_next_free_refuses_what_makes_no_sense(services: Services, desk: Actor) -> None:
    for wish in (
        NextFreeWish(weekdays=frozenset()),
        NextFreeWish(days=400),
        NextFreeWish(limit=0),
        NextFreeWish(from_minute=600, to_minute=600),
        NextFreeWish(visit_type_id=999_999),
    ):
        with pytest.raises(Invalid):
            services.availability.next_free(desk, wish)


@pytest.mark.feature("APT-4")
def test_next_free_leaves_out_who_is_not_approved(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    services.context.database.write(
        seed.stamp(),
        lambda write: write.update(
            doctor, hospital.doctors[0], {"approval": "pending"}, version=None
        ),
    )
    found = services.availability.next_free(desk, NextFreeWish(limit=5))
    assert {slot.doctor_id for slot in found} == {hospital.doctors[1]}
    reason = services.availability.why_closed(desk, hospital.doctors[0], ONE_PM)
    assert reason is not None
    assert reason.kind is ReasonKind.NOT_APPROVED


def test_many_doctors_cost_as_many_queries_as_one(
    services: Services, desk: Actor, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    run = prepared._run

    def told(connection: sa.Connection, text: str, given: object) -> Sequence[tuple[object, ...]]:
        statements.append(text)
        return run(connection, text, given)

    monkeypatch.setattr(prepared, "_run", told)
    sa.event.listen(
        services.context.database.engine,
        "before_cursor_execute",
        lambda *values: statements.append(values[2]),
    )
    services.context.cache.clear()
    services.availability.day_plans(desk, NEXT, hospital.doctors[:1])
    one = len(statements)
    assert any(working_session.name in text for text in statements)
    services.context.cache.clear()
    statements.clear()
    services.availability.day_plans(desk, NEXT, hospital.doctors)
    assert len(statements) == one
    statements.clear()
    services.availability.day_plans(desk, NEXT, hospital.doctors)
    assert not any(working_session.name in one for one in statements)  # from the cache
