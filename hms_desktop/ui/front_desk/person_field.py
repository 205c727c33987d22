"""Whom a booking is for: a card with who it is, or a box to look somebody up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.hits import HitList, NewPatient
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.avatar import Avatar
from hms_desktop.ui.widgets.chip import Chip
from hms_desktop.ui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from hms_desktop.domain.patients import PatientHit
    from hms_desktop.ui.pages.base import Desk

_MOST_HITS = 5
_TALLEST = 240


class PersonField(QWidget):
    """``chosen`` carries a PatientHit or None, ``new_wanted`` what was typed."""

    chosen = Signal(object)
    new_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start with nobody chosen."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.patient: PatientHit | None = None
        self._enter_waits = False
        self._shown_for = ""
        self.box = SearchBox(self.tr("Patient: name, number, phone"), name=self.tr("Patient"))
        self.box.query_changed.connect(self._ask)
        self.box.submitted.connect(self._enter)
        self.list = HitList(self._formats, self.tr("Patients found"), self)
        self.list.chosen.connect(self.choose)
        self.list.new_wanted.connect(self.new_wanted)
        self.list.hide()
        self.box.forward_keys_to(self.list)
        self.error = plain_label(role="error", wrap=True)
        self.error.hide()
        self.card = QFrame()
        self.card.setProperty("panel", True)
        self.face = Avatar(size=40, square=True)
        self.name = plain_label(role="section", wrap=True)
        self.person = plain_label(role="small", wrap=True)
        self.allergies = Chip(self.tr("Allergies"), "alarm", icon="allergy")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.name)
        words.addWidget(self.person)
        row = QHBoxLayout(self.card)
        row.setContentsMargins(10, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self.face, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.allergies)
        row.addWidget(
            button(self.tr("Change"), self.change, kind="link", name=self.tr("Change patient"))
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.card, self.box, self.list, self.error):
            layout.addWidget(widget)
        self.show_patient(None)

    def show_patient(self, hit: PatientHit | None) -> None:
        """Show who it is (None: the box), without telling."""
        self.patient = hit
        self.card.setVisible(hit is not None)
        self.box.setVisible(hit is None)
        self.list.hide()
        self.set_error("")
        if hit is None:
            return
        self.box.set_text("", tell=False)
        self.face.set_person(hit.name)
        self.name.setText(hit.name)
        self.person.setText(self._formats.person(hit, self._desk.today()))
        self.allergies.setVisible(hit.has_allergies)

    def choose(self, hit: PatientHit) -> None:
        """Take a patient."""
        self.show_patient(hit)
        self.chosen.emit(hit)

    def change(self) -> None:
        """Let somebody else be chosen."""
        self.show_patient(None)
        self.chosen.emit(None)
        self.focus_box()

    def focus_box(self) -> None:
        """Put the cursor into the box."""
        self.box.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_error(self, text: str) -> None:
        """Say what is wrong here."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def _ask(self, typed: str) -> None:
        typed = typed.strip()
        self.set_error("")
        if not typed:
            self.list.hide()
            return
        services, actor = self._desk.services, self._desk.actor
        self._desk.runner.run(
            lambda: services.patients.search(actor, typed, limit=_MOST_HITS),
            owner=self,
            done=lambda hits: self._show(typed, hits),
            failed=lambda error: self.set_error(sentence(error)),
            key="person",
        )

    def _show(self, typed: str, hits: tuple[PatientHit, ...]) -> None:
        self._shown_for = typed
        may = self._desk.actor.may("patients.register")
        self.list.show_rows(hits, NewPatient(typed) if may else None, self._desk.now())
        self.list.setFixedHeight(min(self.list.height_wanted() + 4, _TALLEST))
        self.list.setVisible(bool(self.list.hits.rows))
        if self._enter_waits:
            self._enter_waits = False
            self.list.choose_current()

    def _enter(self, typed: str) -> None:
        if not typed.strip():
            return
        if self._shown_for == typed.strip():
            self.list.choose_current()
        else:
            self._enter_waits = True
