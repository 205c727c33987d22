"""The bulk generator: deterministic, lawful, and the database's guards stand afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db import check
from hms_desktop.db.engine import Database
from hms_desktop.db.metadata import metadata
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain import availability
from hms_desktop.domain.availability_rules import VisitNeed
from hms_desktop.domain.errors import Conflict, Invalid, Unusable
from hms_desktop.services import demo, demo_hospital, demo_visits, demo_writer
from hms_desktop.services.assembly import open_services
from hms_desktop.services.demo import DemoPlan
from tests.support import invariants
from tests.support.clock import FakeClock

MORNING = datetime(2026, 11, 23, 5, 28, tzinfo=UTC)
"""Two minutes to eleven in the demo hospital."""
SMALL = DemoPlan(doctors=4, patients=300, appointments=900, seed=7)
RANDOM = {
    "user_account": {"password_hash"},
    "recovery_code": {"code_hash"},
    "audit_link": {"hash"},
}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MORNING)


@pytest.fixture
def database(database_url: str, clock: FakeClock) -> Iterator[Database]:
    opened = Database(database_url, clock=clock)
    yield opened
    opened.close()


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table but what is random or told by the running program."""
    found = {}
    with database.read() as connection:
        for table in metadata.sorted_tables:
            hidden = RANDOM.get(table.name, set()) | {"program", "request_id"}
            columns = [one for one in table.c if one.name not in hidden]
            query = sa.select(*columns).order_by(*table.primary_key.columns)
            if table is audit_entry:
                query = query.where(audit_entry.c.action != "first_start")
            found[table.name] = [tuple(row) for row in connection.execute(query)]
    return found


@pytest.mark.feature("OPS-7")
def test_the_same_seed_gives_the_same_hospital_on_both_engines(
    sqlite_url: str, postgres_url: str, clock: FakeClock
) -> None:
    found = []
    for url in (sqlite_url, postgres_url):
        demo_hospital.generate(url, SMALL, clock=clock)
        opened = Database(url, clock=clock)
        found.append(contents(opened))
        opened.close()
    for table, rows in found[0].items():
        assert rows == found[1][table], table
    assert len(found[0]["appointment"]) == 900


def test_another_seed_gives_other_people(tmp_path: Path, clock: FakeClock) -> None:
    names = []
    for seed in (1, 2):
        url = f"sqlite:///{tmp_path / str(seed)}.db"
        demo_hospital.generate(url, DemoPlan(2, 50, 60, seed), clock=clock)
        opened = Database(url)
        names.append(contents(opened)["patient"])
        opened.close()
    assert names[0] != names[1]


def test_everything_generated_is_lawful(database: Database, clock: FakeClock) -> None:
    demo_hospital.generate(str_url(database), DemoPlan(3, 400, None, 3), clock=clock)
    invariants.check(database)
    assert check.check(str_url(database)).faults == ()


def str_url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


@pytest.mark.feature("APT-3")
def test_the_guards_are_back_and_work(database: Database, clock: FakeClock) -> None:
    with demo_writer.bulk(database) as loader:
        before = loader.guards()
    demo_hospital.generate(str_url(database), SMALL, clock=clock)
    with demo_writer.bulk(database) as loader:
        assert loader.guards() == before
    assert len(before) > 10
    for columns in ("doctor_id, room_id", "patient_id, room_id"):
        other = "patient_id" if columns.startswith("doctor") else "doctor_id"
        with (
            pytest.raises(sa.exc.DBAPIError, match=r"overlap|ex_appointment"),
            database.engine.begin() as connection,
        ):
            connection.exec_driver_sql(
                f"INSERT INTO appointment ({columns}, {other}, visit_type_id, starts_at, ends_at, "
                "blocks_from, blocks_to, lane, status, created_at, updated_at) "
                f"SELECT {columns}, (SELECT max({other}) FROM appointment AS o "
                f"WHERE o.{other} <> a.{other}), visit_type_id, starts_at, ends_at, blocks_from, "
                "blocks_to, 0, 'booked', created_at, updated_at FROM appointment AS a "
                "WHERE status = 'completed' LIMIT 1"
            )
    with pytest.raises(sa.exc.DBAPIError), database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entry")


def test_overlapping_rows_never_get_in(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = demo_visits.VisitMaker._patient
    monkeypatch.setattr(
        demo_visits.VisitMaker,
        "_patient",
        lambda self, doctor, seen: honest(self, doctor, seen) and self._patients[0],
    )
    with pytest.raises(Unusable, match="rule of the database"):
        demo_hospital.generate(str_url(database), SMALL, clock=clock)
    with database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(appointment)) == 0
    assert check.check(str_url(database)).faults == ()


def test_a_database_with_visits_is_refused(database: Database, clock: FakeClock) -> None:
    demo_hospital.generate(str_url(database), SMALL, clock=clock)
    with pytest.raises(Conflict, match="appointments already"):
        demo.fill(database, SMALL)
    invariants_count = len(contents(database)["patient"])
    assert invariants_count == 300


@pytest.mark.parametrize(
    "plan",
    [DemoPlan(doctors=0), DemoPlan(patients=-1), DemoPlan(appointments=10**9)],
    ids=["doctors", "patients", "appointments"],
)
def test_numbers_that_cannot_be(plan: DemoPlan, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with pytest.raises(Invalid):
        demo_hospital.generate(f"sqlite:///{path}", plan)
    assert not path.exists()


def test_too_many_visits_for_too_few_patients(
    sqlite_url: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_visits, "LONGEST_YEARS", 1)
    with pytest.raises(Invalid, match="do not fit"):
        demo_hospital.generate(sqlite_url, DemoPlan(1, 1, 1_000), clock=clock)


@pytest.mark.feature("OPS-7")
def test_today_looks_like_a_day_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setenv("HMS_DATA_DIR", str(tmp_path))
    seen: list[str] = []
    url = demo_hospital.ensure_demo(lambda what, _done, _all: seen.append(what), clock=clock)
    assert seen
    services = open_services(url, clock=clock)
    logins = services.accounts.demo_logins()
    assert [login for login, *_ in logins] == ["sheela", "rao", "admin"]
    sheela, rao = (services.accounts.log_in(*one[:2], "desk") for one in logins[:2])
    face = services.hospital.public_face()
    assert (face.hospital_name, face.demo, face.zone) == (
        "City Care Hospital",
        True,
        "Asia/Kolkata",
    )
    assert rao.doctor_id == 1
    tiles = services.statistics.desk_tiles(sheela, clock().date())
    assert tiles.booked > 100
    assert tiles.arrived > 20
    assert 2 < tiles.waiting < 60
    assert tiles.free_slots > 5
    board = services.queue.board(sheela, clock().date())
    assert sum(row.state == "waiting" for row in board) == tiles.waiting
    services.close()


def test_the_demo_is_made_once_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setenv("HMS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(demo_hospital, "DemoPlan", lambda: DemoPlan(2, 60, 90))
    first = demo_hospital.ensure_demo(clock=clock)
    assert demo_hospital.ensure_demo(pytest.fail, clock=clock) == first
    later = [
        demo_hospital.ensure_demo(clock=lambda more=days: MORNING + timedelta(days=more))
        for days in (1, 2)
    ]
    assert len({first, *later}) == 3
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["demo-2026-11-24.db", "demo-2026-11-25.db"]


def test_visits_lie_within_the_hours_of_their_doctors(database: Database, clock: FakeClock) -> None:
    demo_hospital.generate(str_url(database), SMALL, clock=clock)
    services = open_services(str_url(database), clock=clock)
    actor = services.context.gate.system("test")
    zone = services.context.zone()
    schedule = services.availability.schedule
    with database.read() as connection:
        rows = connection.execute(
            sa.select(appointment).where(appointment.c.starts_at > clock()).limit(200)
        ).all()
    assert rows
    assert actor
    for row in rows:
        on = row.starts_at.astimezone(zone).date()
        rules = schedule.rules([row.doctor_id], on, on)[row.doctor_id]
        minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
        reason = availability.why_closed(
            rules, schedule.policy(), schedule.holidays(), (), (), row.starts_at, clock(),
            VisitNeed(minutes),
        )  # fmt: skip
        assert reason is None, (row, reason)
    services.close()
