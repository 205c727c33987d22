"""A doctor's patients and dashboard, against numbers counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctor_numbers import (
    DayNumbers,
    DoctorTotals,
    PatientNumbers,
    PatientOrder,
    PatientsOfDoctor,
)
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.names import fold
from hms_desktop.services.assembly import Services
from tests.services import bookings
from tests.services.conftest import Hospital, actor
from tests.services.doctor_visits import Past
from tests.support.clock import FakeClock

CANCELLED, NO_SHOW, BOOKED = Status.CANCELLED, Status.NO_SHOW, Status.BOOKED
PEOPLE = (
    ("Anna de Groot", "de Groot Anna", "H-1001"),
    ("Bert Müller-Lüdenscheidt", "Müller-Lüdenscheidt Bert", "H-1002"),
    ("Cara O'Brien", "O'Brien Cara", "H-1003"),
    ("Dirk 100%", "100% Dirk", "H-2001"),
    ("Emil Aske", "Aske Emil", "H-2002"),
)


def at(day: int, hour: int = 9, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def people(services: Services, hospital: Hospital) -> list[int]:
    """Five patients; Emil only asked for a visit, so he is nobody's patient.

    Now is Monday 23 November 2026, 12:00 UTC.
    """
    past = Past(services, hospital.doctors[0], hospital.visit_type, "UTC")
    other = Past(services, hospital.doctors[1], hospital.visit_type, "UTC")
    ids = past.patients(len(PEOPLE))
    with services.context.database.engine.begin() as connection:
        for one, (name, sort, mrn) in zip(ids, PEOPLE, strict=True):
            connection.execute(
                sa.update(patient)
                .where(patient.c.id == one)
                .values(display_name=name, sort_name=fold(sort), mrn=mrn)
            )
    anna, bert, cara, dirk, emil = ids
    past.visit(anna, "2026-10-01 09:00")
    past.visit(anna, "2026-11-02 09:00")
    past.visit(anna, "2026-11-09 09:00", NO_SHOW)
    past.visit(anna, "2026-11-16 09:00", CANCELLED)
    past.visit(anna, "2026-12-01 09:00", BOOKED)
    past.visit(anna, "2026-12-08 09:00", Status.CONFIRMED)
    past.visit(bert, "2026-11-23 10:00", Status.ARRIVED)
    past.visit(bert, "2026-11-20 10:00", NO_SHOW)
    past.visit(cara, "2026-11-23 11:00", BOOKED)  # an hour ago, and not here yet
    past.visit(dirk, "2026-11-24 09:00", BOOKED)
    past.visit(dirk, "2026-11-03 09:00", Status.ENTERED_IN_ERROR)
    past.visit(emil, "2026-11-25 09:00", Status.REQUESTED)
    past.visit(emil, "2026-11-04 09:00", CANCELLED)
    other.visit(anna, "2026-11-05 09:00")
    other.visit(emil, "2026-11-06 09:00", NO_SHOW)
    return ids


def names(services: Services, who: Actor, **wish: object) -> list[str]:
    rows, count = services.doctor_numbers.my_patients(who, PatientsOfDoctor(**wish))  # type: ignore[arg-type]
    assert count == len(rows)
    return [row.name.split()[0] for row in rows]


@pytest.mark.feature("DOC-3")
def test_each_patient_with_numbers(
    services: Services, doctor_actor: Actor, people: list[int]
) -> None:
    anna, bert, cara, dirk, _emil = people
    rows, count = services.doctor_numbers.my_patients(doctor_actor)
    assert count == 4
    shown = {row.patient_id: row[7:] for row in rows}
    assert shown == {
        anna: (2, 2, 1, 1, at(1, month=10), at(2), at(1, month=12)),
        bert: (1, 0, 1, 0, at(23, 10), at(23, 10), None),
        cara: (0, 0, 0, 0, None, None, None),
        dirk: (0, 0, 0, 0, None, None, at(24)),
    }
    assert [row.patient_id for row in rows] == [bert, anna, dirk, cara]
    assert rows[1].no_show_rate == pytest.approx(1 / 3)
    assert rows[2].no_show_rate is None


@pytest.mark.feature("DOC-3")
def test_one_patient_with_numbers(
    services: Services, doctor_actor: Actor, people: list[int]
) -> None:
    found = services.doctor_numbers.patient_numbers(doctor_actor, people[0])
    assert isinstance(found, PatientNumbers)
    assert (found.mrn, found.visits, found.no_shows) == ("H-1001", 2, 1)
    with pytest.raises(NotFound):
        services.doctor_numbers.patient_numbers(doctor_actor, people[4])


@pytest.mark.feature("DOC-3")
def test_all_patients_together(services: Services, doctor_actor: Actor, people: list[int]) -> None:
    found = services.doctor_numbers.totals(doctor_actor)
    assert found == DoctorTotals(4, 3, 2, 2, 2, at(1, month=10), at(23, 10))
    assert found.no_show_rate == pytest.approx(2 / 5)


def test_totals_of_a_doctor_nobody_saw(services: Services, doctor_actor: Actor) -> None:
    found = services.doctor_numbers.totals(doctor_actor)
    assert found == DoctorTotals(0, 0, 0, 0, 0, None, None)
    assert found.no_show_rate is None
    assert services.doctor_numbers.my_patients(doctor_actor) == ((), 0)


def test_totals_follow_a_change(
    services: Services, doctor_actor: Actor, desk: Actor, hospital: Hospital
) -> None:
    assert services.doctor_numbers.totals(doctor_actor).visits == 0
    bookings.arrive(services, desk, bookings.book(services, desk, hospital))
    assert services.doctor_numbers.totals(doctor_actor).visits == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna", ["Anna"]),
        ("groot", ["Anna"]),
        ("GRO  an", ["Anna"]),
        ("roo", []),
        ("muller", ["Bert"]),
        ("ludens", ["Bert"]),
        ("o'br", ["Cara"]),
        ("obrien", ["Cara"]),
        ("h-100", ["Anna", "Bert", "Cara"]),
        ("2001", ["Dirk"]),
        ("100%", ["Dirk"]),
        ("%", []),
        ("_", []),
        ("emil", []),
        ("h-1 anna", ["Anna"]),
        ("\0'; DROP TABLE patient; --", []),
        ("   ", ["Anna", "Bert", "Cara", "Dirk"]),
    ],
)
@pytest.mark.feature("DOC-3")
def test_search_by_name_and_number(
    services: Services, doctor_actor: Actor, people: list[int], text: str, expected: list[str]
) -> None:
    assert sorted(names(services, doctor_actor, text=text)) == expected


@pytest.mark.parametrize(
    ("order", "rising", "falling"),
    [
        (PatientOrder.NAME, "DABC", "CBAD"),
        (PatientOrder.MRN, "ABCD", "DCBA"),
        (PatientOrder.VISITS, "DCBA", "ABDC"),
        (PatientOrder.COMPLETED, "DBCA", "ADBC"),
        (PatientOrder.NO_SHOWS, "DCAB", "ABDC"),
        (PatientOrder.FIRST_VISIT, "ABDC", "BADC"),
        (PatientOrder.LAST_VISIT, "ABDC", "BADC"),
        (PatientOrder.NEXT_VISIT, "DABC", "ADBC"),
    ],
)
def test_sorting(
    services: Services,
    doctor_actor: Actor,
    people: list[int],
    order: PatientOrder,
    rising: str,
    falling: str,
) -> None:
    first = names(services, doctor_actor, order=order, descending=False)
    last = names(services, doctor_actor, order=order, descending=True)
    assert ("".join(one[0] for one in first), "".join(one[0] for one in last)) == (rising, falling)


def test_pages_are_bounded(services: Services, doctor_actor: Actor, people: list[int]) -> None:
    def page(offset: int, limit: int) -> tuple[list[str], int]:
        wish = PatientsOfDoctor(
            order=PatientOrder.NAME, descending=False, offset=offset, limit=limit
        )
        rows, count = services.doctor_numbers.my_patients(doctor_actor, wish)
        return [row.name[0] for row in rows], count

    assert page(0, 2) == (["D", "A"], 4)
    assert page(2, 2) == (["B", "C"], 4)
    assert page(9, 2) == ([], 4)
    assert page(-5, 0) == (["D"], 4)
    assert PatientsOfDoctor(limit=10**9).bounded().limit == 500


@pytest.mark.feature("DOC-4")
def test_the_dashboard(
    services: Services, doctor_actor: Actor, hospital: Hospital, people: list[int]
) -> None:
    found = services.doctor_numbers.overview(doctor_actor)
    assert found.doctor_id == hospital.doctors[0]
    assert found.today == DayNumbers(date(2026, 11, 23), to_come=1, waiting=1)
    assert (found.today.planned, found.today.came) == (2, 1)
    assert found.average_wait_minutes == 120
    assert [day.on.day for day in found.week] == [23, 24, 25, 26, 27, 28, 29]
    assert [day.planned for day in found.week] == [2, 1, 1, 0, 0, 0, 0]
    assert (found.this_week.planned, found.this_week.waiting) == (4, 1)
    assert [(one.patient_name[0], one.starts_at) for one in found.upcoming] == [
        ("C", at(23, 11)),
        ("D", at(24)),
        ("E", at(25)),
        ("A", at(1, month=12)),
        ("A", at(8, month=12)),
    ]
    assert [(one.patient_name[0], one.waited_minutes(found.made_at)) for one in found.waiting] == [
        ("B", 120)
    ]
    assert found.totals == services.doctor_numbers.totals(doctor_actor)


@pytest.mark.feature("DOC-4")
def test_the_week_begins_when_the_hospital_says(
    services: Services, admin: Actor, doctor_actor: Actor, people: list[int]
) -> None:
    services.hospital.change_settings(admin, {"week_start": 6})
    found = services.doctor_numbers.overview(doctor_actor)
    assert (found.week[0].on, found.week[1].on) == (date(2026, 11, 22), date(2026, 11, 23))
    assert found.today.on == date(2026, 11, 23)
    assert found.this_week.no_shows == 0


def test_today_is_the_hospitals_date(
    services: Services, admin: Actor, doctor_actor: Actor, clock: FakeClock, people: list[int]
) -> None:
    services.hospital.change_settings(admin, {"zone": "Asia/Kolkata"})
    clock.moment = at(23, 18, 29)
    assert services.doctor_numbers.overview(doctor_actor).today.on == date(2026, 11, 23)
    clock.moment = at(23, 18, 30)
    tomorrow = services.doctor_numbers.overview(doctor_actor)
    assert tomorrow.today == DayNumbers(date(2026, 11, 24), to_come=1)
    assert tomorrow.waiting == ()


def test_a_waiting_patient_has_the_token(
    services: Services, doctor_actor: Actor, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    bookings.arrive(services, desk, bookings.book(services, desk, hospital))
    clock.advance(minutes=7)
    found = services.doctor_numbers.overview(doctor_actor)
    assert [(one.token, one.waited_minutes(clock())) for one in found.waiting] == [(1, 7)]


@pytest.mark.feature("DOC-3")
@pytest.mark.feature("DOC-4")
def test_who_may_see_whose_numbers(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital, people: list[int]
) -> None:
    own, other = hospital.doctors
    numbers = services.doctor_numbers
    with pytest.raises(NotAllowed):
        numbers.my_patients(doctor_actor, PatientsOfDoctor(other))
    with pytest.raises(NotAllowed):
        numbers.overview(doctor_actor, other)
    with pytest.raises(NotAllowed):
        numbers.totals(doctor_actor, other)
    with pytest.raises(NotAllowed):
        numbers.patient_numbers(doctor_actor, people[0], other)
    assert numbers.my_patients(desk, PatientsOfDoctor(own))[1] == 4
    assert numbers.overview(desk, other).doctor_id == other
    with pytest.raises(Invalid):
        numbers.my_patients(desk)
    with pytest.raises(NotFound):
        numbers.overview(desk, 987_654)
    # Totals name nobody, so who may see statistics may see those of every doctor.
    board = actor(services, "Board", frozenset({"statistics.read"}))
    assert numbers.totals(board, own).patients == 4
    with pytest.raises(NotAllowed):
        numbers.overview(board, own)
    with pytest.raises(NotAllowed):
        numbers.my_patients(board, PatientsOfDoctor(own))
