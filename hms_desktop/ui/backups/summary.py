"""Above the list: whether the hospital could be brought back, how much there is, and room."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.backups import BackupsView
from hms_desktop.ui.backups import words
from hms_desktop.ui.buttons import button
from hms_desktop.ui.numbers.cards import TileRow
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.tile import Tile

SCARCE = 3
"""Room for fewer backups than this is told in another colour."""


class Summary(QWidget):
    """Tiles, the folder, and a band with what is wrong and how to mend it."""

    key_wanted = Signal()
    key_typed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Begin with dashes."""
        super().__init__(parent)
        self._desk = desk
        self.newest = Tile(self.tr("newest good backup"), active=False)
        self.count = Tile(self.tr("backups here"), active=False)
        self.space = Tile(self.tr("free in the folder"), active=False)
        self.database = Tile(self.tr("the hospital itself"), active=False)
        self.folder = plain_label(role="small", selectable=True)
        self.band = QFrame()
        self.band.setProperty("banner", "card")
        self.warning = plain_label(role="error", wrap=True)
        self.key_button = button(
            self.tr("Make the recovery &key…"), self.key_wanted.emit, icon="password", small=True
        )
        self.type_button = button(
            self.tr("&Type the key…"), self.key_typed.emit, icon="password", small=True
        )
        row = QHBoxLayout(self.band)
        row.setContentsMargins(16, 8, 12, 8)
        row.addWidget(self.warning, 1)
        row.addWidget(self.key_button)
        row.addWidget(self.type_button)
        self.band.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.band)
        layout.addWidget(TileRow((self.newest, self.count, self.space, self.database)))
        layout.addWidget(self.folder)

    def show_view(self, view: BackupsView) -> None:
        """Show what was read."""
        health, now = view.health, self._desk.now()
        if health.newest_good is None:
            self.newest.set_value(self.tr("none"), tone="alarm")
        else:
            age = words.age_word(health.newest_good, now)
            self.newest.set_value(age, tone="alarm" if health.overdue else "ok")
        here = [row for row in view.rows if row.is_good and row.here]
        size = sum(row.bytes for row in here)
        self.count.set_value(
            str(len(here)), self.tr("backups here, {size}").format(size=words.size_word(size))
        )
        free = view.free_bytes
        if free is None:
            self.space.set_value("–")
        else:
            scarce = free < SCARCE * view.database_bytes
            self.space.set_value(words.size_word(free), tone="warn" if scarce else "")
        self.database.set_value(words.size_word(view.database_bytes))
        key = self.tr("Key {n}").format(n=view.key_id) if view.key_id else self.tr("No key yet")
        self.folder.setText(f"{self.tr('Folder: {path}').format(path=view.folder)}  ·  {key}")
        self._show_band(view)

    def _show_band(self, view: BackupsView) -> None:
        words_of = self._trouble(view)
        self.warning.setText(words_of)
        self.band.setVisible(bool(words_of))
        self.band.setAccessibleName(words_of)
        self.key_button.setVisible(not view.key_id)
        self.type_button.setVisible(bool(view.key_id) and not view.key_here)

    def _trouble(self, view: BackupsView) -> str:
        if view.trouble:
            return view.trouble
        if not view.key_id:
            return self.tr(
                "No backups are made yet. Make the recovery key once: from then on the hospital "
                "is saved every day."
            )
        parts = []
        if view.health.newest_good is None:
            parts.append(self.tr("There is no good backup yet: press Back up now."))
        elif view.health.overdue:
            parts.append(self.tr("The newest good backup is older than two days."))
        if not view.health.on:
            parts.append(self.tr("Daily backups are switched off."))
        if not view.key_here:
            parts.append(self.tr("This computer cannot open backups: it does not have the key."))
        return " ".join(parts)
