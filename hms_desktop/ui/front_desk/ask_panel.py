"""A small panel that asks for a reason: why cancelled, why overbooked, what a view is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field
from hms_desktop.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: ``choices`` as (key, text), the first chosen; ``required`` the text."""

    title: str
    subtitle: str
    message: str
    label: str
    ok: str
    choices: Sequence[tuple[str, str]] = ()
    text: str = ""
    required: bool = False
    danger: bool = False


class AskPanel(SidePanel):
    """Asks one question; Enter answers, Esc leaves everything as it is."""

    def __init__(self, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=380)
        self._answered: Callable[[str, str], None] = lambda _key, _text: None
        self._required = False

    def ask(self, question: Question, answered: Callable[[str, str], None]) -> None:
        """Show the question; ``answered`` gets the chosen key and the text."""
        self._answered, self._required = answered, question.required
        self.set_title(question.title, question.subtitle)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        if question.message:
            column.addWidget(plain_label(question.message, wrap=True))
        self.choice = QComboBox()
        for key, text in question.choices:
            self.choice.addItem(text, key)
        if question.choices:
            column.addWidget(Field(self.tr("Reason"), self.choice))
        self.text = QLineEdit(question.text)
        self.text.setMaxLength(500)
        self.field = Field(question.label, self.text, required=question.required)
        column.addWidget(self.field)
        self.error = plain_label(role="error", wrap=True)
        self.error.hide()
        column.addWidget(self.error)
        for one in (self.choice, self.text):
            one.installEventFilter(self)
        self.ok = button(question.ok, self.answer, kind="danger" if question.danger else "primary")
        self.set_body(body)
        self.set_footer([button(self.tr("Back"), self.close_panel), self.ok])
        self.open_panel(self.choice if question.choices else self.text)
        self.text.selectAll()

    def answer(self) -> None:
        """Hand the answer over; a required text that is missing is asked for."""
        text = self.text.text().strip()
        if self._required and not text:
            self.field.set_error(self.tr("Say why in a few words."))
            self.text.setFocus()
            return
        self.ok.setEnabled(False)
        key = self.choice.currentData() or ""
        self._answered(key, text)

    def refused(self, sentence: str) -> None:
        """Show why it could not be done; what was typed stays."""
        self.ok.setEnabled(True)
        self.error.setText(sentence)
        self.error.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Enter in a field answer."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            if enter and self.is_open and self.ok.isEnabled():
                self.answer()
                return True
        return super().eventFilter(watched, event)
