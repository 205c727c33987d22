"""B10: a million appointments as CSV, against the sqlite3 shell and Postgres' own COPY.

Ours makes what the Exports page makes: the checksum, formula-safe cells, local times.
"""

from __future__ import annotations

import csv
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg
import sqlalchemy as sa

from benchmarks import data
from benchmarks.measure import Row, alternate, at_least, below, p50
from hms_desktop.db.location import file_of
from hms_desktop.domain.exports import ExportKind, ExportWish
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.services.export_making import Maker
from hms_desktop.services.export_sources import Source, source_of

ROWS, QUICK_ROWS = 1_000_000, 100_000
ROUNDS, QUICK_ROUNDS = 3, 3
GOALS = {"sqlite": 0.55, "postgres": 0.8}
MOST_MB = 50
WISH = ExportWish(ExportKind.APPOINTMENTS_LIST, first=date(2018, 1, 1), last=date(2027, 12, 31))
_SELECT = """SELECT a.starts_at, a.ends_at, p.display_name, p.mrn, d.display_name, m.name, t.name,
r.name, a.status, (SELECT max(q.number) FROM queue_token q
WHERE q.appointment_id = a.id AND q.state <> 'withdrawn'), a.note, a.cancel_reason, a.source
FROM appointment a JOIN patient p ON p.id = a.patient_id JOIN doctor d ON d.id = a.doctor_id
JOIN visit_type t ON t.id = a.visit_type_id LEFT JOIN department m ON m.id = d.department_id
LEFT JOIN room r ON r.id = a.room_id
WHERE a.starts_at >= '2018-01-01' AND a.starts_at < '{until}' AND a.status <> 'entered_in_error'
ORDER BY a.starts_at, a.id"""


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure rows a second on both engines, and the memory of a process that exports."""
    rows = []
    for engine in data.ENGINES:
        address = data.url(engine, quick=quick)
        rows += _measure(engine, address, quick=quick)
    return rows


def source(services: Services, wish: ExportWish) -> Source:
    """Return what the export reads."""
    return source_of(wish.check(), services.context.zone(), None)


def bounded(services: Services, most: int) -> ExportWish:
    """Return the wish for about so many rows, the oldest: whole days until they are enough."""
    starts = sa.text("SELECT starts_at FROM appointment ORDER BY starts_at LIMIT 1 OFFSET :n")
    with services.context.database.read() as connection:
        found = connection.execute(starts, {"n": most}).scalar()
    if found is None:
        return WISH
    last = date.fromisoformat(str(found)[:10])
    return ExportWish(ExportKind.APPOINTMENTS_LIST, first=WISH.first, last=last)


def export(services: Services, wish: ExportWish, path: Path) -> int:
    """Make one file and take it away again; returns the rows."""
    maker = Maker(source(services, wish), wish, lambda _done: None)
    made = maker.make(services.context.database, path)
    made.draft.unlink()
    return made.rows


def _measure(engine: str, address: str, *, quick: bool) -> list[Row]:
    services = open_services(address)
    with tempfile.TemporaryDirectory(prefix="hms-b10-") as folder:
        try:
            wish = bounded(services, QUICK_ROWS if quick else ROWS)
            path = Path(folder) / "ours.csv"
            count = export(services, wish, path)
            until = wish.last or date.max
            query = _SELECT.format(until=until.isoformat() + " 23:59:59")
            raw = (_shell_or_cursor if engine == "sqlite" else _copy)(services, query, folder)
            found = raw()
            # The hospital's midnight is not that of UTC: some rows of the last day differ.
            assert abs(found - count) < count / 50 + 500, (found, count)
            rounds = QUICK_ROUNDS if quick else ROUNDS
            mine, limit = alternate(lambda: export(services, wish, path), raw, rounds, warm_up=0)
        finally:
            services.close()
        grown = _growth(address, wish, Path(folder) / "child.csv")
    rate, limit_rate = count / p50(mine) * 1_000, found / p50(limit) * 1_000
    name = f"CSV of {count:,} appointments, {engine}"
    return [
        at_least(name, rate, limit_rate, GOALS[engine], "rows/s"),
        below(f"memory of that, {engine}", grown, MOST_MB, "MB"),
    ]


def _shell_or_cursor(services: Services, query: str, folder: str) -> Callable[[], int]:
    database = file_of(services.context.database.url)
    shell, out = shutil.which("sqlite3"), Path(folder) / "raw.csv"
    assert database is not None

    def by_shell() -> int:
        words = f".mode csv\n.output {out}\n{query};\n"
        subprocess.run([str(shell), str(database)], input=words, text=True, check=True)
        with out.open("rb") as file:
            return sum(1 for _line in file)

    def by_cursor() -> int:
        with closing(sqlite3.connect(database)) as held, out.open("w", newline="") as file:
            csv.writer(file).writerows(held.execute(query))
        with out.open("rb") as read:
            return sum(1 for _line in read)

    return by_shell if shell is not None else by_cursor


def _copy(services: Services, query: str, folder: str) -> Callable[[], int]:
    url = services.context.database.url.set(drivername="postgresql")
    address, out = url.render_as_string(hide_password=False), Path(folder) / "raw.csv"

    def copied() -> int:
        with psycopg.connect(address) as held, held.cursor() as cursor, out.open("wb") as file:
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:  # type: ignore[arg-type]
                for block in copy:
                    file.write(block)
            return int(cursor.rowcount)

    return copied


def _growth(address: str, wish: ExportWish, path: Path) -> float:
    """Return by how many MB a fresh process grows while it exports."""
    code = "import sys; from benchmarks.b10_export import child; child(*sys.argv[1:])"
    last = (wish.last or date.max).isoformat()
    done = subprocess.run(
        [sys.executable, "-c", code, address, last, str(path)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return float(done.stdout)


def child(address: str, last: str, path: str) -> None:
    """Print the growth (MB) of this process: a day first, so that everything is loaded."""
    services = open_services(address)
    try:
        day = ExportWish(ExportKind.APPOINTMENTS_LIST, first=date.fromisoformat(last),
                         last=date.fromisoformat(last))  # fmt: skip
        export(services, day, Path(path))
        before = _peak()
        whole = ExportWish(ExportKind.APPOINTMENTS_LIST, first=WISH.first, last=day.last)
        export(services, whole, Path(path))
        after = _peak()
    finally:
        services.close()
    print((after - before) / 1_024)


def _peak() -> int:
    """Return the most memory this process ever had (KB).

    What ``getrusage`` tells on Linux includes the process that this one was started from.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
