"""Every morning: who is to be reminded of what."""

from __future__ import annotations

from typing import Any

from hms_desktop.domain import job_plans
from hms_desktop.jobs.job import Job, Task


def _run(task: Task) -> dict[str, Any]:
    made = task.services.reminders.plan(task.actor, task.settings, task.progress.report)
    return dict(made)


REMINDERS = Job.of(job_plans.REMINDERS, _run)
