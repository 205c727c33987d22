"""Once a day: the head of the audit trail is taken, sealed, kept and mailed."""

from __future__ import annotations

from typing import Any

from hms_desktop.domain.jobs import Daily
from hms_desktop.domain.settings import HospitalSettings
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


def _schedule(settings: HospitalSettings) -> Daily | None:
    return Daily(settings.audit_head_minute) if settings.audit_head_on else None


AUDIT_HEAD = Job("audit_head", "Head of the audit trail", _schedule, _run)
