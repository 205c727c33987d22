"""A month of one doctor with known numbers, for the pages that count it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hms_desktop.db.writing import Write
from hms_desktop.services.assembly import Services
from tests.services.conftest import Hospital
from tests.support import seed

OCTOBER = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
# (patient, days after 5 October, hours after nine, status)
PLAN = (
    (0, 0, 0, "completed"),
    (0, 1, 0, "no_show"),
    (0, 8, 1, "completed"),
    (1, 0, 1, "completed"),
    (1, 9, 0, "cancelled"),
    (2, 60, 0, "booked"),
)


def make_month(services: Services, hospital: Hospital) -> None:
    """Six visits with the first doctor: three took place, one was missed, one cancelled."""

    def work(write: Write) -> None:
        for patient, days, hours, status in PLAN:
            seed.visit(
                write,
                patient_id=hospital.patients[patient],
                doctor_id=hospital.doctors[0],
                visit_type_id=hospital.visit_type,
                starts_at=OCTOBER + timedelta(days=days, hours=hours),
                status=status,
            )

    services.context.database.write(seed.stamp(), work)
