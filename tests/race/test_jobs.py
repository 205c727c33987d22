"""A period runs once for the hospital, whoever is killed or frozen in the middle of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerContext

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.messages import job_run, outbox
from hms_desktop.services.assembly import Services, open_services
from tests.race.unattended import JOB_LEASE, STEPS, Crew, crew, work

PATIENCE = 60.0


@pytest.fixture
def services(quick_url: str) -> Iterator[Services]:
    opened = open_services(quick_url)
    yield opened
    opened.close()


def run_of(services: Services, period: str) -> sa.RowMapping | None:
    query = sa.select(job_run).where(job_run.c.period == period)
    with services.context.database.read() as connection:
        return connection.execute(query).mappings().one_or_none()


def steps(services: Services, kind: str, period: str) -> list[str]:
    """Return who wrote each step of a period, in the order of writing."""
    query = (
        sa.select(outbox.c.data)
        .where(outbox.c.dedupe_key.like(f"{kind}/{period}/%"))
        .order_by(outbox.c.id)
    )
    with services.context.database.read() as connection:
        return [data["program"] for data in connection.execute(query).scalars()]


def wait(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.02)


def is_done(services: Services, period: str) -> bool:
    row = run_of(services, period)
    return row is not None and row["state"] == "done"


def worker(programs: Crew, services: Services, period: str) -> int:
    """Return the place of the program that works on a period."""
    at_work = steps(services, "here", period)[-1]
    return [program for _process, program in programs.running].index(at_work)


@pytest.mark.feature("JOB-8")
@pytest.mark.slow
@pytest.mark.timeout(120)
def test_of_eight_programs_one_runs_a_period(
    services: Services, quick_url: str, processes: ForkServerContext
) -> None:
    with crew(processes, work, quick_url, "whole"):
        wait(lambda: is_done(services, "whole"))
        time.sleep(0.3)
    row = run_of(services, "whole")
    assert row is not None
    assert (row["attempts"], row["fence"], row["error"]) == (1, 1, "")
    assert Counter(steps(services, "here", "whole")) == {row["result"]["by"]: STEPS}
    assert len(steps(services, "step", "whole")) == STEPS


@pytest.mark.feature("JOB-8")
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_killed_and_frozen_runs_are_taken_over_and_the_frozen_write_nothing_more(
    services: Services, quick_url: str, processes: ForkServerContext
) -> None:
    with crew(processes, work, quick_url, "hard") as programs:
        wait(lambda: len(steps(services, "here", "hard")) >= 2)
        dead = programs.kill(worker(programs, services, "hard"))
        begun = time.monotonic()
        wait(lambda: steps(services, "here", "hard")[-1] != dead)
        assert time.monotonic() - begun > JOB_LEASE.total_seconds() / 2
        frozen = programs.freeze(worker(programs, services, "hard"))
        wait(lambda: is_done(services, "hard"))
        before = Counter(steps(services, "here", "hard"))
        programs.thaw()
        time.sleep(0.5)
    after = Counter(steps(services, "here", "hard"))
    row = run_of(services, "hard")
    assert row is not None
    assert row["result"]["by"] not in {dead, frozen}
    assert (row["state"], row["attempts"], row["fence"]) == ("done", 3, 3)
    assert after == before, "a program wrote after its run was another's"
    assert 0 < after[dead] < STEPS
    assert 0 < after[frozen] < STEPS
    assert after[row["result"]["by"]] == STEPS
    assert len(steps(services, "step", "hard")) == STEPS, "a piece of the work twice, or never"
