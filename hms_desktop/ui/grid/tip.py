"""A tooltip that never reads markup: what it shows is other people's words."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget


class PlainTip(QLabel):
    """A small window with plain text near the pointer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMargin(8)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_at(self, where: QPoint, text: str) -> None:
        """Show text below a point of the whole screen, kept inside that screen."""
        if not text:
            self.hide()
            return
        self.setText(text)
        self.adjustSize()
        spot = where + QPoint(12, 18)
        screen = self.screen().availableGeometry()
        spot.setX(max(min(spot.x(), screen.right() - self.width()), screen.left()))
        if spot.y() + self.height() > screen.bottom():
            spot.setY(where.y() - self.height() - 8)
        self.move(spot)
        self.show()
