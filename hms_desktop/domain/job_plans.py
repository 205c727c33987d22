"""What runs unasked: each job's name, its periods, and when it is due by the settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.jobs import Daily, Hourly, Monthly, Schedule, month_before
from hms_desktop.domain.settings import HospitalSettings

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}([+-][0-9]{4})?)?")
"""A day, or an hour of one with its offset, as ``Daily`` and ``Hourly`` name their periods."""
_CLEAN_MINUTE = 150
"""Half past two at night, or whenever a program runs first on that day."""


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One job as people know it.

    ``when`` gives the schedule whether the job is on or not; ``switch`` names the setting that
    turns it on (empty: always on), ``settings`` those that an administrator changes for it.
    ``ready`` says whether it has what it needs besides, such as a mail server. ``dated``: what
    it does depends on the period, so that another one may be run by hand.
    """

    name: str
    title: str
    when: Callable[[HospitalSettings], Schedule]
    switch: str = ""
    settings: tuple[str, ...] = ()
    ready: Callable[[HospitalSettings], bool] = lambda _settings: True
    dated: bool = False

    def is_on(self, settings: HospitalSettings) -> bool:
        """Say whether the job runs by itself."""
        return (not self.switch or bool(getattr(settings, self.switch))) and self.ready(settings)

    def schedule(self, settings: HospitalSettings) -> Schedule | None:
        """Return when the job is due, or None while it is off."""
        return self.when(settings) if self.is_on(settings) else None

    def is_monthly(self, settings: HospitalSettings) -> bool:
        """Say whether a run is about a month, which may be chosen by hand."""
        return isinstance(self.when(settings), Monthly)

    def period(
        self, settings: HospitalSettings, now: datetime, zone: ZoneInfo, on: date | None = None
    ) -> str:
        """Return the period to run by hand: that of a local date, or the one due last."""
        schedule = self.when(settings)
        if on is None:
            due = schedule.due(now, zone)
            if due:
                return due[-1]
            on = now.astimezone(zone).date()
        if isinstance(schedule, Monthly):
            return f"{on:%Y-%m}" if on.day > 1 else f"{month_before(on):%Y-%m}"
        return f"{on.isoformat()}T00" if isinstance(schedule, Hourly) else on.isoformat()

    def check_period(self, settings: HospitalSettings, period: str) -> str:
        """Return a period that this job knows; raise Invalid for another."""
        if self.is_monthly(settings):
            if _MONTH.fullmatch(period) is None:
                raise Invalid("period", "Write the month like 2026-10. Nothing was started.")
            return period
        found = _DAY.fullmatch(period)
        try:
            date.fromisoformat(found[1] if found else "")
        except ValueError:
            raise Invalid("period", "Write the day like 2026-10-31. Nothing was started.") from None
        return period


REMINDERS = JobPlan(
    "reminders",
    "Reminders to patients",
    lambda settings: Daily(settings.reminders_minute),
    "reminders_on",
    ("reminders_on", "reminders_minute", "reminder_days"),
    lambda settings: bool(settings.mail_host) or settings.sms_way != "none",
    dated=True,
)
MONTHLY_REPORTS = JobPlan(
    "monthly_reports",
    "Monthly reports",
    lambda settings: Monthly(settings.reports_minute),
    "reports_on",
    ("reports_on", "reports_minute"),
    dated=True,
)
NO_SHOW = JobPlan(
    "no_show",
    "Mark no-shows",
    lambda _settings: Hourly(),
    "no_show_on",
    ("no_show_on", "no_show_after_minutes"),
)
AUDIT_HEAD = JobPlan(
    "audit_head",
    "Head of the audit trail",
    lambda settings: Daily(settings.audit_head_minute),
    "audit_head_on",
    ("audit_head_on", "audit_head_minute", "audit_head_to"),
)
CLEAN_EXPORTS = JobPlan(
    "clean_exports",
    "Daily clean-up",
    lambda _settings: Daily(_CLEAN_MINUTE),
    settings=("exports_keep_days", "job_runs_keep_days"),
)
VISIT_DAYS = JobPlan(
    "visit_days",
    "Count days for the dashboard",
    lambda _settings: Hourly(),
)
BACKUP = JobPlan(
    "backup",
    "Daily backup",
    lambda settings: Daily(settings.backups_minute),
    "backups_on",
    ("backups_on", "backups_minute"),
    # Without a key there is nothing to lock a backup with: the page of backups asks for one.
    lambda settings: bool(settings.backups_key),
)
PLANS: tuple[JobPlan, ...] = (
    REMINDERS,
    MONTHLY_REPORTS,
    NO_SHOW,
    AUDIT_HEAD,
    CLEAN_EXPORTS,
    VISIT_DAYS,
    BACKUP,
)
"""All jobs, in the order in which they are listed; ``jobs/registry.py`` has what each does."""


def plan_of(name: str) -> JobPlan:
    """Return a job by name; raises Invalid when there is none."""
    for plan in PLANS:
        if plan.name == name:
            return plan
    raise Invalid("job", "There is no job called {name}. Nothing was started.", name=name)
