"""Whom to call after visits were moved: to read from, to copy, to save."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from hms_desktop.domain.rebooking import CallLine
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.table import Column, RowTable


class CallList(QWidget):
    """The list and what can be done with it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._lines: tuple[CallLine, ...] = ()
        self.table: RowTable[CallLine] = RowTable(
            self._columns(),
            lambda line: (line.mrn, line.old_starts_at),
            name=self.tr("Whom to call"),
            empty=EmptyState(self.tr("Nobody has to be called"), icon="phone"),
        )
        self.table.setMinimumHeight(260)
        self.copy_button = button(self.tr("&Copy the list"), self.copy, icon="copy")
        self.save_button = button(self.tr("Save as CSV…"), self.ask, icon="save")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        words = self.tr("The visits are moved. Call these patients and tell them the new time.")
        layout.addWidget(plain_label(words, wrap=True))
        layout.addWidget(self.table, 1)

    def show_lines(self, lines: Sequence[CallLine]) -> None:
        """Show whom to call."""
        self._lines = tuple(lines)
        self.table.set_rows(self._lines)

    def text(self) -> str:
        """Return the list as text, a patient a line, with tabs between the columns."""
        columns = self._columns()
        rows = ["\t".join(column.title for column in columns)]
        rows += ["\t".join(column.text(line) for column in columns) for line in self._lines]
        return "\n".join(rows)

    def copy(self) -> None:
        """Put the list into the clipboard."""
        QGuiApplication.clipboard().setText(self.text())
        self._desk.toasts.show_toast(
            self.tr("{n} lines copied.").format(n=len(self._lines)), kind="ok"
        )

    def ask(self) -> None:
        """Ask for a file and save the list."""
        dialog = QFileDialog(self.window(), self.tr("Save whom to call"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("CSV table (*.csv)"))
        dialog.setDefaultSuffix("csv")
        folder = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(folder))
        dialog.selectFile(self.tr("call-list-{day}.csv").format(day=self._desk.today().isoformat()))
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write the list to a file, on the runner."""
        rebooking, actor = self._desk.services.rebooking, self._desk.actor
        lines, request = self._lines, str(uuid.uuid4())
        titles = {
            "patient_name": self.tr("Patient"),
            "mrn": self.tr("MRN"),
            "phones": self.tr("Phone"),
            "old_time": self.tr("Booked for"),
            "new_time": self.tr("New time"),
            "doctor_name": self.tr("Doctor"),
        }
        self.save_button.setEnabled(False)
        self._desk.runner.run(
            lambda: rebooking.write_calls(actor, lines, path, titles=titles, request_id=request),
            owner=self,
            done=lambda count: self._saved(path, count),
            failed=self._not_saved,
            label=self.tr("Saving the call list"),
        )

    def _saved(self, path: Path, count: int) -> None:
        self.save_button.setEnabled(True)
        words = self.tr("{n} lines saved to {file}.").format(n=count, file=path.name)
        self._desk.toasts.show_toast(words, kind="ok")

    def _not_saved(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        self._desk.toasts.show_toast(sentence(error), kind="alarm")

    def _columns(self) -> tuple[Column[CallLine], ...]:
        formats, now = self._formats, self._desk.now()
        return (
            Column("name", self.tr("Patient"), lambda one: one.patient_name, width=0, bold=True),
            Column(
                "phones",
                self.tr("Phone"),
                lambda one: ", ".join(one.phones) or self.tr("no number"),
                width=190,
            ),
            Column(
                "old",
                self.tr("Booked for"),
                lambda one: formats.moment(one.old_starts_at, now),
                sort=lambda one: one.old_starts_at,
                width=150,
            ),
            Column(
                "new",
                self.tr("New time"),
                lambda one: formats.moment(one.new_starts_at, now),
                sort=lambda one: one.new_starts_at,
                width=150,
                bold=True,
            ),
            Column("doctor", self.tr("Doctor"), lambda one: one.doctor_name, width=150),
        )
