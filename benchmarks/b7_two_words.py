"""B7: a first name and 1 to 6 characters of a last name, against SQLite's own full text search.

The limit is an FTS5 table of the same names with indexes of prefixes, its 20 best hits in its
order of rank, with the columns a hit shows (without last and next visit, which ours looks up).
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import sqlalchemy as sa

from benchmarks import data
from benchmarks.b6_patient_search import SHOWN
from benchmarks.measure import Row, alternate, at_most, p95
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.names import fold
from hms_desktop.services.assembly import open_services

if TYPE_CHECKING:
    from collections.abc import Callable

    from hms_desktop.domain.actor import Actor
    from hms_desktop.services.assembly import Services

ONE, MORE = 0.25, 2.0
"""With one character full text search ranks half the hospital; the goal follows that."""
LENGTHS = range(1, 7)
_QUERY = (
    f"SELECT {SHOWN} FROM names.found AS f JOIN patient AS p ON p.id = f.rowid "
    "WHERE f.found MATCH ? ORDER BY f.rank LIMIT 20"
)


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure on SQLite; ``quick`` with fewer patients and names."""
    url = data.url("sqlite", quick=quick)
    services = open_services(url)
    try:
        with closing(_raw(url)) as raw:
            return _measure(services, raw, names=15 if quick else 60)
    finally:
        services.close()


def _measure(services: Services, raw: sqlite3.Connection, names: int) -> list[Row]:
    actor = services.context.gate.system("benchmark")
    times: dict[bool, tuple[list[float], list[float]]] = {True: ([], []), False: ([], [])}
    for given, family in _people(services, names):
        for length in LENGTHS:
            begun = family[:length]
            ours, limit = alternate(
                _search(services, actor, f"{given} {begun}"),
                _matched(raw, f'"{given}" "{begun}"*'),
                rounds=1,
                warm_up=1,
            )
            times[length == 1][0].extend(ours)
            times[length == 1][1].extend(limit)
    return [
        at_most(f"first name + {words}, p95, sqlite", p95(times[one][0]), p95(times[one][1]), most)
        for one, words, most in ((True, "1 character", ONE), (False, "2 to 6 characters", MORE))
    ]


def _people(services: Services, names: int) -> list[tuple[str, str]]:
    """Return first and last names of people who are there, long enough to be typed on."""
    query = sa.select(patient.c.given, patient.c.family).order_by(patient.c.id).limit(20_000)
    with services.context.database.read() as connection:
        people = [(fold(row.given), fold(row.family)) for row in connection.execute(query)]
    fit = [
        one
        for one in people
        if one[0].isalpha() and one[1].isalpha() and len(one[1]) >= LENGTHS[-1]
    ]
    return random.Random(7).sample(fit, names)


def _raw(url: str) -> sqlite3.Connection:
    """Return a connection with the names in a full text table of its own, in memory."""
    raw = sqlite3.connect(sa.make_url(url).database or "", isolation_level=None)
    raw.execute("ATTACH ':memory:' AS names")
    raw.execute("CREATE VIRTUAL TABLE names.found USING fts5(name, content='', prefix='1 2 3 4')")
    raw.execute("INSERT INTO names.found (rowid, name) SELECT id, sort_name FROM patient")
    raw.execute("INSERT INTO names.found (found) VALUES ('optimize')")
    return raw


def _search(services: Services, actor: Actor, text: str) -> Callable[[], object]:
    return lambda: services.patients.search(actor, text, limit=20)


def _matched(raw: sqlite3.Connection, words: str) -> Callable[[], object]:
    def ask() -> object:
        found = raw.execute(_QUERY, (words,)).fetchall()
        assert found
        return found

    return ask
