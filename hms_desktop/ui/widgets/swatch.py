"""A colour as a small rounded square, for lists and choices."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap


def swatch(colour: str, side: int = 14) -> QPixmap:
    """Return a small rounded square of a colour; transparent for what is no colour."""
    picture = QPixmap(QSize(side, side) * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(0, 0, side, side), 4, 4)
    painter.end()
    return picture


def swatch_icon(colour: str) -> QIcon:
    """Return a colour as an icon for lists."""
    made, picture = QIcon(), swatch(colour)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # else the selection would tint it
        made.addPixmap(picture, mode)
    return made
