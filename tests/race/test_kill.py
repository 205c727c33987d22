"""Programs are killed in the middle of their writes: nothing acknowledged is ever lost."""

from __future__ import annotations

import random
import time
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.services.assembly import Services, open_services
from tests.race.programs import Field, carry_out, scribble
from tests.support import invariants
from tests.support.clock import FakeClock

KILLS = 50


@pytest.mark.feature("APT-3")
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_in_the_middle_of_writes(
    database_url: str, field: Field, processes: ForkServerContext
) -> None:
    rng = random.Random(20261123)
    acknowledged: list[str] = []
    services = open_services(database_url, clock=FakeClock())
    actor = services.context.gate.system("survivor", "desk-y")
    for seed in range(KILLS):
        told = _run_and_kill(database_url, field, seed, rng, processes)
        done = [request for word, request, _ in told if word == "done"]
        acknowledged += done
        word, request, order = told[-1]
        if word == "try":
            # The desk does not know whether its last wish came through, and sends it again.
            carry_out(services, actor, field, order, request)
            carry_out(services, actor, field, order, request)
    _check(services, acknowledged)
    assert len(acknowledged) > KILLS // 5, "the programs were killed before they wrote anything"
    services.close()


def _run_and_kill(
    url: str, field: Field, seed: int, rng: random.Random, processes: ForkServerContext
) -> list[tuple[str, str, Any]]:
    mine, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=scribble, args=(url, field, seed, theirs), daemon=True)
    process.start()
    theirs.close()
    told = [mine.recv()]
    deadline = time.monotonic() + rng.uniform(0.02, 0.25)
    while time.monotonic() < deadline:
        if mine.poll(max(0.0, deadline - time.monotonic())):
            told.append(mine.recv())
    process.kill()
    process.join(30)
    process.close()
    told += _rest(mine)
    return told


def _rest(mine: Connection) -> list[tuple[str, str, Any]]:
    told = []
    try:
        while True:
            told.append(mine.recv())
    except (EOFError, OSError):
        mine.close()
    return told


def _check(services: Services, acknowledged: list[str]) -> None:
    database = services.context.database
    invariants.check(database)
    with database.read() as connection:
        kept = set(connection.execute(sa.select(audit_entry.c.request_id)).scalars())
        lost = [request for request in acknowledged if request not in kept]
        assert lost == [], "acknowledged and lost"
        rows = connection.execute(
            sa.select(audit_entry.c.request_id, sa.func.count())
            .where(audit_entry.c.entity == appointment.name, audit_entry.c.action == "book")
            .group_by(audit_entry.c.request_id)
            .having(sa.func.count() > 1)
        ).all()
        assert rows == [], "a request booked twice"
