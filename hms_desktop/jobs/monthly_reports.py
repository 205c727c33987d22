"""On the 1st: every doctor's report of the month before, kept and mailed."""

from __future__ import annotations

from typing import Any

from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.jobs import Monthly
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.jobs.job import Job, Task


def _run(task: Task) -> dict[str, Any]:
    """Make what is missing; a run with failures counts as failed, so that it is tried again."""
    made = task.services.monthly_reports.make(
        task.actor, task.settings, task.period, task.progress.report
    )
    if made["failed"]:
        raise HmsError(
            "{failed} monthly reports could not be made; {kept} are kept. The job tries again by "
            "itself. If it stays so, look whether the exports folder can be written.",
            failed=made["failed"],
            kept=made["made"] + made["there"],
        )
    return dict(made)


def _schedule(settings: HospitalSettings) -> Monthly | None:
    return Monthly(settings.reports_minute) if settings.reports_on else None


MONTHLY_REPORTS = Job("monthly_reports", "Monthly reports", _schedule, _run)
