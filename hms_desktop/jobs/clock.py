"""The clock of one running program: looks what is due, runs what it could claim.

APScheduler only says when to look; who runs is decided by the database. Every program of the
hospital has such a clock, and whichever looks first runs the period.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from hms_desktop.bus import Announcement
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.jobs import Claim, Life, RunState, with_environment
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.jobs.daemons import DaemonExecutor
from hms_desktop.jobs.job import Job, Progress, Stopped, Task
from hms_desktop.services.assembly import Services
from hms_desktop.services.job_asking import ASKED
from hms_desktop.services.job_runs import RunLost

log = logging.getLogger(__name__)

_LOOK = "look"
LOOK_SECONDS = 20
BEAT_SECONDS = 2
"""How often a run tells how far it is, and hears that it is to stop."""
CLOSE_SECONDS = 2.0
"""How long a closing program waits for its runs; what is not done by then is handed back."""


class JobClock:
    """Runs the jobs of one program in background threads."""

    def __init__(
        self,
        services: Services,
        jobs: Sequence[Job],
        *,
        workstation: str = "",
        environment: Mapping[str, str] = os.environ,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """Prepare; nothing runs before ``start``."""
        self._services = services
        self._jobs = {job.name: job for job in jobs}
        self._environment = environment
        self._owner = services.context.database.program
        self._actor: Actor = services.context.gate.system("jobs", workstation)
        self._seconds = look_seconds
        self._lock = threading.Lock()
        self._runs: dict[str, tuple[threading.Thread, Progress]] = {}
        self._closing = False
        self._scheduler: BackgroundScheduler | None = None
        self._leave: Callable[[], None] = lambda: None
        self._asked = threading.Event()
        self._abort: Callable[[], None] = lambda: None

    def start(
        self, *also: tuple[Callable[[], None], float], abort: Callable[[], None] = lambda: None
    ) -> None:
        """Begin to look, at once and then every few seconds; ``also`` are (call, seconds).

        ``abort`` is called when the program closes and one of those does not end by itself.
        """
        self._abort = abort
        scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": DaemonExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        now = datetime.now(UTC)
        calls = ((self.look, self._seconds), (self.beat, min(BEAT_SECONDS, self._seconds)), *also)
        for call, seconds in calls:
            name = _LOOK if call == self.look else None
            scheduler.add_job(call, "interval", seconds=seconds, next_run_time=now, id=name)
        self._scheduler = scheduler
        self._leave = self._services.context.bus.subscribe(self._heard)
        scheduler.start()

    def _heard(self, announcement: Announcement) -> None:
        """Look at once when somebody asked for a run."""
        scheduler = self._scheduler
        asked = any(one.action == ASKED for one in announcement.changes)
        if asked and scheduler is not None and not self._closing:
            self._asked.set()
            with suppress(JobLookupError):  # it was shut down just now
                scheduler.modify_job(_LOOK, next_run_time=datetime.now(UTC))

    def stop(self, seconds: float = CLOSE_SECONDS) -> None:
        """Stop looking, let runs end, hand back what does not end in time."""
        deadline = time.monotonic() + seconds
        with self._lock:
            self._closing = True
            runs = list(self._runs.values())
        self._leave()
        for _thread, progress in runs:
            progress.stop()
        if self._scheduler is not None:
            # In a thread of its own: a mail server that does not answer must not hold the window.
            over = threading.Thread(target=self._scheduler.shutdown, name="jobs-over", daemon=True)
            over.start()
            over.join(seconds / 2)
            if over.is_alive():
                self._quietly(self._abort)
            over.join(max(0.0, deadline - time.monotonic()))
        for thread, progress in runs:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                self._quietly(partial(self._hand_back, progress.claim))
        self._services.context.gate.dismiss(self._actor.token)

    @property
    def is_closing(self) -> bool:
        """Whether the program is about to end."""
        return self._closing

    @property
    def actor(self) -> Actor:
        """As whom the jobs act."""
        return self._actor

    def settings(self) -> HospitalSettings:
        """Return the hospital's settings as this program's environment changes them."""
        return with_environment(self._services.context.settings(), self._environment)

    # ------------------------------------------------------------------------------ looking
    def beat(self) -> None:
        """Give signs of life for what runs; one that is to stop learns of it."""
        with self._lock:
            runs = list(self._runs.values())
        for _thread, progress in runs:
            self._quietly(progress.beat)

    def look(self) -> None:
        """Begin what is due, asked for or left behind, and free."""
        self.beat()
        while not self._closing:
            self._asked.clear()
            self._quietly(self._look)
            if not self._asked.is_set():
                return

    def _look(self) -> None:
        settings, now = self.settings(), self._services.context.now()
        for job in self._jobs.values():
            schedule = job.schedule(settings)
            if schedule is None or self._closing:
                continue
            for period in schedule.due(now, settings.zone_info):
                self._begin(job, period)
        for name, period in self._services.job_runs.wanted(self._actor):
            if name in self._jobs:
                self._begin(self._jobs[name], period)

    def _begin(self, job: Job, period: str) -> None:
        with self._lock:
            if job.name in self._runs or self._closing:
                return
        claim = self._services.job_runs.claim(self._actor, job.name, period, self._owner)
        if claim is None:
            return
        progress = Progress(self._services, self._actor, claim)
        thread = threading.Thread(
            target=self._work, args=(job, progress), name=f"job-{job.name}", daemon=True
        )
        with self._lock:
            self._runs[job.name] = (thread, progress)
        thread.start()

    # ------------------------------------------------------------------------------ running
    def run_now(self, name: str, period: str) -> dict[str, object]:
        """Run a period by hand, in this thread, even when it is over; returns its result.

        Raises HmsError; KeyError for an unknown job.
        """
        job = self._jobs[name]
        claim = self._services.job_runs.claim(self._actor, name, period, self._owner, again=True)
        if claim is None:
            raise HmsError("This job runs at another workstation just now. Nothing was started.")
        progress = Progress(self._services, self._actor, claim)
        with self._beating(progress):
            return dict(self._run(job, progress))

    @contextmanager
    def _beating(self, progress: Progress) -> Iterator[None]:
        """Give signs of life while nobody looks: a run by hand may take longer than a lease."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(BEAT_SECONDS):
                self._quietly(progress.beat)

        thread = threading.Thread(target=beat, name="jobs-beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(BEAT_SECONDS)

    def _work(self, job: Job, progress: Progress) -> None:
        try:
            self._run(job, progress)
        except Exception as error:  # noqa: BLE001 - noted in the run's row, whatever it was
            # Here only for the log, without anybody's data. After the end, with the database closed
            # under it, it is no news: the run was handed back.
            level = logging.INFO if self._closing else logging.WARNING
            log.log(level, "job %s failed: %s", job.name, type(error).__name__)
        finally:
            with self._lock:
                self._runs.pop(job.name, None)

    def _run(self, job: Job, progress: Progress) -> dict[str, object]:
        runs, claim = self._services.job_runs, progress.claim
        task = Task(self._services, self._actor, self.settings(), claim.period, progress)
        try:
            with runs.fenced(self._actor, claim):
                result = job.run(task)
        except RunLost:
            log.info("job %s was taken over by another program", job.name)
            return {}
        except Stopped as stopped:
            if stopped.why is Life.CANCEL:
                runs.finish(self._actor, claim, RunState.CANCELLED)
            elif stopped.why is None:
                self._hand_back(claim)
            return {}
        except Exception as error:
            words = str(error) if isinstance(error, HmsError) else type(error).__name__
            runs.finish(self._actor, claim, RunState.FAILED, error=words)
            raise
        except BaseException:  # somebody pressed Ctrl+C
            self._quietly(partial(self._hand_back, claim))
            raise
        runs.finish(self._actor, claim, RunState.DONE, result=result)
        return result

    def _hand_back(self, claim: Claim) -> None:
        self._services.job_runs.hand_back(self._actor, claim)

    @staticmethod
    def _quietly(call: Callable[[], object]) -> None:
        """Call; a database that is away is told of elsewhere and tried again at the next look."""
        try:
            call()
        except HmsError as error:
            log.info("jobs wait: %s", type(error).__name__)
        except Exception as error:
            log.exception("the clock of jobs met an error: %s", type(error).__name__)
