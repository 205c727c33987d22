"""Two people changed one thing: their values beside mine, and one choice for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.toast import announce


class ConflictPanel(Strip):
    """Hidden until somebody else was quicker; nothing typed is lost whatever is chosen."""

    theirs_taken = Signal()
    mine_kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__("warn", parent)
        self.take_theirs = self.add_button(self.tr("Take &theirs"), self._theirs)
        self.keep_mine = self.add_button(self.tr("Put &mine in again"), self._mine)

    def show_conflict(self, who: str, rows: Sequence[tuple[str, str, str]]) -> None:
        """Show what differs, as (field, their value, my value)."""
        self.clear_rows()
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        heads = ("", self.tr("Their value"), self.tr("Your value"))
        for column, words in enumerate(heads):
            grid.addWidget(plain_label(words, role="small"), 0, column)
        for number, row in enumerate(rows, 1):
            for column, words in enumerate(row):
                look = "strong" if column == 0 else ""
                grid.addWidget(plain_label(words or "–", role=look, wrap=True), number, column)
        self.rows.addWidget(table)
        words = self.tr("{who} changed this meanwhile. Nothing of yours was saved yet.").format(
            who=who
        )
        self.say(words)
        announce(self, words)
        self.keep_mine.setFocus()

    def clear(self) -> None:
        """Hide it: it was decided."""
        self.clear_rows()
        self.say("")

    def _theirs(self) -> None:
        self.clear()
        self.theirs_taken.emit()

    def _mine(self) -> None:
        self.clear()
        self.mine_kept.emit()
