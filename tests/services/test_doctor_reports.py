"""The monthly report of a doctor, against months that were counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.availability import (
    date_exception,
    hospital_holiday,
    slot_block,
    unavailability,
    working_session,
)
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.writing import READ, Write
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctor_month import COUNTED, DayCounts, DiagnosisCount, Month
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.services.assembly import Services
from tests.services.conftest import Hospital, actor
from tests.services.doctor_visits import Past
from tests.support import pdf, seed
from tests.support.clock import FakeClock

CANCELLED, NO_SHOW, BOOKED = Status.CANCELLED, Status.NO_SHOW, Status.BOOKED


@pytest.fixture(params=["Europe/Berlin", "Asia/Kolkata", "UTC"])
def zone(request: pytest.FixtureRequest, services: Services, admin: Actor) -> str:
    """The hospital's zone; in Berlin the clock goes back on 25 October 2026."""
    name = str(request.param)
    services.hospital.change_settings(admin, {"zone": name})
    return name


@pytest.fixture
def past(services: Services, hospital: Hospital, zone: str) -> Past:
    """A doctor without hours; each test gives some."""
    doctor_id = services.context.database.write(seed.stamp(), seed.new_doctor)
    return Past(services, doctor_id, hospital.visit_type, zone)


def sessions(past: Past, *hours: tuple[int, int, int, int]) -> None:
    """Give the doctor weekly hours: weekday, first and last hour, places."""

    def work(write: Write) -> None:
        for weekday, begin, end, capacity in hours:
            values = {
                "doctor_id": past.doctor_id,
                "weekday": weekday,
                "start_minute": begin * 60,
                "end_minute": end * 60,
                "capacity": capacity,
            }
            write.insert(working_session, values)

    past.database.write(seed.stamp(), work)


def october(past: Past) -> None:
    """Twelve visits of four patients in October 2026, three outside of it, counted by hand.

    ====  ===========  =========================================================
    who   day, hour    what became of it
    ====  ===========  =========================================================
    Anna  30 Sep 23h   completed (September: she returns)
    Anna   1 Oct 00h   completed, waited 10, took 20
    Anna  12 Oct 09h   completed, waited 21, took 15
    Bert   1 Oct 09h   completed, waited  0, took 40 (new)
    Bert  12 Oct 10h   no-show
    Cara  25 Oct 02h   completed, waited  5, took 10 (new; the hour that comes twice in Berlin)
    Cara  25 Oct 09h   cancelled
    Dirk  31 Oct 23h   completed 23:30, waited 4.6 (new; runs into November)
    Dirk  12 Oct 11h   cancelled
    Emil  12 Oct 12h   booked, never touched
    Emil  13 Oct 09h   no-show
    Emil  14 Oct 09h   asked for
    Emil  15 Oct 09h   entered in error (does not count)
    Anna  16 Oct 09h   checked in and left so, 45 minutes
    Anna   1 Nov 00h   completed (November)
    ====  ===========  =========================================================
    """
    anna, bert, cara, dirk, emil = past.patients(5)
    past.visit(anna, "2026-09-30 23:00")
    one = past.visit(anna, "2026-10-01 00:00", waited=10, talked=20)
    two = past.visit(anna, "2026-10-12 09:00", waited=21, talked=15)
    three = past.visit(bert, "2026-10-01 09:00", waited=0, talked=40)
    past.visit(bert, "2026-10-12 10:00", NO_SHOW)
    four = past.visit(cara, "2026-10-25 02:00", waited=5, talked=10)
    past.visit(cara, "2026-10-25 09:00", CANCELLED)
    past.visit(dirk, "2026-10-31 23:30", minutes=60, waited=4.6)
    past.visit(dirk, "2026-10-12 11:00", CANCELLED)
    past.visit(emil, "2026-10-12 12:00", BOOKED)
    past.visit(emil, "2026-10-13 09:00", NO_SHOW)
    past.visit(emil, "2026-10-14 09:00", Status.REQUESTED)
    wrong = past.visit(emil, "2026-10-15 09:00", Status.ENTERED_IN_ERROR)
    past.visit(anna, "2026-10-16 09:00", Status.ARRIVED, minutes=45)
    later = past.visit(anna, "2026-11-01 00:30")
    flu, pain = ("J11", "Influenza"), ("R51", "Headache")
    past.record(one, [flu, ("", "Poor sleep")], [pain, ("", "poor  sleep"), pain])
    past.record(two, [flu], [("R51", "Headache, mornings"), ("", "Tired")])
    past.record(three, [("I10", "Hypertension"), pain])
    past.record(four, [("", "POOR SLEEP")])
    past.record(wrong, [flu])
    past.record(later, [flu])


@pytest.mark.feature("DOC-5")
def test_a_month_counted_by_hand(services: Services, admin: Actor, past: Past) -> None:
    october(past)
    found = services.doctor_reports.month(admin, past.doctor_id, 2026, 10)
    figures = found.figures
    assert {status: figures.of(status) for status in Status} == {
        Status.REQUESTED: 1,
        Status.BOOKED: 1,
        Status.CONFIRMED: 0,
        Status.ARRIVED: 1,
        Status.IN_CONSULTATION: 0,
        Status.COMPLETED: 5,
        Status.CANCELLED: 2,
        Status.NO_SHOW: 2,
        Status.ENTERED_IN_ERROR: 0,
    }
    assert figures.total == 12
    assert (figures.came, figures.new_patients, figures.returning_patients) == (6, 3, 1)
    assert figures.no_show_rate == pytest.approx(2 / 8)
    assert figures.wait_minutes == 8  # (10 + 21 + 0 + 5 + 4.6) / 5 = 8.12
    assert figures.consultation_minutes == 21  # (20 + 15 + 40 + 10) / 4 = 21.25
    # Five completed (one of 60), one checked in of 45, booked, asked for and two no-shows of 30.
    assert figures.booked_minutes == 4 * 30 + 60 + 45 + 4 * 30
    assert {day.on.day: day[1:] for day in found.days if day.visits} == {
        1: (2, 0, 0, 0),
        12: (1, 1, 1, 1),
        13: (0, 0, 1, 0),
        14: (0, 1, 0, 0),
        16: (0, 1, 0, 0),
        25: (1, 0, 0, 1),
        31: (1, 0, 0, 0),
    }
    assert len(found.days) == 31
    assert found.days[30] == DayCounts(date(2026, 10, 31), completed=1)
    assert {hour: count for hour, count in enumerate(found.hours) if count} == {
        0: 1, 2: 1, 9: 6, 10: 1, 11: 1, 12: 1, 23: 1,
    }  # fmt: skip


@pytest.mark.feature("DOC-5")
def test_diagnoses_are_those_of_the_newest_versions(
    services: Services, admin: Actor, past: Past
) -> None:
    october(past)
    found = services.doctor_reports.month(admin, past.doctor_id, 2026, 10)
    assert found.records == 4
    assert found.codes == (
        DiagnosisCount("R51", "Headache", 3),
        DiagnosisCount("I10", "Hypertension", 1),
    )
    assert found.free_texts == (
        DiagnosisCount("", "POOR SLEEP", 2),
        DiagnosisCount("", "Tired", 1),
    )


def test_the_month_before_is_beside_it(services: Services, admin: Actor, past: Past) -> None:
    october(past)
    found = services.doctor_reports.month(admin, past.doctor_id, 2026, 11)
    assert found.before == services.doctor_reports.month(admin, past.doctor_id, 2026, 10).figures
    assert found.before.total == 12
    assert (found.figures.total, found.figures.new_patients) == (1, 0)
    assert found.figures.returning_patients == 1
    january = services.doctor_reports.month(admin, past.doctor_id, 2027, 1)
    assert january.before.month == Month(2026, 12)
    assert january.figures.total == 0
    assert january.figures.no_show_rate is None
    assert january.figures.wait_minutes is None


@pytest.mark.feature("DOC-5")
def test_offered_minutes_are_hours_less_what_closes_them(
    services: Services, admin: Actor, past: Past, zone: str
) -> None:
    # October 2026 has four Sundays (4, 11, 18, 25) and five Thursdays (1, 8, 15, 22, 29).
    sessions(past, (6, 0, 6, 1), (3, 9, 12, 2))
    october(past)
    nights = 4 * 6 * 60 + (60 if zone == "Europe/Berlin" else 0)
    days = 5 * 3 * 60 * 2
    found = services.doctor_reports.month(admin, past.doctor_id, 2026, 10).figures
    assert found.offered_minutes == nights + days
    assert found.utilisation == pytest.approx(345 / (nights + days))

    def moment(day: int, hour: int) -> object:
        return zones.to_utc(past.zone, date(2026, 10, day), hour * 60)

    def close(write: Write) -> None:
        whose = {"doctor_id": past.doctor_id}
        away = {**whose, "starts_at": moment(1, 10), "ends_at": moment(1, 11)}
        write.insert(unavailability, away)
        write.insert(hospital_holiday, {"on_date": date(2026, 10, 8), "name": "Founder's day"})
        write.insert(date_exception, {**whose, "on_date": date(2026, 10, 15), "kind": "closes"})
        write.insert(
            date_exception,
            {
                **whose,
                "on_date": date(2026, 10, 19),
                "kind": "adds",
                "start_minute": 600,
                "end_minute": 660,
            },
        )
        block = {**whose, "starts_at": moment(22, 9), "ends_at": moment(22, 10)}
        write.insert(slot_block, block)

    past.database.write(seed.stamp(), close)
    closed = 60 * 2 + 180 * 2 + 180 * 2 + 60 * 2
    again = services.doctor_reports.month(admin, past.doctor_id, 2026, 10).figures
    assert again.offered_minutes == nights + days - closed + 60


@pytest.mark.feature("DOC-5")
def test_a_past_month_gives_the_same_numbers_at_any_time(
    services: Services, admin: Actor, past: Past, clock: FakeClock
) -> None:
    sessions(past, (0, 9, 12, 1))
    october(past)
    first = services.doctor_reports.month(admin, past.doctor_id, 2026, 10)
    assert first.over
    clock.advance(days=400)
    row = services.doctors.doctor(admin, past.doctor_id)
    services.doctors.block(admin, row.id, row.version, "left the house")
    later = services.doctor_reports.month(admin, past.doctor_id, 2026, 10)
    assert replace(later, made_at=first.made_at) == first
    assert first.figures.offered_minutes == 4 * 180


def test_a_month_that_is_not_over_says_so(services: Services, admin: Actor, past: Past) -> None:
    assert not services.doctor_reports.month(admin, past.doctor_id, 2026, 11).over
    assert services.doctor_reports.month(admin, past.doctor_id, 2026, 10).over


def test_days_statuses_and_hours_add_up(services: Services, admin: Actor, past: Past) -> None:
    october(past)
    for month in (9, 10, 11):
        found = services.doctor_reports.month(admin, past.doctor_id, 2026, month)
        assert sum(day.visits for day in found.days) == found.figures.total
        assert sum(found.hours) == found.figures.total
        assert sum(found.figures.of(status) for status in COUNTED) == found.figures.total


@pytest.mark.feature("DOC-5")
def test_a_doctor_gets_the_own_report_only(
    services: Services, desk: Actor, admin: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    own, other = hospital.doctors
    found = services.doctor_reports.month(doctor_actor, own, 2026, 10)
    assert (found.doctor_id, found.diagnoses_shown) == (own, True)
    with pytest.raises(NotAllowed):
        services.doctor_reports.month(doctor_actor, other, 2026, 10)
    with pytest.raises(NotAllowed):
        services.doctor_reports.month(desk, own, 2026, 10)
    assert services.doctor_reports.month(admin, other, 2026, 10).doctor_id == other


def test_diagnoses_are_told_only_to_who_may_read_records(
    services: Services, past: Past, hospital: Hospital
) -> None:
    october(past)
    clerk = actor(services, "Clerk", frozenset({"reports.all"}))
    found = services.doctor_reports.month(clerk, past.doctor_id, 2026, 10)
    assert (found.diagnoses_shown, found.codes, found.free_texts) == (False, (), ())
    assert (found.records, found.figures.total) == (4, 12)
    own = actor(services, "Dr", DOCTOR, doctor_id=past.doctor_id)
    assert services.doctor_reports.month(own, past.doctor_id, 2026, 10).codes


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (1, 1), (9999, 12), (-5, 3)])
def test_months_outside_the_calendar_are_refused(
    services: Services, admin: Actor, hospital: Hospital, year: int, month: int
) -> None:
    with pytest.raises(Invalid):
        services.doctor_reports.month(admin, hospital.doctors[0], year, month)


def test_an_unknown_doctor_is_refused(services: Services, admin: Actor) -> None:
    with pytest.raises(NotFound):
        services.doctor_reports.month(admin, 987_654, 2026, 10)


@pytest.mark.feature("DOC-5")
def test_the_report_on_paper_is_audited_and_has_the_hospitals_head(
    services: Services, desk: Actor, doctor_actor: Actor, admin: Actor, hospital: Hospital
) -> None:
    services.hospital.change_settings(
        admin, {"hospital_name": "Lakeside Hospital", "phone": "+91 80 5550 1234"}
    )
    own, other = hospital.doctors
    paper = services.doctor_reports.month_pdf(doctor_actor, own, 2026, 10)
    pdf.check(paper.pdf)
    words = pdf.words(paper.pdf)
    assert "Lakeside Hospital" in words
    assert "+91 80 5550 1234" in words
    for who, whose in ((doctor_actor, other), (desk, own)):
        with pytest.raises(NotAllowed):
            services.doctor_reports.month_pdf(who, whose, 2026, 10)
    query = sa.select(audit_entry.c.user_name, audit_entry.c.entity_id, audit_entry.c.reason).where(
        audit_entry.c.action == READ, audit_entry.c.entity == "doctor"
    )
    with services.context.database.read() as connection:
        read = connection.execute(query).all()
    assert [tuple(row) for row in read] == [("Dr Rao", own, "activity report 2026-10")]
