"""How the page of message texts is laid out: list, editor, preview, what can be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from hms_desktop.services.templates import TemplateRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.conflict_panel import ConflictPanel
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.texts.editor_part import EditorPart
from hms_desktop.ui.texts.preview_part import PreviewPart
from hms_desktop.ui.texts.words import LANGUAGE_NAMES, title_of
from hms_desktop.ui.widgets.segmented import Segmented
from hms_desktop.ui.widgets.table import Column, RowTable

LIST_WIDTH = 316
Key = tuple[str, str, str]


def key_of(row: TemplateRow) -> Key:
    """Return what identifies a text: kind, way, language."""
    return row.kind, row.channel, row.language


class TextsFrame(QWidget):
    """The widgets of the page; what they do is the page's business."""

    def __init__(
        self,
        state: Callable[[TemplateRow], str],
        tone: Callable[[TemplateRow], str],
        parent: QWidget | None = None,
    ) -> None:
        """Lay out; ``state`` says of a text whether it was changed, ``tone`` in which colour."""
        super().__init__(parent)
        self.language = Segmented(list(LANGUAGE_NAMES.items()), name=self.tr("Language"))
        self.table: RowTable[TemplateRow] = RowTable(
            [
                Column("title", self.tr("Message"), title_of, width=0, bold=True),
                Column("state", self.tr("Text"), state, width=84, tone=tone),
            ],
            key_of,
            name=self.tr("Messages"),
        )
        self.table.view.setProperty("flat", True)
        self.editor = EditorPart()
        self.preview = PreviewPart()
        self.conflict = ConflictPanel()
        self.note = plain_label(role="small", wrap=True)
        self.trouble = plain_label(role="error", wrap=True)
        self.trouble.hide()
        self.save_button = button(self.tr("&Save"), kind="primary", icon="save")
        self.back_button = button(self.tr("Put &back"), kind="quiet")
        self.reset_button = button(self.tr("&Reset to the program's text"))
        self.both = QSplitter()
        self.both.setChildrenCollapsible(False)
        self.both.addWidget(self.editor)
        self.both.addWidget(self.preview)
        self.both.setSizes([500, 500])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._chooser())
        layout.addLayout(self._work(), 1)

    def _chooser(self) -> QFrame:
        chooser = QFrame()
        chooser.setProperty("panel", True)
        chooser.setFixedWidth(LIST_WIDTH)
        languages = QHBoxLayout()
        languages.setContentsMargins(14, 0, 14, 0)
        languages.addWidget(self.language)
        languages.addStretch(1)
        column = QVBoxLayout(chooser)
        column.setContentsMargins(1, 12, 1, 1)
        column.setSpacing(10)
        column.addLayout(languages)
        column.addWidget(self.table, 1)
        return chooser

    def _work(self) -> QVBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.note, 1)
        for one in (self.reset_button, self.back_button, self.save_button):
            foot.addWidget(one)
        column = QVBoxLayout()
        column.setSpacing(10)
        for widget in (self.trouble, self.conflict):
            column.addWidget(widget)
        column.addWidget(self.both, 1)
        column.addLayout(foot)
        return column
