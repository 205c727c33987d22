"""What stands in place of a paper while it is made."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label


class Waiting(QWidget):
    """A sentence, a moving line, and *Cancel*."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build it; the owner listens to ``cancel_button``."""
        super().__init__(parent)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(240)
        self.progress.setAccessibleName(self.tr("Making the paper"))
        self.cancel_button = button(self.tr("Cancel"), small=True)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(1)
        words = plain_label(self.tr("Making the paper…"), role="dim")
        for one in (words, self.progress, self.cancel_button):
            column.addWidget(one, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
