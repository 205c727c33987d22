"""C2: a million audit entries: linked as an upgrade links them, and checked.

The rows are put in without their trigger, as they would stand in an older hospital. Noted are the
seconds of linking them and of checking them all, and how much the check's memory grows.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import data
from benchmarks.measure import Row, below
from hms_desktop.db import migrate
from hms_desktop.db.chain import chain_rest
from hms_desktop.db.engine import Database
from hms_desktop.db.types import to_text
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.services.demo_visits import AUDIT
from hms_desktop.services.demo_writer import bulk

ENTRIES, QUICK_ENTRIES = 1_000_000, 50_000
MOST_SECONDS, MOST_LINKING_SECONDS, MOST_MB = 20.0, 120.0, 50
PATIENTS, USERS = 20_000, 40
_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
_ENTITIES = (
    ("book", "appointment"), ("set_status", "appointment"), ("read", "patient"),
    ("read", "encounter"), ("check_in", "queue_token"), ("update", "patient"),
)  # fmt: skip
_AFTER = {
    "patient_id": 1, "doctor_id": 5, "visit_type_id": 2, "starts_at": "2026-11-23T10:00:00+00:00",
    "ends_at": "2026-11-23T10:15:00+00:00", "status": "booked", "lane": 0, "note": "brings X-rays",
}  # fmt: skip


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure both engines."""
    entries = QUICK_ENTRIES if quick else ENTRIES
    folder = Path(tempfile.mkdtemp(prefix="hms-audit-"))
    try:
        rows: list[Row] = []
        for engine in data.ENGINES:
            address = (
                f"sqlite:///{folder / 'audit.db'}"
                if engine == "sqlite"
                else data.server().create_database("bench_audit")
            )
            rows += _measure(engine, address, entries)
        return rows
    finally:
        shutil.rmtree(folder)


def _measure(engine: str, address: str, entries: int) -> list[Row]:
    share = entries / ENTRIES
    linking = fill(address, entries)
    services = open_services(address)
    try:
        taken, grown = _check(services)
    finally:
        services.close()
    return [
        below(f"link {entries:,} entries, {engine}", linking, MOST_LINKING_SECONDS * share, "s"),
        below(f"check {entries:,} entries, {engine}", taken, MOST_SECONDS * share, "s"),
        below(f"memory of the check, {engine}", grown, MOST_MB, "MB"),
    ]


def _check(services: Services) -> tuple[float, float]:
    actor = services.context.gate.system("benchmark")
    before, begun = _peak(), perf_counter()
    verdict = services.audit_chain.verify(actor)
    taken = perf_counter() - begun
    if not verdict.sound:
        raise RuntimeError(f"the untouched trail is said to be wrong: {verdict.findings[:3]}")
    return taken, _peak() - before


def _peak() -> float:
    """Return the most memory that this process ever held, in MB."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(size) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def fill(address: str, entries: int) -> float:
    """Make a hospital whose audit holds so many entries; return the seconds of linking them."""
    migrate.upgrade(address)
    database = Database(address)
    try:
        with bulk(database) as loader:
            loader.take_down()
            loader.load("audit_entry", AUDIT, _entries(entries))
            begun = perf_counter()
            raw: Any = loader.connection
            chain_rest(raw)
            linking = perf_counter() - begun
            loader.put_back()
        if not database.is_sqlite:
            # As a server does by itself within a minute; until then it plans for an empty chain.
            with database.engine.connect() as connection:
                connection.exec_driver_sql("ANALYZE audit_entry, audit_link")
                connection.commit()
    finally:
        database.close()
    return linking


def _entries(count: int) -> Iterator[tuple[Any, ...]]:
    after = json.dumps(_AFTER)
    for number in range(count):
        action, entity = _ENTITIES[number % len(_ENTITIES)]
        user = number * 7 % USERS
        patient = number * 7919 % PATIENTS + 1
        rare = number % 50_000 == 0
        yield (
            to_text(_BEGAN + timedelta(seconds=90 * number)), f"bench-{number}", 0, user + 1,
            f"User {user}", "receptionist", f"desk {user % 9}", "benchmark",
            "break_glass" if rare else action, "chart_access" if rare else entity, number, patient,
            "null", "null" if action == "read" else after, "in need" if rare else "",
        )  # fmt: skip
