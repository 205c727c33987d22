"""Wishes that most tests of appointments begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hms_desktop.domain.appointments import AppointmentFilter, BookAppointment

if TYPE_CHECKING:
    from tests.services.conftest import Hospital

ONE_PM = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
MINUTE = timedelta(minutes=1)


def wish(hospital: Hospital, **changes: object) -> BookAppointment:
    plain = BookAppointment(hospital.patients[0], hospital.doctors[0], hospital.visit_type, ONE_PM)
    return replace(plain, **changes)


def whole_day() -> AppointmentFilter:
    begins = datetime(2026, 11, 23, tzinfo=UTC)
    return AppointmentFilter(begins, begins + timedelta(days=1))
