"""Makes exports that wait, in every running program, and cleans up once a day."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from hms_desktop.domain import job_plans
from hms_desktop.domain.errors import HmsError
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.job import Job, Stopped, Task
from hms_desktop.services.assembly import Services

log = logging.getLogger(__name__)

EXPORT_SECONDS = 3.0


class ExportRunner:
    """Called every few seconds by the clock of one program."""

    def __init__(self, services: Services, clock: JobClock) -> None:
        """Keep what it works with; the clock says as whom, and when to end."""
        self._runs = services.export_runs
        self._context = services.context
        self._clock = clock
        self._cleaned: date | None = None

    def step(self) -> None:
        """Make everything that waits; what goes wrong is told in the run's own row."""
        try:
            self._clean()
            while not self._clock.is_closing and self._runs.run_next(
                self._clock.actor, self._heard
            ):
                pass
        except Stopped:
            log.info("an export was handed back: the program closes")
        except HmsError as error:
            # The database is away: the window says so, and the next turn tries again.
            log.info("exports wait: %s", type(error).__name__)
        except Exception as error:
            log.exception("an export met an error: %s", type(error).__name__)

    def abort(self) -> None:
        """Hand back what does not end by itself, from another thread: the program closes.

        Rows stop at once; a sheet that is being packed, or a disk that takes its time, does not.
        """
        self._runs.hand_back(self._clock.actor)

    def _heard(self, _done: int, _total: int) -> None:
        if self._clock.is_closing:
            raise Stopped(None)

    def _clean(self) -> None:
        """Once a day by itself: a folder of this workstation alone is nobody else's to clean."""
        today = self._context.now().astimezone(self._context.zone()).date()
        if self._cleaned != today:
            self._cleaned = today
            self._runs.clean(self._clock.actor, self._clock.settings())


def _run(task: Task) -> dict[str, Any]:
    services, actor = task.services, task.actor
    return {
        "removed": services.export_runs.clean(actor, task.settings),
        "runs": services.job_runs.clean(actor, task.settings.job_runs_keep_days),
        "log_ins": services.accounts.end_given_up(actor),
    }


CLEAN_EXPORTS = Job.of(job_plans.CLEAN_EXPORTS, _run)
