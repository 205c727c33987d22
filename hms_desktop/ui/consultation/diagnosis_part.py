"""Diagnoses: chips and one field that searches the codes while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from hms_desktop.domain.consultations import MOST_DIAGNOSES, Diagnosis
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.consultation.diagnosis_chip import DiagnosisChip
from hms_desktop.ui.consultation.flow import Flow
from hms_desktop.ui.consultation.growing import line_edit
from hms_desktop.ui.consultation.part import Part
from hms_desktop.ui.consultation.suggestions import Choice, Completion
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.theme import set_look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hms_desktop.domain.code_search import CodeHit
    from hms_desktop.ui.consultation.suggestions import Suggestions
    from hms_desktop.ui.pages.base import Desk

_OFFERED = 8
_SHOWN = 60


class DiagnosisPart(Part):
    """Enter adds the highlighted code or the words as typed; Backspace takes the last chip."""

    def __init__(self, desk: Desk, suggestions: Suggestions, parent: QWidget | None = None) -> None:
        """Start without a diagnosis."""
        super().__init__("", parent)
        self._desk = desk
        self.label.setText(self.tr("Diagnosis"))
        self.chips: list[DiagnosisChip] = []
        self._shown_for = ""
        self._enter_waits = False
        self.box = QFrame()
        self.box.setProperty("searchbox", True)
        self.edit = line_edit(
            self.tr("Diagnosis"), self.tr("Code or words; Enter adds, the first is the main one")
        )
        self.edit.setProperty("bare", True)
        self.edit.textEdited.connect(self._typed)
        self._flow = Flow(self.box)
        self._flow.setContentsMargins(8, 4, 8, 4)
        self._flow.addWidget(self.edit)
        self.box.setFocusProxy(self.edit)
        self.label.setBuddy(self.edit)
        self.completion = Completion(self.edit, suggestions)
        self.completion.chosen.connect(self._take)
        # Installed last, so asked first: the keys of the chips before those of the list.
        self.edit.installEventFilter(self)
        self.body.addWidget(self.box)

    # ------------------------------------------------------------------------------ values
    def value(self) -> tuple[Diagnosis, ...]:
        """Return the diagnoses, the main one first; raises Invalid for words not yet added."""
        if self.edit.text().strip():
            raise Invalid(
                "diagnoses",
                "A diagnosis is typed but not added yet. Press Enter in its field to add it, or "
                "delete it.",
            )
        return tuple(chip.diagnosis for chip in self.chips)

    def set_value(self, diagnoses: Sequence[Diagnosis]) -> None:
        """Show other diagnoses without telling."""
        for chip in self.chips:
            self.forget(chip)
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = []
        self.edit.clear()
        self._shown_for = ""
        for one in diagnoses:
            self._add_chip(one)
        self._mark_main()

    def raw(self) -> object:
        """Return the chips and what is typed after them."""
        return {
            "chosen": [[chip.diagnosis.code, chip.diagnosis.text] for chip in self.chips],
            "typed": self.edit.text(),
        }

    def restore(self, raw: object) -> None:
        """Put back what ``raw`` gave."""
        found = raw if isinstance(raw, dict) else {}
        self.set_value(
            [Diagnosis(text=str(text), code=str(code)) for code, text in found.get("chosen", ())]
        )
        self.edit.setText(str(found.get("typed", "")))

    def add(self, diagnosis: Diagnosis) -> None:
        """Add a diagnosis as if it had been chosen; one that is there already is not doubled."""
        self.edit.clear()
        self._shown_for = ""
        if any(chip.diagnosis == diagnosis for chip in self.chips):
            return
        if len(self.chips) >= MOST_DIAGNOSES:
            self.mark(self.edit, self.tr("No more than %n diagnoses fit.", "", MOST_DIAGNOSES))
            return
        self._add_chip(diagnosis)
        self._mark_main()
        self._changed()

    def editor_of(self, path: str) -> QWidget:
        """Return a chip by its number, else the field."""
        number = path.partition(".")[0]
        if number.isdecimal() and int(number) < len(self.chips):
            return self.chips[int(number)]
        return self.edit

    def first_editor(self) -> QWidget:
        """Return the field."""
        return self.edit

    # ------------------------------------------------------------------------------- chips
    def _add_chip(self, diagnosis: Diagnosis) -> None:
        chip = DiagnosisChip(diagnosis, self.box)
        chip.removed.connect(lambda: self._remove(chip))
        chip.walked.connect(lambda by: self._walk(self.chips.index(chip) + by))
        chip.moved.connect(lambda by: self._move(chip, by))
        self._flow.insert(len(self.chips), chip)
        self.chips.append(chip)
        chip.show()

    def _remove(self, chip: DiagnosisChip) -> None:
        place = self.chips.index(chip)
        had_focus = chip.hasFocus()
        self.chips.remove(chip)
        self._flow.removeWidget(chip)
        self.forget(chip)
        chip.hide()
        chip.deleteLater()
        self._mark_main()
        if had_focus and place < len(self.chips):
            self.chips[place].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._changed()

    def _walk(self, place: int) -> None:
        target = self.chips[max(0, place)] if place < len(self.chips) else self.edit
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self, chip: DiagnosisChip, by: int) -> None:
        order = [one.diagnosis for one in self.chips]
        place = self.chips.index(chip)
        target = min(max(0, place + by), len(order) - 1)
        order.insert(target, order.pop(place))
        typed = self.edit.text()
        self.set_value(order)
        self.edit.setText(typed)
        self.chips[target].setFocus(Qt.FocusReason.OtherFocusReason)
        self._changed()

    def _mark_main(self) -> None:
        for place, chip in enumerate(self.chips):
            chip.set_main(main=place == 0)
        self.edit.setPlaceholderText(
            ""
            if self.chips
            else self.tr("Code or words; Enter adds, the first is the main diagnosis")
        )
        self.box.updateGeometry()

    def _changed(self) -> None:
        self.mark(self.edit, "")
        self.changed.emit()

    # -------------------------------------------------------------------------- the search
    def _typed(self, text: str) -> None:
        self.mark(self.edit, "")
        self.changed.emit()
        self._enter_waits = False
        typed = text.strip()
        if not typed:
            self._shown_for = ""
            self.completion.hide()
            return
        services, actor = self._desk.services, self._desk.actor
        self._desk.runner.run(
            lambda: services.codes.search(actor, typed, _OFFERED),
            owner=self,
            done=lambda hits: self._show(typed, hits),
            failed=lambda error: self._failed(typed, error),
            key="codes",
        )

    def _failed(self, typed: str, error: Exception) -> None:
        self.mark(self.edit, sentence(error))
        self._show(typed, ())

    def _show(self, typed: str, hits: Sequence[CodeHit]) -> None:
        if self.edit.text().strip() != typed or not self.edit.hasFocus():
            return
        self._shown_for = typed
        short = typed if len(typed) <= _SHOWN else typed[: _SHOWN - 1] + "…"
        own = Choice(self.tr("Use as typed: “{text}”").format(text=short), Diagnosis(text=typed))
        found = [Choice(hit.title, Diagnosis(hit.title, hit.code), hit.code) for hit in hits]
        self.completion.show([*found, own], around=self.box)
        waited, self._enter_waits = self._enter_waits, False
        # Enter came before the list: only the very code counts, nobody has seen the others.
        if waited and hits and hits[0].code.casefold() == typed.casefold():
            self.completion.take()

    def _take(self, diagnosis: Diagnosis) -> None:
        self.add(diagnosis)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Backspace and Left in the empty field go to the chips."""
        if watched is not self.edit:
            return False
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            set_look(self.box, focused=event.type() == QEvent.Type.FocusIn)
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            typed = self.edit.text().strip()
            if not typed:
                return True
            if self.completion.is_open and self._shown_for == typed:
                return False  # the list takes it
            self._typed(self.edit.text())
            self._enter_waits = True
            return True
        if not self.chips or self.edit.cursorPosition() or self.edit.hasSelectedText():
            return False
        if key == Qt.Key.Key_Backspace:
            self._remove(self.chips[-1])
            return True
        if key == Qt.Key.Key_Left:
            self._walk(len(self.chips) - 1)
            return True
        return False
