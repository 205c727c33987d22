"""How the part for leave looks: the list, the form beside it, the holidays below."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.hours import LeaveRow
from hms_desktop.ui.availability.leave_form import LeaveForm
from hms_desktop.ui.buttons import button
from hms_desktop.ui.now.lines import LineList
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.table import Column, RowTable


class LeaveFrame(QWidget):
    """The widgets of the part; what they do is the heir's."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build everything, with nothing to show yet."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.empty = EmptyState(self.tr("No leave is planned"), icon="calendar")
        self.table: RowTable[LeaveRow] = RowTable(
            self._columns(), lambda row: row.id, name=self.tr("Leave"), empty=self.empty
        )
        self.form = LeaveForm(desk)
        self.holidays = LineList(
            self.tr("Hospital holidays"),
            self.tr("No holidays are noted. An administrator adds them in the settings."),
            parent=self,
        )
        self._trouble = plain_label(role="error", wrap=True)
        self._trouble.hide()
        self.edit_button = button(self.tr("&Edit"), self.edit, icon="edit")
        self.delete_button = button(self.tr("&Delete"), self.delete, kind="danger", icon="delete")
        self.move_button = button(self.tr("&Move the visits in it…"), self.move_visits, icon="move")
        self._form_card = self._card(self.form, margins=16)
        self._build()

    def edit(self) -> None:
        """Put the selected leave into the form."""

    def delete(self) -> None:
        """Delete the selected leave."""

    def move_visits(self) -> None:
        """Offer to move the visits in the selected leave."""

    def say(self, words: str) -> None:
        """Show a sentence over everything; an empty one hides it."""
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))

    def _build(self) -> None:
        foot = QFrame()
        foot.setProperty("footer", True)
        row = QHBoxLayout(foot)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(8)
        for one in (self.edit_button, self.delete_button):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.move_button)
        left = QVBoxLayout()
        left.setSpacing(12)
        self.table.view.setProperty("flat", True)
        left.addWidget(self._card(self.table, foot), 3)
        head = plain_label(self.tr("Hospital holidays"), role="section")
        head.setContentsMargins(14, 10, 14, 6)
        left.addWidget(self._card(head, self.holidays), 2)
        right = QVBoxLayout()
        self._form_card.setFixedWidth(current_theme().px(372))
        right.addWidget(self._form_card)
        right.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addLayout(left, 1)
        columns.addLayout(right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._trouble)
        layout.addLayout(columns, 1)

    @staticmethod
    def _card(*parts: QWidget, margins: int = 1) -> QFrame:
        card = QFrame()
        card.setProperty("panel", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(margins, margins, margins, margins)
        inside.setSpacing(0)
        for one in parts:
            inside.addWidget(one, 1 if isinstance(one, RowTable | LineList) else 0)
        return card

    def _columns(self) -> tuple[Column[LeaveRow], ...]:
        def day(row: LeaveRow, *, end: bool) -> str:
            local = self._formats.local(row.ends_at if end else row.starts_at)
            midnight = (local.hour, local.minute) == (0, 0)
            on = local.date() - timedelta(days=1) if end and midnight else local.date()
            words = self._formats.long(on, self._desk.today())
            return words if midnight else f"{words} {self._formats.clock(local.time())}"

        return (
            Column(
                "starts_at",
                self.tr("From"),
                lambda row: day(row, end=False),
                sort=lambda row: row.starts_at,
                width=230,
                bold=True,
            ),
            Column(
                "ends_at",
                self.tr("Until"),
                lambda row: day(row, end=True),
                sort=lambda row: row.ends_at,
                width=230,
                bold=True,
            ),
            Column("reason", self.tr("Reason"), lambda row: row.reason, width=0),
        )
