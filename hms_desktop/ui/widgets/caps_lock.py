"""A hint under a password field while Caps Lock is on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from hms_desktop.ui.widgets.chip import Chip
from hms_desktop.ui.widgets.toast import announce


class CapsHint(Chip):
    """Hidden until a letter typed into one of the watched fields shows that Caps Lock is on.

    No system is asked: what a key gives with and without Shift says it everywhere.
    """

    def __init__(self, *edits: QLineEdit, parent: QWidget | None = None) -> None:
        """Watch the fields."""
        super().__init__("", "warn", icon="keyboard", parent=parent)
        self.set_text(self.tr("Caps Lock is on"))
        self.is_on = False
        for edit in edits:
            edit.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Look at each key; none is held back."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() == Qt.Key.Key_CapsLock and self.is_on:
            self._show_state(on=False)
        elif len(text) == 1 and text.lower() != text.upper():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._show_state(on=text.isupper() != shift)

    def _show_state(self, *, on: bool) -> None:
        if on == self.is_on:
            return
        self.is_on = on
        self.setVisible(on)
        if on:
            announce(self, self.text)
