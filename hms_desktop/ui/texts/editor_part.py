"""The editor of one text: subject, HTML and text, and the placeholders that may stand in them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.messages import Channel
from hms_desktop.services.templates import TemplateRow, Texts
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.texts.words import Placeholder, placeholders_of
from hms_desktop.ui.widgets.field import Field
from hms_desktop.ui.widgets.segmented import Segmented
from hms_desktop.ui.widgets.table import Column, RowTable

LIST_HEIGHT = 190


class EditorPart(QFrame):
    """``typed`` tells that something was changed by hand."""

    typed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self._filling = False
        self.subject = QLineEdit()
        self.subject_field = Field(self.tr("Subject"), self.subject)
        self.html = _source()
        self.html_field = Field(self.tr("HTML; empty: the mail is text alone"), self.html)
        self.text = _source()
        self.text_field = Field(self.tr("Text"), self.text)
        self.fields = {
            "subject": self.subject_field,
            "html": self.html_field,
            "text": self.text_field,
        }
        self.parts = Segmented(
            [("html", self.tr("HT&ML")), ("text", self.tr("Te&xt"))], name=self.tr("Edit")
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.html_field)
        self.stack.addWidget(self.text_field)
        self.placeholders: RowTable[Placeholder] = RowTable(
            [
                Column("name", self.tr("Placeholder"), lambda one: one.name, width=140, bold=True),
                Column("meaning", self.tr("Stands for"), lambda one: one.meaning, width=0),
            ],
            lambda one: one.name,
            name=self.tr("Placeholders"),
            row_height=28,
        )
        self.placeholders.setFixedHeight(LIST_HEIGHT)
        self.insert_button = button(
            self.tr("&Insert"), self.insert, small=True, icon="add",
            tip=self.tr("Put the chosen placeholder where the cursor is (Enter, double click)"),
        )  # fmt: skip
        self._last: QObject = self.html
        for edit in (self.subject, self.html, self.text):
            edit.installEventFilter(self)
        self._build()
        self.parts.changed.connect(self.show_part)
        self.placeholders.opened.connect(lambda _one: self.insert())
        self.subject.textChanged.connect(lambda _text: self._typed())
        self.html.textChanged.connect(self._typed)
        self.text.textChanged.connect(self._typed)

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.parts)
        bar.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(plain_label(self.tr("Placeholders"), role="section"), 1)
        below.addWidget(self.insert_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(10)
        layout.addWidget(self.subject_field)
        layout.addLayout(bar)
        layout.addWidget(self.stack, 1)
        layout.addLayout(below)
        layout.addWidget(self.placeholders)
        self.setFocusProxy(self.subject)

    # ------------------------------------------------------------------------------ filling
    def show_row(self, row: TemplateRow, texts: Texts) -> None:
        """Show a text; ``texts`` are those being edited, which may differ from the row's."""
        short = row.channel == Channel.SMS.value
        self.subject_field.setVisible(not short)
        self.parts.setVisible(not short)
        if short:
            self.show_part("text")
        self.write(texts)
        self.placeholders.set_rows(placeholders_of(row))
        self.clear_errors()

    def write(self, texts: Texts) -> None:
        """Put texts in without telling."""
        self._filling = True
        subject, text, html = texts
        self.subject.setText(subject)
        self.text.setPlainText(text)
        self.html.setPlainText(html)
        self._filling = False

    def read(self) -> Texts:
        """Return subject, text and HTML as they are typed."""
        return self.subject.text(), self.text.toPlainText(), self.html.toPlainText()

    def show_part(self, part: str) -> None:
        """Bring HTML or text forward."""
        self.parts.set_value(part)
        self.stack.setCurrentWidget(self.fields[part])

    def _typed(self) -> None:
        if not self._filling:
            self.typed.emit()

    # ------------------------------------------------------------------------------ errors
    def clear_errors(self) -> None:
        """Take all errors away."""
        for field in self.fields.values():
            field.clear_error()

    def show_error(self, error: Invalid) -> bool:
        """Say at its field what cannot be, with the cursor in its line; False for no such field."""
        field = self.fields.get(error.field)
        if field is None:
            return False
        if error.field != "subject":
            self.show_part(error.field)
        field.set_error(sentence(error))
        field.input.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(field.input, QPlainTextEdit):
            line = int(error.values.get("line", 1)) - 1
            block = field.input.document().findBlockByNumber(line)
            if block.isValid():
                field.input.setTextCursor(QTextCursor(block))
        return True

    # ------------------------------------------------------------------------ placeholders
    def insert(self) -> None:
        """Put the chosen placeholder where the cursor was last."""
        one = self.placeholders.current_row()
        if one is None:
            return
        if self._last is self.subject and self.subject.isVisibleTo(self):
            self.subject.insert(one.source.replace("\n", " "))
            self.subject.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        edit = self.html if self.stack.currentWidget() is self.html_field else self.text
        edit.insertPlainText(one.source)
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note where the cursor was last: the list of placeholders takes it away."""
        if event.type() == QEvent.Type.FocusIn:
            self._last = watched
        return False


def _source() -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setMinimumHeight(160)
    edit.setMaximumHeight(3_000)  # the field would make it three lines high
    edit.setTabChangesFocus(True)
    edit.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    edit.setProperty("source", True)
    return edit
