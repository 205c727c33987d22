"""The filter that only other pages set: who came in some time. Shown as long as it counts."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QWidget

from hms_desktop.domain import zones
from hms_desktop.ui.pages.base import Desk, ShownPatients
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.narrow_line import NarrowLine


class CameFilter(NarrowLine):
    """Hidden without dates."""

    def __init__(self, desk: Desk, formats: Formats, parent: QWidget | None = None) -> None:
        """Start without dates."""
        super().__init__(parent)
        self._desk, self._formats = desk, formats
        self.shown = ShownPatients()
        self.setContentsMargins(14, 0, 12, 8)

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
        if shown.first is None or shown.last is None:
            self.say("")
            return
        words = (
            self.tr("New patients: first visit from {first} to {last}")
            if shown.new
            else self.tr("Patients who came from {first} to {last}")
        )
        day = self._formats.day
        self.say(words.format(first=day(shown.first), last=day(shown.last)))

    def forget(self) -> None:
        """Show everybody again."""
        self.shown = ShownPatients()
