"""Writes the filtered list to a file, with progress and a way to stop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QWidget

from hms_desktop.domain.appointments import AppointmentFilter
from hms_desktop.ui.appointments.words import column_titles
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.exports.screen_list import offer_formats
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.runner import Progress, Step, Task


class ExportLine(QWidget):
    """Hidden until something is exported; ``finished`` tells the path, or None."""

    finished = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the line."""
        super().__init__(parent)
        self._desk = desk
        self._task: Task | None = None
        self._words = plain_label(role="small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        self._bar.setAccessibleName(self.tr("Export"))
        self.stop_button = button(self.tr("Stop"), self.stop, small=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for one in (self._words, self._bar, self.stop_button):
            layout.addWidget(one)
        self.hide()

    @property
    def busy(self) -> bool:
        """Say whether an export is underway."""
        return self._task is not None

    def ask(self, wish: AppointmentFilter, name: str) -> None:
        """Ask for a file and export into it."""
        dialog = QFileDialog(self.window(), self.tr("Export appointments"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        offer_formats(dialog)
        folder = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(folder))
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.export_to(Path(path), wish))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export_to(self, path: Path, wish: AppointmentFilter) -> None:
        """Write every appointment of the filter to a file."""
        exports, actor, titles = self._desk.services.exports, self._desk.actor, column_titles()

        def work(progress: Progress) -> int:
            def report(done: int, total: int) -> None:
                progress.check()
                progress.report(done, total)

            return exports.appointments(actor, wish, path, titles=titles, report=report)

        self._bar.setRange(0, 0)
        self._words.setText(self.tr("Exporting…"))
        self.show()
        self._task = self._desk.runner.run_long(
            work,
            owner=self,
            done=lambda count: self._done(path, count),
            failed=self._failed,
            moved=self._moved,
            label=self.tr("Exporting appointments"),
        )

    def stop(self) -> None:
        """Stop; no file is left behind."""
        if self._task is not None:
            self._task.cancel()
            self._end(None)
            self._desk.toasts.show_toast(self.tr("Export stopped. No file was written."))

    def _moved(self, step: Step) -> None:
        self._bar.setRange(0, max(1, step.total))
        self._bar.setValue(step.done)
        self._words.setText(self.tr("Exporting {n} of {m}").format(n=step.done, m=step.total))

    def _done(self, path: Path, count: int) -> None:
        self._end(path)
        text = self.tr("{n} appointments exported to {file}").format(n=count, file=path.name)
        self._desk.toasts.show_toast(text, kind="ok")

    def _failed(self, error: Exception) -> None:
        self._end(None)
        self._desk.toasts.show_toast(sentence(error), kind="alarm")

    def _end(self, path: Path | None) -> None:
        self._task = None
        self.hide()
        self.finished.emit(path)
