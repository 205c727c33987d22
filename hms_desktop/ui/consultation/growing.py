"""A text field that grows with its text, up to a height; longer texts scroll inside."""

from __future__ import annotations

from PySide6.QtCore import QSizeF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from hms_desktop.ui.theme import current_theme

#: Room around the lines: borders, paddings, the document's own margin.
_AROUND = 16
#: More than any limit of the record, so that a pasted book is refused with a sentence, not cut.
LONGEST_LINE = 200_000


class GrowingEdit(QPlainTextEdit):
    """Plain text of several lines; Tab goes to the next field. ``edited`` tells of typing."""

    edited = Signal()

    def __init__(
        self, name: str, *, least: int = 1, most: int = 8, parent: QWidget | None = None
    ) -> None:
        """Start empty; ``least`` and ``most`` are lines."""
        super().__init__(parent)
        self._least = least
        self._most = most
        self._given = ""
        self._putting = False
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.textChanged.connect(self._typed)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def text(self) -> str:
        """Return the text as it was put in or typed, no-break blanks and all."""
        if not self.document().isModified():
            return self._given
        return self.document().toRawText().replace("\u2029", "\n")

    def set_text(self, text: str) -> None:
        """Show another text without telling; what was typed before cannot be undone into it."""
        self._given = text
        self._putting = True
        self.setPlainText(text)
        self.document().setModified(False)
        self._putting = False
        self._fit()

    def _typed(self) -> None:
        if not self._putting:
            self.edited.emit()

    def _restyle(self, _tokens: object = None) -> None:
        self.ensurePolished()
        self._fit()

    def _fit(self, _size: QSizeF | None = None) -> None:
        lines = max(self._least, min(self._most, round(self.document().size().height())))
        whole = lines * QFontMetrics(self.font()).lineSpacing() + _AROUND
        if self.height() != whole or self.minimumHeight() != whole:
            self.setFixedHeight(whole)
        more = self.document().size().height() > self._most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if more else _NO_BAR
        if self.verticalScrollBarPolicy() != policy:
            self.setVerticalScrollBarPolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width means other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the form scroll where there is nothing to scroll in here."""
        if self.verticalScrollBar().maximum() == 0:
            event.ignore()
            return
        super().wheelEvent(event)


_NO_BAR = Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def line_edit(name: str, placeholder: str = "", *, cell: bool = False) -> QLineEdit:
    """Return a field of one line; ``cell`` looks like a cell of a calm table until it is used."""
    edit = QLineEdit()
    edit.setMaxLength(LONGEST_LINE)
    edit.setAccessibleName(name)
    edit.setPlaceholderText(placeholder)
    if cell:
        edit.setProperty("cell", True)
    return edit
