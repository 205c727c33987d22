"""A record and its way through the day, which tests of consultations begin with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from hms_desktop.db.tables.consultations import encounter
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import Done
from hms_desktop.domain.consultations import (
    CompleteVisit,
    Diagnosis,
    PrescriptionItem,
    Record,
    TestOrder,
)
from hms_desktop.domain.vitals import Vitals
from hms_desktop.services.assembly import Services
from tests.services import bookings

if TYPE_CHECKING:
    from tests.services.conftest import Hospital

RECORD = Record(
    complaint="Headache in the mornings, 1 week.\nNo visual change.",
    vitals=Vitals(148, 92, 78, 368, 98, 16, 71_500, 1_620),
    diagnoses=(Diagnosis("Essential (primary) hypertension", "I10"), Diagnosis("poor sleep")),
    tests=(TestOrder("Creatinine"), TestOrder("ECG", date(2026, 11, 23), "sinus rhythm")),
    notes="Adherence good. Home readings 145–150. रोगी सावधान",
    treatment="Less salt, walk daily.",
    prescription=(
        PrescriptionItem(
            "Amlodipine 5 mg tablet", "1", "oral", "once daily", "30 days", "mornings"
        ),
        PrescriptionItem("Paracetamol 500 mg tablet", "1", "oral", "when needed", "5 days"),
    ),
    prescription_note="Bring the readings.",
    follow_up_on=date(2026, 12, 21),
)


def arrived(services: Services, desk: Actor, hospital: Hospital, **place: int) -> Done:
    """Book the first patient with the first doctor for today and check in."""
    return bookings.arrive(
        services,
        desk,
        bookings.book(services, desk, hospital, **place),  # type: ignore[arg-type]
    )


def completed(services: Services, desk: Actor, who: Actor, hospital: Hospital) -> Done:
    """Take the first patient's visit through to its record."""
    visit = arrived(services, desk, hospital).appointment
    begun = services.consultations.start(who, visit.id, visit.version)
    wish = CompleteVisit(begun.appointment.id, RECORD)
    return services.consultations.complete(who, wish)


def only_encounter(services: Services) -> int:
    with services.context.database.read() as connection:
        return int(connection.execute(sa.select(encounter.c.id)).scalar_one())


def count_rows(services: Services, table: sa.Table) -> int:
    with services.context.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
