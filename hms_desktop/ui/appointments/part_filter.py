"""The filter that only the dashboard sets: the visits of one cell of a chart."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from hms_desktop.domain.visit_parts import VisitPart
from hms_desktop.ui.dashboard.words import part_words
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.narrow_line import NarrowLine


class PartFilter(NarrowLine):
    """Which part of the visits is shown; None: all."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start with all."""
        super().__init__(parent)
        self._formats = formats
        self.part: VisitPart | None = None

    def set_part(self, part: VisitPart | None) -> None:
        """Filter by another part, or by none, without telling."""
        self.part = part
        words = "" if part is None else part_words(part, self._formats)
        self.say(self.tr("Only {what}").format(what=words) if words else "")

    def forget(self) -> None:
        """Show all visits again."""
        self.part = None
