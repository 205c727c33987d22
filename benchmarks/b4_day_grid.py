"""B4: the day grid of 50 doctors as view rows, against the same columns fetched raw."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import psycopg
import sqlalchemy as sa

from benchmarks import data
from benchmarks.measure import Row, alternate, at_most, p50
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.types import to_text
from hms_desktop.domain import zones
from hms_desktop.services.appointment_rows import read_grid
from hms_desktop.services.assembly import Services, open_services

DOCTORS = 50
ROUNDS, QUICK_ROUNDS = 100, 40
GOALS = {"sqlite": 1.6, "postgres": 1.4}
_QUERY = """SELECT a.id, a.version, a.doctor_id, a.patient_id, a.room_id, a.visit_type_id,
a.starts_at, a.ends_at, a.lane, a.status, p.display_name, p.mrn, p.sex, p.birth_date,
p.allergies <> '', a.note <> '', q.number, a.arrived_at
FROM appointment AS a JOIN patient AS p ON p.id = a.patient_id
LEFT JOIN queue_token AS q ON q.appointment_id = a.id AND q.state <> 'withdrawn'
WHERE {whose} AND a.starts_at >= {mark} AND a.starts_at < {mark}
AND a.status NOT IN ('cancelled', 'entered_in_error')"""


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure both engines."""
    return [_measure(engine, quick=quick) for engine in data.ENGINES]


def _measure(engine: str, *, quick: bool) -> Row:
    services = open_services(data.url(engine, quick=quick))
    try:
        database = services.context.database
        zone = services.context.zone()
        with database.read() as connection:
            ids = list(
                connection.scalars(sa.select(doctor.c.id).order_by(doctor.c.id).limit(DOCTORS))
            )
        on = services.context.now().astimezone(zone).date() - timedelta(days=3)
        if on.weekday() == 6:
            on -= timedelta(days=1)
        begins, ends = zones.day_bounds(zone, on)

        def ours() -> int:
            with database.read() as connection:
                return len(read_grid(connection, ids, begins, ends))

        make = _raw_sqlite if engine == "sqlite" else _raw_postgres
        raw, held = make(services, ids, begins, ends)
        with closing(held):
            count = ours()
            assert count == raw() > DOCTORS
            mine, limit = alternate(ours, raw, QUICK_ROUNDS if quick else ROUNDS)
    finally:
        services.close()
    name = f"day grid of {count} visits, {engine}"
    return at_most(name, p50(mine), p50(limit), GOALS[engine])


def _raw_sqlite(
    services: Services, ids: list[int], begins: datetime, ends: datetime
) -> tuple[Callable[[], int], Any]:
    held = services.context.database.engine.raw_connection()
    connection: Any = held.driver_connection
    whose = f"a.doctor_id IN ({', '.join('?' * len(ids))})"
    query = _QUERY.format(whose=whose, mark="?")
    values = (*ids, to_text(begins), to_text(ends))
    return (lambda: len(connection.execute(query, values).fetchall())), held


def _raw_postgres(
    services: Services, ids: list[int], begins: datetime, ends: datetime
) -> tuple[Callable[[], int], Any]:
    address = services.context.database.url.set(drivername="postgresql")
    connection = psycopg.connect(
        address.render_as_string(hide_password=False), autocommit=True, options="-c jit=off"
    )
    query = _QUERY.format(whose="a.doctor_id = ANY(%s)", mark="%s")
    values = (ids, begins, ends)
    return (lambda: len(connection.execute(query, values).fetchall())), connection
