"""One line to search in: waits for a pause in typing, lends its arrows to the list below."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QWidget

from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.icons import pixmap
from hms_desktop.ui.theme import current_theme, set_look
from hms_desktop.ui.widgets.chip import KeyCap
from hms_desktop.ui.widgets.desk_line import DeskLine

DEBOUNCE_MS = 120
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class SearchBox(QFrame):
    """A line edit with a glass, a cross and a key cap.

    ``query_changed`` comes once typing pauses (an emptied box at once), ``submitted`` on Enter
    (after the query, so that nothing typed is ahead of the results).
    """

    query_changed = Signal(str)
    submitted = Signal(str)

    def __init__(
        self,
        placeholder: str,
        *,
        name: str = "",
        shortcut: str = "",
        tone: Literal["", "sunken", "large"] = "",
        debounce_ms: int = DEBOUNCE_MS,
        icon: str = "search",
        parent: QWidget | None = None,
    ) -> None:
        """Start empty.

        Args:
            placeholder: shown while empty.
            name: accessible name; the placeholder when not given.
            shortcut: shown as a key cap while empty.
            tone: sunken for top bars, large for the Ctrl+K box.
            debounce_ms: the pause in typing that counts.
            icon: a name of ``icons.NAMES``.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self.setProperty("searchbox", True)
        self.setProperty("tone", tone)
        self._icon_name = icon
        self._view: QWidget | None = None
        self._last = ""
        self._glass = QLabel()
        self.edit = DeskLine()
        self.edit.setProperty("bare", True)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(name or placeholder)
        self.edit.textChanged.connect(self._typed)
        self.edit.installEventFilter(self)
        self._cap = KeyCap(shortcut)
        if not shortcut:
            self._cap.hide()
        self._has_cap = bool(shortcut)
        self._clear = icon_button("close", self.tr("Clear"), self.clear)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 2, 6, 2)
        if tone == "large":
            layout.setContentsMargins(16, 10, 12, 10)
        layout.setSpacing(8)
        for widget in (self._glass, self.edit, self._clear, self._cap):
            layout.addWidget(widget, 1 if widget is self.edit else 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(debounce_ms)
        self._timer.timeout.connect(self._tell)
        self.setFocusProxy(self.edit)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def text(self) -> str:
        """Return what is typed."""
        return self.edit.text()

    def set_text(self, text: str, *, tell: bool = True) -> None:
        """Put text in; ``tell`` False keeps ``query_changed`` quiet."""
        self.edit.setText(text)
        if not tell:
            self._timer.stop()
            self._last = text

    def clear(self) -> None:
        """Empty the box."""
        self.edit.clear()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def forward_keys_to(self, view: QWidget) -> None:
        """Send up, down and page keys to a list while the cursor stays here."""
        self._view = view

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Forward the list's keys; Enter and the first Esc are ours."""
        if watched is not self.edit:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            set_look(self, focused=event.type() == QEvent.Type.FocusIn)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _LIST_KEYS and self._view is not None:
            QApplication.sendEvent(self._view, event.clone())
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.flush()
            self.submitted.emit(self.edit.text())
            return True
        return False

    def flush(self) -> None:
        """Tell what is typed now instead of waiting for the pause."""
        if self._timer.isActive():
            self._timer.stop()
            self._tell()

    def _typed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._cap.setVisible(self._has_cap and not text)
        if text:
            self._timer.start()
        else:
            self._timer.stop()
            self._tell()

    def _tell(self) -> None:
        text = self.edit.text()
        if text != self._last:
            self._last = text
            self.query_changed.emit(text)

    def _restyle(self) -> None:
        self._glass.setPixmap(pixmap(self._icon_name, "dim", 16))
