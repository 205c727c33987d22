"""Backups among writers and kills: whole or not there, and the hospital always one state."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.backup import folder, making, proving, restoring
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.hospital import counter
from hms_desktop.domain.backups import Proof
from tests.db.backup_drill import NOW, contents, make, opener, order
from tests.support.seed import Clinic

pytestmark = [pytest.mark.feature("JOB-9"), pytest.mark.slow, pytest.mark.timeout(300)]
KILLS = 6


@pytest.fixture
def filled(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HMS_DATA_DIR", str(tmp_path / "data"))
    database = Database(database_url, clock=lambda: NOW)
    Clinic(database).book()
    with database.engine.begin() as connection:
        connection.execute(sa.insert(counter), [{"name": one, "value": 0} for one in ("a", "b")])
    database.close()
    return database_url


def add_to_both(url: str, ready: Event, over: Event) -> None:
    """Count two rows up together, each time in one transaction, as fast as it goes."""
    database = Database(url)
    while not over.is_set():
        with database._transaction() as connection:
            for name in ("a", "b"):
                connection.execute(
                    sa.update(counter).where(counter.c.name == name)
                    .values(value=counter.c.value + 1)
                )  # fmt: skip
        ready.set()
    database.close()


def test_a_backup_under_writers_is_one_moment(
    filled: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    ready, over = processes.Event(), processes.Event()
    writer = processes.Process(target=add_to_both, args=(filled, ready, over), daemon=True)
    writer.start()
    assert ready.wait(30)
    files = [Path(make(filled, tmp_path / f"backups{number}").file.path) for number in range(2)]
    over.set()
    writer.join(30)
    assert writer.exitcode == 0
    seen = []
    for path in files:
        restoring.restore(filled, path, opener, now=lambda: NOW, keep=False)
        database = Database(filled)
        with database.read() as connection:
            values = connection.execute(sa.select(counter.c.value).order_by(counter.c.name))
            one, other = values.scalars().all()
        database.close()
        assert one == other, "half of a transaction was saved"
        seen.append(one)
    assert seen[0] < seen[1], "nothing was written meanwhile"


def make_one(url: str, place: str, begun: Event) -> None:
    database = Database(url)
    begun.set()
    making.make(database, Path(place), order())
    database.close()


def restore_one(url: str, path: str, begun: Event) -> None:
    begun.set()
    restoring.restore(url, Path(path), opener, now=lambda: NOW)


def kill_soon(
    processes: ForkServerContext, target: Callable[..., None], url: str, what: str, wait: float
) -> None:
    begun = processes.Event()
    process = processes.Process(target=target, args=(url, what, begun), daemon=True)
    process.start()
    assert begun.wait(30)
    time.sleep(wait)
    process.kill()
    process.join(30)


def test_killed_while_it_is_made_leaves_a_whole_backup_or_none(
    filled: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    rng = random.Random(20261123)
    place = tmp_path / "backups"
    before = contents(filled)
    for _ in range(KILLS):
        kill_soon(processes, make_one, filled, str(place), rng.uniform(0.0, 0.6))
    assert contents(filled) == before
    for file in folder.files_in(place):
        assert proving.prove(Path(file.path), opener, tmp_path, None) in set(Proof)
    assert make(filled, place).file.head.tables["patient"] == 3


def test_killed_while_it_is_restored_leaves_one_state_or_the_other(
    filled: str, tmp_path: Path, processes: ForkServerContext
) -> None:
    rng = random.Random(7)
    path = Path(make(filled, tmp_path / "backups").file.path)
    then = contents(filled)
    database = Database(filled, clock=lambda: NOW)
    Clinic(database)
    database.close()
    later, now = Path(make(filled, tmp_path / "later").file.path), contents(filled)
    assert now != then
    for _ in range(KILLS):
        kill_soon(processes, restore_one, filled, str(path), rng.uniform(0.05, 1.2))
        found = _settled(filled, then, now)
        assert found in (then, now)
        if found == then:
            restoring.restore(filled, later, opener, now=lambda: NOW, keep=False)
    restoring.restore(filled, path, opener, now=lambda: NOW)
    assert contents(filled) == then


def _settled(url: str, *states: object) -> object:
    """Read the contents; a server may still be rolling back what it was killed in."""
    deadline = time.monotonic() + 20
    while True:
        with suppress(Exception):
            found = contents(url)
            if found in states or time.monotonic() > deadline:
                return found
        assert time.monotonic() < deadline, "the database does not answer"
        time.sleep(0.1)
