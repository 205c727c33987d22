"""Cards in a calm column: how settings, profile and first start are laid out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.plaintext import plain_label

COLUMN_WIDTH = 760


class Card(QFrame):
    """A panel with a heading, a dim sentence and whatever is added to ``body``."""

    def __init__(self, title: str, detail: str = "", parent: QWidget | None = None) -> None:
        """Begin with the words alone; without a title the card is only a panel."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(24, 20, 24, 20)
        self.body.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        if title:
            words.addWidget(plain_label(title, role="heading", wrap=True))
        self.detail = plain_label(detail, role="dim", wrap=True, parent=self)
        self.detail.setVisible(bool(detail))
        words.addWidget(self.detail)
        self.body.addLayout(words)

    def set_detail(self, text: str) -> None:
        """Change the dim sentence."""
        self.detail.setText(text)
        self.detail.setVisible(bool(text))

    def add(self, widget: QWidget) -> None:
        """Add something over the whole width."""
        self.body.addWidget(widget)

    def add_row(self, *widgets: QWidget) -> None:
        """Add small things side by side, from the left."""
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addLayout(row)


class Column(QScrollArea):
    """Cards one under the other in the middle of the page; scrolls when they are too many."""

    def __init__(self, parent: QWidget | None = None, *, width: int = COLUMN_WIDTH) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setProperty("plain", True)
        inside.setMaximumWidth(width)
        self._cards = QVBoxLayout(inside)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(16)
        self._cards.addStretch(1)
        middle = QWidget()
        middle.setProperty("plain", True)
        row = QHBoxLayout(middle)
        row.setContentsMargins(24, 24, 24, 24)
        row.addStretch(1)
        row.addWidget(inside, 1000)
        row.addStretch(1)
        self.setWidget(middle)
        self.viewport().setAutoFillBackground(False)

    def add(self, widget: QWidget) -> None:
        """Add a card at the end."""
        self._cards.insertWidget(self._cards.count() - 1, widget)
