"""What runs unasked: reports of the month, automatic no-shows, files that were made."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.settings.choices import time_choice
from hms_desktop.ui.settings.editors import check_field, choice_field, spin_field, text_field
from hms_desktop.ui.settings.settings_card import SettingsCard

DRAFT = "settings/jobs"


class JobsCard(SettingsCard):
    """Reports, no-shows, exports."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the form."""
        title = QCoreApplication.translate("JobsCard", "Jobs and files")
        super().__init__(desk, title, DRAFT, parent)

    def add_fields(self) -> None:
        """Put the fields into the form."""
        tr = self.tr
        self.add_settings(
            ("reports_on", tr("Monthly reports"), check_field(tr("are made on the 1st")), ""),
            ("reports_minute", tr("At"), choice_field(time_choice()), ""),
        )
        self.add_settings(
            ("no_show_on", tr("No-shows"), check_field(tr("are marked by themselves")), ""),
            (
                "no_show_after_minutes",
                tr("After"),
                spin_field(0, 1_440, tr("minutes past the end")),
                "",
            ),
        )
        self.add_settings(
            (
                "exports_folder",
                tr("Folder of exports and reports"),
                text_field(1_000),
                tr("Empty: the program's own"),
            ),
            ("exports_keep_days", tr("Kept for"), spin_field(1, 3_650, tr("days")), ""),
        )
