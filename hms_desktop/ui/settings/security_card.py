"""How the hospital guards its log-ins: passwords, waiting, lock-out, sessions, the lock."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.security_settings import BOUNDS
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.settings.editors import Editor, spin_field
from hms_desktop.ui.settings.settings_card import SettingsCard

DRAFT = "settings/security"


class SecurityCard(SettingsCard):
    """Rules for everybody's log-in; the least lengths cannot be lowered."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the form."""
        title = QCoreApplication.translate("SecurityCard", "Log-ins and passwords")
        super().__init__(desk, title, DRAFT, parent)

    def add_fields(self) -> None:
        """Put the fields into the form."""
        tr, number = self.tr, self._number
        characters, minutes = tr("characters"), tr("minutes")
        self.form.add_section(tr("Passwords"))
        self.add_settings(
            (
                "password_least",
                tr("At least"),
                number("password_least", characters),
                tr("Too short ones are replaced at the next log-in"),
            ),
            (
                "password_least_with_second",
                tr("Beside a second factor"),
                number("password_least_with_second", characters),
                tr("Roles say who must have one"),
            ),
        )
        self.form.add_section(tr("Wrong passwords"))
        self.add_settings(
            ("wait_free_tries", tr("Tries without waiting"), number("wait_free_tries"), ""),
            (
                "wait_longest_seconds",
                tr("Longest wait"),
                number("wait_longest_seconds", tr("seconds")),
                tr("Begins at 2 seconds and doubles"),
            ),
        )
        self.add_settings(
            ("lock_after_failures", tr("Locked after"), number("lock_after_failures"),
             tr("Wrong tries in a row; never the last administrator")),
            ("lock_out_minutes", tr("Locked for"), number("lock_out_minutes", minutes),
             tr("An administrator may unlock at once")),
        )  # fmt: skip
        self.form.add_section(tr("At work"))
        hint = tr("Where a workstation has no time of its own; 0 never locks")
        self.add_settings(
            ("auto_lock_minutes", tr("Lock by itself after"),
             number("auto_lock_minutes", minutes), hint),
            ("auto_lock_doctor_minutes", tr("Doctors"),
             number("auto_lock_doctor_minutes", minutes), ""),
            ("max_sessions_per_user", tr("Log-ins of one person at a time"),
             number("max_sessions_per_user"), tr("The oldest ends")),
        )  # fmt: skip

    @staticmethod
    def _number(name: str, suffix: str = "") -> Editor:
        return spin_field(*BOUNDS[name], suffix)
