"""Day sheets: whose day one may have, and what stands on it."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import Services
from tests.services.conftest import Hospital, actor
from tests.services.doctor_visits import Past
from tests.support import pdf

ON = date(2026, 10, 25)
"""The clock goes back in Berlin: this day has 25 hours."""


@pytest.fixture
def filled(services: Services, admin: Actor, hospital: Hospital) -> Hospital:
    """Visits of two doctors around a day of 25 hours."""
    services.hospital.change_settings(admin, {"zone": "Europe/Berlin"})
    first, second, third = hospital.patients
    past = Past(services, hospital.doctors[0], hospital.visit_type, "Europe/Berlin")
    past.visit(first, "2026-10-24 23:30")
    past.visit(second, "2026-10-25 23:30", Status.NO_SHOW)
    past.visit(first, "2026-10-25 00:00")
    past.visit(third, "2026-10-25 09:00", Status.BOOKED)
    past.visit(third, "2026-10-25 10:00", Status.CANCELLED)
    past.visit(third, "2026-10-25 11:00", Status.ENTERED_IN_ERROR)
    past.visit(first, "2026-10-26 00:00")
    other = Past(services, hospital.doctors[1], hospital.visit_type, "Europe/Berlin")
    other.visit(second, "2026-10-25 09:00")
    with services.context.database.engine.begin() as connection:
        values = {
            "phone": "98765 43210",
            "sex": "female",
            "birth_date": date(1980, 10, 26),
            "birth_precision": "day",
        }
        connection.execute(sa.update(patient).where(patient.c.id == third).values(values))
    return hospital


@pytest.mark.feature("JOB-5")
def test_the_day_of_the_hospital_by_time(services: Services, desk: Actor, filled: Hospital) -> None:
    found = services.day_sheets.day(desk, filled.doctors[0], ON)
    zone = services.context.zone()
    assert [(f"{one.starts_at.astimezone(zone):%H:%M}", one.status) for one in found.visits] == [
        ("00:00", Status.COMPLETED),
        ("09:00", Status.BOOKED),
        ("23:30", Status.NO_SHOW),
    ]
    text = pdf.words(services.day_sheets.day_pdf(desk, filled.doctors[0], ON).pdf)
    assert "98765 43210" in text
    assert "45 years," in text  # the birthday is a day later
    assert "25 October 2026" in text


@pytest.mark.feature("JOB-5")
def test_a_doctor_has_the_own_day_only_and_every_sheet_is_audited(
    services: Services, doctor_actor: Actor, desk: Actor, filled: Hospital
) -> None:
    own, other = filled.doctors
    assert len(services.day_sheets.day(doctor_actor, own, ON).visits) == 3
    with pytest.raises(NotAllowed):
        services.day_sheets.day_pdf(doctor_actor, other, ON)
    assert len(services.day_sheets.day(desk, other, ON).visits) == 1
    columns = audit_entry.c
    query = (
        sa.select(columns.user_name, columns.entity, columns.entity_id, columns.reason)
        .where(columns.action == "read")
        .order_by(columns.id)
    )
    with services.context.database.read() as connection:
        entries = [tuple(row) for row in connection.execute(query)]
    assert entries == [
        ("Dr Rao", "doctor", own, "day sheet 2026-10-25"),
        ("Sheela", "doctor", other, "day sheet 2026-10-25"),
    ]


@pytest.mark.feature("JOB-5")
def test_age_and_phone_are_for_who_may_read_patients(services: Services, filled: Hospital) -> None:
    who = actor(services, "Porter", frozenset({"appointments.read"}))
    found = services.day_sheets.day(who, filled.doctors[0], ON)
    assert {(one.phone, one.patient.sex, one.patient.birth) for one in found.visits} == {
        ("", "unknown", None)
    }
    assert all(one.patient.name for one in found.visits)


def test_what_is_not_there_is_refused(services: Services, desk: Actor, filled: Hospital) -> None:
    with pytest.raises(NotFound):
        services.day_sheets.day(desk, 99_999, ON)
    for on in (date.min, date.max):
        with pytest.raises(Invalid):
            services.day_sheets.day(desk, filled.doctors[0], on)
    nobody = actor(services, "Nobody", frozenset({"session.own"}))
    with pytest.raises(NotAllowed):
        services.day_sheets.day(nobody, filled.doctors[0], ON)
