"""Wishes and steps that most tests of appointments, queues and hours begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentFilter, BookAppointment, Done
from hms_desktop.domain.hours import SessionHours
from hms_desktop.services.assembly import Services

if TYPE_CHECKING:
    from tests.services.conftest import Hospital

ONE_PM = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
NEXT = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)
HALF = timedelta(minutes=30)
MORNING = SessionHours(0, 9 * 60, 12 * 60)
AFTERNOON = SessionHours(0, 14 * 60, 17 * 60, slot_minutes=20, capacity=2)


def wish(hospital: Hospital, **changes: object) -> BookAppointment:
    plain = BookAppointment(hospital.patients[0], hospital.doctors[0], hospital.visit_type, ONE_PM)
    return replace(plain, **changes)


def whole_day() -> AppointmentFilter:
    begins = datetime(2026, 11, 23, tzinfo=UTC)
    return AppointmentFilter(begins, begins + timedelta(days=1))


def book(
    services: Services,
    desk: Actor,
    hospital: Hospital,
    *,
    patient: int = 0,
    doctor: int = 0,
    starts_at: datetime = ONE_PM,
) -> Done:
    wish = BookAppointment(
        hospital.patients[patient], hospital.doctors[doctor], hospital.visit_type, starts_at
    )
    return services.appointments.book(desk, wish)


def arrive(services: Services, desk: Actor, done: Done) -> Done:
    return services.queue.check_in(desk, done.appointment.id, done.appointment.version)


def free(services: Services, who: Actor, hospital: Hospital, on: date = NEXT) -> list[str]:
    slots = services.availability.free_slots(who, hospital.doctors[0], on, on, hospital.visit_type)
    return [f"{slot.starts_at:%H:%M}" for slot in slots]
