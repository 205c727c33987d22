"""The prescription: lines of drugs, warnings about allergies, repeating the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from hms_desktop.domain.consultations import MOST_DRUGS, PrescriptionItem
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.buttons import button
from hms_desktop.ui.consultation.allergy_watch import AllergyWatch
from hms_desktop.ui.consultation.drug_line import CELLS, REMOVE_WIDTH, DrugLine
from hms_desktop.ui.consultation.part import Part
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hms_desktop.ui.consultation.suggestions import Suggestions
    from hms_desktop.ui.pages.base import Desk


def _tr(text: str) -> str:
    return QCoreApplication.translate("prescription", text)


def titles() -> dict[str, str]:
    """Return the names of the cells."""
    return {
        "drug": _tr("Drug"),
        "dose": _tr("Dose"),
        "route": _tr("Route"),
        "frequency": _tr("Frequency"),
        "duration": _tr("Duration"),
        "instructions": _tr("Instructions"),
        "remove": _tr("Take this drug off the prescription"),
        "reason": _tr("Reason for giving it all the same"),
    }


class PrescriptionPart(Part):
    """Lines of drugs; ``repeat_wanted`` asks for the patient's last prescription."""

    repeat_wanted = Signal()

    def __init__(self, desk: Desk, suggestions: Suggestions, parent: QWidget | None = None) -> None:
        """Start without a drug."""
        super().__init__("", parent)
        self.label.setText(self.tr("Prescription"))
        self._desk = desk
        self._suggestions = suggestions
        self._titles = titles()
        self.lines: list[DrugLine] = []
        self.watch = AllergyWatch(desk, lambda: self.lines, self)
        self.watch.failed.connect(self._not_asked)
        self.repeat_button = button(
            self.tr("Repeat last · Ctrl R"),
            self.repeat_wanted.emit,
            small=True,
            tip=self.tr("Add the drugs of the last prescription (Ctrl+R)"),
            name=self.tr("Repeat the last prescription"),
        )
        self.head.addWidget(self.repeat_button)
        self.add_button = button(
            self.tr("Add drug"), self.add_line, kind="link", icon="add",
            tip=self.tr("Add a drug (Ctrl++)"),
        )  # fmt: skip
        self._heads = self._make_heads()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.body.setSpacing(2)
        self.body.addWidget(self._heads)
        self.body.addLayout(self._rows)
        self.body.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._renew()

    def _make_heads(self) -> QWidget:
        heads = QWidget()
        row = QHBoxLayout(heads)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for name, share in CELLS:
            label: QLabel = plain_label(self._titles[name], role="small")
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            label.setIndent(6)
            row.addWidget(label, share)
        row.addSpacing(REMOVE_WIDTH)
        return heads

    # ------------------------------------------------------------------------------ values
    def value(self) -> tuple[PrescriptionItem, ...]:
        """Return the drugs; raises Invalid at a line whose allergy warning is not answered."""
        found = []
        for number, line in enumerate(self._filled()):
            if not line.answered:
                error = Invalid(
                    f"prescription.{number}.allergy_answer",
                    "This drug meets a known allergy. Give the reason for it, or take it away.",
                )
                self.mark(line.reason, sentence(error))
                raise error
            found.append(line.value())
        return tuple(found)

    def set_value(self, items: Sequence[PrescriptionItem]) -> None:
        """Show other drugs without telling."""
        self._empty()
        for item in items:
            self._add(len(self.lines)).put(item)
        self.watch.check()

    def set_allergies(self, text: str) -> None:
        """Warn of drugs that meet these allergies, as the chart writes them."""
        self.watch.set_allergies(text)

    def add_items(self, items: Sequence[PrescriptionItem]) -> None:
        """Add drugs below those that are there; the same drug is not added twice.

        Answers to allergy warnings are not carried over: they are given for each visit.
        """
        there = {line.cells["drug"].text().strip().casefold() for line in self._filled()}
        for line in [one for one in self.lines if one.is_empty]:
            self._drop(line)
        added = False
        for item in items:
            if item.drug.strip().casefold() in there or len(self.lines) >= MOST_DRUGS:
                continue
            line = self._add(len(self.lines))
            texts = [getattr(item, name) for name, _share in CELLS]
            line.restore([*texts, item.drug_id, ""])
            added = True
        if added:
            self.watch.check()
            self.changed.emit()

    def raw(self) -> object:
        """Return everything as typed."""
        return [line.raw() for line in self.lines]

    def restore(self, raw: object) -> None:
        """Put back what ``raw`` gave."""
        self._empty()
        for one in raw if isinstance(raw, list) else []:
            self._add(len(self.lines)).restore(one)
        self.watch.check()

    def editors(self) -> list[QWidget]:
        """Return everything that takes the keys, as Tab walks it."""
        found: list[QWidget] = [self.repeat_button]
        for line in self.lines:
            found += [*line.cells.values(), line.remove_button, line.reason]
        return [*found, self.add_button]

    def editor_of(self, path: str) -> QWidget:
        """Return the cell of a drug (``0.dose``)."""
        number, _, name = path.partition(".")
        filled = self._filled()
        if not number.isdecimal() or int(number) >= len(filled):
            return self.first_editor()
        line = filled[int(number)]
        if name != "allergy_answer":
            return line.cells.get(name, line.cells["drug"])
        if not line.warned:  # the drug list knew more than the words say
            line.warn(self.tr("This drug meets a known allergy."))
        return line.reason

    def first_editor(self) -> QWidget:
        """Return the first drug, or the button that adds one."""
        return self.lines[0].cells["drug"] if self.lines else self.add_button

    def focus_first(self) -> None:
        """Go to the last line; without any begin one."""
        if self.lines:
            super().focus_first()
        else:
            self.add_line()

    # ------------------------------------------------------------------------------- lines
    def add_line(self) -> None:
        """Begin another line, or go to the one that is still empty."""
        empty = next((line for line in self.lines if line.is_empty), None)
        if empty is None and len(self.lines) >= MOST_DRUGS:
            return
        line = empty or self._add(len(self.lines))
        line.cells["drug"].setFocus(Qt.FocusReason.OtherFocusReason)

    def current_line(self) -> DrugLine | None:
        """Return the line that has the cursor."""
        return next((one for one in self.lines if one.isAncestorOf(self._focused())), None)

    def remove_current(self) -> None:
        """Take away the line that has the cursor."""
        line = self.current_line()
        if line is not None:
            self._remove(line)

    def _not_asked(self, error: Exception) -> None:
        self.mark(self.add_button, sentence(error))

    def _focused(self) -> QWidget:
        found: QWidget | None = self.window().focusWidget()
        return self if found is None else found

    def _filled(self) -> list[DrugLine]:
        return [line for line in self.lines if not line.is_empty]

    def _empty(self) -> None:
        while self.lines:
            self._drop(self.lines[-1])

    def _add(self, place: int) -> DrugLine:
        line = DrugLine(self._desk, self._suggestions, self._titles)
        line.edited.connect(lambda editor: self._edited(line, editor))
        line.taken.connect(self.watch.learn)
        line.enter.connect(lambda: self._enter(line))
        line.gone.connect(lambda: self._remove(line))
        line.moved.connect(lambda by: self._move(line, by))
        line.trouble.connect(lambda error: self.mark(line.cells["drug"], sentence(error)))
        self.lines.insert(place, line)
        self._rows.insertWidget(place, line)
        line.show()  # at once: Tab passes over what is not shown yet
        self._renew()
        return line

    def _drop(self, line: DrugLine) -> None:
        for editor in (*line.cells.values(), line.reason):
            self.forget(editor)
        self.lines.remove(line)
        self._rows.removeWidget(line)
        line.hide()
        line.deleteLater()
        self._renew()

    def _renew(self) -> None:
        self._heads.setVisible(bool(self.lines))
        self.add_button.setVisible(len(self.lines) < MOST_DRUGS)
        for number, line in enumerate(self.lines, 1):
            for name, cell in line.cells.items():
                cell.setAccessibleName(
                    self.tr("{cell} of drug {n}").format(cell=self._titles[name], n=number)
                )
        self.arranged.emit()

    def _enter(self, line: DrugLine) -> None:
        place = self.lines.index(line) + 1
        if place < len(self.lines):
            self.lines[place].cells["drug"].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.add_line()

    def _remove(self, line: DrugLine) -> None:
        place = self.lines.index(line)
        had_text = not line.is_empty
        self._drop(line)
        target: QWidget = self.add_button
        if self.lines:
            target = self.lines[max(0, place - 1)].cells["drug"]
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        if had_text:
            self.changed.emit()

    def _move(self, line: DrugLine, by: int) -> None:
        place = self.lines.index(line)
        target = place + by
        if not 0 <= target < len(self.lines):
            return
        focused = self._focused()
        self.lines.insert(target, self.lines.pop(place))
        self._rows.insertWidget(target, line)
        self._renew()
        focused.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _edited(self, line: DrugLine, editor: QWidget) -> None:
        self.mark(editor, "")
        if editor is line.cells["drug"]:
            self.watch.check()
        self.changed.emit()
