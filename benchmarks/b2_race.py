"""B2: real programs that want one slot at one moment: one wins, nobody waits long.

The p99 is set beside that of programs which do the same with nothing but raw SQL (lock, look for
an overlap, insert): on a machine with fewer cores than programs the wait is mostly for a core.
The first rounds are judged but not timed: a desk's program has connected and booked before.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import sqlite3
import tempfile
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from benchmarks import data
from benchmarks.measure import Row, below, percentile
from hms_desktop.db import migrate
from hms_desktop.db.engine import Database
from hms_desktop.db.types import to_text
from tests.race.programs import Attempt, Field, make_field, race, run_together, wish
from tests.support import invariants

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Barrier

PROGRAMS = (2, 8, 16)
ROUNDS, QUICK_ROUNDS = 300, 40
WARM_UP = 4
MOST_MS = 250
SCENARIOS = ("same slot", "overlapping starts")
_LOST = "conflict doctor"
_OVERLAP = "SELECT 1 FROM raw_visit WHERE doctor_id = {0} AND starts_at < {0} AND ends_at > {0}"
_INSERT = "INSERT INTO raw_visit (doctor_id, starts_at, ends_at) VALUES ({0}, {0}, {0})"


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Race on both engines."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    return [
        row
        for engine in data.ENGINES
        for programs in PROGRAMS
        for row in _race(engine, programs, rounds)
    ]


def _race(engine: str, programs: int, rounds: int) -> list[Row]:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["benchmarks.b2_race"])
    folder = Path(tempfile.mkdtemp(prefix="hms-race-"))
    try:
        url = (
            f"sqlite:///{folder / 'race.db'}"
            if engine == "sqlite"
            else data.server().create_database(f"race_{programs}")
        )
        migrate.upgrade(url)
        field = make_field(url, programs)
        _make_raw(url)
        plan = [(SCENARIOS[number % 2], 2 * number) for number in range(WARM_UP + rounds)]
        raw = run_together(raw_race, url, field, plan, processes, programs)
        attempts = run_together(race, url, field, plan, processes, programs)
        database = Database(url)
        invariants.check(database)  # no overlap, whoever won
        database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    name = f"{programs} programs, {engine}"
    ours, limit = _milliseconds(attempts), _milliseconds(raw)
    p99, raw_p99 = percentile(ours, 0.99), percentile(limit, 0.99)
    return [
        below(f"{name}: rounds without exactly one winner", _broken(attempts, programs), 0, "of"),
        below(f"{name}: slowest call (raw {max(limit):.0f} ms)", max(ours), MOST_MS, "ms"),
        Row(f"{name}: p99, beside raw", p99, raw_p99, "ms", p99 / raw_p99, "shown", met=True),
    ]


def _broken(attempts: Iterable[Attempt], programs: int) -> int:
    rounds: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one in attempts:
        rounds[one.scenario, one.round].append(one.outcome)
    fair = ["won"] + [_LOST] * (programs - 1)
    return sum(sorted(outcomes, reverse=True) != fair for outcomes in rounds.values())


def _milliseconds(attempts: Iterable[Attempt]) -> list[float]:
    return [one.seconds * 1_000 for one in attempts if one.round >= 2 * WARM_UP]


# ------------------------------------------------------------------------------------------ raw
def _make_raw(url: str) -> None:
    database = Database(url)
    kind = "TEXT" if database.is_sqlite else "TIMESTAMPTZ"
    with database.engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TABLE raw_visit (doctor_id INTEGER NOT NULL, "
                f"starts_at {kind} NOT NULL, ends_at {kind} NOT NULL)"
            )
        )
        connection.execute(sa.text("CREATE INDEX raw_visit_at ON raw_visit (doctor_id, starts_at)"))
    database.close()


def raw_race(
    url: str,
    program: int,
    field: Field,
    rounds: list[tuple[str, int]],
    together: Barrier,
    answers: Connection,
) -> None:
    """Do the same race with the least that is still correct."""
    address = sa.make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    connection: sqlite3.Connection | psycopg.Connection[tuple[object, ...]]
    if is_sqlite:
        connection = sqlite3.connect(str(address.database), isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        # Opening waits, writing does not: see the engine of the program.
        connection.execute("PRAGMA busy_timeout = 0")
    else:
        plain = address.set(drivername="postgresql")
        connection = psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)
    mark = "?" if is_sqlite else "%s"
    attempts = []
    for scenario, number in rounds:
        want = wish(field, scenario, number, program)
        starts_at, ends_at = want.starts_at, want.starts_at + timedelta(minutes=30)
        times = (to_text(starts_at), to_text(ends_at)) if is_sqlite else (starts_at, ends_at)
        together.wait(60)
        begun = time.perf_counter()
        if is_sqlite:
            _lock_sqlite(connection)
        else:
            connection.execute("BEGIN")
            connection.execute("SELECT pg_advisory_xact_lock(1, %s)", (want.doctor_id,))
        found = connection.execute(
            _OVERLAP.format(mark), (want.doctor_id, times[1], times[0])
        ).fetchone()
        if found is None:
            connection.execute(_INSERT.format(mark), (want.doctor_id, *times))
        connection.execute("COMMIT")
        taken = time.perf_counter() - begun
        outcome = "won" if found is None else _LOST
        attempts.append(Attempt(scenario, number, program, outcome, found is not None, taken))
    answers.send(attempts)
    connection.close()


def _lock_sqlite(connection: sqlite3.Connection | psycopg.Connection[tuple[object, ...]]) -> None:
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise
            time.sleep(random.uniform(0.0005, 0.0015))
        else:
            return
