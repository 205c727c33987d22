"""Every morning: who is to be reminded of what."""

from __future__ import annotations

from datetime import date
from typing import Any

from hms_desktop.domain import job_plans
from hms_desktop.jobs.job import Job, Task


def _run(task: Task) -> dict[str, Any]:
    on = date.fromisoformat(task.period)
    made = task.services.reminders.plan(task.actor, task.settings, on, task.progress.report)
    return dict(made)


REMINDERS = Job.of(job_plans.REMINDERS, _run)
