"""Walking over the points of a chart: with the arrows, with the pointer, read aloud."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QLabel, QWidget

from hms_desktop.ui.plaintext import plain_label

_GAP = 10
_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_OPEN = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class Walked(Protocol):
    """What the cursor walks over."""

    def count(self) -> int:
        """Return how many points there are."""

    def place_at(self, spot: QPointF) -> int | None:
        """Return the point under the pointer."""

    def beside(self, place: int, right: int, down: int) -> int | None:
        """Return the point that an arrow leads to; None: it leads nowhere."""

    def anchor(self, place: int) -> QPointF:
        """Return where on the widget a point's words are shown."""

    def words(self, place: int) -> tuple[str, str]:
        """Return a point in lines to show and in a sentence to be read aloud."""

    def mark(self, place: int | None) -> None:
        """Mark a point, or none."""


class PlotCursor(QObject):
    """The marked point of a chart and its words in a bubble; ``opened`` asks for its list."""

    opened = Signal(int)

    def __init__(self, walked: Walked, keys: QWidget, pointer: QWidget) -> None:
        """Listen to the keys of one widget and the pointer over another (often the same)."""
        super().__init__(keys)
        self._walked = walked
        self._keys = keys
        self._pointer = pointer
        self._spoken = ""
        self.place: int | None = None
        self.bubble: QLabel = plain_label(parent=pointer)
        self.bubble.setProperty("bubble", True)
        self.bubble.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.bubble.hide()
        keys.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        pointer.setMouseTracking(True)
        keys.installEventFilter(self)
        if pointer is not keys:
            pointer.installEventFilter(self)

    @property
    def spoken(self) -> str:
        """What was read aloud last."""
        return self._spoken

    def go(self, place: int | None, *, aloud: bool = False) -> None:
        """Mark a point and show its words; ``aloud`` also tells them to a screen reader."""
        if place is not None and not 0 <= place < self._walked.count():
            place = None
        self.place = place
        self._walked.mark(place)
        if place is None:
            self.bubble.hide()
            return
        shown, sentence = self._walked.words(place)
        self.bubble.setText(shown)
        self.bubble.adjustSize()
        self.bubble.move(self._spot(place))
        self.bubble.show()
        self.bubble.raise_()
        if aloud:
            self._spoken = sentence
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._keys, sentence))

    def renew(self) -> None:
        """Look again at what is marked: the figures or the size changed."""
        if self.place is not None:
            self.go(self.place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take arrows, Home, End, Enter and Esc; follow the pointer."""
        kind = event.type()
        if watched is self._keys:
            if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._press(event)
            if kind == QEvent.Type.FocusIn and self._walked.count() and self.place is None:
                self.go(0, aloud=True)
            if kind == QEvent.Type.FocusOut:
                self.go(None)
        if watched is self._pointer:
            if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent | QEnterEvent):
                self._hover(event.position())
            elif kind == QEvent.Type.Leave:
                self.go(None)
            elif kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
                place = self._walked.place_at(event.position())
                if place is not None and event.button() == Qt.MouseButton.LeftButton:
                    self.opened.emit(place)
                    return True
        return False

    def _hover(self, spot: QPointF) -> None:
        place = self._walked.place_at(spot)
        if place != self.place:
            self.go(place)

    def _press(self, event: QKeyEvent) -> bool:
        key, last = Qt.Key(event.key()), self._walked.count() - 1
        if last < 0 or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in _OPEN and self.place is not None:
            self.opened.emit(self.place)
        elif key == Qt.Key.Key_Escape and self.place is not None:
            self.go(None)
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self.go(0 if key == Qt.Key.Key_Home else last, aloud=True)
        elif key in _KEYS:
            if self.place is None:
                self.go(0, aloud=True)
                return True
            place = self._walked.beside(self.place, *_KEYS[key])
            if place is None:
                return False
            self.go(place, aloud=True)
        else:
            return False
        return True

    def _spot(self, place: int) -> QPoint:
        """Return where the bubble fits: beside the point, inside the widget."""
        at, room = self._walked.anchor(place).toPoint(), self._pointer.size()
        size = self.bubble.size()
        left = at.x() + _GAP
        if left + size.width() > room.width():
            left = at.x() - _GAP - size.width()
        top = at.y() - size.height() // 2
        return QPoint(
            max(0, min(left, room.width() - size.width())),
            max(0, min(top, room.height() - size.height())),
        )
