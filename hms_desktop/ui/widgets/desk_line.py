"""A line of typing beside the desk's work, whose Ctrl+Z belongs to both."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

_UNDO, _REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


class DeskLine(QLineEdit):
    """Leaves undo and redo to the program where there is no typing to take back.

    Qt's own field keeps both keys to itself, though it has nothing to do with them.
    """

    def event(self, event: QEvent) -> bool:
        """Let the program's shortcut have the key."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(_UNDO) and not self.isUndoAvailable()
            redo = event.matches(_REDO) and not self.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return False
        return super().event(event)

    def start_anew(self) -> None:
        """Empty the line for good: what stood there was carried out and does not come back."""
        self.setText("")
