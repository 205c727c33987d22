"""The history of one appointment as lines: what was done, when, by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.ui.front_desk.words import action_text, at_time
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hms_desktop.domain.appointments import HistoryStep
    from hms_desktop.ui.pages.base import Desk

_MOST_STEPS = 60


class HistoryList(QWidget):
    """Shows the newest steps, oldest first."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, 0)
        self.lines.setSpacing(10)

    def show_steps(self, history: Sequence[HistoryStep]) -> None:
        """Show other steps."""
        while (item := self.lines.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        now = self._desk.now()
        for step in history[-_MOST_STEPS:]:
            when = at_time(self._formats, step.at, now)
            did = action_text(step.action, step.after.get("status"))
            text = f"{did[:1].upper()}{did[1:]}"
            who = " · ".join(part for part in (step.user_name, step.workstation) if part)
            line = QWidget()
            row = QVBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(1)
            row.addWidget(plain_label(f"{text}, {when}"))
            row.addWidget(plain_label(who, role="small", wrap=True))
            if "room_id" in step.before:
                room = one_line(step.room) or self.tr("No room of its own")
                row.addWidget(plain_label(room, role="small", wrap=True))
            # The reason of an undo is the number of what was undone: nothing to read.
            if step.reason and step.action != "undo":
                row.addWidget(plain_label(one_line(step.reason), role="small", wrap=True))
            self.lines.addWidget(line)
