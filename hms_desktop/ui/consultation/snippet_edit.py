"""A growing text in which short words become whole sentences: ``.bpadvice`` and a blank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor

from hms_desktop.domain.snippets import expand
from hms_desktop.ui.consultation.growing import GrowingEdit
from hms_desktop.ui.consultation.suggestions import Choice, Completion
from hms_desktop.ui.errors import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from hms_desktop.bus import Announcement
    from hms_desktop.domain.snippets import SnippetRow
    from hms_desktop.ui.consultation.suggestions import Suggestions
    from hms_desktop.ui.pages.base import Desk

_BEGUN = re.compile(r"(?:^|(?<=\s))\.(\w*)$")
_MOST_SHOWN = 8
_WIDTH = 460
_SHOWN = 80
_TABLE = "snippet"


class SnippetSource(QObject):
    """The doctor's own and the shared snippets: read once, and again when they change."""

    loaded = Signal(object)  # tuple of SnippetRow

    def __init__(self, desk: Desk, parent: QObject) -> None:
        """Ask for them, if the log-in may write at all."""
        super().__init__(parent)
        self._desk = desk
        desk.bridge.changed.connect(self._on_changed)
        self.reload()

    def reload(self) -> None:
        """Read them again."""
        desk = self._desk
        if not desk.actor.may("clinical.write"):
            return
        desk.runner.run(
            lambda: desk.services.snippets.all(desk.actor),
            owner=self,
            done=self.loaded.emit,
            failed=self._failed,
            key="snippets",
        )

    def _failed(self, error: Exception) -> None:
        self._desk.toasts.show_toast(sentence(error), kind="alarm")

    def _on_changed(self, announcement: Announcement) -> None:
        if announcement.touches(_TABLE):
            self.reload()


class SnippetEdit(GrowingEdit):
    """Blank or Tab expands the word before the cursor; a list offers words after a dot."""

    def __init__(
        self,
        name: str,
        suggestions: Suggestions,
        *,
        most: int = 14,
        parent: QWidget | None = None,
    ) -> None:
        """Start empty and without snippets."""
        super().__init__(name, most=most, parent=parent)
        self._snippets: tuple[SnippetRow, ...] = ()
        self.completion = Completion(self, suggestions, tab="stays", widest=_WIDTH)
        self.completion.chosen.connect(self._take)
        self.edited.connect(self._offer)
        self.cursorPositionChanged.connect(self._moved)

    def set_snippets(self, snippets: Sequence[SnippetRow]) -> None:
        """Use these from now on."""
        self._snippets = tuple(snippets)

    def event(self, event: QEvent) -> bool:
        """Expand before the blank is typed, and before Tab leaves the field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and event.key() == Qt.Key.Key_Tab and self._expand():
                return True
            if plain and event.key() == Qt.Key.Key_Space:
                self._expand()
        return super().event(event)

    # ------------------------------------------------------------------------------- inside
    def _line(self) -> tuple[str, int]:
        """Return the paragraph of the cursor and its place in it, in characters."""
        cursor = self.textCursor()
        line = cursor.block().text()
        return line, len(_units(line)[: 2 * cursor.positionInBlock()].decode(*_CODE))

    def _expand(self) -> bool:
        if not self._snippets or self.isReadOnly() or self.textCursor().hasSelection():
            return False
        line, place = self._line()
        found = expand(line, place, self._snippets)
        if found is None:
            return False
        text, end = found
        begin = next(
            (n for n, (one, other) in enumerate(zip(line, text, strict=False)) if one != other),
            min(len(line), len(text)),
        )
        begin = min(begin, place, end)
        # What stands behind the cursor stays where it is.
        self._replace(line, begin, place, text[begin:end])
        return True

    def _replace(self, line: str, begin: int, end: int, text: str) -> None:
        cursor = self.textCursor()
        start = cursor.block().position()
        cursor.setPosition(start + len(_units(line[:begin])) // 2)
        cursor.setPosition(start + len(_units(line[:end])) // 2, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.setTextCursor(cursor)
        self.completion.hide()

    def _begun(self) -> str | None:
        line, place = self._line()
        match = _BEGUN.search(line[:place])
        return None if match is None else match[1].casefold()

    def _offer(self) -> None:
        begun = self._begun() if self._snippets and self.hasFocus() else None
        if begun is None:
            self.completion.hide()
            return
        found = [
            Choice(" ".join(one.text.split())[:_SHOWN], one, f".{one.keyword.lstrip('.')}")
            for one in self._snippets
            if one.keyword.lstrip(".").casefold().startswith(begun)
        ]
        spot = self.cursorRect().translated(self.viewport().pos())
        box = QRect(spot.left(), spot.top(), _WIDTH, spot.height())
        self.completion.show(found[:_MOST_SHOWN], spot=box)

    def _moved(self) -> None:
        if self.completion.is_open and self._begun() is None:
            self.completion.hide()

    def _take(self, snippet: SnippetRow) -> None:
        line, place = self._line()
        match = _BEGUN.search(line[:place])
        if match is not None:
            self._replace(line, match.start(), place, snippet.text)


_CODE = ("utf-16-le", "surrogatepass")


def _units(text: str) -> bytes:
    """Return a text in the pieces of two bytes in which Qt counts."""
    return text.encode(*_CODE)
