"""Once a day: the head of the audit trail is taken, sealed, kept and mailed."""

from __future__ import annotations

from typing import Any

from hms_desktop.domain import job_plans
from hms_desktop.jobs.job import Job, Task


def _run(task: Task) -> dict[str, Any]:
    """Take the head; a trail that lost what was sealed fails the job, and its row says why."""
    head = task.services.audit_chain.take_head(
        task.actor,
        settings=task.settings,
        mail=True,
        request_id=f"audit-head-{task.period}-{task.progress.claim.fence}",
    )
    return {"entries": head.seq, "sealed": bool(head.seal)}


AUDIT_HEAD = Job.of(job_plans.AUDIT_HEAD, _run)
