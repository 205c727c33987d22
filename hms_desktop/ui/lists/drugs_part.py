"""The hospital's drug list: searched, saved as a file, replaced by one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from hms_desktop.domain.drugs import DrugRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.list_layout import bar_of, fill, message, rule
from hms_desktop.ui.lists.replace_panel import ReplacePanel
from hms_desktop.ui.lists.tables import drugs_table
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox


class DrugsPart(QFrame):
    """What prescriptions choose from; an administrator brings another list."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build it; ``reload`` reads."""
        super().__init__()
        self.setProperty("panel", True)
        self._desk = desk
        self.box = SearchBox(self.tr("Name, strength, ingredient or brand"))
        self.count = plain_label(role="small")
        self.panel = ReplacePanel(desk, host)
        self.save_button = button(self.tr("Save as CSV…"), self.ask_save, icon="save")
        self.replace_button = button(
            self.tr("Replace by a file…"), self.panel.begin, kind="primary"
        )
        manages = desk.actor.may("clinical.lists")
        for one in (self.save_button, self.replace_button):
            one.setVisible(manages)
        self.empty = EmptyState(self.tr("No drug is called that"), icon="empty")
        self.table = drugs_table(desk, self.empty)
        self.table.view.setProperty("flat", True)
        self.trouble = plain_label(role="error", wrap=True)
        self.panel.replaced.connect(lambda _done: self.reload())
        self._lay_out()
        self.box.query_changed.connect(lambda _text: self.reload())
        self.box.forward_keys_to(self.table.view)

    def _lay_out(self) -> None:
        bar = bar_of(self.box, self.count, self.save_button, self.replace_button, wide=self.box)
        fill(self, bar, message(self.trouble), rule(), self.table, wide=self.table)

    def reload(self) -> None:
        """Read what is searched for, or the beginning of the list."""
        drugs, actor, text = self._desk.services.drugs, self._desk.actor, self.box.text()
        self._desk.runner.run(
            lambda: drugs.offered(actor, text),
            owner=self,
            done=self._show,
            failed=self._failed,
            key="drugs",
        )

    def ask_save(self) -> None:
        """Ask for a file and write the list into it."""
        dialog = QFileDialog(self.window(), self.tr("Save the drug list"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("CSV table (*.csv)"))
        dialog.setDefaultSuffix("csv")
        folder = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(folder))
        dialog.selectFile("drugs.csv")
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write the list into a file; it can be changed there and brought back."""
        drugs, actor = self._desk.services.drugs, self._desk.actor
        self._desk.runner.run(
            lambda: drugs.save_as(actor, path),
            owner=self,
            done=lambda count: self._saved(path, count),
            failed=self._failed,
        )

    # ------------------------------------------------------------------------------ inside
    def _saved(self, path: Path, count: int) -> None:
        text = self.tr("{n} drugs saved to {file}").format(n=count, file=path.name)
        self._desk.toasts.show_toast(text, kind="ok")

    def _show(self, found: tuple[tuple[DrugRow, ...], int]) -> None:
        rows, total = found
        self.trouble.hide()
        self.table.set_rows(rows)
        self.count.setText(
            self.tr("{n} drugs").format(n=total)
            if len(rows) == total
            else self.tr("{n} of {m} drugs").format(n=len(rows), m=total)
        )

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()
