"""Replaces the drug list by a file: what it would do is shown before anything is changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from hms_desktop.domain.drugs import COLUMNS, DrugImport
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.lists.tables import refused_table
from hms_desktop.ui.numbers.cards import TileRow
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.side_panel import SidePanel
from hms_desktop.ui.widgets.tile import Tile

TABLE_HEIGHT = 280


class ReplacePanel(SidePanel):
    """``replaced`` carries the DrugImport."""

    replaced = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=600)
        self._desk = desk
        self._path: Path | None = None
        self._request = ""
        self.words = plain_label(wrap=True)
        self.trouble = plain_label(role="error", wrap=True)
        self.new, self.changed, self.same, self.retired, self.refused = (
            Tile(caption, active=False)
            for caption in (
                self.tr("new"),
                self.tr("changed"),
                self.tr("unchanged"),
                self.tr("no longer offered"),
                self.tr("refused"),
            )
        )
        self.tiles = TileRow((self.new, self.changed, self.same, self.retired, self.refused))
        self.why = plain_label(role="section")
        self.table = refused_table()
        self.table.setMinimumHeight(TABLE_HEIGHT)
        self.set_title(
            self.tr("Replace the drug list"), self.tr("Nothing is changed before you say so.")
        )
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for one in (self.words, self.trouble, self.tiles, self.why, self.table):
            layout.addWidget(one)
        self.set_body(body)
        self.file_button = button(self.tr("&Choose a file…"), self.ask_file, icon="document")
        self.replace_button = button(self.tr("&Replace the list"), self.replace, kind="primary")
        self.set_footer(
            [button(self.tr("Close"), self.close_panel), self.replace_button],
            left=[self.file_button],
        )
        self._show_nothing()

    def begin(self) -> None:
        """Open and say which columns a file has."""
        self._show_nothing()
        self.open_panel(self.file_button)

    def ask_file(self) -> None:
        """Ask for a file and look at it."""
        dialog = QFileDialog(self.window(), self.tr("File with the drug list"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("CSV table (*.csv *.txt)"))
        folder = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(folder))
        dialog.fileSelected.connect(lambda path: self.look_at(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def look_at(self, path: Path) -> None:
        """Show what the file would do."""
        drugs, actor = self._desk.services.drugs, self._desk.actor
        self._path, self._request = path, str(uuid.uuid4())
        self._run(
            lambda: drugs.replace(actor, path, dry_run=True),
            self.tr("Reading the file"),
            self._show_plan,
        )

    def replace(self) -> None:
        """Replace the list by the file that was looked at."""
        path, request = self._path, self._request
        if path is None or not self.replace_button.isEnabled():
            return
        drugs, actor = self._desk.services.drugs, self._desk.actor
        self._run(
            lambda: drugs.replace(actor, path, request_id=request),
            self.tr("Replacing the drug list"),
            self._done,
        )

    # ------------------------------------------------------------------------------ inside
    def _run(
        self, work: Callable[[], DrugImport], label: str, done: Callable[[DrugImport], None]
    ) -> None:
        self.trouble.hide()
        for one in (self.file_button, self.replace_button):
            one.setEnabled(False)
        self._desk.runner.run_long(
            lambda _progress: work(),
            owner=self,
            done=done,
            failed=self._failed,
            label=label,
        )

    def _show_nothing(self) -> None:
        self._path = None
        self.words.setText(
            self.tr(
                "A CSV file with the columns {columns}. Only the name is needed; several "
                "ingredients or groups are parted by a semicolon. What the file does not have is "
                "no longer offered; old prescriptions keep their words."
            ).format(columns=", ".join(COLUMNS))
        )
        self.file_button.setEnabled(True)
        self.replace_button.setEnabled(False)
        for one in (self.trouble, self.tiles, self.why, self.table):
            one.hide()

    def _show_plan(self, plan: DrugImport) -> None:
        self.file_button.setEnabled(True)
        name = self._path.name if self._path is not None else ""
        self.words.setText(
            self.tr("{file}: {rows} rows. The list would hold {taken} drugs.").format(
                file=name, rows=plan.rows, taken=plan.taken
            )
        )
        self.new.set_value(str(plan.added))
        self.changed.set_value(str(plan.changed))
        self.same.set_value(str(plan.same))
        self.retired.set_value(str(plan.retired), tone="warn" if plan.retired else "")
        self.refused.set_value(str(len(plan.refused)), tone="alarm" if plan.refused else "")
        self.table.set_rows(plan.refused)
        self.why.setText(self.tr("Refused rows; they are left out"))
        self.tiles.show()
        for one in (self.why, self.table):
            one.setVisible(bool(plan.refused))
        changes = plan.added + plan.changed + plan.retired
        self.replace_button.setEnabled(changes > 0)
        if changes:
            self.replace_button.setFocus()
        else:
            self.words.setText(self.tr("{file} says what the list says already.").format(file=name))

    def _done(self, done: DrugImport) -> None:
        self.close_panel()
        self._show_nothing()
        text = self.tr("The drug list now holds {n} drugs").format(n=done.taken)
        self._desk.toasts.show_toast(text, kind="ok")
        self.replaced.emit(done)

    def _failed(self, error: Exception) -> None:
        self._show_nothing()
        if isinstance(error, OSError):
            words = self.tr("The file cannot be read ({why}). Nothing was changed.").format(
                why=error.strerror or type(error).__name__
            )
        else:
            words = sentence(error)
        self.trouble.setText(words)
        self.trouble.show()
