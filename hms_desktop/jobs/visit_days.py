"""Keeps the counted dates of the hospital's dashboard, so that a year of it opens at once."""

from __future__ import annotations

from typing import Any

from hms_desktop.domain import job_plans
from hms_desktop.jobs.job import Job, Task


def _run(task: Task) -> dict[str, Any]:
    return {"days": task.services.hospital_numbers.keep(task.actor, task.progress.report)}


VISIT_DAYS = Job.of(job_plans.VISIT_DAYS, _run)
