"""How the panel for moving visits looks: proposals to tick, then whom to call."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.rebooking import Whose
from hms_desktop.ui.availability.call_list import CallList
from hms_desktop.ui.availability.edits import day_edit
from hms_desktop.ui.availability.proposal_table import ProposalModel, ProposalTable
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.segmented import Segmented
from hms_desktop.ui.widgets.side_panel import SidePanel

WIDTH = 940


class MoveFrame(SidePanel):
    """The widgets of the panel; what they do is the heir's."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build everything, hidden."""
        super().__init__(host, width=WIDTH)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.model = ProposalModel(self._formats, desk.now(), self)
        self.table = ProposalTable(self.model)
        self.calls = CallList(desk)
        self.whose = Segmented(
            [
                (Whose.SAME.value, self.tr("Same doctor, la&ter")),
                (Whose.DEPARTMENT.value, self.tr("Anybody of the de&partment")),
            ],
            name=self.tr("Who sees them instead"),
        )
        if not desk.actor.may("appointments.read"):
            self.whose.hide()  # never shown from here: it has no parent yet
        self.first = day_edit(desk, self.tr("Not before"), empty=self.tr("any day"))
        self.times = QComboBox()
        self.times.setAccessibleName(self.tr("Another time for this visit"))
        self._times_label = plain_label(role="small", wrap=True)
        self._trouble = plain_label(role="error", wrap=True)
        self._trouble.hide()
        self.apply_button = button(
            self.tr("M&ove visits"), self.apply, kind="primary", icon="check"
        )
        self.again_button = button(self.tr("Loo&k again"), self.propose, icon="refresh")
        self._later_button = button(self.tr("Leave them for now"), self.close_panel)
        self._done_button = button(self.tr("Done"), self.close_panel, kind="primary")
        self._work = self._workplace()
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._work)
        layout.addWidget(self.calls)
        self.set_body(body)
        self._footer_for_work()

    def apply(self) -> None:
        """Move what is ticked."""

    def propose(self) -> None:
        """Look for new times."""

    def _workplace(self) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(self.whose)
        choices.addWidget(plain_label(self.tr("Not before"), role="small"))
        choices.addWidget(self.first)
        choices.addWidget(self.again_button)
        choices.addStretch(1)
        other = QHBoxLayout()
        other.setSpacing(8)
        other.addWidget(self._times_label, 1)
        other.addWidget(self.times, 1)
        layout.addLayout(choices)
        layout.addWidget(self._trouble)
        layout.addWidget(self.table, 1)
        layout.addLayout(other)
        return holder

    def show_work(self, *, working: bool) -> None:
        """Show the proposals, or (not working any more) whom to call."""
        self._work.setVisible(working)
        self.calls.setVisible(not working)
        for one in (self._later_button, self.apply_button):
            one.setVisible(working)
        for other in (self._done_button, self.calls.copy_button, self.calls.save_button):
            other.setVisible(not working)
        if not working:
            self.calls.copy_button.setFocus()

    def _footer_for_work(self) -> None:
        self.set_footer(
            right=[self._later_button, self.apply_button, self._done_button],
            left=[self.calls.copy_button, self.calls.save_button],
        )

    def say(self, words: str) -> None:
        """Show a sentence over the proposals; an empty one hides it."""
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))
