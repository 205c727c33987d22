"""B8: free slots of one doctor over 30 days, nothing cached, against a raw fetch and bit masks.

The limit asks the same tables through the bare driver, one statement each, and marks the busy
minutes of each day in one integer. It knows neither buffers, capacity, zones nor daylight saving.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa

from benchmarks.measure import Row, alternate, at_most, p50
from hms_desktop.bus import Bus
from hms_desktop.cache import Cache
from hms_desktop.db.engine import Database
from hms_desktop.db.migrate import upgrade
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.availability import slot_block, unavailability, working_session
from hms_desktop.services.availability import AvailabilityService
from hms_desktop.services.context import Context
from hms_desktop.services.gate import Gate
from hms_desktop.services.schedule import Schedule
from tests.support import seed
from tests.support.postgres import PostgresServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hms_desktop.db.writing import Write
    from hms_desktop.domain.actor import Actor

GOAL = 3.0
FIRST = date(2026, 11, 23)
DAYS = 30
LAST = FIRST + timedelta(days=DAYS - 1)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HALVES = ((9 * 60, 13 * 60), (14 * 60, 18 * 60))
SLOT = 20
SHARE_TAKEN = 0.7


@dataclass(frozen=True)
class Hospital:
    """The ids that the search needs."""

    doctor: int
    visit_type: int


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure on both engines; ``quick`` with fewer doctors and rounds."""
    doctors, rounds = (5, 40) if quick else (50, 200)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "b8.sqlite"
        with (
            _hospital(f"sqlite:///{path}", doctors) as (database, ids),
            closing(sqlite3.connect(path)) as raw,
        ):
            rows.append(_measure("SQLite", database, ids, raw, rounds))
    server = PostgresServer.create()
    try:
        url = server.create_database("b8")
        with (
            _hospital(url, doctors) as (database, ids),
            psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw_postgres,
        ):
            rows.append(_measure("Postgres", database, ids, raw_postgres, rounds))
    finally:
        server.remove()
    return rows


def _measure(
    engine: str,
    database: Database,
    ids: Hospital,
    raw: sqlite3.Connection | psycopg.Connection[Any],
    rounds: int,
) -> Row:
    service, who, cache = _service(database)

    def ours() -> list[datetime]:
        cache.clear()
        found = service.free_slots(who, ids.doctor, FIRST, LAST, ids.visit_type)
        return [slot.starts_at for slot in found]

    limit = _limit(raw, ids.doctor)
    if ours() != limit():
        raise RuntimeError("the two ways disagree about what is free")
    of_ours, of_limit = alternate(ours, limit, rounds)
    return at_most(f"free slots, 1 doctor x 30 days, {engine}", p50(of_ours), p50(of_limit), GOAL)


def _service(database: Database) -> tuple[AvailabilityService, Actor, Cache]:
    gate, bus = Gate(), Bus()
    cache = Cache(bus)
    context = Context(database, gate, bus, cache)
    service = AvailabilityService(context, schedule=Schedule(context))
    return service, gate.system("benchmark"), cache


def _limit(
    raw: sqlite3.Connection | psycopg.Connection[Any], doctor: int
) -> Callable[[], list[datetime]]:
    text = isinstance(raw, sqlite3.Connection)
    mark = "?" if text else "%s"
    begins = datetime.combine(FIRST, datetime.min.time(), UTC)
    ends = begins + timedelta(days=DAYS)
    bounds: tuple[Any, Any] = (begins, ends)
    dates: tuple[Any, Any] = (FIRST, LAST)
    if text:
        bounds = (f"{begins:%Y-%m-%d %H:%M:%S.%f}", f"{ends:%Y-%m-%d %H:%M:%S.%f}")
        dates = (FIRST.isoformat(), LAST.isoformat())
    holds = "('requested','booked','confirmed','arrived','in_consultation','completed')"
    statements: list[tuple[str, tuple[Any, ...]]] = [
        (
            (
                "SELECT weekday, start_minute, end_minute, valid_from, valid_to, slot_minutes "
                f"FROM working_session WHERE doctor_id = {mark}"
            ),
            (doctor,),
        ),
        (
            (
                "SELECT on_date, kind, start_minute, end_minute FROM date_exception "
                f"WHERE doctor_id = {mark} AND on_date BETWEEN {mark} AND {mark}"
            ),
            (doctor, *dates),
        ),
        (f"SELECT on_date FROM hospital_holiday WHERE on_date BETWEEN {mark} AND {mark}", dates),
        (
            (
                "SELECT starts_at, ends_at FROM unavailability "
                f"WHERE doctor_id = {mark} AND ends_at > {mark} AND starts_at < {mark}"
            ),
            (doctor, *bounds),
        ),
        *(
            (
                (
                    f"SELECT starts_at, ends_at FROM {table} WHERE doctor_id = {mark} "
                    f"AND starts_at >= {mark} AND starts_at < {mark}"
                ),
                (doctor, *bounds),
            )
            for table in ("slot_block", "slot_hold")
        ),
        (
            (
                f"SELECT starts_at, ends_at FROM appointment WHERE doctor_id = {mark} "
                f"AND starts_at >= {mark} AND starts_at < {mark} AND status IN {holds}"
            ),
            (doctor, *bounds),
        ),
    ]

    def moment(value: Any) -> datetime:  # noqa: ANN401 - text or datetime, by the engine
        return datetime.fromisoformat(value + "+00:00") if text else value

    def free() -> list[datetime]:
        fetched: list[list[Any]] = [
            raw.execute(statement, values).fetchall()  # type: ignore[arg-type]
            for statement, values in statements
        ]
        sessions, _exceptions, _holidays, *spans = fetched
        masks = [0] * DAYS
        for rows in spans:
            for start, end in rows:
                since = int((moment(start) - begins).total_seconds()) // 60
                until = int((moment(end) - begins).total_seconds()) // 60
                day = since // 1440
                masks[day] |= ((1 << (until - since)) - 1) << (since - day * 1440)
        wanted = (1 << SLOT) - 1
        found = []
        for number, mask in enumerate(masks):
            day_begins = begins + timedelta(days=number)
            weekday = day_begins.weekday()
            for session in sessions:
                if session[0] == weekday:
                    found.extend(
                        day_begins + timedelta(minutes=minute)
                        for minute in range(session[1], session[2] - SLOT + 1, SLOT)
                        if not mask >> minute & wanted
                    )
        return found

    return free


@contextmanager
def _hospital(url: str, doctors: int) -> Iterator[tuple[Database, Hospital]]:
    """Fill a fresh database with doctors of whom most slots of 30 days are taken."""
    upgrade(url)
    database = Database(url, clock=lambda: NOW)
    rng = random.Random(8)

    def work(write: Write) -> Hospital:
        visit_type = seed.new_visit_type(write)
        write.connection.execute(sa.text(f"UPDATE visit_type SET minutes = {SLOT}"))
        staff = [seed.new_doctor(write) for _ in range(doctors)]
        for whose in staff:
            _fill(write, whose, seed.new_patient(write), visit_type, rng)
        return Hospital(staff[len(staff) // 2], visit_type)

    try:
        yield database, database.write(seed.stamp(), work)
    finally:
        database.close()


def _fill(write: Write, doctor: int, patient: int, visit_type: int, rng: random.Random) -> None:
    edited = {"created_at": NOW, "updated_at": NOW}
    begins = datetime.combine(FIRST, datetime.min.time(), UTC)
    hours = [
        {
            "doctor_id": doctor,
            "weekday": weekday,
            "start_minute": start,
            "end_minute": end,
            "slot_minutes": SLOT,
            **edited,
        }
        for weekday in range(6)
        for start, end in HALVES
    ]
    write.connection.execute(sa.insert(working_session), hours)
    visits, blocks = [], []
    for number in range(DAYS):
        for start, end in HALVES:
            for minute in range(start, end, SLOT):
                starts_at = begins + timedelta(days=number, minutes=minute)
                ends_at = starts_at + timedelta(minutes=SLOT)
                lot = rng.random()
                if lot < SHARE_TAKEN:
                    visits.append(
                        {
                            "doctor_id": doctor,
                            "patient_id": patient,
                            "visit_type_id": visit_type,
                            "starts_at": starts_at,
                            "ends_at": ends_at,
                            "blocks_from": starts_at,
                            "blocks_to": ends_at,
                            "status": "booked",
                            **edited,
                        }
                    )
                elif lot > 0.99:
                    blocks.append(
                        {
                            "doctor_id": doctor,
                            "starts_at": starts_at,
                            "ends_at": ends_at,
                            **edited,
                        }
                    )
    write.connection.execute(sa.insert(appointment), visits)
    if blocks:
        write.connection.execute(sa.insert(slot_block), blocks)
    away = begins + timedelta(days=9, hours=9)
    write.connection.execute(
        sa.insert(unavailability),
        {"doctor_id": doctor, "starts_at": away, "ends_at": away + timedelta(hours=4), **edited},
    )
