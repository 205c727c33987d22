"""Loading shows the old content greyed, with a thin moving line; never a blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

#: Quick answers never flicker: the veil comes after this time (milliseconds).
DELAY_MS = 200
_FRAME_MS = 33
_STEP = 0.02


class BusyVeil(QWidget):
    """Lies over a widget while its content is renewed; clicks and keys still go through."""

    def __init__(self, target: QWidget, *, delay_ms: int = DELAY_MS) -> None:
        """Cover ``target`` when asked to; hidden until then."""
        super().__init__(target)
        self._target = target
        self._at = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(delay_ms)
        self._delay.timeout.connect(self._appear)
        self._frames = QTimer(self)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self._advance)
        target.installEventFilter(self)
        self.hide()

    @property
    def busy(self) -> bool:
        """Say whether the target is being renewed (the veil may still be waiting)."""
        return self._delay.isActive() or not self.isHidden()

    def set_busy(self, busy: bool) -> None:
        """Start or end; starting twice is one start."""
        if busy and not self.busy:
            self._delay.start()
        elif not busy:
            self._delay.stop()
            self._frames.stop()
            self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the grey and the line."""
        tokens = current_theme().tokens
        painter = QPainter(self)
        veil = QColor(tokens.panel)
        veil.setAlpha(150)
        painter.fillRect(self.rect(), veil)
        painter.fillRect(QRectF(0, 0, self.width(), 2), QColor(tokens.line))
        width = self.width() * 0.3
        left = (self.width() + width) * self._at - width
        painter.fillRect(QRectF(left, 0, width, 2), QColor(tokens.accent))
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the target's size."""
        if watched is self._target and event.type() == QEvent.Type.Resize:
            self.resize(self._target.size())
        return False

    def _appear(self) -> None:
        self.resize(self._target.size())
        self.show()
        self.raise_()
        self._frames.start()

    def _advance(self) -> None:
        self._at = (self._at + _STEP) % 1.0
        self.update(0, 0, self.width(), 3)
