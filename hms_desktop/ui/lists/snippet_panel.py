"""Writes one snippet: its keyword, what it becomes, and for whom."""

from __future__ import annotations

import uuid
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.snippets import KEYWORD_LIMIT, SaveSnippet, SnippetRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.side_panel import SidePanel

TEXT_HEIGHT = 220


class SnippetPanel(SidePanel):
    """``saved`` carries the row, ``delete_wanted`` the row that is shown.

    What is typed is kept as a draft until it is saved.
    """

    saved = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=460)
        self._desk = desk
        self._row: SnippetRow | None = None
        self._filling = False
        self._request: tuple[SaveSnippet, str] | None = None
        self.keyword = QLineEdit()
        self.keyword.setMaxLength(KEYWORD_LIMIT + 1)
        self.text = QPlainTextEdit()
        self.text.setFixedHeight(TEXT_HEIGHT)
        self.text.setTabChangesFocus(True)
        self.shared = QCheckBox(self.tr("For &everybody"))
        self.form = Form()
        self.form.add(
            "keyword",
            Field(
                self.tr("&Keyword"),
                self.keyword,
                required=True,
                hint=self.tr("One word; typed after a dot, it becomes the text"),
            ),
        )
        self.form.add("text", Field(self.tr("&Text"), self.text, required=True))
        self.form.add("shared", Field("", self.shared))
        self.set_body(self.form)
        self.delete_button = button(self.tr("Delete"), self._delete, kind="danger")
        self.save_button = button(self.tr("&Save"), self.save, kind="primary")
        self.save_button.setToolTip("Ctrl+S")
        self.set_footer(
            [button(self.tr("Close"), self.close_panel), self.save_button],
            left=[self.delete_button],
        )
        self.keyword.textEdited.connect(lambda _text: self._keep())
        self.keyword.returnPressed.connect(self.text.setFocus)
        self.text.textChanged.connect(self._keep)
        self.shared.toggled.connect(lambda _on: self._keep())

    def show_snippet(self, row: SnippetRow | None) -> None:
        """Open for a snippet, or for a new one; what was typed before comes back."""
        self._row = row
        draft = self._desk.drafts.get(self._key()) or {}
        actor = self._desk.actor
        may_share, has_own = actor.may("clinical.lists"), actor.may("clinical.write")
        shared = not has_own if row is None else not row.own
        self._filling = True
        self.keyword.setText(draft.get("keyword", "" if row is None else row.keyword))
        self.text.setPlainText(draft.get("text", "" if row is None else row.text))
        self.shared.setChecked(bool(draft.get("shared", shared)))
        self._filling = False
        mine = row is None or row.own or may_share
        for one in (self.keyword, self.text):
            one.setReadOnly(not mine)
        # Whose it is does not change afterwards: others may rely on a shared one.
        self.form.field("shared").setVisible(row is None and may_share and has_own)
        self.delete_button.setVisible(row is not None and mine)
        self.save_button.setVisible(mine)
        self.form.clear_errors()
        self.set_title(
            self.tr("New snippet") if row is None else f".{row.keyword}", self._whose(row, mine)
        )
        self.open_panel(self.keyword)

    def save(self) -> None:
        """Save what is typed."""
        if not self.is_open or not self.save_button.isVisible():
            return
        row = self._row
        wish = SaveSnippet(
            self.keyword.text(),
            self.text.toPlainText(),
            snippet_id=None if row is None else row.id,
            version=0 if row is None else row.version,
            shared=self.shared.isChecked(),
        )
        snippets, actor, request = self._desk.services.snippets, self._desk.actor, self._id_of(wish)
        self.form.clear_errors()
        self.save_button.setEnabled(False)
        self._desk.runner.run(
            lambda: snippets.save(actor, wish, request_id=request),
            owner=self,
            done=self._saved,
            failed=self._failed,
        )

    # ------------------------------------------------------------------------------ inside
    def _whose(self, row: SnippetRow | None, mine: bool) -> str:
        if row is None and self._desk.actor.may("clinical.write"):
            return ""
        if not mine:
            return self.tr("Shared by all; an administrator changes it.")
        own = row is not None and row.own
        return self.tr("Your own") if own else self.tr("Shared by all")

    def _key(self) -> str:
        return f"snippet/{self._row.id if self._row is not None else 'new'}"

    def _keep(self) -> None:
        if self._filling:
            return
        kept: dict[str, Any] = {
            "keyword": self.keyword.text(),
            "text": self.text.toPlainText(),
            "shared": self.shared.isChecked(),
        }
        self._desk.drafts.keep(self._key(), kept)

    def _id_of(self, wish: SaveSnippet) -> str:
        """Return the id of a wish: the same one when the same is tried again."""
        if self._request is None or self._request[0] != wish:
            self._request = (wish, str(uuid.uuid4()))
        return self._request[1]

    def _saved(self, row: SnippetRow) -> None:
        self.save_button.setEnabled(True)
        self._request = None
        self._desk.drafts.discard(self._key())
        self.close_panel()
        self.saved.emit(row)

    def _failed(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, Stale) and isinstance(error.current, SnippetRow):
            # Saving once more is then a decision: what stands here goes over the other's text.
            self._row = error.current
        if isinstance(error, Invalid):
            self.form.show_error(error)
        else:
            self.form.show_message(sentence(error))

    def _delete(self) -> None:
        if self._row is not None:
            self._desk.drafts.discard(self._key())
            self.close_panel()
            self.delete_wanted.emit(self._row)
