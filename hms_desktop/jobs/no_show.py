"""Marks visits whose patients never came as no-shows, by the hospital's rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hms_desktop.domain import job_plans
from hms_desktop.domain.appointments import AppointmentFilter
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.lifecycle import Status
from hms_desktop.jobs.job import Job, Task

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
    rows, count = task.services.appointments.list(task.actor, wish)
    marked = left = 0
    for number, row in enumerate(rows):
        task.progress.report(number, count)
        if row.ends_at > until:
            continue
        try:
            task.services.appointments.set_status(
                task.actor, [(row.id, row.version)], Status.NO_SHOW
            )
        except HmsError:  # changed at a desk just now: that counts, and the next hour looks again
            left += 1
        else:
            marked += 1
    return {"marked": marked, "left": left}


NO_SHOW = Job.of(job_plans.NO_SHOW, _run)
