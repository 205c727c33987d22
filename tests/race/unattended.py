"""Programs that send messages and run jobs until somebody ends them, each in its own process."""

from __future__ import annotations

import functools
import os
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Any, cast
from zoneinfo import ZoneInfo

from hms_desktop.db import engine
from hms_desktop.db.writing import Write
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.jobs import Schedule
from hms_desktop.domain.messages import Channel, Draft, MessageKind
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.job import Job, Task
from hms_desktop.outgoing.mail import MailServer
from hms_desktop.services import job_runs, outbox_rows, outbox_sending, sending
from hms_desktop.services.assembly import Services, open_services
from tests.race.post_office import PATIENCE

LEASE, JOB_LEASE = timedelta(seconds=5), timedelta(seconds=3)
PROGRAMS = 8
SKEWS = tuple(timedelta(minutes=minutes) for minutes in (-10, -7, -3, 0, 0, 3, 7, 10))
STEPS = 10


def _open(url: str, skew: timedelta, told: Connection) -> Services:
    """Open a program whose clock is wrong, and whose patience is short."""
    engine.utc_now = lambda: datetime.now(UTC) + skew
    engine.IDLE_SECONDS = 2
    outbox_sending.LEASE, job_runs.LEASE = LEASE, JOB_LEASE
    outbox_sending.retry_delay = lambda attempts: timedelta(seconds=0.1 * min(attempts, 5))
    sending.MailServer = cast("Any", functools.partial(MailServer, timeout=PATIENCE))
    services = open_services(url)
    program = services.context.database.program
    # The server learns from it who speaks.
    socket.getfqdn = lambda _name="": f"{program}.test"
    told.send(program)
    return services


def send(url: str, skew: timedelta, told: Connection, gate: Event, certificate: str) -> None:
    """Send what the outbox holds, without end."""
    services = _open(url, skew, told)
    actor = services.context.gate.system("sender", "desk")
    trust = ssl.create_default_context(cafile=certificate)
    sender = sending.Sending(services.context, services.outbox, trust=trust)
    gate.wait()
    while True:
        went = 0
        try:
            went = sender.step(actor, services.context.settings())
        except HmsError:
            time.sleep(0.05)  # as the clock does: the next turn tries again
        if not went:
            time.sleep(0.02)


class _Fixed:
    """A schedule that is due in these periods, whatever day it is."""

    def __init__(self, periods: tuple[str, ...]) -> None:
        self.periods = periods

    def due(self, _now: datetime, _zone: ZoneInfo) -> tuple[str, ...]:
        return self.periods


def work(url: str, skew: timedelta, told: Connection, gate: Event, period: str) -> None:
    """Look for the job's period without end; its run takes a dozen writes."""
    services = _open(url, skew, told)
    program = services.context.database.program

    def run(task: Task) -> dict[str, Any]:
        for step in range(STEPS):
            write_step(services, task, program, step)
            time.sleep(0.2)
        return {"by": program}

    schedule = cast("Schedule", _Fixed((period,)))
    gate.wait()
    clock = JobClock(services, [Job("work", "Work", lambda _settings: schedule, run)])
    while True:
        clock.look()
        time.sleep(0.2)


def write_step(services: Services, task: Task, program: str, step: int) -> None:
    """Write one piece of the work, once for all programs, and that this one was here."""

    def write_both(write: Write) -> None:
        for key in (f"step/{task.period}/{step}", f"here/{task.period}/{program}/{step}"):
            draft = Draft(key, MessageKind.TEST, Channel.CALL, "", {"program": program})
            outbox_rows.write_message(write, draft)

    services.context.database.write(services.outbox.stamp(task.actor, "work", None), write_both)


@dataclass
class Crew:
    """Running programs, and what was done to them: (program, from, until), by the clock."""

    processes: ForkServerContext
    target: Callable[..., None]
    url: str
    also: str
    gate: Event
    running: list[tuple[BaseProcess, str]] = field(default_factory=list)
    killed: dict[str, float] = field(default_factory=dict)
    frozen: list[tuple[str, float, float]] = field(default_factory=list)
    asleep: list[tuple[BaseProcess, str, float]] = field(default_factory=list)

    def begin(self, place: int) -> None:
        """Start a program on the n-th workstation."""
        mine, theirs = self.processes.Pipe(duplex=False)
        process = self.processes.Process(
            target=self.target,
            args=(self.url, SKEWS[place], theirs, self.gate, self.also),
            daemon=True,
        )
        process.start()
        theirs.close()
        assert mine.poll(30), "a program did not start"
        self.running.append((process, mine.recv()))
        mine.close()

    def kill(self, place: int) -> str:
        """End a program in the middle of whatever it does."""
        process, program = self.running.pop(place)
        process.kill()
        self.killed[program] = time.monotonic()
        process.join(30)
        process.close()
        return program

    def freeze(self, place: int) -> str:
        """Stop a program's clock; ``thaw`` lets it go on as if nothing had been."""
        process, program = self.running.pop(place)
        _signal(process, signal.SIGSTOP)
        self.asleep.append((process, program, time.monotonic()))
        return program

    def thaw(self, older_than: float = 0.0) -> None:
        """Let the programs go on that were frozen for so many seconds."""
        now = time.monotonic()
        for one in [one for one in self.asleep if now - one[2] >= older_than]:
            process, program, since = one
            self.asleep.remove(one)
            _signal(process, signal.SIGCONT)
            self.frozen.append((program, since, time.monotonic()))
            self.running.append((process, program))

    def end(self) -> None:
        """End them all; nothing is under way any more."""
        self.thaw()
        killed = dict(self.killed)
        while self.running:
            self.kill(0)
        self.killed = killed


@contextmanager
def crew(
    processes: ForkServerContext,
    target: Callable[..., None],
    url: str,
    also: str,
) -> Iterator[Crew]:
    """Start eight programs at once, their clocks up to ten minutes wrong."""
    found = Crew(processes, target, url, also, processes.Event())
    try:
        for place in range(PROGRAMS):
            found.begin(place)
        found.gate.set()
        yield found
    finally:
        found.end()


def _signal(process: BaseProcess, number: signal.Signals) -> None:
    assert process.pid is not None
    os.kill(process.pid, number)
