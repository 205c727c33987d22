"""Ctrl+Z and Ctrl+Shift+Z: takes desk actions back, and does them again."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from PySide6.QtCore import QObject

from hms_desktop.domain.appointments import Done
from hms_desktop.domain.errors import Busy, Unreachable
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk


class UndoControl(QObject):
    """Carries out what the undo history is asked for, one at a time."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        """Listen to the history."""
        super().__init__(parent)
        self._desk = desk
        self._under_way = False
        desk.history.undo_requested.connect(self.undo)
        desk.history.redo_requested.connect(self.redo)

    def undo(self) -> None:
        """Take the newest change back."""
        self._go(redo=False)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._go(redo=True)

    def _go(self, *, redo: bool) -> None:
        if self._under_way:
            return
        entry = self._desk.history.take(redo=redo)
        if entry is None:
            words = self.tr("There is nothing to redo.") if redo else None
            self._desk.toasts.show_toast(words or self.tr("There is nothing to undo."))
            return
        change, text = entry
        request_id = str(uuid.uuid4())
        desk = self._desk
        self._under_way = True
        desk.runner.run(
            lambda: desk.services.undo.undo(desk.actor, change, request_id=request_id),
            owner=self,
            done=self._done(text, redo=redo),
            failed=self._failed(change, text, redo=redo),
            label=self.tr("Undo"),
        )

    def _done(self, text: str, *, redo: bool) -> Callable[[Done], None]:
        def took(done: Done) -> None:
            self._under_way = False
            self._desk.history.undone(done.request_id, text, redo=redo)
            if redo:
                self._desk.toasts.show_toast(
                    self.tr("Done again: {what}").format(what=text),
                    undo=self._desk.history.undo_requested.emit,
                )
                return
            self._desk.toasts.show_toast(
                self.tr("Undone: {what}").format(what=text),
                undo=self._desk.history.redo_requested.emit,
                undo_text=self.tr("Redo"),
                shortcut="Ctrl+Shift+Z",
            )

        return took

    def _failed(self, change: str, text: str, *, redo: bool) -> Callable[[Exception], None]:
        def refused(error: Exception) -> None:
            self._under_way = False
            if isinstance(error, Busy | Unreachable):
                # It may work in a moment: the change goes back to where it was.
                self._desk.history.undone(change, text, redo=not redo)
            self._desk.toasts.show_toast(sentence(error), kind="warn", seconds=12)

        return refused
