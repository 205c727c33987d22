"""Exports: what was asked for, how far it is, and the files that came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QMenu, QWidget

from hms_desktop.domain.exports import ExportRow, ExportState
from hms_desktop.ui.actions import Command
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.exports.start_panel import StartPanel
from hms_desktop.ui.exports.table import exports_table
from hms_desktop.ui.list_layout import bar_of, card, fill_page, message, rule
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.save_dialog import ask_where_to_save

LOOK_MS = 1_000
"""How often the progress is looked at while something is made."""


class ExportsPage(Page):
    """Own exports; everybody's for who manages jobs."""

    entities = ("export_run",)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; the list is read at the first look."""
        super().__init__(desk, "", "document", parent)
        self.title = self.tr("Exports")
        self._wanted: int | None = None
        self.show_file: Callable[[QUrl], bool] = QDesktopServices.openUrl
        self.panel = StartPanel(desk, self)
        self.new_button = button(
            self.tr("&New export…"), self.panel.begin, kind="primary", icon="add",
            tip=self.tr("Ask for a file (Ctrl+N)"),
        )  # fmt: skip
        self.open_button = button(self.tr("&Open"), self.open_file, icon="document")
        self.save_button = button(self.tr("&Save as…"), self.ask_where, icon="save")
        self.folder_button = button(self.tr("Show &folder"), self.open_folder, icon="view")
        self.cancel_button = button(self.tr("&Cancel"), self.cancel, icon="close")
        self.error = plain_label(role="error", wrap=True)
        self.trouble = plain_label(role="error", wrap=True)
        empty = EmptyState(
            self.tr("Nothing exported yet"),
            detail=self.tr("Lists and histories as CSV or Excel files, kept for a while."),
            icon="document",
            action=self.tr("New export…"),
            run=self.panel.begin,
        )
        self.table = exports_table(desk, empty, everybody=desk.actor.may("jobs.manage"))
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.reload)
        self._build()
        self.table.selected.connect(lambda _ids: self._show_choice())
        self.table.opened.connect(lambda _row: self.open_file())
        self.table.menu_wanted.connect(self._menu)
        self.panel.started.connect(self._started)
        self._add_commands()
        self._show_choice()
        self._stale = True

    def open_export(self, run: object) -> None:
        """Show a run by its id, or the list."""
        self._wanted = run if isinstance(run, int) else None
        self.reload()

    def open_new_export(self, kind: str) -> None:
        """Ask for a file of a kind."""
        self.panel.begin(kind)

    def reload(self) -> None:
        """Read the list again."""
        runs, actor = self.desk.services.export_runs, self.desk.actor
        self.ask(lambda: runs.list(actor), self._show, failed=self._failed, key="list")

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no further while nobody sees it."""
        self._timer.stop()
        self._stale = True
        super().hideEvent(event)

    # ---------------------------------------------------------------------------- doing
    def open_file(self) -> None:
        """Open the chosen file with the program that this computer has for it."""
        row = self._ready()
        if row is not None:
            self._with_file(row, lambda path: self._show_place(path, path))

    def open_folder(self) -> None:
        """Show the folder that the chosen file lies in."""
        row = self._ready()
        if row is not None:
            self._with_file(row, lambda path: self._show_place(path.parent, path))

    def ask_where(self) -> None:
        """Ask for a place and copy the chosen file there."""
        row = self._ready()
        if row is None:
            return
        ask_where_to_save(
            self.window(),
            self.tr("Save export"),
            row.file_name,
            partial(self.save_to, row.id),
        )

    def save_to(self, run_id: int, target: Path) -> None:
        """Copy a file to a place."""
        runs, actor = self.desk.services.export_runs, self.desk.actor

        def saved(path: Path) -> None:
            self.desk.toasts.show_toast(
                self.tr("Saved as {file}").format(file=path.name), kind="ok"
            )

        self.ask(lambda: runs.save_as(actor, run_id, target), saved, failed=self._tell)

    def cancel(self) -> None:
        """Stop what is chosen; no file is left."""
        row = self.table.current_row()
        if row is None or not row.is_under_way:
            return
        runs, actor = self.desk.services.export_runs, self.desk.actor
        self.ask(lambda: runs.cancel(actor, row.id), lambda _row: self.reload(), failed=self._tell)

    # --------------------------------------------------------------------------- inside
    def _build(self) -> None:
        bar = bar_of(
            self.open_button,
            self.save_button,
            self.folder_button,
            self.cancel_button,
            None,
            self.new_button,
        )
        self.table.view.setProperty("flat", True)
        for label in (self.trouble, self.error):
            message(label, above=8)
        panel = card(bar, self.trouble, rule(), self.table, self.error, wide=self.table)
        fill_page(self, panel, wide=panel)
        self.setFocusProxy(self.table)

    def _add_commands(self) -> None:
        group = self.tr("Exports")
        self.commands.add_all(
            (
                Command("exports.new", self.tr("New export…"), self.panel.begin, "Ctrl+N", group),
                Command("exports.save", self.tr("Save the export as…"), self.ask_where, "Ctrl+S",
                        group, lambda: self._ready() is not None, icon="save"),
                Command("exports.cancel", self.tr("Cancel the export"), self.cancel, "Del", group,
                        self.cancel_button.isEnabled, icon="close"),
            )
        )  # fmt: skip

    def _ready(self) -> ExportRow | None:
        row = self.table.current_row()
        return row if row is not None and row.state == ExportState.DONE.value else None

    def _with_file(self, row: ExportRow, use: Callable[[Path], None]) -> None:
        runs, actor = self.desk.services.export_runs, self.desk.actor
        self.ask(lambda: runs.file(actor, row.id), use, failed=self._tell)

    def _show_place(self, place: Path, path: Path) -> None:
        if not self.show_file(QUrl.fromLocalFile(str(place))):
            text = self.tr("No program here opens this. The file is {path}").format(path=path)
            self.desk.toasts.show_toast(text, kind="alarm")

    def _menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        for one, run in (
            (self.open_button, self.open_file),
            (self.save_button, self.ask_where),
            (self.folder_button, self.open_folder),
            (self.cancel_button, self.cancel),
        ):
            action = menu.addAction(one.text(), partial(run))
            action.setEnabled(one.isEnabled())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    def _started(self, row: ExportRow) -> None:
        self.reload()
        if row.state == ExportState.DONE.value:
            text = self.tr("{what} is ready: {file}").format(what=row.title, file=row.file_name)
            self.desk.toasts.show_toast(text, kind="ok")
        elif row.state == ExportState.FAILED.value:
            self.desk.toasts.show_toast(row.error, kind="alarm")
        else:
            text = self.tr("{what} is made in the background").format(what=row.title)
            self.desk.toasts.show_toast(text)

    def _show(self, rows: tuple[ExportRow, ...]) -> None:
        self.trouble.hide()
        known = {row.id for row in self.table.rows()}
        self.table.set_rows(rows)
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.table.select_ids([wanted])
        elif rows and rows[0].id not in known:
            self.table.select_ids([rows[0].id])
        under_way = any(row.is_under_way for row in rows)
        if under_way and self.isVisible() and not self._timer.isActive():
            self._timer.start()
        elif not under_way:
            self._timer.stop()
        self._show_choice()

    def _show_choice(self) -> None:
        row = self.table.current_row()
        ready = self._ready() is not None
        for one in (self.open_button, self.save_button, self.folder_button):
            one.setEnabled(ready)
        stoppable = row is not None and row.is_under_way and not row.cancel_wanted
        self.cancel_button.setEnabled(stoppable)
        self.error.setText(row.error if row is not None else "")
        self.error.setVisible(bool(row is not None and row.error))

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()

    def _tell(self, error: Exception) -> None:
        self.desk.toasts.show_toast(sentence(error), kind="alarm")
