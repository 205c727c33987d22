"""One soft shadow for everything that lies above the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsDropShadowEffect

from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def add_shadow(widget: QWidget, *, blur: int = 28, down: int = 6, alpha: int = 70) -> None:
    """Give the widget a shadow (pixels, 0 to 255)."""
    effect = QGraphicsDropShadowEffect(widget)
    effect.setBlurRadius(blur)
    effect.setOffset(0, down)
    colour = QColor(current_theme().tokens.shadow)
    colour.setAlpha(alpha)
    effect.setColor(colour)
    widget.setGraphicsEffect(effect)
