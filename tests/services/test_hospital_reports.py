"""The hospital's month, against months counted by hand and against its doctors' own reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.doctors import department, doctor
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed
from hms_desktop.domain.hospital_month import Share
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import Services
from tests.services.conftest import Hospital
from tests.services.doctor_visits import Past
from tests.support import pdf, seed
from tests.support.clock import FakeClock

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def filled(services: Services, admin: Actor, hospital: Hospital) -> Hospital:
    """Two doctors who work 8 hours a day; visits around October in Berlin.

    ====  ======  ==============  ==========================
    who   doctor  when            what became of it
    ====  ======  ==============  ==========================
    Anna  first   30 Sep 23:30    completed (returns)
    Anna  second  1 Oct 00:00     completed, waited 10
    Bert  first   31 Oct 23:30    completed, waited 20 (new)
    Bert  second  12 Oct 09:00    no-show
    Cara  second  12 Oct 09:30    cancelled
    Cara  second  12 Oct 10:00    entered in error
    Cara  first   1 Nov 00:00     completed (November)
    ====  ======  ==============  ==========================
    """
    services.hospital.change_settings(admin, {"zone": "Europe/Berlin"})

    def eyes(write: Write) -> int:
        return write.insert(department, {"name": "Eyes"})

    eyes_id = services.context.database.write(seed.stamp(), eyes)
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(doctor).values(created_at=JANUARY))
        second_one = doctor.c.id == hospital.doctors[1]
        connection.execute(sa.update(doctor).where(second_one).values(department_id=eyes_id))
    first, second = (
        Past(services, one, hospital.visit_type, "Europe/Berlin") for one in hospital.doctors
    )
    anna, bert, cara = hospital.patients
    first.visit(anna, "2026-09-30 23:30")
    second.visit(anna, "2026-10-01 00:00", waited=10)
    first.visit(bert, "2026-10-31 23:30", waited=20)
    second.visit(bert, "2026-10-12 09:00", Status.NO_SHOW)
    second.visit(cara, "2026-10-12 09:30", Status.CANCELLED)
    second.visit(cara, "2026-10-12 10:00", Status.ENTERED_IN_ERROR)
    first.visit(cara, "2026-11-01 00:00")
    return hospital


@pytest.mark.feature("DSH-2")
def test_a_month_counted_by_hand(services: Services, admin: Actor, filled: Hospital) -> None:
    found = services.hospital_reports.month(admin, 2026, 10)
    figures = found.figures
    assert (figures.total, figures.came, figures.of(Status.CANCELLED)) == (4, 2, 1)
    assert (figures.new_patients, figures.returning_patients) == (1, 1)
    assert figures.no_show_rate == pytest.approx(1 / 3)
    assert figures.wait_minutes == 15
    assert figures.booked_minutes == 3 * 30
    assert figures.offered_minutes == 2 * 31 * 8 * 60
    assert {day.on.day: day.counts for day in found.days if day.visits} == {
        1: (1, 0, 0, 0),
        12: (0, 0, 1, 1),
        31: (1, 0, 0, 0),
    }
    assert {hour: count for hour, count in enumerate(found.hours) if count} == {0: 1, 9: 2, 23: 1}
    assert [one[2:8] for one in found.doctors] == [
        (3, 1, 1, 1, 60, 31 * 480),
        (1, 1, 0, 0, 30, 31 * 480),
    ]
    eyes = found.doctors[0].department_id
    assert eyes
    assert found.departments == (
        Share("Eyes", "Eyes", 3, 1, 1, 1, 60, 31 * 480, department_id=eyes),
        Share("", "", 1, 1, 0, 0, 30, 31 * 480),
    )
    assert (found.before.total, found.before.new_patients) == (1, 1)
    assert found.over
    assert not services.hospital_reports.month(admin, 2026, 11).over


@pytest.mark.feature("DSH-2")
def test_the_hospital_is_the_sum_of_its_doctors(
    services: Services, admin: Actor, filled: Hospital
) -> None:
    whole = services.hospital_reports.month(admin, 2026, 10).figures
    own = [services.doctor_reports.month(admin, one, 2026, 10).figures for one in filled.doctors]
    assert whole.statuses == tuple(map(sum, zip(*(one.statuses for one in own), strict=True)))
    for name in ("came", "booked_minutes", "offered_minutes"):
        assert getattr(whole, name) == sum(getattr(one, name) for one in own)


@pytest.mark.feature("DSH-2")
def test_a_past_month_keeps_its_numbers_when_doctors_come_and_go(
    services: Services, admin: Actor, filled: Hospital, clock: FakeClock
) -> None:
    before = services.hospital_reports.month(admin, 2026, 10)
    services.context.database.write(seed.stamp(), seed.new_doctor)
    with services.context.database.engine.begin() as connection:
        first, second = filled.doctors
        gone = {"retired_at": clock.moment}
        connection.execute(sa.update(doctor).where(doctor.c.id == first).values(gone))
        blocked = {"approval": "blocked"}
        connection.execute(sa.update(doctor).where(doctor.c.id == second).values(blocked))
    clock.moment = datetime(2027, 2, 1, tzinfo=UTC)
    after = services.hospital_reports.month(admin, 2026, 10)
    assert replace(after, made_at=before.made_at) == before
    # Who left before a month has no time to offer in it.
    assert len(services.hospital_reports.month(admin, 2026, 12).doctors) == 2


@pytest.mark.feature("DSH-2")
@pytest.mark.feature("JOB-5")
def test_the_paper_holds_the_numbers_and_is_audited(
    services: Services, admin: Actor, filled: Hospital
) -> None:
    paper = services.hospital_reports.month_pdf(admin, 2026, 10)
    pdf.check(paper.pdf)
    assert paper.file_name == "hospital-2026-10.pdf"
    lines = [" ".join(line.split()) for line in pdf.text(paper.pdf).splitlines()]
    assert "All visits 4 1 +3" in lines
    assert any(line.startswith("Eyes 3 1 1 1 50.0 %") for line in lines), lines
    query = sa.select(audit_entry.c.user_name, audit_entry.c.entity_id).where(
        audit_entry.c.entity == "hospital_report"
    )
    with services.context.database.read() as connection:
        assert [tuple(row) for row in connection.execute(query)] == [("Asha", 202_610)]


def test_who_may_not_and_what_is_no_month(
    services: Services, admin: Actor, desk: Actor, doctor_actor: Actor
) -> None:
    for who in (desk, doctor_actor):
        with pytest.raises(NotAllowed):
            services.hospital_reports.month(who, 2026, 10)
    for year, month in ((2026, 13), (2026, 0), (1, 1), (9999, 12)):
        with pytest.raises(Invalid):
            services.hospital_reports.month(admin, year, month)


@pytest.mark.feature("DSH-2")
def test_an_empty_hospital_has_a_report(services: Services, admin: Actor) -> None:
    found = services.hospital_reports.month(admin, 2026, 10)
    assert (found.figures.total, found.doctors, found.figures.utilisation) == (0, (), None)
    paper = services.hospital_reports.on_paper(admin, found)
    assert "No doctor worked in this month." in pdf.words(paper.pdf)
