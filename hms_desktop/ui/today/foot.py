"""The bottom line of the consultation: what is kept, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label


class ConsultFoot(QFrame):
    """Buttons by the state of the visit; the main one stands at the right."""

    begin_wanted = Signal()
    complete_wanted = Signal()
    amend_wanted = Signal()
    save_wanted = Signal()
    drop_wanted = Signal()
    reopen_wanted = Signal()

    def __init__(self, papers: QPushButton, parent: QWidget | None = None) -> None:
        """Start without a visit."""
        super().__init__(parent)
        self.setProperty("footer", True)
        self.draft = plain_label(role="small")
        self.begin = button(self.tr("Begin"), self.begin_wanted.emit)
        self.begin.setToolTip("F9")
        self.complete = button(
            self.tr("Complete and next · Ctrl Enter"), self.complete_wanted.emit, kind="primary"
        )
        self.complete.setToolTip("Ctrl+Enter")
        self.reopen = button(self.tr("Reopen"), self.reopen_wanted.emit)
        self.amend = button(self.tr("Amend"), self.amend_wanted.emit, icon="edit")
        self.drop = button(self.tr("Leave as it was"), self.drop_wanted.emit)
        self.save = button(self.tr("Save amendment"), self.save_wanted.emit, kind="primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(8)
        row.addWidget(self.draft, 1)
        for one in (
            papers,
            self.reopen,
            self.amend,
            self.drop,
            self.begin,
            self.save,
            self.complete,
        ):
            row.addWidget(one)

    def show_state(self, status: Status, *, amending: bool, has_record: bool, today: bool) -> None:
        """Offer what can be done with a visit in this state."""
        writing = status in {Status.ARRIVED, Status.IN_CONSULTATION}
        over = status is Status.COMPLETED
        self.begin.setVisible(today and status in {Status.BOOKED, Status.CONFIRMED, Status.ARRIVED})
        self.complete.setVisible(writing)
        self.reopen.setVisible(over and today and not amending)
        self.amend.setVisible(over and has_record and not amending)
        self.save.setVisible(amending)
        self.drop.setVisible(amending)

    def set_busy(self, busy: bool) -> None:
        """Keep buttons from being pressed twice while something is underway."""
        for one in (self.begin, self.complete, self.reopen, self.amend, self.drop, self.save):
            one.setEnabled(not busy)
