"""The line that says what another page narrowed a list to, and takes it away again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label


class NarrowLine(QFrame):
    """Shown as long as it counts; ``changed`` when the person took it away."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start hidden: nothing is narrowed."""
        super().__init__(parent)
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

    def say(self, words: str) -> None:
        """Show what the list is narrowed to; empty words hide the line."""
        self.words.setText(words)
        self.setVisible(bool(words))

    def clear(self) -> None:
        """Show all again."""
        self.forget()
        self.say("")
        self.changed.emit()

    def forget(self) -> None:
        """Let go of what the list was narrowed to (subclasses)."""
