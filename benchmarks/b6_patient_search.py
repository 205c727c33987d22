"""B6: each keystroke of 2 to 8 characters of a last name, 20 sorted hits, against a range scan.

The limit is one raw range over an index of folded last names, sorted, with the columns a hit
shows (without last and next visit, which ours looks up as well); what the scan may never become
is ``LIKE '%x%'``, which must be at least 40 times slower.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from benchmarks import data
from benchmarks.measure import Row, alternate, at_least, at_most, p50, p95, timed
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.names import fold
from hms_desktop.services.assembly import open_services

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hms_desktop.domain.actor import Actor
    from hms_desktop.services.assembly import Services

GOAL = 5.0
LIKE_GOAL = 40.0
LENGTHS = range(2, 9)
SHOWN = (
    "p.id, p.mrn, p.display_name, p.sex, p.birth_date, p.birth_precision, p.phone, p.has_photo, "
    "p.allergies <> '', p.retired_at IS NOT NULL"
)


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure on both engines; ``quick`` with fewer patients and keystrokes."""
    rows = []
    for engine in data.ENGINES:
        url = data.url(engine, quick=quick)
        services = open_services(url)
        try:
            found = _measure(services, engine, url, names=20 if quick else 60)
            # How far LIKE falls behind grows with the patients: only the full number tells.
            rows += found[:-1] if quick else found
        finally:
            services.close()
    return rows


def _measure(services: Services, engine: str, url: str, names: int) -> list[Row]:
    actor = services.context.gate.system("benchmark")
    typed = _typed(services, names)
    ours: list[float] = []
    limit: list[float] = []
    with closing(_raw(engine, url)) as raw:
        for text in typed:
            own, other = alternate(
                _search(services, actor, text), _range(raw, engine, text), rounds=1, warm_up=1
            )
            ours += own
            limit += other
        like = [timed(_like(raw, engine, text)) for text in typed[:: max(1, len(typed) // 8)]]
    return [
        at_most(f"patient search, keystroke p95, {engine}", p95(ours), p95(limit), GOAL),
        at_most(f"patient search, keystroke p50, {engine}", p50(ours), p50(limit), GOAL),
        at_least(f"LIKE '%x%' beside our search, p50, {engine}", p50(like), p50(ours), LIKE_GOAL,
                 unit="ms"),
    ]  # fmt: skip


def _typed(services: Services, names: int) -> list[str]:
    """Return what is typed, keystroke by keystroke, for last names that are there."""
    query = sa.select(patient.c.family).distinct().order_by(patient.c.family).limit(2_000)
    with services.context.database.read() as connection:
        families = [fold(name) for name in connection.execute(query).scalars()]
    chosen = random.Random(6).choices([name for name in families if " " not in name], k=names)
    return [name[:length] for name in chosen for length in LENGTHS if length <= len(name)]


def _search(services: Services, actor: Actor, text: str) -> Callable[[], object]:
    return lambda: services.patients.search(actor, text, limit=20)


def _raw(engine: str, url: str) -> sqlite3.Connection | psycopg.Connection[tuple[object, ...]]:
    if engine == "sqlite":
        return sqlite3.connect(sa.make_url(url).database or "", isolation_level=None)
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def _asked(
    raw: sqlite3.Connection | psycopg.Connection[tuple[object, ...]],
    engine: str,
    query: str,
    values: Sequence[str],
) -> list[object]:
    marked = query if engine == "sqlite" else query.replace("%", "%%").replace("?", "%s")
    return list(raw.execute(marked, tuple(values)))


def _range(
    raw: sqlite3.Connection | psycopg.Connection[tuple[object, ...]], engine: str, text: str
) -> Callable[[], object]:
    query = (
        f"SELECT {SHOWN} FROM patient p WHERE p.sort_name >= ? AND p.sort_name < ? "
        "ORDER BY p.sort_name, p.id LIMIT 20"
    )
    return lambda: _asked(raw, engine, query, (text, text + "\U0010ffff"))


def _like(
    raw: sqlite3.Connection | psycopg.Connection[tuple[object, ...]], engine: str, text: str
) -> Callable[[], object]:
    query = (
        f"SELECT {SHOWN} FROM patient p WHERE p.sort_name LIKE ? "
        "ORDER BY p.sort_name, p.id LIMIT 20"
    )
    return lambda: _asked(raw, engine, query, (f"%{text}%",))
