"""The filter that only the dashboard sets: the visits of one cell of a chart."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from hms_desktop.domain.visit_parts import VisitPart
from hms_desktop.ui.buttons import button
from hms_desktop.ui.dashboard.words import part_words
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label


class PartFilter(QFrame):
    """Shown as long as it counts; ``changed`` when the person took it away."""

    changed = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start without one."""
        super().__init__(parent)
        self._formats = formats
        self.part: VisitPart | None = None
        self.words = plain_label(role="strong")
        self.all_button = button(
            self.tr("Show &all"), self.clear, kind="link", icon="close",
            tip=self.tr("Take the filter away"),
        )  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.words)
        row.addWidget(self.all_button)
        row.addStretch(1)
        self.hide()

    def set_part(self, part: VisitPart | None) -> None:
        """Filter by another part, or by none, without telling."""
        self.part = part
        self.setVisible(part is not None)
        if part is not None:
            words = part_words(part, self._formats)
            self.words.setText(self.tr("Only {what}").format(what=words))

    def clear(self) -> None:
        """Show all visits again."""
        self.set_part(None)
        self.changed.emit()
