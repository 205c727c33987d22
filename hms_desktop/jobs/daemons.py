"""Runs the scheduler's calls in threads that never keep a closing program alive."""

from __future__ import annotations

import sys
import threading
import time
from datetime import datetime
from typing import Any

from apscheduler.executors.base import BaseExecutor, run_job

JOIN_SECONDS = 30.0


class DaemonExecutor(BaseExecutor):  # type: ignore[misc] # APScheduler comes without types
    """One daemon thread a call.

    The scheduler's own pool is waited for at the interpreter's end: a mail server that does not
    answer would hold a closed program for its whole time-out. What such a thread had leased comes
    back by itself when its lease ends.
    """

    def __init__(self) -> None:
        """Begin with no call underway."""
        super().__init__()
        self._threads: list[threading.Thread] = []

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:  # noqa: ANN401
        def work() -> None:
            try:
                events = run_job(job, job._jobstore_alias, run_times, self._logger.name)  # noqa: SLF001
            except BaseException:  # noqa: BLE001 - handed to the scheduler, which logs it
                self._run_job_error(job.id, *sys.exc_info()[1:])
            else:
                self._run_job_success(job.id, events)

        thread = threading.Thread(target=work, name=f"clock-{job.id}", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()]
        self._threads.append(thread)
        thread.start()

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002 - APScheduler's signature
        """Wait for what is underway, if asked to, but not for ever."""
        until = time.monotonic() + (JOIN_SECONDS if wait else 0.0)
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
