"""The hospital's dashboard against a slow recount, through every change that may alter it."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.tables.statistics import visit_day, visit_mark
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentFilter
from hms_desktop.domain.doctor_month import TOOK_TIME, VisitFigures
from hms_desktop.domain.doctor_numbers import CAME
from hms_desktop.domain.errors import Invalid, NotAllowed
from hms_desktop.domain.hospital_period import HospitalPeriod, Period, Totals
from hms_desktop.domain.lifecycle import FORWARD, Status
from hms_desktop.domain.patient_lists import PatientFilter
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.domain.visit_days import BANDS
from hms_desktop.domain.visit_parts import VisitPart
from hms_desktop.services import visit_days
from hms_desktop.services.assembly import Services, open_services
from tests.services.bookings import arrive, book
from tests.services.conftest import Hospital, actor, make_hospital
from tests.services.doctor_visits import Past
from tests.services.hospital_recount import Recount
from tests.support import seed
from tests.support.clock import FakeClock
from tests.support.programs import cheap

pytestmark = pytest.mark.feature("DSH-1")
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
PERIODS = (
    OCTOBER,
    (date(2026, 10, 25), date(2026, 10, 25)),
    (date(2026, 9, 7), date(2026, 11, 30)),
)


@pytest.fixture
def past(services: Services, hospital: Hospital) -> list[Past]:
    """Both doctors, who have been there for long."""
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(doctor).values(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    return [Past(services, one, hospital.visit_type, "UTC") for one in hospital.doctors]


class Chance:
    """Random changes of visits, tokens and charts, each lawful, in past and future days."""

    def __init__(self, services: Services, past: list[Past], number: int) -> None:
        self.rng = random.Random(number)
        self.database = services.context.database
        self.past = past
        self.people = past[0].patients(4)
        self.ids: list[int] = []
        self.free = [datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=20) * n
                     for n in range(90 * 72)]  # fmt: skip
        self.rng.shuffle(self.free)

    def step(self) -> None:
        rng, which = self.rng, self.rng.random()
        if not self.ids or which < 0.35:
            status = rng.choice(list(Status))
            at, waited = f"{self.free.pop():%Y-%m-%d %H:%M}", rng.choice([None, rng.randrange(90)])
            whose = rng.choice(self.past)
            self.ids.append(
                whose.visit(rng.choice(self.people), at, status, minutes=20, waited=waited)
            )
            return
        one = rng.choice(self.ids)
        with self.database.engine.begin() as connection:
            row = connection.execute(sa.select(appointment).where(appointment.c.id == one)).one()
            if which < 0.6:
                self._next(connection, row)
            elif which < 0.7:
                self._move(connection, row)
            elif which < 0.75:
                self._set(connection, row.id, patient_id=rng.choice(self.people))
            elif which < 0.8:
                self._set(connection, row.id, doctor_id=rng.choice(self.past).doctor_id)
            elif which < 0.9:
                self._call(connection, row)
            elif which < 0.95:
                born = {"sex": rng.choice(["male", "female"]), "birth_date": date(1990, 5, 5)}
                connection.execute(
                    sa.update(patient).where(patient.c.id == rng.choice(self.people)).values(born)
                )
            elif self._delete(connection, row):
                self.ids.remove(one)

    @staticmethod
    def _set(connection: sa.Connection, one: int, **values: object) -> None:
        connection.execute(sa.update(appointment).where(appointment.c.id == one).values(values))

    def _next(self, connection: sa.Connection, row: sa.Row) -> None:
        after = sorted(b.value for a, b in FORWARD if a == row.status)
        if after:
            self._set(connection, row.id, status=self.rng.choice(after), arrived_at=row.starts_at)

    def _move(self, connection: sa.Connection, row: sa.Row) -> None:
        start = self.free.pop()
        ends = start + timedelta(minutes=self.rng.choice([5, 20]))
        times = {"starts_at": start, "ends_at": ends, "blocks_from": start, "blocks_to": ends}
        self._set(connection, row.id, **times)

    def _call(self, connection: sa.Connection, row: sa.Row) -> None:
        mine = queue_token.c.appointment_id == row.id
        if connection.execute(sa.select(queue_token.c.id).where(mine)).first() is None:
            values = {
                "appointment_id": row.id,
                "doctor_id": row.doctor_id,
                "on_date": row.starts_at.date(),
                "number": row.id,
                "state": "waiting",
                "arrived_at": row.starts_at,
            }
            connection.execute(sa.insert(queue_token).values(values))
        called = row.starts_at + timedelta(minutes=self.rng.randrange(60))
        state = self.rng.choice(["called", "withdrawn"])
        connection.execute(sa.update(queue_token).where(mine).values(called_at=called, state=state))

    @staticmethod
    def _delete(connection: sa.Connection, row: sa.Row) -> bool:
        if connection.execute(
            sa.select(queue_token.c.id).where(queue_token.c.appointment_id == row.id)
        ).first():
            return False
        connection.execute(sa.delete(appointment).where(appointment.c.id == row.id))
        return True


@pytest.fixture
def bare(database_url: str) -> Iterator[Services]:
    """Services without the invariants of other tests: rows are changed as no service would."""
    services = open_services(database_url, clock=FakeClock(), authenticator=cheap())
    yield services
    services.close()


@pytest.mark.parametrize(("number", "zone"), [(1, "Europe/Berlin"), (2, "Asia/Kathmandu")])
def test_every_number_is_right_whatever_happened_since_it_was_kept(
    bare: Services, number: int, zone: str
) -> None:
    hospital = make_hospital(bare.context.database)
    admin = bare.context.gate.system("test")
    bare.hospital.change_settings(admin, {"zone": zone})
    past = [Past(bare, one, hospital.visit_type, "UTC") for one in hospital.doctors]
    chance = Chance(bare, past, number)
    for turn in range(6):
        for _ in range(14):
            chance.step()
        if turn % 2:
            assert bare.hospital_numbers.keep(admin)
        bare.context.cache.clear()
        recount = Recount(bare.context.database, ZoneInfo(zone))
        for period in PERIODS[turn % 2 :]:
            recount.check(bare.hospital_numbers.period(admin, *period))
    for period in PERIODS:
        _behind_the_maps(bare, admin, bare.hospital_numbers.period(admin, *period))


def _behind_the_maps(services: Services, admin: Actor, found: HospitalPeriod) -> None:
    """Behind every cell of both maps is a list of as many visits."""
    begins, ends = found.period.bounds(ZoneInfo(found.zone))

    def listed(part: VisitPart, statuses: Collection[Status]) -> int:
        wish = AppointmentFilter(begins, ends, statuses=tuple(statuses), part=part)
        ids = services.appointments.ids(admin, wish)
        rows, count = services.appointments.list(admin, replace(wish, limit=3))
        assert [row.id for row in rows] == list(ids[:3])
        assert count == len(ids)
        return count

    for weekday, hours in enumerate(found.heat):
        for hour, visits in enumerate(hours):
            if visits or hour == 9:
                assert listed(VisitPart(weekday=weekday, hour=hour), TOOK_TIME) == visits
    counts = {(one.sex, one.band): one.visits for one in found.people}
    for sex in ("female", "male"):
        for band in range(len(BANDS)):
            assert listed(VisitPart(sex=sex, band=band), CAME) == counts.get((sex, band), 0)


def test_a_month_has_the_figures_of_its_report(
    services: Services, admin: Actor, hospital: Hospital, past: list[Past]
) -> None:
    first, second = past
    anna, bert, cara = hospital.patients
    first.visit(anna, "2026-09-30 23:30")
    second.visit(anna, "2026-10-01 00:00", waited=10)
    first.visit(bert, "2026-10-31 23:30", waited=20)
    second.visit(bert, "2026-10-12 09:00", Status.NO_SHOW)
    second.visit(cara, "2026-10-12 09:30", Status.CANCELLED)
    first.visit(cara, "2026-11-01 00:00")
    found = services.hospital_numbers.period(admin, *OCTOBER)
    report = services.hospital_reports.month(admin, 2026, 10)
    for own, told in ((found.figures, report.figures), (found.before, report.before)):
        for name in (one.name for one in fields(VisitFigures)):
            assert getattr(own, name) == getattr(told, name), name
    assert found.doctors == report.doctors
    assert found.departments == report.departments
    assert (found.figures.wait_p50, found.figures.wait_p90) == (10, 20)
    came = Period(*OCTOBER).bounds(ZoneInfo("UTC"))
    wish = PatientFilter(came=came, retired=None)
    # Behind the numbers are lists of as many patients.
    assert set(services.patients.ids(admin, wish)) == {anna, bert}
    assert set(services.patients.ids(admin, replace(wish, new=True))) == {bert}
    assert sum(one.offered_minutes for one in found.course) == found.figures.offered_minutes
    assert found.over
    assert not services.hospital_numbers.period(admin, date(2026, 11, 1), date(2026, 11, 30)).over


def test_an_empty_hospital(services: Services, admin: Actor) -> None:
    found = services.hospital_numbers.period(admin, *OCTOBER)
    assert (found.figures.total, found.figures.patients) == (0, 0)
    assert (found.figures.no_show_rate, found.figures.utilisation) == (None, None)
    assert (found.figures.wait_p50, found.doctors, found.people) == (None, (), ())
    assert found.totals == Totals(0, 0, 0)
    assert services.hospital_numbers.keep(admin) == 0


def test_one_patient_in_the_hour_that_comes_twice(
    services: Services, admin: Actor, hospital: Hospital, past: list[Past]
) -> None:
    services.hospital.change_settings(admin, {"zone": "Europe/Berlin"})
    past[0].visit(hospital.patients[0], "2026-10-25 00:30", minutes=20)  # 02:30 summer time
    past[1].visit(hospital.patients[0], "2026-10-25 01:30", minutes=20)  # 02:30 winter time
    past[1].visit(hospital.patients[0], "2026-10-25 23:00", minutes=20)  # the 26th in Berlin
    day = (date(2026, 10, 25), date(2026, 10, 25))
    for _ in range(2):
        found = services.hospital_numbers.period(admin, *day)
        assert (found.figures.came, found.figures.patients) == (2, 1)
        assert found.heat[6][2] == 2
        services.hospital_numbers.keep(admin)
        services.context.cache.clear()
    # By another clock the same dates are other times: what was kept does not count.
    services.hospital.change_settings(admin, {"zone": "America/New_York"})
    moved = services.hospital_numbers.period(admin, *day)
    assert (moved.figures.total, moved.heat[6][19]) == (1, 1)
    assert services.hospital_numbers.period(admin, *OCTOBER).heat[5][20:22] == (1, 1)


def test_a_change_at_the_desk_is_in_the_next_answer(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital
) -> None:
    november = (date(2026, 11, 1), date(2026, 11, 30))
    assert services.hospital_numbers.period(admin, *november).figures.total == 0
    done = book(services, desk, hospital)
    assert services.hospital_numbers.period(admin, *november).figures.total == 1
    assert services.hospital_numbers.keep(admin) == 1
    arrive(services, desk, done)
    found = services.hospital_numbers.period(admin, *november)
    assert (found.figures.came, found.figures.new_patients) == (1, 1)
    hits = services.context.cache.hits
    services.hospital_numbers.period(admin, *november)
    assert services.context.cache.hits > hits


def test_two_programs_keep_the_same_day(
    services: Services, hospital: Hospital, past: list[Past], admin: Actor
) -> None:
    database, zone = services.context.database, ZoneInfo("UTC")
    day = (date(2026, 10, 7), date(2026, 10, 7))
    past[0].visit(hospital.patients[0], "2026-10-07 09:00")
    with database.read() as connection:
        slow = visit_days.recount(connection, zone, *day)
    past[0].visit(hospital.patients[1], "2026-10-07 10:00")
    assert services.hospital_numbers.keep(admin) == 1
    late = database.write(seed.stamp(), lambda write: visit_days.keep(write.connection, zone, slow))
    assert late == 0, "an older count took the place of a newer one"
    services.context.cache.clear()
    assert services.hospital_numbers.period(admin, *day).figures.total == 2
    with database.read() as connection:
        assert connection.execute(sa.select(visit_mark)).all() == []
        assert connection.execute(sa.select(visit_day.c.on_date)).scalars().all() == [day[0]]


def test_what_is_refused(services: Services, admin: Actor) -> None:
    with pytest.raises(Invalid):
        services.hospital_numbers.period(admin, date(2026, 11, 2), date(2026, 11, 1))
    nobody = actor(services, "Dr Rao", DOCTOR)
    with pytest.raises(NotAllowed):
        services.hospital_numbers.period(nobody, *OCTOBER)
    with pytest.raises(NotAllowed):
        services.hospital_numbers.keep(nobody)
