"""Runs somebody asks for: any program takes them; what closes or dies leaves nothing behind."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed
from hms_desktop.domain.jobs import LEASE
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.job import Job, Task
from hms_desktop.jobs.sender import start_clock
from hms_desktop.services.assembly import Services
from tests.services.conftest import actor
from tests.support.clock import FakeClock


@pytest.fixture
def admin(services: Services) -> Actor:
    return actor(services, "Asha", ADMINISTRATOR)


def until(ready: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < limit, "it did not come so far"
        time.sleep(0.01)


def no_show(run: Callable[[Task], dict[str, Any]]) -> Job:
    """A job with the name of one that is off, doing what the test says."""
    return Job("no_show", "Mark no-shows", lambda _settings: None, run)


@pytest.mark.feature("JOB-8")
def test_a_run_asked_for_is_begun_at_once_though_the_job_is_off(
    services: Services, second: Services, admin: Actor
) -> None:
    clock = JobClock(services, [no_show(lambda _task: {"marked": 3})], look_seconds=60)
    clock.start()
    row = services.job_runs.ask(admin, "no_show", "2026-11-23T17+0530", request_id="one")
    assert services.job_runs.ask(admin, "no_show", "2026-11-23T17+0530", request_id="one").id == (
        row.id
    )
    until(lambda: services.job_runs.newest(admin)[0].state == "done")
    services.job_runs.ask(admin, "no_show", "2026-11-23T17+0530")
    until(lambda: services.job_runs.newest(admin)[0].started_at >= row.started_at)
    until(lambda: not services.job_runs.running(admin))
    (newest,) = services.job_runs.newest(admin)
    assert (newest.id, newest.state, newest.result) == (row.id, "done", {"marked": 3})
    clock.stop()
    elsewhere = actor(second, "Asha", ADMINISTRATOR)
    assert second.job_runs.newest(elsewhere) == (newest,)


@pytest.mark.feature("JOB-8")
def test_what_nobody_took_is_stopped_at_once_and_what_runs_is_not_asked_for_twice(
    services: Services, admin: Actor
) -> None:
    row = services.job_runs.ask(admin, "monthly_reports", "2026-10")
    assert row.waits(services.context.now())
    with pytest.raises(Conflict, match="runs already"):
        services.job_runs.ask(admin, "monthly_reports", "2026-10")
    services.job_runs.cancel(admin, row.id)
    (found,) = services.job_runs.history(admin)
    assert (found.state, found.is_running) == ("cancelled", False)
    for job, period, field in (
        ("monthly_reports", "2026-13", "period"),
        ("reminders", "tomorrow", "period"),
        ("reminders", "2026-11-23\0", "period"),
        ("reminders", "2026-11-31", "period"),
        ("no_show", "2026-11-23T05; DROP", "period"),
        ("dance", "2026-10", "job"),
    ):
        with pytest.raises(Invalid) as caught:
            services.job_runs.ask(admin, job, period)
        assert caught.value.field == field
    with pytest.raises(NotAllowed):
        services.job_runs.ask(actor(services, "Sheela", RECEPTIONIST), "no_show", "2026-11-23")


@pytest.mark.feature("JOB-8")
def test_a_run_that_was_to_stop_when_its_program_died_is_not_taken_over(
    services: Services, clock: FakeClock, admin: Actor
) -> None:
    claim = services.job_runs.claim(admin, "no_show", "2026-11-23", "dead program")
    assert claim is not None
    services.job_runs.cancel(admin, claim.run_id)
    clock.moment += LEASE + timedelta(seconds=1)
    ran: list[str] = []
    other = JobClock(services, [no_show(lambda task: {"period": ran.append(task.period)})])
    other.look()
    assert ran == []
    assert services.job_runs.history(admin)[0].state == "cancelled"


@pytest.mark.feature("JOB-8")
def test_a_closing_program_waits_neither_for_a_deaf_job_nor_for_a_mute_mail_server(
    services: Services, second: Services, admin: Actor
) -> None:
    deaf, inside = threading.Event(), threading.Event()

    def run(_task: Task) -> dict[str, Any]:
        inside.set()
        deaf.wait(20)
        return {}

    with socket.create_server(("127.0.0.1", 0)) as mute:
        asked = threading.Event()

        def send() -> None:
            with socket.create_connection(mute.getsockname()) as line:
                asked.set()
                line.recv(1)

        clock = JobClock(services, [no_show(run)], look_seconds=0.05)
        clock.start((send, 5))
        services.job_runs.ask(admin, "no_show", "2026-11-23")
        assert inside.wait(10)
        assert asked.wait(10)
        begun = time.monotonic()
        clock.stop()
        assert time.monotonic() - begun < 3
        mute.accept()[0].close()
    deaf.set()
    again: list[str] = []
    JobClock(second, [no_show(lambda task: {"n": again.append(task.period)})]).look()
    until(lambda: again == ["2026-11-23"])
    until(lambda: second.job_runs.history(actor(second, "A", ADMINISTRATOR))[0].state == "done")


@pytest.mark.feature("JOB-8")
def test_a_whole_program_ends_in_time(services: Services) -> None:
    clock = start_clock(services, "desk-1")
    begun = time.monotonic()
    clock.stop()
    assert time.monotonic() - begun < 3
