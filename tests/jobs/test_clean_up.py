"""The daily clean-up: old runs of jobs go, what still says that a period ran stays."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.accounts import session
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.messages import job_run
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.jobs import RunState
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.exports import CLEAN_EXPORTS
from hms_desktop.jobs.sender import start_clock
from hms_desktop.services.assembly import Services
from tests.services.conftest import actor, make_hospital
from tests.support.clock import FakeClock
from tests.support.programs import FIRST


@pytest.fixture
def admin(services: Services) -> Actor:
    return actor(services, "Asha", ADMINISTRATOR)


def ran(services: Services, jobs: JobClock, job: str, period: str) -> None:
    claim = services.job_runs.claim(jobs.actor, job, period, "program")
    assert claim is not None
    assert services.job_runs.finish(jobs.actor, claim, RunState.DONE)


def periods(services: Services) -> set[str]:
    with services.context.database.read() as connection:
        query = sa.select(job_run.c.period).where(job_run.c.job != "clean_exports")
        return set(connection.scalars(query))


def log_ins(services: Services) -> dict[str, tuple[datetime, datetime | None]]:
    query = sa.select(session.c.workstation, session.c.seen_at, session.c.ended_at)
    with services.context.database.read() as connection:
        return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


@pytest.mark.feature("JOB-8")
def test_old_runs_go_but_not_the_newest_nor_what_runs(
    services: Services, admin: Actor, clock: FakeClock
) -> None:
    make_hospital(services.context.database)
    jobs = JobClock(services, [CLEAN_EXPORTS])
    ran(services, jobs, "audit_head", "2026-11-22")
    ran(services, jobs, "monthly_reports", "2026-10")
    services.job_runs.ask(admin, "no_show", "2026-11-22T10+0000")
    clock.advance(days=1)
    ran(services, jobs, "audit_head", "2026-11-23")
    services.job_runs.ask(admin, "no_show", "2026-11-23T10+0000")
    clock.advance(days=366)
    result = jobs.run_now("clean_exports", "one")
    assert result == {"removed": 0, "runs": 1, "log_ins": 0}
    left = {"2026-11-23", "2026-10", "2026-11-22T10+0000", "2026-11-23T10+0000"}
    assert periods(services) == left
    assert jobs.run_now("clean_exports", "two") == {"removed": 0, "runs": 0, "log_ins": 0}
    with services.context.database.read() as connection:
        query = sa.select(audit_entry.c.after).where(
            audit_entry.c.entity == "job_run", audit_entry.c.action == "delete"
        )
        assert connection.scalars(query).all() == [{"removed": 1}]
    jobs.stop()


@pytest.mark.feature("ACC-2")
def test_every_program_says_that_its_log_ins_are_alive_and_the_dead_are_cleaned_away(
    services: Services, second: Services, clock: FakeClock
) -> None:
    services.accounts.first_start(FIRST)
    services.accounts.log_in(FIRST.login, FIRST.password, "office")
    second.accounts.log_in(FIRST.login, FIRST.password, "ward")
    began, seen = clock(), clock.advance(hours=6)
    running = start_clock(services, "office")
    try:
        limit = time.monotonic() + 20
        while log_ins(services)["office"][0] != seen:
            assert time.monotonic() < limit, "there was no sign of life"
            time.sleep(0.02)
    finally:
        running.stop()
    clock.advance(hours=7)
    jobs = JobClock(services, [CLEAN_EXPORTS])
    assert jobs.run_now("clean_exports", "one") == {"removed": 0, "runs": 0, "log_ins": 1}
    jobs.stop()
    assert log_ins(services) == {"office": (seen, None), "ward": (began, began)}
