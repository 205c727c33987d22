"""The workbench's status bar: freshness, saving, the last change, drafts, keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.bench_outside import OutsideStatus
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.widgets.status_bar import StatusBar

BUSY_MS = 400


class BenchStatus(StatusBar):
    """Follows the desk's runner, history and drafts."""

    def __init__(
        self, desk: Desk, open_keys: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        """Fill the bar; ``open_keys`` shows the keys of the page in front."""
        super().__init__(parent)
        self._desk = desk
        self._busy_soon = QTimer(self)
        self._busy_soon.setSingleShot(True)
        self._busy_soon.setInterval(BUSY_MS)
        self._busy_soon.timeout.connect(self._show_if_busy)
        for name in ("freshness", "saved", "undo", "drafts"):
            self.add_part(name, active=name == "undo")
        self.outside = OutsideStatus(desk, self)
        self.add_part("keys", active=True, right=True)
        self.parts["undo"].clicked.connect(
            lambda _checked=False: desk.history.undo_requested.emit()
        )
        self.parts["keys"].clicked.connect(lambda _checked=False: open_keys())
        self.set_part("keys", self.tr("F1 keys"))
        self._show_busy(0)
        self._show_undo()
        desk.drafts.ready.connect(self.show_drafts)
        desk.history.changed.connect(self._show_undo)
        desk.runner.busy.connect(self._show_busy)

    def show_drafts(self) -> None:
        """Say when drafts cannot outlive the program."""
        kept = self._desk.drafts.persistent
        self.set_part("drafts", "" if kept else self.tr("Drafts in memory only"), "warn")

    def show_live(self, *, live: bool) -> None:
        """Show whether the database answers."""
        if live:
            self.set_live(self.tr("Live"))
        else:
            self.set_stale(self.tr("Database away"))

    def _show_busy(self, count: int) -> None:
        if count:
            # A word that comes and goes with each keystroke would only unsettle.
            self._busy_soon.start()
        else:
            self._busy_soon.stop()
            self.set_part("saved", self.tr("All changes saved"))

    def _show_if_busy(self) -> None:
        if self._desk.runner.count:
            self.set_part("saved", self.tr("Working…"), "accent")

    def _show_undo(self) -> None:
        last = self._desk.history.last()
        words = self.tr("Last: {what} · Undo").format(what=last) if last else ""
        self.set_part("undo", words)
