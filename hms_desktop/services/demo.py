"""Fills an empty hospital with made-up doctors, patients and years of visits.

Bulk maintenance: it goes past the one writer and past the services, in one transaction of its
own. Visits of the last 90 days have their history and audit as if the desk had booked them; of
older ones only the end is known. The newest completed ones have a clinical record. One audit row
a table says what was generated.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.doctors import department, doctor, room, specialization
from hms_desktop.db.tables.hospital import setting
from hms_desktop.db.types import to_text
from hms_desktop.domain.errors import Conflict, Invalid
from hms_desktop.domain.settings import DEFAULTS, HospitalSettings
from hms_desktop.services import demo_names, demo_people, demo_visits
from hms_desktop.services.demo_people import Calendar
from hms_desktop.services.demo_records import RecordMaker
from hms_desktop.services.demo_visits import Clerk, MadeDoctor, Rows, VisitKind, VisitMaker
from hms_desktop.services.demo_writer import Loader, bulk

Progress = Callable[[str, int, int], None]
"""What is being written, how much of it is done, and how much there is to do (0: unknown)."""
CHUNK = 50_000
FEWEST_A_DAY = 8
"""Visits that a doctor has at least on an average day, Sundays and leave counted in."""


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """How much to make; ``appointments`` None fills the days from ``past`` to ``ahead``."""

    doctors: int = 12
    patients: int = 2_000
    appointments: int | None = None
    seed: int = 1
    past: int = 60
    ahead: int = 30
    detail_days: int = demo_visits.DETAIL_DAYS
    """Visits of so many last days have their history and audit; of older ones only the end."""

    def check(self) -> DemoPlan:
        """Return the plan; raise Invalid for numbers that cannot be."""
        for name, value, most in (
            ("doctors", self.doctors, 5_000),
            ("patients", self.patients, 20_000_000),
            ("appointments", self.appointments or 1, 50_000_000),
        ):
            if not 1 <= value <= most:
                raise Invalid(
                    name,
                    "Give a number of {what} from 1 to {most}. Nothing was generated.",
                    what=name,
                    most=most,
                )
        return self


@dataclass(frozen=True, slots=True)
class Filled:
    """How much was made."""

    doctors: int
    patients: int
    appointments: int


def silent(_what: str, _done: int, _all: int) -> None:
    """Show no progress."""


def fill(database: Database, plan: DemoPlan, progress: Progress = silent) -> Filled:
    """Fill a hospital that has no visits yet, all or nothing.

    The same plan, on the same day, gives the same rows. Raises Conflict (``appointments``) when
    there are visits, Invalid when so many visits do not fit so few doctors or patients.
    """
    plan = plan.check()
    now = database.now()
    with database.read() as connection:
        found = _Found.read(connection)
    zone = found.settings.zone_info
    past = plan.past
    if plan.appointments is not None:
        past = plan.appointments // (plan.doctors * FEWEST_A_DAY) + plan.past
        past = min(past, demo_visits.LONGEST_YEARS * 365)
    calendar = Calendar(found.settings, now.astimezone(zone).date(), past, plan.ahead, to_text(now))
    rng = random.Random(plan.seed)  # noqa: S311 - made-up people, not secrets
    with bulk(database) as loader:
        if loader.run("SELECT 1 FROM appointment LIMIT 1"):
            raise Conflict(
                "This database has appointments already. Nothing was generated. "
                "Give the address of an empty database.",
                kind="appointments",
            )
        loader.take_down()
        made = _write_doctors(loader, rng, plan, calendar, found)
        free = _holidays(loader, calendar)
        people = _write_patients(loader, rng, plan, calendar, progress)
        maker = VisitMaker(
            rng,
            zone=zone,
            now=now,
            doctors=made,
            kinds=found.kinds,
            patients=people,
            holidays=free,
            clerk=found.clerk,
            first_id=loader.next_id("appointment"),
            first_token=loader.next_id("queue_token"),
            detail_days=plan.detail_days,
        )
        records = RecordMaker(
            rng,
            dict(loader.run("SELECT id, display_name FROM doctor")),
            first_id=loader.next_id("encounter"),
            first_version=loader.next_id("record_version"),
        )
        count = _write_visits(loader, maker, records, plan, past, progress)
        progress("checks", 0, 0)
        _note(loader, plan, Filled(len(made), len(people), count), to_text(now))
        loader.put_back()
    return Filled(len(made), len(people), count)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the hospital has already."""

    settings: HospitalSettings
    kinds: list[VisitKind]
    clerk: Clerk
    doctor_user: int | None
    rooms: frozenset[str]
    departments: dict[str, int]
    specializations: dict[str, int]

    @staticmethod
    def read(connection: sa.Connection) -> _Found:
        """Read it; raises Invalid when the hospital has no kinds of visit."""
        values = {row.name: row.value for row in connection.execute(sa.select(setting))}
        columns = visit_type.c
        kinds = [
            VisitKind(*row)
            for row in connection.execute(
                sa.select(columns.id, columns.minutes, columns.buffer_before, columns.buffer_after)
                .where(columns.retired_at.is_(None), columns.minutes <= 120)  # noqa: PLR2004
                .order_by(columns.position, columns.id)
                .limit(4)
            )
        ]
        if not kinds:
            raise Invalid(
                "visit_types",
                "The hospital has no kinds of visit. Nothing was generated. Start the program "
                "once to set the hospital up.",
            )
        clerk = connection.execute(
            sa.select(user.c.id, user.c.display_name).where(user.c.login == "sheela")
        ).one_or_none()
        own = sa.select(user.c.id).where(
            user.c.login == "rao",
            ~sa.exists().where(doctor.c.user_id == user.c.id),
        )
        return _Found(
            DEFAULTS.with_values(values),
            kinds,
            Clerk(*clerk) if clerk else Clerk(None, "generator"),
            connection.scalar(own),
            frozenset(connection.scalars(sa.select(room.c.name))),
            _by_name(connection, department),
            _by_name(connection, specialization),
        )


def _by_name(connection: sa.Connection, table: sa.Table) -> dict[str, int]:
    rows = connection.execute(sa.select(table.c.name, table.c.id))
    return {row.name: row.id for row in rows}


def _write_doctors(
    loader: Loader, rng: random.Random, plan: DemoPlan, calendar: Calendar, found: _Found
) -> list[MadeDoctor]:
    stamps = (calendar.stamp, calendar.stamp)
    # Before the first visit: what was offered then counts in every report.
    began = calendar.today - timedelta(days=calendar.past + 1)
    since = f"{began.isoformat()} 00:00:00.000000"
    departments = _catalogue(
        loader, "department", found.departments, [one[0] for one in demo_names.DEPARTMENTS], stamps
    )
    skills = _catalogue(
        loader,
        "specialization",
        found.specializations,
        [one[2] for one in demo_names.DEPARTMENTS],
        stamps,
    )
    first, first_room = loader.next_id("doctor"), loader.next_id("room")
    rooms, doctors, links, sessions, leave, made = [], [], [], [], [], []
    for number in range(plan.doctors):
        one, room_id = first + number, first_room + number
        name, place = demo_names.doctor_name(rng, number)
        rooms.append((room_id, _room_name(found.rooms, number + 2), *stamps))
        doctors.append(
            (
                one, found.doctor_user if number == 0 else None, name, f"MMC-{20_000 + one}",
                departments[place], room_id, rng.randrange(1985, 2022), demo_names.phone(rng),
                15, "approved", since, stamps[1],
            )
        )  # fmt: skip
        links.append((one, skills[place]))
        here, weekly, away = demo_people.doctor(rng, number, one, room_id, calendar)
        made.append(here)
        sessions += weekly
        leave += away
    loader.load("room", ("id", "name", "created_at", "updated_at"), rooms)
    loader.load(
        "doctor",
        (
            "id", "user_id", "display_name", "registration_number", "department_id", "room_id",
            "practising_since", "phone", "default_minutes", "approval", "created_at", "updated_at",
        ),
        doctors,
    )  # fmt: skip
    loader.load("doctor_specialization", ("doctor_id", "specialization_id"), links)
    loader.load("working_session", demo_people.SESSION, sessions)
    loader.load("unavailability", demo_people.LEAVE, leave)
    return made


def _catalogue(
    loader: Loader, table: str, there: dict[str, int], names: list[str], stamps: tuple[str, str]
) -> list[int]:
    """Return the ids of entries by name, made where they were missing."""
    next_id = loader.next_id(table)
    known = dict(there)
    rows: list[tuple[Any, ...]] = []
    short = {one[0]: one[1] for one in demo_names.DEPARTMENTS}
    for name in names:
        if name not in known:
            known[name] = next_id + len(rows)
            extra = (short[name],) if table == "department" else ()
            rows.append((known[name], name, *extra, *stamps))
    columns = ("short_name",) if table == "department" else ()
    loader.load(table, ("id", "name", *columns, "created_at", "updated_at"), rows)
    return [known[name] for name in names]


def _room_name(taken: frozenset[str], number: int) -> str:
    name = f"Room {number}"
    while name in taken:
        name += "a"
    return name


def _holidays(loader: Loader, calendar: Calendar) -> frozenset[date]:
    days = demo_people.holidays(calendar)
    there = {str(row[0]) for row in loader.run("SELECT on_date FROM hospital_holiday")}
    rows = [
        (on.isoformat(), name, "demo", calendar.stamp, calendar.stamp)
        for on, name in sorted(days.items())
        if on.isoformat() not in there
    ]
    columns = ("on_date", "name", "source", "created_at", "updated_at")
    loader.load("hospital_holiday", columns, rows)
    return frozenset(days)


def _write_patients(
    loader: Loader, rng: random.Random, plan: DemoPlan, calendar: Calendar, progress: Progress
) -> range:
    first = loader.next_id("patient")
    ids = range(first, first + plan.patients)
    number = _numbers(loader, plan.patients)
    rows: list[tuple[Any, ...]] = []
    for row in demo_people.patients(rng, ids, number, calendar):
        rows.append(row)
        if len(rows) == CHUNK or row[0] == ids[-1]:
            loader.load("patient", demo_people.PATIENT, rows)
            keys = (key for one in rows for key in demo_people.keys(one))
            loader.load_keys("patient_key", demo_people.KEY, keys)
            progress("patients", row[0] - first + 1, plan.patients)
            rows = []
    return ids


def _numbers(loader: Loader, count: int) -> int:
    """Take so many hospital numbers off the counter and return the first."""
    found = loader.run("SELECT value FROM counter WHERE name = 'mrn'")
    last = int(found[0][0]) if found else 0
    if found:
        loader.run(f"UPDATE counter SET value = {last + count} WHERE name = 'mrn'")  # noqa: S608
    else:
        loader.load("counter", ("name", "value"), [("mrn", count)])
    return last + 1


def _write_visits(
    loader: Loader,
    maker: VisitMaker,
    records: RecordMaker,
    plan: DemoPlan,
    past: int,
    progress: Progress,
) -> int:
    most = plan.appointments if plan.appointments is not None else 1 << 62
    count = 0
    for _day in maker.days(plan.ahead, past, most):
        if len(maker.rows.appointments) >= CHUNK:
            count += _flush(loader, maker, records)
            progress("visits", count, plan.appointments or 0)
    count += _flush(loader, maker, records)
    progress("visits", count, plan.appointments or count)
    if plan.appointments is not None and count < plan.appointments:
        raise Invalid(
            "appointments",
            "So many visits do not fit {doctors} doctors and {patients} patients within "
            "{years} years. Nothing was generated. Ask for more doctors or patients.",
            doctors=plan.doctors,
            patients=plan.patients,
            years=demo_visits.LONGEST_YEARS,
        )
    return count


def _flush(loader: Loader, maker: VisitMaker, records: RecordMaker) -> int:
    rows, maker.rows = maker.rows, Rows()
    loader.load(appointment.name, demo_visits.APPOINTMENT, rows.appointments)
    loader.load("appointment_status_change", demo_visits.CHANGE, rows.changes)
    loader.load("queue_token", demo_visits.TOKEN, rows.tokens)
    loader.load("audit_entry", demo_visits.AUDIT, rows.audit)
    records.write(loader, rows.appointments)
    return len(rows.appointments)


def _note(loader: Loader, plan: DemoPlan, filled: Filled, now: str) -> None:
    """Leave one audit row a table: what was generated, from which seed."""
    counts = {
        "doctor": filled.doctors,
        "patient": filled.patients,
        "appointment": filled.appointments,
    }
    rows = [
        (
            now, f"generate-{plan.seed}-{now}", position, None, "generator", "system", "system",
            "generator", "generate", table, 0, None, "null",
            json.dumps({"rows": count, "seed": plan.seed}), "",
        )
        for position, (table, count) in enumerate(counts.items())
    ]  # fmt: skip
    loader.load("audit_entry", demo_visits.AUDIT, rows)
