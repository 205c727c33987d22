"""Marks visits whose patients never came as no-shows, by the hospital's rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hms_desktop.domain import job_plans
from hms_desktop.domain.appointments import AppointmentFilter
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.lifecycle import Status
from hms_desktop.jobs.job import Job, Task
from hms_desktop.services.job_runs import RunLost

LOOK_BACK = timedelta(days=7)
"""Older visits that nobody closed are left to people."""
PAGE = 200


def _run(task: Task) -> dict[str, Any]:
    """Mark each visit by itself: one that somebody changes meanwhile keeps nobody else back."""
    now = task.services.context.now()
    until = now - timedelta(minutes=task.settings.no_show_after_minutes)
    wish = AppointmentFilter(
        now - LOOK_BACK, until, statuses=(Status.BOOKED, Status.CONFIRMED), limit=PAGE
    )
    marked = left = kept = 0
    while True:
        # What is marked drops out of the list; what stays in it is passed over.
        rows, count = task.services.appointments.list(task.actor, replace(wish, offset=kept))
        total = marked + count
        for row in rows:
            task.progress.report(marked + kept, total)
            try:
                if row.ends_at <= until:
                    task.services.appointments.set_status(
                        task.actor, [(row.id, row.version)], Status.NO_SHOW
                    )
                    marked += 1
                    continue
            except RunLost:
                raise
            except HmsError:  # changed at a desk just now: that counts, the next hour looks again
                left += 1
            kept += 1
        if len(rows) < PAGE:
            return {"marked": marked, "left": left}


NO_SHOW = Job.of(job_plans.NO_SHOW, _run)
