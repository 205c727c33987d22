"""B1: book one appointment through the service, against raw SQL that does the least."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import sqlalchemy as sa

from benchmarks import data
from benchmarks.measure import Row, alternate, at_most, p50
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.types import to_text
from hms_desktop.domain import zones
from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.services.assembly import Services, open_services

ROUNDS, QUICK_ROUNDS = 600, 300
DOCTORS = 20
"""As many as one desk looks after; their hours are known to the program after the first look."""
WARM_UP = 2 * DOCTORS
GOALS = {"sqlite": 5.0, "postgres": 2.5}
FOLLOW_UP = "Follow-up"
_COLUMNS = (
    "patient_id, doctor_id, room_id, visit_type_id, starts_at, ends_at, blocks_from, blocks_to, "
    "lane, status, source, note, version, created_at, updated_at"
)
_AUDIT = (
    "at, request_id, position, user_name, role, workstation, program, action, entity, entity_id, "
    "patient_id, after, reason"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A free place in everybody's morning, beyond the generated weeks."""

    patient_id: int
    doctor_id: int
    starts_at: datetime


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure both engines."""
    return [_measure(engine, quick=quick) for engine in data.ENGINES]


def spots(services: Services) -> Iterator[Spot]:
    """Yield places that no other visit of the doctor or the patient touches."""
    zone = services.context.zone()
    with services.context.database.read() as connection:
        doctors = list(
            connection.scalars(sa.select(doctor.c.id).order_by(doctor.c.id).limit(DOCTORS))
        )
        patients = list(connection.scalars(sa.select(patient.c.id).limit(10_000)))
    today = services.context.now().astimezone(zone).date()
    for ahead, minute in itertools.product(range(60, 300), range(600, 765, 15)):
        on = today + timedelta(days=ahead)
        if on.weekday() < 5:
            for number, one in enumerate(doctors):
                # Nobody is asked for twice on one morning.
                place = (minute * 131 + number * 17 + ahead * 7919) % len(patients)
                yield Spot(patients[place], one, zones.to_utc(zone, on, minute))


def _measure(engine: str, *, quick: bool) -> Row:
    services = open_services(data.url(engine, quick=quick))
    try:
        actor = services.context.gate.system("benchmark")
        kind = next(
            one.id for one in services.catalogue.visit_types(actor) if one.name == FOLLOW_UP
        )
        free = spots(services)

        def ours() -> None:
            spot = next(free)
            services.appointments.book(
                actor, BookAppointment(spot.patient_id, spot.doctor_id, kind, spot.starts_at)
            )

        make = _raw_sqlite if engine == "sqlite" else _raw_postgres
        book, connection = make(services, kind)
        with closing(connection):
            taken = spots(services)
            rounds = QUICK_ROUNDS if quick else ROUNDS
            mine, limit = alternate(ours, lambda: book(next(taken)), rounds, WARM_UP)
    finally:
        services.close()
    return at_most(f"book, {engine}", p50(mine), p50(limit), GOALS[engine])


def _copy_tables(services: Services) -> None:
    """Give the raw way tables of its own, as large and as indexed, without our guards."""
    key = "INTEGER PRIMARY KEY" if services.context.database.is_sqlite else "BIGSERIAL PRIMARY KEY"
    with services.context.database.engine.begin() as connection:
        for name, source in (("raw_visit", "appointment"), ("raw_audit", "audit_entry")):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
            columns = sa.inspect(connection).get_columns(source)
            listed = ", ".join(str(one["name"]) for one in columns if one["name"] != "id")
            typed = ", ".join(
                f"{one['name']} {one['type'].compile(dialect=connection.dialect)}"
                for one in columns
                if one["name"] != "id"
            )
            connection.exec_driver_sql(f"CREATE TABLE {name} (id {key}, {typed})")
            connection.exec_driver_sql(
                f"INSERT INTO {name} ({listed}) SELECT {listed} FROM {source}"
            )
        for name, columns_of in (
            ("raw_visit", "doctor_id, starts_at"),
            ("raw_visit", "patient_id, starts_at"),
            ("raw_visit", "starts_at"),
            ("raw_audit", "request_id, position"),
            ("raw_audit", "entity, entity_id, id"),
        ):
            unique = "UNIQUE" if columns_of.startswith("request_id") else ""
            label = f"raw_{abs(hash((name, columns_of)))}"
            connection.exec_driver_sql(f"CREATE {unique} INDEX {label} ON {name} ({columns_of})")


def _values(spot: Spot, kind: int, text: Callable[[datetime], Any]) -> tuple[Any, ...]:
    ends = spot.starts_at + timedelta(minutes=15)
    begin, end, now = text(spot.starts_at), text(ends), text(datetime.now(UTC))
    return (
        spot.patient_id, spot.doctor_id, None, kind, begin, end, begin, end, 0, "booked", "desk",
        "", 1, now, now,
    )  # fmt: skip


def _note(spot: Spot, row_id: int, now: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return (
        now, str(uuid.uuid4()), 0, "benchmark", "system", "system", "raw", "book", "appointment",
        row_id, spot.patient_id, '{"status": "booked"}', "",
    )  # fmt: skip


def _raw_sqlite(services: Services, kind: int) -> tuple[Callable[[Spot], None], Any]:
    _copy_tables(services)
    # From the program's own pool: the same journal, the same synchronous FULL.
    held = services.context.database.engine.raw_connection()
    connection: Any = held.driver_connection
    marks = ", ".join("?" * 15)

    def book(spot: Spot) -> None:
        values = _values(spot, kind, to_text)
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute(
            "SELECT 1 FROM raw_visit WHERE doctor_id = ? AND starts_at > ? AND starts_at < ? "
            "AND ends_at > ? AND status NOT IN ('cancelled', 'no_show') LIMIT 1",
            (spot.doctor_id, to_text(spot.starts_at - timedelta(hours=28)), values[5], values[4]),
        ).fetchone()
        assert found is None
        cursor = connection.execute(f"INSERT INTO raw_visit ({_COLUMNS}) VALUES ({marks})", values)
        connection.execute(
            f"INSERT INTO raw_audit ({_AUDIT}) VALUES ({', '.join('?' * 13)})",
            _note(spot, cursor.lastrowid, values[13]),
        )
        connection.execute("COMMIT")

    return book, held


def _raw_postgres(services: Services, kind: int) -> tuple[Callable[[Spot], None], Any]:
    _copy_tables(services)
    address = services.context.database.url.set(drivername="postgresql")
    connection = psycopg.connect(address.render_as_string(hide_password=False))
    marks = ", ".join(["%s"] * 15)

    def book(spot: Spot) -> None:
        values = _values(spot, kind, lambda moment: moment)
        with connection.transaction():
            found = connection.execute(
                "SELECT 1 FROM raw_visit WHERE doctor_id = %s AND starts_at > %s AND "
                "starts_at < %s AND ends_at > %s "
                "AND status NOT IN ('cancelled', 'no_show') LIMIT 1",
                (spot.doctor_id, spot.starts_at - timedelta(hours=28), values[5], values[4]),
            ).fetchone()
            assert found is None
            row = connection.execute(
                f"INSERT INTO raw_visit ({_COLUMNS}) VALUES ({marks}) RETURNING id", values
            ).fetchone()
            assert row is not None
            connection.execute(
                f"INSERT INTO raw_audit ({_AUDIT}) VALUES ({', '.join(['%s'] * 13)})",
                _note(spot, row[0], values[13]),
            )

    return book, connection
