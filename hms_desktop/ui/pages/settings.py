"""Settings: this workstation for everybody, the hospital by permission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.ui.actions import Command
from hms_desktop.ui.cards import Column
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.settings.hospital_card import HospitalCard
from hms_desktop.ui.settings.workstation_card import WorkstationCard


class SettingsPage(Page):
    """Cards one under the other; the workstation's take effect at once."""

    entities = ("setting",)

    def __init__(
        self,
        desk: Desk,
        apply_workstation: Callable[[dict[str, Any]], None],
        parent: QWidget | None = None,
    ) -> None:
        """Build the cards that this log-in may see."""
        title = QCoreApplication.translate("SettingsPage", "Settings")
        super().__init__(desk, title, "settings", parent)
        self.workstation = WorkstationCard(desk, apply_workstation)
        self.hospital = HospitalCard(desk) if desk.actor.may("settings.read") else None
        column = Column()
        column.add(self.workstation)
        if self.hospital is not None:
            column.add(self.hospital)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(column)
        self.setFocusProxy(self.workstation.theme)
        if self.hospital is not None and self.hospital.may_change:
            self.commands.add(
                Command(
                    "settings.save",
                    self.tr("Save the hospital's settings"),
                    self.hospital.save,
                    "Ctrl+S",
                    self.title,
                    also=("Ctrl+Return", "Ctrl+Enter"),
                )
            )
        self.reload()

    def reload(self) -> None:
        """Read the hospital's settings again."""
        if self.hospital is not None:
            self.hospital.load()
