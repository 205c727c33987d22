"""A sheet over the whole window with the page dimmed behind it; Esc or a click beside closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.shadow import add_shadow

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Overlay(QWidget):
    """Covers ``host`` while open and holds one ``sheet``; subclasses fill and place it."""

    closed = Signal()

    def __init__(self, host: QWidget) -> None:
        """Start hidden, with an empty sheet."""
        super().__init__(host)
        self._host = host
        self._back: QWidget | None = None
        self.sheet = QFrame(self)
        self.sheet.setProperty("sheet", True)
        self.sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        add_shadow(self.sheet, blur=40, down=10, alpha=90)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.close_overlay)
        host.installEventFilter(self)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Say whether it is on the screen."""
        return not self.isHidden()

    def open_over(self, focus: QWidget) -> None:
        """Cover the host and put the focus into the sheet."""
        if not self.is_open:
            self._back = QApplication.focusWidget()
        self.resize(self._host.size())
        self.place()
        self.show()
        self.raise_()
        focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_overlay(self) -> None:
        """Uncover the host; the focus goes back to where it was."""
        if not self.is_open:
            return
        self.hide()
        back, self._back = self._back, None
        if back is not None and shiboken6.isValid(back) and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def place(self) -> None:
        """Put the sheet in the middle; subclasses choose its size first."""
        self.sheet.move(
            max(0, (self.width() - self.sheet.width()) // 2),
            max(0, (self.height() - self.sheet.height()) // 2),
        )

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab inside the sheet."""
        before = QApplication.focusWidget()
        moved = super().focusNextPrevChild(forward)
        after = QApplication.focusWidget()
        if moved and after is not None and not self.isAncestorOf(after) and before is not None:
            before.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Dim the page."""
        colour = QColor(current_theme().tokens.scrim)
        colour.setAlpha(90)
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close on a click beside the sheet."""
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.close_overlay()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep keys from the page underneath."""
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host's size."""
        if watched is self._host and event.type() == QEvent.Type.Resize and self.is_open:
            self.resize(self._host.size())
            self.place()
        return False
