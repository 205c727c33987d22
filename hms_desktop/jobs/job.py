"""A job: a name, when it is due, and what it does for one period."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.job_plans import JobPlan
from hms_desktop.domain.jobs import Claim, Life, Schedule
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services.assembly import Services

SILENCE_SECONDS = 45.0
"""Without a sign of life for so long, a run asks before it goes on: half its lease."""


class Stopped(Exception):  # noqa: N818 - named after what happened
    """A run must end now: it was cancelled, taken over, or the program closes."""

    def __init__(self, why: Life | None) -> None:
        """Keep why: cancelled, lost, or None when the program closes."""
        super().__init__(why)
        self.why = why


class Progress:
    """Given to a run: tells how far it is, and learns whether to go on."""

    def __init__(self, services: Services, actor: Actor, claim: Claim) -> None:
        """Begin at nothing."""
        self._services = services
        self._actor = actor
        self.claim = claim
        self.done = 0
        self.total = 0
        self._stop = threading.Event()
        self._why: Life | None = None
        self._beaten = time.monotonic()

    def report(self, done: int, total: int) -> None:
        """Note the progress; raises Stopped when the run must end."""
        self.done, self.total = done, total
        self.check()

    def check(self) -> None:
        """Raise Stopped when the run must end.

        Whoever did not hear from the database for long asks: this program may have been frozen.
        """
        if time.monotonic() - self._beaten > SILENCE_SECONDS:
            self.beat()
        if self._stop.is_set():
            raise Stopped(self._why)

    def stop(self, why: Life | None = None) -> None:
        """Have the run end at its next step; from any thread."""
        self._why = why
        self._stop.set()

    def beat(self) -> None:
        """Give a sign of life; called by the clock, from its own thread."""
        life = self._services.job_runs.alive(self._actor, self.claim, self.done, self.total)
        self._beaten = time.monotonic()
        if life is not Life.GO_ON:
            self.stop(life)


@dataclass(frozen=True, slots=True)
class Task:
    """What a run is given."""

    services: Services
    actor: Actor
    settings: HospitalSettings
    period: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Job:
    """One job; ``schedule`` is None while it is switched off."""

    name: str
    title: str
    schedule: Callable[[HospitalSettings], Schedule | None]
    run: Callable[[Task], dict[str, Any]]

    @classmethod
    def of(cls, plan: JobPlan, run: Callable[[Task], dict[str, Any]]) -> Job:
        """Return the job behind a plan."""
        return cls(plan.name, plan.title, plan.schedule, run)
