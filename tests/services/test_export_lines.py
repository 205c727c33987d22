"""Large lists: the fast way writes what the plain way would, from one state, in flat memory."""

from __future__ import annotations

import csv
import gc
import io
import itertools
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.snapshot import snapshot
from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.doctors import department, doctor, room
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.writing import Write
from hms_desktop.domain.exports import ExportFormat, ExportKind, ExportWish
from hms_desktop.interchange.table_out import read_rows, safe_cell
from hms_desktop.services.assembly import Services
from hms_desktop.services.export_making import Maker
from hms_desktop.services.export_sources import Source, source_of
from tests.services.conftest import Hospital
from tests.support import seed
from tests.support.strings import naughty_strings

BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
WISH = ExportWish(ExportKind.APPOINTMENTS_LIST, first=date(2026, 10, 1), last=date(2026, 10, 31))
SPECIAL = ["'", "=", "+", "-", "@", "\t", "\r", "\n", " ", '"', ",", "\\", "\u00a0", "\uff1d", "रो"]
NASTY = [
    "",
    *SPECIAL,
    *map("".join, itertools.product(SPECIAL, repeat=2)),
    '"=1,\n"',
    '\',-""',
    "\\.",
]


def visits(services: Services, hospital: Hospital, notes: list[str]) -> None:
    """Write a visit for each note, one every quarter of an hour."""

    def work(write: Write) -> None:
        for number, note in enumerate(notes):
            starts_at = BEGINS + timedelta(minutes=15 * number)
            one = seed.visit(
                write,
                patient_id=hospital.patients[number % 3],
                doctor_id=hospital.doctors[0],
                visit_type_id=hospital.visit_type,
                starts_at=starts_at,
                minutes=15,
            )
            write.update(appointment, one, {"note": note}, version=None)

    services.context.database.write(seed.stamp(), work)


def spoil(services: Services, hospital: Hospital) -> None:
    """Give everything else that has a name a hostile one; one visit gets a room and tokens."""

    def work(write: Write) -> None:
        for one, name in zip(hospital.patients, ("=a", 'b, "c"\nd', "रोगी"), strict=False):
            write.update(patient, one, {"display_name": name, "mrn": f"-{one}"}, version=None)
        place = write.insert(department, {"name": "@, dep"})
        changes = {"display_name": "\tDr, ,-", "department_id": place}
        write.update(doctor, hospital.doctors[0], changes, version=None)
        write.update(visit_type, hospital.visit_type, {"name": "'=x"}, version=None)
        found = write.connection.execute(sa.select(appointment.c.id).limit(1)).scalar_one()
        own = write.insert(room, {"name": '", ='})
        write.update(appointment, found, {"room_id": own, "cancel_reason": ""}, version=None)
        token = {"appointment_id": found, "doctor_id": hospital.doctors[0],
                 "on_date": BEGINS.date(), "arrived_at": BEGINS}  # fmt: skip
        write.insert(queue_token, {**token, "number": 7, "state": "waiting"})
        write.insert(queue_token, {**token, "number": 9, "state": "withdrawn"})

    services.context.database.write(seed.stamp(), work)


def source(services: Services, wish: ExportWish = WISH) -> Source:
    return source_of(wish, services.context.zone(), None)


@pytest.mark.feature("JOB-4")
def test_lines_are_as_the_plain_way_writes_them(services: Services, hospital: Hospital) -> None:
    naughty = [one for one in naughty_strings() if "\0" not in one][:200]
    visits(services, hospital, NASTY + naughty)
    spoil(services, hospital)
    with snapshot(services.context.database) as connection:
        plain = io.StringIO(newline="")
        writer = csv.writer(plain, lineterminator="\r\n")
        count = 0
        for page in source(services).pages(connection):
            for row in page:
                writer.writerow([safe_cell(one) if isinstance(one, str) else one for one in row])
                count += 1
        assert count == len(NASTY) + len(naughty)
        for size in (1, 7, 500):
            pages = list(replace(source(services), page=size).csv(connection))
            assert "".join(text for _rows, text in pages) == plain.getvalue()
            assert [rows for rows, _text in pages][:-1] == [size] * (len(pages) - 1)
            assert sum(rows for rows, _text in pages) == count
    written = list(read_rows(io.StringIO(plain.getvalue(), newline="")))
    assert [row[11] for row in written] == NASTY + naughty
    assert {row[5] for row in written} == {"\tDr, ,-"}
    assert [row[8:11] for row in written if row[8]] == [['", =', "booked", "7"]]


def made(services: Services, wish: ExportWish, path: Path, report: Callable[[int], None]) -> int:
    whole = replace(source(services, wish), page=2)
    draft = Maker(whole, wish, report).make(services.context.database, path)
    draft.draft.replace(path)
    return draft.rows


@pytest.mark.feature("JOB-4")
@pytest.mark.parametrize("kind", [ExportKind.APPOINTMENTS_LIST, ExportKind.PATIENTS_LIST])
def test_a_file_is_of_one_state_and_nobody_waits_for_it(
    services: Services, hospital: Hospital, tmp_path: Path, kind: ExportKind
) -> None:
    visits(services, hospital, ["as it was"] * 6)
    database, changed = services.context.database, []

    def change(write: Write) -> None:
        write.update(patient, hospital.patients[-1], {"display_name": "New Name"}, version=None)
        late = write.connection.execute(sa.select(sa.func.max(appointment.c.id))).scalar_one()
        write.update(appointment, late, {"note": "changed"}, version=None)
        seed.new_patient(write)

    def meanwhile(done: int) -> None:
        if done == 2:
            database.write(seed.stamp(), change)
            changed.append(done)

    path = tmp_path / "list.csv"
    wish = replace(WISH, kind=kind) if kind is WISH.kind else ExportWish(kind)
    before = made(services, wish, path, lambda _done: None)
    old = path.read_text(encoding="utf-8")
    assert made(services, wish, path, meanwhile) == before
    assert changed == [2]
    assert path.read_text(encoding="utf-8") == old
    made(services, wish, path, lambda _done: None)
    assert path.read_text(encoding="utf-8") != old


@pytest.mark.feature("JOB-4")
@pytest.mark.parametrize("format_", list(ExportFormat))
def test_memory_does_not_grow_with_the_list(
    services: Services, hospital: Hospital, tmp_path: Path, format_: ExportFormat
) -> None:
    # Each of these notes is longer than a page's own cells: to keep them would be seen.
    visits(services, hospital, [f"{number} " + "long " * 400 for number in range(400)])
    wish = replace(WISH, format=format_)
    whole = replace(source(services), page=20)
    few = replace(whole, query=whole.query.limit(60))
    if whole.copied is not None:
        few = replace(few, copied=whole.copied._replace(query=whole.copied.query.limit(60)))

    def peak(one: Source) -> int:
        gc.collect()
        tracemalloc.reset_peak()
        begun = tracemalloc.get_traced_memory()[0]
        maker = Maker(one, wish, lambda _done: None)
        maker.make(services.context.database, tmp_path / "list").draft.unlink()
        return tracemalloc.get_traced_memory()[1] - begun

    tracemalloc.start()
    try:
        peak(whole)  # what is loaded and remembered once
        small, large = peak(few), peak(whole)
    finally:
        tracemalloc.stop()
    assert large - small < 100_000, "340 more rows are 680,000 characters"
