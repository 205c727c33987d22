"""Every morning: who is to be reminded of what."""

from __future__ import annotations

from typing import Any

from hms_desktop.domain.jobs import Daily
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.jobs.job import Job, Task


def _run(task: Task) -> dict[str, Any]:
    made = task.services.reminders.plan(task.actor, task.settings, task.progress.report)
    return dict(made)


def _schedule(settings: HospitalSettings) -> Daily | None:
    ready = settings.mail_host or settings.sms_way != "none"
    return Daily(settings.reminders_minute) if settings.reminders_on and ready else None


REMINDERS = Job("reminders", "Reminders to patients", _schedule, _run)
