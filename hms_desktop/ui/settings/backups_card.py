"""Backups: when they are made, where they go, how long they stay."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.settings.editors import spin_field, text_field
from hms_desktop.ui.settings.job_fields import job_field
from hms_desktop.ui.settings.settings_card import SettingsCard

DRAFT = "settings/backups"


class BackupsCard(SettingsCard):
    """Time, folder, retention; making and restoring are on the page of backups."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the form."""
        title = QCoreApplication.translate("BackupsCard", "Backups")
        super().__init__(desk, title, DRAFT, parent)

    def add_fields(self) -> None:
        """Put the fields into the form."""
        tr = self.tr
        self.add_settings(job_field("backups_on"), job_field("backups_minute"))
        hint = tr("Empty: the program's own. Better on another disk, or on a share")
        self.add_settings(("backups_folder", tr("Folder"), text_field(1_000), hint))
        newest = tr("Of each the newest")
        self.add_settings(
            ("backups_daily", tr("Days kept"), spin_field(1, 366), newest),
            ("backups_weekly", tr("Weeks kept"), spin_field(0, 530), newest),
            ("backups_monthly", tr("Months kept"), spin_field(0, 240), newest),
        )
