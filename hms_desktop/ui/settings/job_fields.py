"""Fields of the settings that decide when jobs run and what they do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from hms_desktop.ui.settings.choices import time_choice
from hms_desktop.ui.settings.editors import (
    Editor,
    check_field,
    choice_field,
    spin_field,
    text_field,
)

SettingField = tuple[str, str, Editor, str]
"""Setting, label, editor, hint."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("JobFields", text)


def job_field(name: str) -> SettingField:
    """Return the field of one setting of a job; raises KeyError for another."""
    make: dict[str, Callable[[], tuple[str, Editor, str]]] = {
        "reports_on": lambda: (
            _tr("Monthly reports"), check_field(_tr("are made on the 1st")), "",
        ),
        "reports_minute": lambda: (_tr("At"), choice_field(time_choice()), ""),
        "no_show_on": lambda: (
            _tr("No-shows"), check_field(_tr("are marked by themselves")), "",
        ),
        "no_show_after_minutes": lambda: (
            _tr("After"), spin_field(0, 1_440, _tr("minutes past the end")), "",
        ),
        "audit_head_on": lambda: (
            _tr("Head of the audit trail"), check_field(_tr("is kept every day")), "",
        ),
        "audit_head_minute": lambda: (_tr("At"), choice_field(time_choice()), ""),
        "audit_head_to": lambda: (
            _tr("Mailed to"), text_field(254), _tr("Outside the hospital; empty: only kept"),
        ),
        "reminders_on": lambda: (_tr("Reminders"), check_field(_tr("go out every day")), ""),
        "reminders_minute": lambda: (_tr("At"), choice_field(time_choice()), ""),
        "reminder_days": lambda: (_tr("Days before"), text_field(40), _tr("Such as 7, 2")),
        "backups_on": lambda: (_tr("Backups"), check_field(_tr("are made every day")), ""),
        "backups_minute": lambda: (_tr("At"), choice_field(time_choice()), ""),
        "exports_keep_days": lambda: (
            _tr("Files kept for"), spin_field(1, 3_650, _tr("days")), "",
        ),
        "job_runs_keep_days": lambda: (
            _tr("Runs of jobs kept for"), spin_field(150, 3_650, _tr("days")), "",
        ),
    }  # fmt: skip
    label, editor, hint = make[name]()
    return name, label, editor, hint
