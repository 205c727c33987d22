"""The filter that only other pages set: who came in some time. Shown as long as it counts."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from hms_desktop.domain import zones
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk, ShownPatients
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label


class CameFilter(QFrame):
    """Hidden without dates; ``changed`` when the person took it away."""

    changed = Signal()

    def __init__(self, desk: Desk, formats: Formats, parent: QWidget | None = None) -> None:
        """Start without dates."""
        super().__init__(parent)
        self._desk, self._formats = desk, formats
        self.shown = ShownPatients()
        self.words = plain_label(role="strong")
        self.all_button = button(
            self.tr("Show &all"), self.clear, kind="link", icon="close",
            tip=self.tr("Take the filter away"),
        )  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 12, 8)
        row.setSpacing(10)
        row.addWidget(self.words)
        row.addWidget(self.all_button)
        row.addStretch(1)
        self.hide()

    def bounds(self) -> tuple[datetime, datetime] | None:
        """Return the time in which patients came (UTC), None: any."""
        first, last = self.shown.first, self.shown.last
        if first is None or last is None:
            return None
        zone = self._desk.zone
        return zones.day_bounds(zone, first)[0], zones.day_bounds(zone, last)[1]

    def set_shown(self, shown: ShownPatients) -> None:
        """Filter by other dates, or by none, without telling."""
        self.shown = shown
        self.setVisible(shown.first is not None)
        if shown.first is None or shown.last is None:
            return
        words = (
            self.tr("New patients: first visit from {first} to {last}")
            if shown.new
            else self.tr("Patients who came from {first} to {last}")
        )
        day = self._formats.day
        self.words.setText(words.format(first=day(shown.first), last=day(shown.last)))

    def clear(self) -> None:
        """Show everybody again."""
        self.set_shown(ShownPatients())
        self.changed.emit()
