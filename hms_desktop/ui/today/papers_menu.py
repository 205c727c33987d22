"""The papers of a visit: prescription, summary, sick note, referral; shown, printed, saved."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from hms_desktop.domain.papers import Paper
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.paper.preview import PaperPreview
from hms_desktop.ui.today.ask_letter import LetterPanel


class PapersMenu(QObject):
    """Makes the papers of the visit that is open, in the preview over the page."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build preview, questions and the button with its menu."""
        super().__init__(host)
        self._desk = desk
        self._encounter_id = 0
        self.preview = PaperPreview(desk, host)
        self.letters = LetterPanel(desk, host)
        self.button: QPushButton = button(self.tr("Papers"), icon="print")
        self.button.setProperty("hasmenu", True)
        menu = QMenu(self.button)
        for text, keys, run in (
            (self.tr("Prescription"), "Ctrl+P", self.prescription),
            (self.tr("Visit summary"), "", self.summary),
            (self.tr("Sick note…"), "", self.sick_note),
            (self.tr("Referral letter…"), "", self.referral),
        ):
            action = menu.addAction(f"{text}\t{keys}" if keys else text)
            action.triggered.connect(lambda _=False, call=run: call())
        self.button.setMenu(menu)
        self.set_encounter(0)

    def set_encounter(self, encounter_id: int) -> None:
        """Make papers of this record from now on; 0: there is none yet."""
        self._encounter_id = encounter_id
        self.button.setEnabled(bool(encounter_id))
        self.button.setToolTip("" if encounter_id else self.tr("Complete the visit first."))

    def prescription(self) -> None:
        """Show the prescription."""
        papers, actor, one = self._desk.services.papers, self._desk.actor, self._encounter_id
        self._show(self.tr("Prescription"), lambda: papers.prescription(actor, one), "prescription")

    def summary(self) -> None:
        """Show the visit summary."""
        papers, actor, one = self._desk.services.papers, self._desk.actor, self._encounter_id
        self._show(self.tr("Visit summary"), lambda: papers.visit_summary(actor, one), "summary")

    def sick_note(self) -> None:
        """Ask for the days, then show the sick note."""
        if not self._encounter_id:
            return
        papers, actor = self._desk.services.papers, self._desk.actor
        self.letters.ask_sick_note(
            self._encounter_id,
            lambda wish: self._show(
                self.tr("Sick note"), lambda: papers.sick_note(actor, wish), "sick_note"
            ),
        )

    def referral(self) -> None:
        """Ask to whom and what, then show the letter."""
        if not self._encounter_id:
            return
        papers, actor = self._desk.services.papers, self._desk.actor
        self.letters.ask_referral(
            self._encounter_id,
            lambda wish: self._show(
                self.tr("Referral letter"), lambda: papers.referral(actor, wish), "referral"
            ),
        )

    def _show(self, title: str, load: Callable[[], Paper], kind: str) -> None:
        if self._encounter_id:
            self.preview.show_paper(title, load, kind)
