"""The line under the grid: what the cursor is on, and why a time is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.words import override_text, reason_text
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.patients.formats import Formats

if TYPE_CHECKING:
    from hms_desktop.domain.availability_rules import Reason
    from hms_desktop.ui.grid.day import CellRef
    from hms_desktop.ui.pages.base import Desk

_PAUSE_MS = 120


class WhyLine(QLabel):
    """Shows one sentence; asks for the rule behind a closed cell once the cursor rests."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._cell: CellRef | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "small")
        self.setMinimumWidth(10)
        self.setContentsMargins(14, 5, 14, 6)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    def say(self, text: str) -> None:
        """Show a sentence."""
        self.setText(one_line(text))
        self.setToolTip(text)

    def forget(self) -> None:
        """The cursor went on: the answer that is on its way is not wanted any more."""
        self._cell = None
        self._pause.stop()

    def wonder(self, cell: CellRef) -> None:
        """Ask why a cell is closed, once the cursor rests there."""
        self._cell = cell
        self._pause.start()

    def _ask(self) -> None:
        cell = self._cell
        if cell is None:
            return
        services, actor = self._desk.services, self._desk.actor
        self._desk.runner.run(
            lambda: services.availability.why_closed(actor, cell.doctor_id, cell.starts_at),
            owner=self,
            done=lambda reason: self._tell(cell, reason),
            failed=lambda error: self.say(sentence(error)),
            key="why",
        )

    def _tell(self, cell: CellRef, reason: Reason | None) -> None:
        if cell != self._cell or reason is None:
            return
        why = reason_text(reason, self._formats)
        when = self._formats.at(cell.starts_at)
        self.say(f"{when}  {why} {override_text(reason, self._desk.actor.permissions)}")
