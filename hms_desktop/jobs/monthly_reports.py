"""On the 1st: the month before of every doctor, kept and mailed, and of the hospital, kept."""

from __future__ import annotations

from typing import Any

from hms_desktop.domain import job_plans
from hms_desktop.domain.errors import HmsError
from hms_desktop.jobs.job import Job, Task


def _run(task: Task) -> dict[str, Any]:
    """Make what is missing; a run with failures counts as failed, so that it is tried again."""
    reports = task.services.monthly_reports
    made = reports.make(task.actor, task.settings, task.period, task.progress.report)
    hospital = reports.make_hospital(task.actor, task.settings, task.period)
    if made["failed"]:
        raise HmsError(
            "{failed} monthly reports could not be made; {kept} are kept. The job tries again by "
            "itself. If it stays so, look whether the exports folder can be written.",
            failed=made["failed"],
            kept=made["made"] + made["there"],
        )
    return {**made, "hospital": int(hospital)}


MONTHLY_REPORTS = Job.of(job_plans.MONTHLY_REPORTS, _run)
