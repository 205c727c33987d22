"""What jobs, their times and their runs are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from hms_desktop.domain.job_plans import JobPlan
from hms_desktop.domain.jobs import Daily, Hourly, JobRunRow, Monthly, RunState, Schedule
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.ui.numbers.words import number
from hms_desktop.ui.patients.formats import Formats

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_DAY_LENGTH = len("2026-10-31")
_MINUTE, _HOUR = 60, 3_600


def _tr(text: str) -> str:
    return QCoreApplication.translate("Jobs", text)


def title_of(plan: JobPlan) -> str:
    """Return what a job is called in the person's language."""
    return job_title(plan.name) or plan.title


def job_title(name: str) -> str:
    """Return what the job of a name is called; empty for one that is not known here."""
    return {
        "reminders": _tr("Reminders to patients"),
        "monthly_reports": _tr("Monthly reports"),
        "no_show": _tr("Mark no-shows"),
        "audit_head": _tr("Head of the audit trail"),
        "clean_exports": _tr("Daily clean-up"),
        "visit_days": _tr("Count days for the dashboard"),
        "backup": _tr("Daily backup"),
    }.get(name, "")


def purpose_of(plan: JobPlan) -> str:
    """Return what a job is for, in a sentence; empty for one that says it by its title."""
    return {
        "reminders": _tr("Writes reminders of coming visits into the outbox, once for each."),
        "monthly_reports": _tr(
            "Makes and keeps the month of every doctor and of the hospital; mails doctors theirs."
        ),
        "no_show": _tr("Marks visits of the last seven days whose patients never came."),
        "audit_head": _tr("Keeps and mails what proves later that nothing was cut or changed."),
        "clean_exports": _tr(
            "Removes files and runs of jobs kept long enough; ends log-ins of programs that died."
        ),
        "visit_days": _tr("Keeps what became of each day, so that the dashboard opens at once."),
        "backup": _tr("Saves the whole hospital, locked, and proves that it can be brought back."),
    }.get(plan.name, "")


def schedule_word(schedule: Schedule, formats: Formats) -> str:
    """Return when something runs, in words."""
    match schedule:
        case Daily(minute):
            return _tr("Every day at {time}").format(time=formats.minute(minute))
        case Hourly():
            return _tr("Every hour")
        case Monthly(minute):
            return _tr("On the 1st at {time}").format(time=formats.minute(minute))


def off_word(plan: JobPlan, settings: HospitalSettings) -> str:
    """Return why a job does not run by itself."""
    if plan.switch and not getattr(settings, plan.switch):
        return _tr("switched off")
    if plan.name == "backup":
        return _tr("needs a key: see Backups")
    return _tr("needs mail or texts")


def period_word(period: str, formats: Formats, today: date) -> str:
    """Return which time a run is about: October 2026, Today, Mon 23 Nov, 14:00."""
    if _MONTH.fullmatch(period):
        return f"{QLocale().standaloneMonthName(int(period[5:]))} {period[:4]}"
    try:
        on = date.fromisoformat(period[:_DAY_LENGTH])
    except ValueError:
        return period
    day = formats.relative(on, today)
    hour = period[_DAY_LENGTH + 1 : _DAY_LENGTH + 3]
    return f"{day} {formats.minute(int(hour) * 60)}" if hour.isdecimal() else day


def state_word(row: JobRunRow, now: datetime) -> str:
    """Return how a run stands, in a word or two."""
    if row.is_running:
        if row.cancel_wanted:
            return _tr("stopping…")
        return _tr("waiting") if row.waits(now) else _tr("running")
    return {
        RunState.DONE: _tr("done"),
        RunState.FAILED: _tr("failed"),
        RunState.CANCELLED: _tr("cancelled"),
    }[RunState(row.state)]


def tone_of(row: JobRunRow) -> str:
    """Return the colour token of a run's state."""
    return {
        RunState.DONE.value: "ok_text",
        RunState.FAILED.value: "alarm_text",
        RunState.CANCELLED.value: "dim",
    }.get(row.state, "accent_text")


def progress_word(row: JobRunRow) -> str:
    """Return how far a run is: 12 of 40; empty while nobody knows."""
    if not row.total:
        return ""
    return _tr("{done} of {total}").format(done=number(row.done), total=number(row.total))


def took_word(row: JobRunRow) -> str:
    """Return how long a run took: < 1 s, 12 s, 3 min 20 s, 1 h 05 min."""
    if row.finished_at is None:
        return ""
    return duration(row.finished_at - row.started_at)


def duration(span: timedelta) -> str:
    """Return a length of time in words."""
    seconds = int(span.total_seconds())
    if seconds < 1:
        return _tr("< 1 s")
    if seconds < _MINUTE:
        return _tr("{n} s").format(n=seconds)
    if seconds < _HOUR:
        return _tr("{m} min {s} s").format(m=seconds // _MINUTE, s=seconds % _MINUTE)
    hours, rest = divmod(seconds, _HOUR)
    return _tr("{h} h {m} min").format(h=hours, m=f"{rest // _MINUTE:02d}")


def outcome_word(row: JobRunRow) -> str:
    """Return what came of a run: the sentence of its error, or its numbers."""
    if row.error:
        return row.error
    if row.state != RunState.DONE.value or not row.result:
        return ""
    return result_word(row.job, row.result)


def result_word(job: str, result: Mapping[str, Any]) -> str:
    """Return a result in words; of a job that is not known here, its names and numbers."""
    known = {
        "reminders": (
            ("email", _tr("{n} by mail")),
            ("sms", _tr("{n} by text")),
            ("call", _tr("{n} to call")),
        ),
        "monthly_reports": (
            ("made", _tr("{n} of doctors made")),
            ("mailed", _tr("{n} mailed")),
            ("there", _tr("{n} there already")),
            ("hospital", _tr("{n} of the hospital made")),
        ),
        "no_show": (("marked", _tr("{n} marked")), ("left", _tr("{n} left for the next hour"))),
        "audit_head": (
            ("entries", _tr("{n} entries")),
            ("sealed", _tr("sealed")),
        ),
        "clean_exports": (
            ("removed", _tr("{n} files removed")),
            ("runs", _tr("{n} runs removed")),
            ("log_ins", _tr("{n} log-ins ended")),
        ),
        "visit_days": (("days", _tr("{n} days counted")),),
        "backup": (
            ("rows", _tr("{n} rows saved")),
            ("restored", _tr("proved by a restore")),
            ("cancelled", _tr("cancelled")),
        ),
    }.get(job)
    if known is None:
        return ", ".join(f"{name} {value}" for name, value in result.items())
    parts = [words.format(n=number(int(result[name]))) for name, words in known if result.get(name)]
    return ", ".join(parts) or _tr("Nothing was to be done")
