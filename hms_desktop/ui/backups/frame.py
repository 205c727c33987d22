"""How the page of backups looks: what stands above, the list, and the panels over it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from hms_desktop.ui.backups.key_panel import KeyPanel
from hms_desktop.ui.backups.long_work import LongWork
from hms_desktop.ui.backups.restore_panel import RestorePanel
from hms_desktop.ui.backups.summary import Summary
from hms_desktop.ui.backups.table import backups_table
from hms_desktop.ui.buttons import button
from hms_desktop.ui.list_layout import bar_of, card, fill_page, message, rule
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState


class BackupsFrame(Page):
    """The widgets; what they do is the heir's."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page."""
        super().__init__(desk, "", "database", parent)
        self.title = self.tr("Backups")
        self.summary = Summary(desk)
        self.key_panel = KeyPanel(desk, self)
        self.restore_panel = RestorePanel(desk, self)
        self.make_button = button(
            self.tr("&Back up now"), self.make, kind="primary", icon="save",
            tip=self.tr("Save the whole hospital now (Ctrl+N)"),
        )  # fmt: skip
        self.verify_button = button(self.tr("&Verify"), self.verify, icon="shield")
        self.restore_button = button(self.tr("&Restore…"), self.restore, icon="history")
        self.file_button = button(
            self.tr("Restore a f&ile…"), self.choose_file,
            tip=self.tr("Restore from a backup that lies anywhere: another disk, another computer"),
        )  # fmt: skip
        self.folder_button = button(self.tr("Show &folder"), self.open_folder, icon="view")
        self.more_button = button(self.tr("&Another key…"), self.replace_key, icon="password")
        self.work = LongWork(desk.runner)
        self.trouble = plain_label(role="error", wrap=True, selectable=True)
        self.error = plain_label(role="error", wrap=True, selectable=True)
        self.table = backups_table(desk, self._empty())
        self._lay_out()

    # -------------------------------------------------------------------------------- doing
    def make(self) -> None:
        """Make a backup now."""

    def verify(self) -> None:
        """Restore the chosen backup into a scratch place and compare."""

    def restore(self) -> None:
        """Ask whether the hospital is to go back to the chosen backup."""

    def choose_file(self) -> None:
        """Ask for a backup that is not in the list."""

    def open_folder(self) -> None:
        """Show the folder in the system's file manager."""

    def replace_key(self) -> None:
        """Make another key."""

    # ------------------------------------------------------------------------------- inside
    def _empty(self) -> EmptyState:
        return EmptyState(
            self.tr("No backup yet"),
            detail=self.tr("The whole hospital, locked, and proved by a restore."),
            icon="database",
            action=self.tr("Back up now"),
            run=self.make,
        )

    def _lay_out(self) -> None:
        bar = bar_of(
            self.verify_button,
            self.restore_button,
            self.file_button,
            self.folder_button,
            self.more_button,
            None,
            self.make_button,
        )
        self.table.view.setProperty("flat", True)
        for label in (self.trouble, self.error):
            message(label, above=8)
        panel = card(bar, self.work, self.trouble, rule(), self.table, self.error, wide=self.table)
        fill_page(self, self.summary, panel, wide=panel)
        self.setFocusProxy(self.table)
