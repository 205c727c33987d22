"""A QR code, painted dark on white in both themes: phones read nothing else reliably."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hms_desktop.ui.theme import current_theme

MODULE = 5
"""Side of one module in unscaled pixels."""
QUIET = 4
"""Modules left white around the code, as the standard asks."""


class QrPicture(QWidget):
    """One QR code; empty until there is something to show."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Begin empty; ``name`` says what it is to whoever cannot see it."""
        super().__init__(parent)
        self._modules: tuple[bytes, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Show a text as a code; an empty one takes the code away."""
        # Only whoever sets a second factor up needs it.
        import segno  # noqa: PLC0415

        self._modules = ()
        if text:
            made = segno.make(text, error="m", micro=False)
            self._modules = tuple(bytes(row) for row in made.matrix)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the side of the code with its white edge."""
        side = current_theme().px(MODULE) * (len(self._modules) + 2 * QUIET)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the modules."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        # Whole pixels: blurred edges are hard to read.
        size = current_theme().px(MODULE)
        for y, row in enumerate(self._modules, QUIET):
            for x, dark in enumerate(row, QUIET):
                if dark:
                    painter.fillRect(QRect(x * size, y * size, size, size), Qt.GlobalColor.black)
        painter.end()
