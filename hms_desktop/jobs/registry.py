"""All jobs of the program, by the order in which they are listed."""

from __future__ import annotations

from hms_desktop.jobs.audit_head import AUDIT_HEAD
from hms_desktop.jobs.backup import BACKUP
from hms_desktop.jobs.exports import CLEAN_EXPORTS
from hms_desktop.jobs.job import Job
from hms_desktop.jobs.monthly_reports import MONTHLY_REPORTS
from hms_desktop.jobs.no_show import NO_SHOW
from hms_desktop.jobs.reminders import REMINDERS
from hms_desktop.jobs.visit_days import VISIT_DAYS

JOBS: tuple[Job, ...] = (
    REMINDERS,
    MONTHLY_REPORTS,
    NO_SHOW,
    AUDIT_HEAD,
    CLEAN_EXPORTS,
    VISIT_DAYS,
    BACKUP,
)
