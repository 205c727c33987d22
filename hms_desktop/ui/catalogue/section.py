"""One section of the catalogue: a list, its search, its form, what can be done with a row."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QMenu,
    QPushButton,
    QWidget,
)

from hms_desktop.domain.names import fold
from hms_desktop.ui.buttons import button
from hms_desktop.ui.entries.panel import EntryPanel
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.list_layout import bar_of, fill, message, rule
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.table import Column, RowTable

R = TypeVar("R")


class Section(QWidget, Generic[R]):
    """The list of one kind of entry; subclasses say what it shows and what it does.

    Entries are retired and brought back, never deleted; a toast takes either back.
    """

    KEY = ""
    ENTITIES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build it; ``host`` is the page that the form slides over."""
        super().__init__()
        self.desk = desk
        self.rows: tuple[R, ...] = ()
        self.panel = self.make_panel(host)
        self.panel.saved.connect(self._saved)
        words = self.words()
        self.box = SearchBox(words["search"], name=words["search"], shortcut="Ctrl+F")
        self.retired = QCheckBox(self.tr("Show retired"))
        self.new_button = button(words["new"], self.add, kind="primary", icon="add")
        self.edit_button = button(self.tr("&Edit"), self.edit, icon="edit")
        self.retire_button = button(self.tr("Re&tire"), self.retire)
        self.restore_button = button(self.tr("&Bring back"), self.restore)
        self.trouble = plain_label(role="error", wrap=True)
        self.empty = EmptyState(
            words["empty"],
            detail=words["what"],
            icon=words["icon"],
            action=words["new"].replace("&", ""),
            run=self.add,
        )
        self.table: RowTable[R] = RowTable(
            self.columns(),
            self.panel.id_of,
            name=words["title"],
            memory=desk.memory,
            memory_key=f"catalogue/{self.KEY}",
            empty=self.empty,
        )
        self._lay_out()
        self.box.query_changed.connect(lambda _text: self._show())
        self.retired.toggled.connect(lambda _on: self._show())
        self.table.opened.connect(lambda _row: self.edit())
        self.table.selected.connect(lambda _ids: self._show_steps())
        self.table.menu_wanted.connect(self._menu)
        self._show_steps()

    # ------------------------------------------------------------------------ for the heirs
    def make_panel(self, host: QWidget) -> EntryPanel[R]:
        """Return the form."""
        raise NotImplementedError

    def words(self) -> dict[str, str]:
        """Return ``title``, ``new``, ``search``, ``empty``, ``what`` and the ``icon``."""
        raise NotImplementedError

    def columns(self) -> Sequence[Column[R]]:
        """Return the columns."""
        raise NotImplementedError

    def read(self) -> tuple[R, ...]:
        """Return all rows, retired ones too (on a worker)."""
        raise NotImplementedError

    def write_retired(self, row: R, request_id: str) -> R:
        """Retire a row (on a worker)."""
        raise NotImplementedError

    def write_restored(self, row: R, request_id: str) -> R:
        """Bring a row back (on a worker)."""
        raise NotImplementedError

    def more_buttons(self) -> Sequence[QPushButton]:
        """Return further buttons, at the left of *Edit*."""
        return ()

    def may_edit(self) -> bool:
        """Say whether this log-in may change anything here."""
        return True

    # -------------------------------------------------------------------------------- doing
    def reload(self) -> None:
        """Read the list again; the old one stays greyed until then."""
        self.table.set_loading(True)
        self.desk.runner.run(
            self.read, owner=self, done=self._take, failed=self._failed, key=f"list/{self.KEY}"
        )

    def add(self) -> None:
        """Open the form for a new entry."""
        if self.may_edit():
            self.panel.open_new()

    def edit(self) -> None:
        """Open the form of the row with the cursor."""
        row = self.table.current_row()
        if row is not None and self.may_edit():
            self.panel.open_row(row)

    def retire(self) -> None:
        """Take the row with the cursor out of use; the toast brings it back."""
        row = self.table.current_row()
        if row is not None and self.may_edit() and not self._is_retired(row):
            self._step(row, self.write_retired, self.tr("{name} retired"), self.write_restored)

    def restore(self) -> None:
        """Bring the row with the cursor back into use."""
        row = self.table.current_row()
        if row is not None and self.may_edit() and self._is_retired(row):
            self._step(
                row, self.write_restored, self.tr("{name} is in use again"), self.write_retired
            )

    def focus_search(self) -> None:
        """Put the cursor into the search."""
        self.box.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.edit.selectAll()

    # ------------------------------------------------------------------------------- inside
    def _lay_out(self) -> None:
        self.bar = bar_of(
            self.box,
            self.retired,
            *self.more_buttons(),
            self.restore_button,
            self.retire_button,
            self.edit_button,
            self.new_button,
            wide=self.box,
        )
        message(self.trouble)
        self.table.view.setProperty("flat", True)
        fill(self, self.bar, self.trouble, rule(), self.table, wide=self.table, edge=0)
        # The search has the focus, also while the list is empty; its arrows walk the list.
        self.setFocusProxy(self.box)
        self.box.forward_keys_to(self.table.view)
        self.box.submitted.connect(lambda _text: self.edit())

    def _take(self, rows: tuple[R, ...]) -> None:
        self.rows = rows
        self.trouble.hide()
        self._show()

    def _show(self) -> None:
        words = fold(self.box.text()).split()
        shown = [
            row
            for row in self.rows
            if (self.retired.isChecked() or not self._is_retired(row))
            and all(word in fold(self.found_by(row)) for word in words)
        ]
        about = self.words()
        if words:
            self.empty.set_text(self.tr("Nothing fits"), self.tr("Take a word away."))
        else:
            self.empty.set_text(about["empty"], about["what"])
        self.table.set_loading(False)
        self.table.set_rows(shown)
        self._show_steps()

    def found_by(self, row: R) -> str:
        """Return the words that the search looks at."""
        return str(row.name)  # type: ignore[attr-defined]

    def about_column(self) -> Column[R]:
        """Return the column of the descriptions, each on one line."""
        return Column(
            "about",
            self.tr("Description"),
            lambda row: one_line(row.description),
            width=0,
        )

    def state_column(self) -> Column[R]:
        """Return the column that says what is retired."""
        return Column(
            "state",
            self.tr("State"),
            lambda row: self.tr("retired") if self._is_retired(row) else "",
            width=110,
        )

    def _is_retired(self, row: R) -> bool:
        return bool(row.retired)  # type: ignore[attr-defined]

    def _show_steps(self) -> None:
        row, may = self.table.current_row(), self.may_edit()
        gone = row is not None and self._is_retired(row)
        self.new_button.setVisible(may)
        self.edit_button.setEnabled(row is not None and may)
        self.retire_button.setEnabled(row is not None and may and not gone)
        self.retire_button.setVisible(not gone)
        self.restore_button.setVisible(gone)

    def _saved(self, row: R) -> None:
        self.reload()
        self.table.select_ids([self.panel.id_of(row)])

    def _step(
        self,
        row: R,
        work: Callable[[R, str], R],
        words: str,
        back: Callable[[R, str], R],
    ) -> None:
        request = str(uuid.uuid4())

        def done(after: R) -> None:
            self.trouble.hide()
            name = str(after.name)  # type: ignore[attr-defined]
            self.desk.toasts.show_toast(
                words.format(name=name),
                kind="ok",
                undo=lambda: self._take_back(after, back),
                shortcut="",
            )
            self.reload()

        self.desk.runner.run(lambda: work(row, request), owner=self, done=done, failed=self._failed)

    def _take_back(self, row: R, back: Callable[[R, str], R]) -> None:
        request = str(uuid.uuid4())
        self.desk.runner.run(
            lambda: back(row, request),
            owner=self,
            done=lambda _row: self.reload(),
            failed=self._failed,
        )

    def _menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        for one in (
            self.edit_button,
            *self.more_buttons(),
            self.retire_button,
            self.restore_button,
        ):
            if not one.isVisibleTo(self):
                continue
            action = menu.addAction(one.text())
            action.setEnabled(one.isEnabled())
            action.triggered.connect(lambda _on=False, at=one: at.click())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    def _failed(self, error: Exception) -> None:
        self.table.set_loading(False)
        self.trouble.setText(sentence(error))
        self.trouble.show()


def retired_tone(row: Any) -> str:  # noqa: ANN401 - a row of any kind
    """Return the colour of a row's words: dim once it is retired."""
    return "dim" if row.retired else ""
