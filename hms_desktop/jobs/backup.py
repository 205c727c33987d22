"""Every day: a backup, proved by a restore into a scratch place."""

from __future__ import annotations

from typing import Any

from hms_desktop.domain.backups import BackupKind
from hms_desktop.domain.jobs import Daily
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.jobs.job import Job, Task


def _run(task: Task) -> dict[str, Any]:
    row = task.services.backups.create(task.actor, BackupKind.DAILY, task.progress.report)
    return {"file": row.file_name, "bytes": row.bytes, "verified": row.verified_how,
            "state": row.state}  # fmt: skip


def _schedule(settings: HospitalSettings) -> Daily | None:
    # Without a key there is nothing to lock a backup with: the page of backups asks for one.
    ready = settings.backups_on and settings.backups_key
    return Daily(settings.backups_minute) if ready else None


BACKUP = Job("backup", "Daily backup", _schedule, _run)
