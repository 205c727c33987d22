"""A big number with a caption; a click goes to the list behind it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import set_look

Tone = Literal["", "accent", "ok", "warn", "alarm"]


class Tile(QPushButton):
    """Shows a number; use ``clicked`` to open what it counts (``active=False`` only shows)."""

    def __init__(
        self,
        caption: str,
        value: str = "–",
        *,
        active: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Show a caption and a value; a dash until the number is known."""
        super().__init__(parent)
        self.setProperty("tile", True)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if active else Qt.FocusPolicy.NoFocus)
        if active:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._number = plain_label(value, role="number", parent=self)
        self._caption = plain_label(caption, role="small", parent=self)
        for label in (self._number, self._caption):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(0)
        layout.addWidget(self._number)
        layout.addWidget(self._caption)
        self._name()

    @property
    def value(self) -> str:
        """The number as shown."""
        return self._number.text()

    def set_value(self, value: str, caption: str | None = None, tone: Tone = "") -> None:
        """Show another number, and another caption if given."""
        self._number.setText(value)
        if caption is not None:
            self._caption.setText(caption)
        if self._number.property("tone") != tone:
            set_look(self._number, tone=tone)
        self._name()

    def sizeHint(self) -> QSize:
        """Return the size of the words (a button would count its own empty text)."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the same: a tile is never cut."""
        return self.sizeHint()

    def _name(self) -> None:
        self.setAccessibleName(f"{self._number.text()} {self._caption.text()}")
