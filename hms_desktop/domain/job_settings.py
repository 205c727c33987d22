"""What the settings of messages, papers, jobs and exports may hold."""

from __future__ import annotations

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.messages import LANGUAGES
from hms_desktop.domain.phones import check_email
from hms_desktop.domain.text import clean

DAY_MINUTES = 1440
MOST_LEADS = 4
FARTHEST_LEAD = 60

CHOICES: dict[str, tuple[str, ...]] = {
    "mail_security": ("starttls", "tls", "none"),
    "message_booked": ("ask", "always", "never"),
    "message_moved": ("ask", "always", "never"),
    "message_cancelled": ("ask", "always", "never"),
    "message_summary": ("ask", "always", "never"),
    "sms_way": ("none", "folder", "program"),
    "paper_size": ("A4", "A5"),
    "message_language": LANGUAGES,
}
"""Settings that are one word of a few."""

BOUNDS: dict[str, tuple[int, int]] = {
    "mail_port": (1, 65_535),
    "reminders_minute": (0, DAY_MINUTES - 1),
    "reminder_least_notice_hours": (0, 168),
    "reminder_after_booking_hours": (0, 168),
    "reports_minute": (0, DAY_MINUTES - 1),
    "no_show_after_minutes": (0, DAY_MINUTES),
    "audit_head_minute": (0, DAY_MINUTES - 1),
    "exports_keep_days": (1, 3_650),
    # Longer than the months that are caught up: a run's row says that its period ran.
    "job_runs_keep_days": (150, 3_650),
    "outbox_tries": (1, 50),
    "backups_minute": (0, DAY_MINUTES - 1),
    "backups_daily": (1, 366),
    "backups_weekly": (0, 530),
    "backups_monthly": (0, 240),
}
TEXTS: dict[str, int] = {
    "mail_host": 253,
    "mail_user": 200,
    "mail_from": 254,
    "mail_reply_to": 254,
    "audit_head_to": 254,
    "sms_folder": 1_000,
    "sms_program": 1_000,
    "exports_folder": 1_000,
    "backups_folder": 1_000,
    "backups_key": 100,
    "reminder_days": 40,
}


def check_job_text(name: str, value: str) -> str:
    """Return the cleaned text of a setting in ``TEXTS`` or ``CHOICES``; raise Invalid."""
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise Invalid(name, "Choose one of: {choices}.", choices=", ".join(CHOICES[name]))
        return value
    text = clean(value, name, limit=TEXTS[name])
    if name in {"mail_from", "mail_reply_to", "audit_head_to"} and text:
        return check_email(text, name)
    if name == "reminder_days":
        return ", ".join(str(days) for days in reminder_days(text))
    return text


def reminder_days(text: str) -> tuple[int, ...]:
    """Return how many days ahead reminders go out, farthest first; raise Invalid."""
    try:
        days = sorted({int(part) for part in text.replace(";", ",").split(",")}, reverse=True)
    except ValueError:
        days = []
    if not 1 <= len(days) <= MOST_LEADS or not all(0 <= one <= FARTHEST_LEAD for one in days):
        raise Invalid(
            "reminder_days",
            "Give one to {most} numbers of days from 0 to {farthest}, such as 7, 2.",
            most=MOST_LEADS,
            farthest=FARTHEST_LEAD,
        )
    return tuple(days)
