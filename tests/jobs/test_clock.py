"""A period runs once for the hospital, however many programs look."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.jobs import AGAIN_AFTER, LEASE, Daily, RunState
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.job import Job, Task
from hms_desktop.services.assembly import Services
from tests.services.conftest import actor
from tests.support.clock import FakeClock
from tests.support.logfail import LogWatch


class Work:
    """A job that notes its periods, and does what the test says meanwhile."""

    def __init__(self) -> None:
        self.periods: list[str] = []
        self.error: Exception | None = None
        self.gate: threading.Event | None = None
        self.inside = threading.Event()

    def run(self, task: Task) -> dict[str, Any]:
        self.periods.append(task.period)
        self.inside.set()
        if self.error is not None:
            raise self.error
        while self.gate is not None and not self.gate.wait(0.01):
            task.progress.report(1, 2)
        return {"made": 1}

    @property
    def job(self) -> Job:
        return Job("work", "Work", lambda _settings: Daily(0), self.run)


def look(clock: JobClock) -> None:
    clock.look()
    for _ in range(3_000):
        if not clock._runs:
            return
        time.sleep(0.01)
    pytest.fail("the run did not end")


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def admin(services: Services) -> Actor:
    return actor(services, "Asha", ADMINISTRATOR)


@pytest.mark.feature("JOB-8")
def test_two_programs_run_a_period_once_and_the_next_one_again(
    services: Services, second: Services, work: Work, clock: FakeClock, admin: Actor
) -> None:
    one, other = JobClock(services, [work.job]), JobClock(second, [work.job])
    for clock_of_jobs in (one, other, one, other):
        look(clock_of_jobs)
    assert work.periods == ["2026-11-23"]
    clock.advance(days=1)
    look(other)
    look(one)
    assert work.periods == ["2026-11-23", "2026-11-24"]
    rows = services.job_runs.history(admin)
    assert [(row.period, row.state, row.result) for row in rows] == [
        ("2026-11-24", "done", {"made": 1}),
        ("2026-11-23", "done", {"made": 1}),
    ]


@pytest.mark.feature("JOB-8")
def test_a_dead_programs_run_is_taken_over_after_its_lease(
    services: Services, second: Services, work: Work, clock: FakeClock, admin: Actor
) -> None:
    dead = actor(services, "dead", ADMINISTRATOR)
    claim = services.job_runs.claim(dead, "work", "2026-11-23", "dead program")
    assert claim is not None
    other = JobClock(second, [work.job])
    look(other)
    assert work.periods == []
    clock.moment += LEASE + timedelta(seconds=1)
    look(other)
    assert work.periods == ["2026-11-23"]
    assert not services.job_runs.finish(dead, claim, RunState.DONE)
    (row,) = services.job_runs.history(admin)
    assert (row.state, row.attempts) == ("done", 2)


@pytest.mark.feature("JOB-8")
def test_a_failed_run_is_tried_again_later_and_at_most_three_times(
    services: Services, work: Work, clock: FakeClock, admin: Actor, expect_log: LogWatch
) -> None:
    expect_log(r"job work failed: RuntimeError")
    work.error = RuntimeError("no")
    here = JobClock(services, [work.job])
    for attempt in (1, 2, 3):
        look(here)
        look(here)
        assert len(work.periods) == attempt
        clock.moment += AGAIN_AFTER
    look(here)
    assert len(work.periods) == 3
    (row,) = services.job_runs.history(admin)
    assert (row.state, row.error) == ("failed", "RuntimeError")
    work.error = None
    assert here.run_now("work", "2026-11-23") == {"made": 1}


@pytest.mark.feature("JOB-8")
def test_a_run_is_cancelled_from_another_workstation(
    services: Services, second: Services, work: Work
) -> None:
    work.gate = threading.Event()
    here = JobClock(services, [work.job])
    here.look()
    assert work.inside.wait(5)
    admin = actor(second, "Asha", ADMINISTRATOR)
    (row,) = second.job_runs.running(admin)
    second.job_runs.cancel(admin, row.id)
    look(here)
    (row,) = second.job_runs.history(admin)
    assert row.state == "cancelled"


@pytest.mark.feature("JOB-8")
def test_a_closing_program_hands_its_run_back_at_once(
    services: Services, second: Services, work: Work
) -> None:
    work.gate = threading.Event()
    here = JobClock(services, [work.job], look_seconds=0.05)
    here.start()
    assert work.inside.wait(5)
    begun = time.monotonic()
    here.stop()
    assert time.monotonic() - begun < 3
    work.gate.set()
    other = JobClock(second, [work.job])
    look(other)
    assert len(work.periods) == 2
    (row,) = second.job_runs.history(actor(second, "Asha", ADMINISTRATOR))
    assert (row.state, row.attempts) == ("done", 1)
