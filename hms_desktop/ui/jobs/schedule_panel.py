"""A panel to switch one job on or off and say when it runs: hospital settings like any other."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.job_plans import JobPlan
from hms_desktop.ui.jobs import words
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.settings.job_fields import job_field
from hms_desktop.ui.settings.settings_card import SettingsCard
from hms_desktop.ui.widgets.side_panel import SidePanel


class ScheduleCard(SettingsCard):
    """The settings of one job, one under the other."""

    def __init__(self, desk: Desk, plan: JobPlan, parent: QWidget | None = None) -> None:
        """Build the form of a job that has settings."""
        self._plan = plan
        super().__init__(desk, "", f"jobs/{plan.name}", parent)
        self.setProperty("panel", False)
        self.body.setContentsMargins(0, 0, 0, 0)

    def add_fields(self) -> None:
        """Put the fields into the form."""
        for name in self._plan.settings:
            self.add_settings(job_field(name))


class SchedulePanel(SidePanel):
    """``saved`` tells that a schedule was changed here."""

    saved = Signal()

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=420)
        self._desk = desk
        self.card: ScheduleCard | None = None

    def open_for(self, plan: JobPlan) -> None:
        """Show the settings of a job."""
        self.set_title(words.title_of(plan), words.purpose_of(plan))
        self.card = ScheduleCard(self._desk, plan)
        self.card.saved.connect(lambda _settings: self.saved.emit())
        self.set_body(self.card)
        self.card.load()
        self.open_panel(next(iter(self.card.editors.values())).widget)
