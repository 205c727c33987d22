"""A line with progress: of what this window does, or of what another program does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from hms_desktop.domain.backups import BackupRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.runner import Progress, Runner, Step

WHOLE = 1_000
Work = Callable[[Callable[[int, int], None]], BackupRow]
"""Long work; it tells (done, total) to what it is given, which raises when it should stop."""


class WorkStoppedError(Exception):
    """Somebody pressed Cancel."""


class LongWork(QWidget):
    """Runs one thing at a time on the runner; ``cancel_wanted`` is about another program's."""

    cancel_wanted = Signal()

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self._runner = runner
        self._stop: threading.Event | None = None
        self.bar = QProgressBar()
        self.bar.setRange(0, WHOLE)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.doing = plain_label(role="small")
        self.cancel_button = button(self.tr("&Cancel"), self.cancel, kind="danger", icon="close")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 12, 10)
        row.setSpacing(12)
        row.addWidget(self.bar, 1)
        row.addWidget(self.doing)
        row.addWidget(self.cancel_button)
        self.hide()

    @property
    def is_busy(self) -> bool:
        """Whether this window does something long just now."""
        return self._stop is not None

    def begin(
        self,
        words: str,
        work: Work,
        done: Callable[[BackupRow], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Start, unless something runs; ``failed`` hears WorkStoppedError after Cancel."""
        if self._stop is not None:
            return
        stop = self._stop = threading.Event()

        def run(progress: Progress) -> BackupRow:
            def hear(count: int, total: int) -> None:
                progress.check()  # the window closes
                if stop.is_set():
                    raise WorkStoppedError
                progress.report(count, total)

            return work(hear)

        def ended(row: BackupRow) -> None:
            self._stop = None
            self.hide()
            done(row)

        def refused(error: Exception) -> None:
            self._stop = None
            self.hide()
            failed(error)

        self._show(words, 0, 0)
        self._runner.run_long(
            run, owner=self, done=ended, failed=refused, moved=self._moved, label=words
        )

    def show_other(self, row: BackupRow | None) -> None:
        """Show how far another program's backup is, or nothing."""
        if self._stop is not None:
            return
        if row is None:
            self.hide()
            return
        where = row.workstation or "–"
        self._show(self.tr("Backing up at {where}…").format(where=where), row.done, row.total)

    def cancel(self) -> None:
        """Stop what runs here at its next step, or ask for what runs elsewhere."""
        self.doing.setText(self.tr("Stopping…"))
        self.cancel_button.setEnabled(False)
        if self._stop is not None:
            self._stop.set()
        else:
            self.cancel_wanted.emit()

    def _show(self, words: str, done: int, total: int) -> None:
        self.doing.setText(words)
        self.cancel_button.setEnabled(True)
        self._moved(Step(done, total))
        self.show()

    def _moved(self, step: Step) -> None:
        self.bar.setValue(WHOLE * step.done // step.total if step.total else 0)
