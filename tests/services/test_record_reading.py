from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.consultations import (
    chart_access,
)
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.consultations import (
    Access,
    CompleteVisit,
    Diagnosis,
    EncounterLine,
    Record,
    RecordFilter,
)
from hms_desktop.domain.errors import Invalid, NotAllowed
from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, ONE_PM, book
from tests.services.clinic import RECORD, completed, count_rows, only_encounter
from tests.services.conftest import Hospital, actor
from tests.services.doctor_visits import Past
from tests.support import seed
from tests.support.clock import FakeClock


@pytest.fixture
def other_doctor(services: Services, hospital: Hospital) -> Actor:
    """The second doctor, logged in as a real user, who may break the glass."""

    user_id = services.context.database.write(seed.stamp(), seed.new_user)
    known = actor(services, "Dr Khan", DOCTOR, doctor_id=hospital.doctors[1])
    return services.context.gate.admit(replace(known, user_id=user_id))


# --------------------------------------------------------------------------- who reads charts
@pytest.mark.feature("CLN-5")
def test_receptionists_see_no_clinical_text(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    done = completed(services, desk, doctor_actor, hospital)
    encounter_id = only_encounter(services)
    for look in (
        lambda: services.consultations.chart(desk, hospital.patients[0]),
        lambda: services.consultations.encounter(desk, done.appointment.id),
        lambda: services.consultations.versions(desk, encounter_id),
        lambda: services.consultations.record_ids(desk, RecordFilter(DAY, DAY)),
        lambda: services.consultations.break_glass(desk, hospital.patients[0], "curious"),
    ):
        with pytest.raises(NotAllowed):
            look()
    seen = repr(services.appointments.history(desk, done.appointment.id)) + repr(
        services.patients.timeline(desk, hospital.patients[0])
    )
    assert "hypertension" not in seen
    assert "Headache" not in seen


@pytest.mark.feature("CLN-5", "SEC-1")
def test_the_audit_keeps_no_clinical_text(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    completed(services, desk, doctor_actor, hospital)
    with services.context.database.read() as connection:
        rows = connection.execute(sa.select(audit_entry)).all()
    text = repr(rows)
    assert "record_version" in text
    for secret in ("Headache", "Adherence", "Less salt", "hypertension", "Amlodipine"):
        assert secret not in text


@pytest.mark.feature("CLN-5")
def test_another_doctor_opens_the_chart_only_by_breaking_the_glass(
    services: Services,
    desk: Actor,
    doctor_actor: Actor,
    other_doctor: Actor,
    admin: Actor,
    hospital: Hospital,
    clock: FakeClock,
) -> None:
    completed(services, desk, doctor_actor, hospital)
    patient = hospital.patients[0]
    with pytest.raises(NotAllowed, match="not a patient of yours"):
        services.consultations.chart(other_doctor, patient)
    with pytest.raises(Invalid):
        services.consultations.break_glass(other_doctor, patient, "  ")
    services.consultations.break_glass(other_doctor, patient, "unconscious in A&E")
    chart = services.consultations.chart(other_doctor, patient)
    assert chart.access is Access.BREAK_GLASS
    assert chart.history[0].diagnoses == "I10 Essential (primary) hypertension; poor sleep"
    (seen,) = services.consultations.accesses(admin, DAY, DAY)
    assert (seen.patient_id, seen.reason) == (patient, "unconscious in A&E")
    clock.advance(hours=4, minutes=1)
    with pytest.raises(NotAllowed):
        services.consultations.chart(other_doctor, patient)
    with pytest.raises(NotAllowed):
        services.consultations.accesses(other_doctor, DAY, DAY)
    assert count_rows(services, chart_access) == 1


@pytest.mark.feature("CLN-5", "SEC-1")
def test_administrators_read_everything_and_every_opening_is_noted(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    completed(services, desk, doctor_actor, hospital)
    admin = actor(services, "Oversight", ADMINISTRATOR)
    (line,) = listed(services, admin, RecordFilter(DAY, DAY, text="hyperten"))
    before = _reads(services)
    assert services.consultations.record(admin, line.id).newest.record == RECORD
    assert _reads(services) == before + 1
    with pytest.raises(NotAllowed):
        services.consultations.complete(admin, CompleteVisit(line.appointment_id, RECORD))


def test_records_are_found_by_department_doctor_and_words(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital, admin: Actor
) -> None:
    completed(services, desk, doctor_actor, hospital)
    ids = services.consultations.record_ids

    def count(**wish: object) -> int:
        return len(ids(admin, RecordFilter(DAY, DAY, **wish)))  # type: ignore[arg-type]

    assert count(doctor_id=hospital.doctors[0]) == 1
    assert count(doctor_id=hospital.doctors[1]) == 0
    assert count(text="%") == 0
    assert count(text="…") == 0
    assert count(text="nothing like it") == 0
    tomorrow = DAY + timedelta(days=1)
    assert len(ids(admin, RecordFilter(tomorrow, tomorrow))) == 0
    with pytest.raises(Invalid):
        ids(admin, RecordFilter(date(2020, 1, 1), DAY))


@pytest.mark.feature("CLN-5")
def test_a_list_of_any_length_in_the_order_that_is_wanted(
    services: Services, hospital: Hospital, admin: Actor
) -> None:
    past = Past(services, hospital.doctors[0], hospital.visit_type, "UTC")
    other = Past(services, hospital.doctors[1], hospital.visit_type, "UTC")
    for patient, at, whose in ((1, "09:00", past), (0, "10:00", other), (2, "11:00", past)):
        visit = whose.visit(hospital.patients[patient], f"{DAY - timedelta(days=3)} {at}")
        whose.record(visit, [("I10", "hypertension")])
    wish = RecordFilter(DAY - timedelta(days=6), DAY)
    newest = listed(services, admin, wish)
    assert [line.starts_at.hour for line in newest] == [11, 10, 9]
    ids, named = services.consultations.record_ids, {line.id: line.patient_id for line in newest}
    for order in ("patient", "mrn", "doctor", "department", "starts_at"):
        assert sorted(ids(admin, replace(wish, order=order))) == sorted(named)
    up = ids(admin, replace(wish, order="patient"))
    assert [named[one] for one in up] == list(hospital.patients)
    down = ids(admin, replace(wish, order="patient", descending=True))
    assert list(down) == list(up)[::-1]
    # A doctor has own records only, whatever ids are asked for.
    rao = actor(services, "Dr Rao", DOCTOR, doctor_id=hospital.doctors[0])
    assert len(listed(services, rao, wish)) == 2
    with pytest.raises(NotAllowed):
        services.consultations.record_rows(rao, [line.id for line in newest])
    assert (
        len(services.consultations.record_ids(rao, replace(wish, doctor_id=hospital.doctors[1])))
        == 0
    )


@pytest.mark.feature("CLN-7")
def test_the_last_prescription_is_the_newest_that_holds_a_drug(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    completed(services, desk, doctor_actor, hospital)
    clock.advance(days=1)
    visit = book(services, desk, hospital, starts_at=ONE_PM + timedelta(days=1)).appointment
    services.consultations.start(doctor_actor, visit.id, visit.version)
    plain = Record(diagnoses=(Diagnosis("check-up", "Z00.0"),))
    services.consultations.complete(doctor_actor, CompleteVisit(visit.id, plain))
    found = services.consultations.last_prescription(doctor_actor, hospital.patients[0])
    assert found == RECORD.prescription
    chart = services.consultations.chart(doctor_actor, hospital.patients[0])
    assert [line.diagnoses.partition(" ")[0] for line in chart.history] == ["Z00.0", "I10"]
    assert [past.vitals.systolic for past in chart.vitals] == [148]


def listed(services: Services, who: Actor, wish: RecordFilter) -> tuple[EncounterLine, ...]:
    """Read a list as a screen does: which there are, then what is in sight."""
    ids = services.consultations.record_ids(who, wish)
    return services.consultations.record_rows(who, ids)


def _reads(services: Services) -> int:
    with services.context.database.read() as connection:
        query = sa.select(sa.func.count()).where(audit_entry.c.action == "read")
        return int(connection.execute(query).scalar_one())
