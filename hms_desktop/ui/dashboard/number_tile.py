"""A number with the one before in words; a click opens the list behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.plaintext import plain_label, tooltip
from hms_desktop.ui.widgets.tile import Tile


class NumberTile(Tile):
    """What it counts above, the number, and below how it differs from the time before."""

    def __init__(self, caption: str, tip: str, parent: QWidget | None = None) -> None:
        """Start without a number; ``tip`` says which list a click opens."""
        self._compared = plain_label(role="small")
        super().__init__(caption, parent=parent)
        self._compared.setParent(self)
        self._compared.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setToolTip(tooltip(tip))
        self.setAccessibleDescription(tip)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self._compared)

    @property
    def compared(self) -> str:
        """The words under the number."""
        return self._compared.text()

    def set_compared(self, words: str) -> None:
        """Say how the number differs from the one before."""
        # A blank keeps the line's height: the tiles of a row stay level.
        self._compared.setText(words or " ")
        self._name()

    def _name(self) -> None:
        super()._name()
        if self.compared.strip():
            self.setAccessibleName(f"{self.accessibleName()}, {self.compared}")
