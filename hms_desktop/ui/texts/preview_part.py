"""What a text looks like when it is filled in, beside the editor and as one types."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.messages import Channel
from hms_desktop.domain.text_difference import difference
from hms_desktop.services.templates import Texts
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.texts.safe_html import SafeHtml
from hms_desktop.ui.widgets.field import Field
from hms_desktop.ui.widgets.segmented import Segmented

NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """A message filled in, and what differs from the program's own text."""

    subject: str
    text: str
    html: str
    changes: tuple[str, ...]


def changes_of(shipped: Texts, typed: Texts) -> tuple[str, ...]:
    """Return what differs between two texts of a message, part by part; parts have heads."""
    found: list[str] = []
    parts = zip(("subject", "text", "HTML"), shipped, typed, strict=True)
    for name, before, after in parts:
        lines = difference(before, after)
        if lines:
            found += [f"[{name}]", *lines, ""]
    return tuple(found)


class PreviewPart(QFrame):
    """Mail as HTML, mail as text, the difference; ``name_changed`` when another name is typed."""

    name_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self.heading = plain_label(self.tr("Preview"), role="section")
        self.views = Segmented(
            [
                ("html", self.tr("&HTML")),
                ("text", self.tr("&Text")),
                ("changes", self.tr("&Difference")),
            ],
            name=self.tr("Preview"),
        )
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.name.setPlaceholderText(self.tr("a made-up patient"))
        self.name_field = Field(self.tr("With a made-up visit of"), self.name)
        self.subject = plain_label(role="strong", wrap=True, selectable=True)
        self.html = SafeHtml(self.tr("Preview of the mail"))
        self.text = _reader(self.tr("Preview of the text"))
        self.changes = _reader(self.tr("Difference from the program's own text"))
        self.stack = QStackedWidget()
        for one in (self.html, self.text, self.changes):
            self.stack.addWidget(one)
        self.trouble = plain_label(role="error", wrap=True)
        self.trouble.hide()
        self._build()
        self.views.changed.connect(lambda _view: self._show_view())
        self.name.textEdited.connect(lambda _text: self.name_changed.emit())

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.views)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.name_field)
        layout.addWidget(self.trouble)
        layout.addWidget(self.subject)
        layout.addWidget(self.stack, 1)

    def set_channel(self, channel: str) -> None:
        """Show what this way has: a short text has no HTML."""
        short = channel == Channel.SMS.value
        self.views.set_shown("html", shown=not short)
        if short and self.views.value() == "html":
            self.views.set_value("text")
        self._show_view()

    def show_preview(self, found: Preview) -> None:
        """Show a message that could be filled in."""
        self.trouble.hide()
        self.subject.setText(found.subject)
        self.subject.setVisible(bool(found.subject))
        self.html.show_html(found.html)
        self.text.setPlainText(found.text)
        self.show_changes(found.changes)

    def show_changes(self, lines: tuple[str, ...]) -> None:
        """Show the difference alone."""
        none = self.tr("This is the program's own text; nothing was changed.")
        self.changes.setPlainText("\n".join(lines) or none)

    def show_trouble(self, text: str) -> None:
        """Say why it cannot be filled in; what was shown before stays."""
        self.trouble.setText(text)
        self.trouble.show()

    def _show_view(self) -> None:
        view = self.views.value()
        self.stack.setCurrentWidget(
            {"html": self.html, "text": self.text, "changes": self.changes}[view]
        )


def _reader(name: str) -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setReadOnly(True)
    edit.setTabChangesFocus(True)
    edit.setAccessibleName(name)
    edit.setProperty("readOnly", True)
    return edit
