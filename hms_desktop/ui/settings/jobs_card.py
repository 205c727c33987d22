"""What runs unasked: reports of the month, no-shows, the audit's head, files."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.settings.editors import text_field
from hms_desktop.ui.settings.job_fields import job_field
from hms_desktop.ui.settings.settings_card import SettingsCard

DRAFT = "settings/jobs"


class JobsCard(SettingsCard):
    """Reports, no-shows, the audit's head, exports."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the form."""
        title = QCoreApplication.translate("JobsCard", "Jobs and files")
        super().__init__(desk, title, DRAFT, parent)

    def add_fields(self) -> None:
        """Put the fields into the form."""
        tr = self.tr
        self.form.add_section(tr("Jobs"))
        for names in (
            ("reports_on", "reports_minute"),
            ("no_show_on", "no_show_after_minutes"),
            ("audit_head_on", "audit_head_minute", "audit_head_to"),
        ):
            self.add_settings(*map(job_field, names))
        self.form.add_section(tr("Exports and reports"))
        self.add_settings(
            (
                "exports_folder",
                tr("Folder of exports and reports"),
                text_field(1_000),
                tr("Empty: the program's own"),
            ),
            job_field("exports_keep_days"),
            job_field("job_runs_keep_days"),
        )
