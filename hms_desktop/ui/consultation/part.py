"""One part of the form: its name above, its editors, and the sentence of what is wrong below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import set_look


class Part(QWidget):
    """Subclasses put their editors into ``body``; ``changed`` tells of every change by hand."""

    changed = Signal()
    arranged = Signal()  # editors came or went: Tab needs a new order

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        """Show the title; nothing in the body yet."""
        super().__init__(parent)
        self.title = title
        self.label = plain_label(title, role="small")
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self.label)
        self.head.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        self._error = plain_label(role="error", wrap=True)
        self._error.hide()
        self._wrong: dict[QWidget, str] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self.head)
        layout.addLayout(self.body)
        layout.addWidget(self._error)

    @property
    def error(self) -> str:
        """What is wrong here, one sentence a line; empty when all is well."""
        return "\n".join(dict.fromkeys(self._wrong.values()))

    def mark(self, editor: QWidget, sentence: str) -> None:
        """Show a sentence as the fault of an editor; an empty one takes its fault away."""
        if self._wrong.get(editor, "") == sentence:
            return
        if sentence:
            self._wrong[editor] = sentence
        else:
            del self._wrong[editor]
        set_look(editor, invalid=bool(sentence))
        editor.setAccessibleDescription(sentence)
        self._error.setText(self.error)
        self._error.setVisible(bool(self._wrong))

    def forget(self, editor: QWidget) -> None:
        """Take away the fault of an editor that goes."""
        if self._wrong.pop(editor, ""):
            self._error.setText(self.error)
            self._error.setVisible(bool(self._wrong))

    def clear_errors(self) -> None:
        """Take all faults away."""
        for editor in list(self._wrong):
            self.mark(editor, "")

    def show_error(self, path: str, sentence: str) -> None:
        """Put a sentence at the editor that ``path`` names (``0.text``) and the cursor into it."""
        editor = self.editor_of(path)
        self.mark(editor, sentence)
        put_cursor(editor)

    def raw(self) -> object:
        """Return everything as typed, ready for JSON; a part that is only shown has nothing."""
        return None

    def restore(self, raw: object) -> None:
        """Put back what ``raw`` gave; what is not of its kind counts as nothing typed."""

    def editor_of(self, path: str) -> QWidget:
        """Return the editor behind a path of the record; the first one when it names none."""
        del path
        return self.first_editor()

    def editors(self) -> list[QWidget]:
        """Return everything that takes the keys, as Tab walks it."""
        return [self.first_editor()]

    def first_editor(self) -> QWidget:
        """Return where the keys go when the part is jumped to."""
        return self

    def focus_first(self) -> None:
        """Put the cursor into the part and scroll it into view."""
        put_cursor(self.first_editor())


def put_cursor(editor: QWidget) -> None:
    """Put the cursor into an editor and scroll it into view."""
    editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
    if isinstance(editor, QLineEdit) and not editor.isReadOnly():
        editor.selectAll()
    above = editor.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(editor, 24, 40)
            return
        above = above.parentWidget()
