"""Settings: this workstation for everybody, the hospital by permission."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hms_desktop.ui.actions import Command
from hms_desktop.ui.cards import Card, Column
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.settings.backups_card import BackupsCard
from hms_desktop.ui.settings.hospital_card import HospitalCard
from hms_desktop.ui.settings.index import SettingsIndex, top_of
from hms_desktop.ui.settings.jobs_card import JobsCard
from hms_desktop.ui.settings.messages_card import MessagesCard
from hms_desktop.ui.settings.printing_card import PrintingCard
from hms_desktop.ui.settings.security_card import SecurityCard
from hms_desktop.ui.settings.settings_card import SettingsCard
from hms_desktop.ui.settings.workstation_card import WorkstationCard
from hms_desktop.ui.widgets.field import Field

ABOVE = 24
"""Pixels that stay free above what is shown."""


class SettingsPage(Page):
    """Cards one under the other with an index at the side; the workstation's act at once."""

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
            self.cards += [
                SecurityCard(desk),
                MessagesCard(desk),
                JobsCard(desk),
                BackupsCard(desk),
            ]
        self.printing = PrintingCard(desk)
        self.column = Column()
        here = (self.workstation, self.printing)
        for card in (*here, *self.cards):
            self.column.add(card)
        self.index = SettingsIndex()
        groups: list[tuple[str, Sequence[Card]]] = [(self.tr("This workstation"), here)]
        if self.cards:
            groups.append((self.tr("The whole hospital"), self.cards))
        self.index.set_groups(groups)
        self.index.wanted.connect(self.show_place)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.index)
        layout.addWidget(self.column, 1)
        self.setFocusProxy(self.workstation.theme)
        self.commands.add(
            Command(
                "settings.find",
                self.tr("Search the settings"),
                self.index.search.setFocus,
                "Ctrl+F",
                self.title,
                icon="search",
            )
        )
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

    def show_place(self, widget: QWidget) -> None:
        """Bring a card, a section or a field to the top, and the cursor into a field."""
        bar = self.column.verticalScrollBar()
        place = top_of(widget, self.column.viewport()) + bar.value() - ABOVE
        bar.setValue(max(0, place))
        if isinstance(widget, Field):
            widget.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        """Read the hospital's settings again."""
        for card in self.cards:
            card.load()
