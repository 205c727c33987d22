"""Any list on the screen as a file: the rows and columns as they are shown, CSV or Excel."""

from __future__ import annotations

import uuid
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from hms_desktop.domain.exports import safe_name
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.widgets.lazy_table import LazyTable
from hms_desktop.ui.widgets.save_dialog import ask_where_to_save
from hms_desktop.ui.widgets.table import RowTable

ENDINGS = ("csv", "xlsx")
PERMISSIONS = ("appointments.export", "jobs.manage")


class ScreenList(QObject):
    """Saves the list of the page in front."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        """Keep for whom, and over what the file dialog stands."""
        super().__init__(window)
        self._desk = desk
        self._window = window

    @property
    def allowed(self) -> bool:
        """Whether this log-in may take lists out of the program."""
        return any(self._desk.actor.may(one) for one in PERMISSIONS)

    def ask(self, page: Page | None) -> None:
        """Ask for a place and save there; a page that saves its list itself is left to do so."""
        if page is None:
            return
        own = getattr(page, "save_list", None)
        if own is not None:
            own()
            return
        table = table_in_sight(page)
        if table is None or not table.rows():
            self._desk.toasts.show_toast(self.tr("There is no list with rows on this page."))
            return
        name = table.view.accessibleName() or page.title
        dialog = ask_where_to_save(
            self._window,
            self.tr("Save the list"),
            safe_name(name, self._desk.today().isoformat(), end=ENDINGS[0]),
            lambda path: self.save(table, name, path),
        )
        offer_formats(dialog)

    def save(self, table: RowTable[object], name: str, path: Path) -> None:
        """Write the rows of a table, in their order, with the columns that are shown."""
        titles, rows = shown(table)
        exports, actor, request = self._desk.services.exports, self._desk.actor, str(uuid.uuid4())

        def saved(count: int) -> None:
            text = self.tr("{n} rows saved as {file}").format(n=count, file=path.name)
            self._desk.toasts.show_toast(text, kind="ok")

        self._desk.runner.run(
            lambda: exports.screen_list(actor, name, titles, rows, path, request_id=request),
            owner=self,
            done=saved,
            failed=self._failed,
            label=self.tr("Saving the list"),
        )

    def _failed(self, error: Exception) -> None:
        self._desk.toasts.show_toast(sentence(error), kind="alarm")


def table_in_sight(page: QWidget) -> RowTable[object] | None:
    """Return the list that a person means: the one with the cursor, else the largest."""
    tables = [
        one
        for one in page.findChildren(RowTable)
        if one.view.isVisible() and not isinstance(one, LazyTable)
    ]
    for one in tables:
        if one.view.hasFocus():
            return one
    return max(tables, key=lambda one: one.width() * one.height(), default=None)


def shown(table: RowTable[object]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the heads and cells of a table as they stand on the screen, from left to right."""
    head = table.view.horizontalHeader()
    columns = [
        table.model.columns[place]
        for place in sorted(range(len(table.model.columns)), key=head.visualIndex)
        if not table.view.isColumnHidden(place)
    ]
    titles = tuple(one.title for one in columns)
    return titles, tuple(tuple(one.text(row) for one in columns) for row in table.rows())


def offer_formats(dialog: QFileDialog) -> None:
    """Offer CSV and Excel; the ending follows the choice."""
    csv = dialog.tr("CSV table (*.csv)")
    dialog.setNameFilters([csv, dialog.tr("Excel workbook (*.xlsx)")])
    dialog.setDefaultSuffix(ENDINGS[0])

    def choose(chosen: str) -> None:
        ending = ENDINGS[0] if chosen == csv else ENDINGS[1]
        dialog.setDefaultSuffix(ending)
        names = dialog.selectedFiles()
        if names:
            dialog.selectFile(Path(names[0]).with_suffix(f".{ending}").name)

    dialog.filterSelected.connect(choose)
