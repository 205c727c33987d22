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
from hms_desktop.ui.settings.jobs_card import JobsCard
from hms_desktop.ui.settings.messages_card import MessagesCard
from hms_desktop.ui.settings.settings_card import SettingsCard
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
        self.cards: list[SettingsCard] = [] if self.hospital is None else [self.hospital]
        if desk.actor.may("settings.manage"):
            self.cards += [MessagesCard(desk), JobsCard(desk)]
        column = Column()
        column.add(self.workstation)
        for card in self.cards:
            column.add(card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(column)
        self.setFocusProxy(self.workstation.theme)
        if self.hospital is not None and self.hospital.may_change:
            self.commands.add(
                Command(
                    "settings.save",
                    self.tr("Save the hospital's settings"),
                    self.save,
                    "Ctrl+S",
                    self.title,
                    also=("Ctrl+Return", "Ctrl+Enter"),
                )
            )
        self.reload()

    def save(self) -> None:
        """Save every card on which something was changed."""
        for card in self.cards:
            card.save()

    def reload(self) -> None:
        """Read the hospital's settings again."""
        for card in self.cards:
            card.load()
