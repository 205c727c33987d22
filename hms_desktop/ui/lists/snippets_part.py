"""The snippets that one may use: own ones and those that all share."""

from __future__ import annotations

import uuid

from PySide6.QtWidgets import QFrame, QWidget

from hms_desktop.domain.snippets import SaveSnippet, SnippetRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.list_layout import bar_of, fill, message, rule
from hms_desktop.ui.lists.snippet_panel import SnippetPanel
from hms_desktop.ui.lists.tables import snippets_table
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox


class SnippetsPart(QFrame):
    """A list to search in; Enter opens one beside it."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build it; ``reload`` reads."""
        super().__init__()
        self.setProperty("panel", True)
        self._desk = desk
        self._rows: tuple[SnippetRow, ...] = ()
        self.box = SearchBox(self.tr("Keyword or words of the text"))
        self.new_button = button(self.tr("New snippet"), self.new, kind="primary", icon="add")
        self.empty = EmptyState(
            self.tr("No snippets yet"),
            detail=self.tr(
                "A snippet is a short word that becomes a whole text: .advice and a blank, in "
                "the notes of a consultation."
            ),
            icon="note",
            action=self.tr("New snippet"),
            run=self.new,
        )
        self.table = snippets_table(desk, self.empty)
        self.table.view.setProperty("flat", True)
        self.trouble = plain_label(role="error", wrap=True)
        self.panel = SnippetPanel(desk, host)
        self._lay_out()
        self.box.query_changed.connect(lambda _text: self._filter())
        self.box.forward_keys_to(self.table.view)
        self.box.submitted.connect(lambda _text: self._open_current())
        self.table.opened.connect(self.panel.show_snippet)
        self.panel.saved.connect(self._saved)
        self.panel.delete_wanted.connect(self._delete)

    def _lay_out(self) -> None:
        bar = bar_of(self.box, self.new_button, wide=self.box)
        fill(self, bar, message(self.trouble), rule(), self.table, wide=self.table)

    def reload(self) -> None:
        """Read the snippets."""
        snippets, actor = self._desk.services.snippets, self._desk.actor
        self._desk.runner.run(
            lambda: snippets.all(actor),
            owner=self,
            done=self._show,
            failed=self._failed,
            key="snippets",
        )

    def new(self) -> None:
        """Write a new one."""
        self.panel.show_snippet(None)

    # ------------------------------------------------------------------------------ inside
    def _show(self, rows: tuple[SnippetRow, ...]) -> None:
        self._rows = rows
        self.trouble.hide()
        self._filter()

    def _filter(self) -> None:
        words = self.box.text().casefold().split()
        shown = tuple(
            row
            for row in self._rows
            if all(word.lstrip("./") in f"{row.keyword} {row.text}".casefold() for word in words)
        )
        if words:
            self.empty.set_text(self.tr("No snippet says that"), "")
        self.table.set_rows(shown)

    def _open_current(self) -> None:
        row = self.table.current_row()
        if row is None and self.table.rows():
            row = self.table.rows()[0]
        if row is not None:
            self.panel.show_snippet(row)

    def _saved(self, row: SnippetRow) -> None:
        text = self.tr("Snippet .{keyword} saved").format(keyword=row.keyword)
        self._desk.toasts.show_toast(text, kind="ok")
        self.reload()

    def _delete(self, row: SnippetRow) -> None:
        snippets, actor, request = self._desk.services.snippets, self._desk.actor, uuid.uuid4()
        self._desk.runner.run(
            lambda: snippets.retire(actor, row.id, row.version, request_id=str(request)),
            owner=self,
            done=lambda _none: self._deleted(row),
            failed=self._failed,
        )

    def _deleted(self, row: SnippetRow) -> None:
        self.reload()
        self._desk.toasts.show_toast(
            self.tr("Snippet .{keyword} deleted").format(keyword=row.keyword),
            undo=lambda: self._bring_back(row),
            shortcut="",
        )

    def _bring_back(self, row: SnippetRow) -> None:
        snippets, actor, request = self._desk.services.snippets, self._desk.actor, uuid.uuid4()
        wish = SaveSnippet(row.keyword, row.text, shared=not row.own)
        self._desk.runner.run(
            lambda: snippets.save(actor, wish, request_id=str(request)),
            owner=self,
            done=self._saved,
            failed=self._failed,
        )

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()
