"""A record as calm text: what was written, nothing to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from hms_desktop.domain.text_difference import GONE, NEW, difference
from hms_desktop.domain.vitals import LIMITS, Vitals
from hms_desktop.ui.consultation.signs import write_pressure, write_sign
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.chip import Chip

if TYPE_CHECKING:
    from hms_desktop.domain.consultations import PrescriptionItem, Record, TestOrder
    from hms_desktop.ui.patients.formats import Formats

_TITLE_WIDTH = 112


class CalmRecord(QWidget):
    """Only the parts that hold something; every text can be marked and copied.

    Beside the version before, what was changed is marked and what stood there before is said.
    """

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._formats = formats
        self.setAccessibleName(self.tr("Record"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._page: QWidget | None = None

    def show_record(self, record: Record, before: Record | None = None) -> None:
        """Show a record; ``before`` is the version that it amended."""
        if self._page is not None:
            self._layout.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._page = QWidget()
        grid = QGridLayout(self._page)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnMinimumWidth(0, _TITLE_WIDTH)
        grid.setColumnStretch(1, 1)
        old = dict(self._parts(before)) if before is not None else None
        shown = 0
        for title, lines in self._parts(record):
            was = lines if old is None else old[title]
            if any(lines) or any(was):
                self._add(grid, shown, title, lines, was)
                shown += 1
        if not shown:
            grid.addWidget(plain_label(self.tr("Nothing is written in this record.")), 0, 1)
        self._layout.addWidget(self._page)

    def _add(
        self, grid: QGridLayout, row: int, title: str, lines: list[str], was: list[str]
    ) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(0, 1, 0, 0)
        head.setSpacing(4)
        head.addWidget(plain_label(title, role="small"))
        words = QVBoxLayout()
        words.setSpacing(2)
        text = plain_label("\n".join(lines) or "–", wrap=True, selectable=True)
        text.setAccessibleName(title)
        words.addWidget(text)
        if lines != was:
            sign = self.tr("changed") if any(was) else self.tr("new")
            chip = Chip(sign if any(lines) else self.tr("taken out"), "accent", icon="edit")
            head.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
            told = self._told(was, lines)
            if told:
                words.addWidget(plain_label(told, role="small", wrap=True, selectable=True))
        head.addStretch(1)
        words.addStretch(1)
        grid.addLayout(head, row, 0)
        grid.addLayout(words, row, 1)

    def _told(self, was: list[str], lines: list[str]) -> str:
        """Return what stood in a changed part before, or what was only added to it."""
        marked = difference("\n".join(was), "\n".join(lines))
        gone = [one.removeprefix(GONE) for one in marked if one.startswith(GONE)]
        if any(gone):
            return self.tr("Before: {text}").format(text="\n".join(gone))
        if not any(was):
            return ""
        new = [one.removeprefix(NEW) for one in marked if one.startswith(NEW)]
        return self.tr("Added: {text}").format(text="\n".join(new))

    def _parts(self, record: Record) -> tuple[tuple[str, list[str]], ...]:
        follow_up = record.follow_up_on
        return (
            (self.tr("Complaint"), record.complaint.splitlines()),
            (self.tr("Vital signs"), [self._signs(record.vitals)]),
            (self.tr("Diagnosis"), [one.label for one in record.diagnoses]),
            (self.tr("Tests"), [self._test(one) for one in record.tests]),
            (self.tr("Notes"), record.notes.splitlines()),
            (self.tr("Treatment"), record.treatment.splitlines()),
            (self.tr("Prescription"), [self._item(one) for one in record.prescription]),
            (self.tr("Note for the patient"), record.prescription_note.splitlines()),
            (self.tr("Follow-up"), [] if follow_up is None else [self._formats.long(follow_up)]),
        )

    def _signs(self, vitals: Vitals) -> str:
        names = {
            "pulse": self.tr("pulse {value}/min"),
            "temperature_tenths": self.tr("{value} °C"),
            "spo2": self.tr("SpO₂ {value} %"),
            "respiratory_rate": self.tr("resp {value}/min"),
            "weight_grams": self.tr("{value} kg"),
            "height_mm": self.tr("{value} cm"),
        }
        found = []
        pressure = write_pressure(vitals.systolic, vitals.diastolic)
        if pressure:
            odd = vitals.unusual("systolic") or vitals.unusual("diastolic")
            found.append(self._odd(self.tr("BP {value}").format(value=pressure), odd=odd))
        for name, words in names.items():
            value = getattr(vitals, name)
            if value is not None:
                text = words.format(value=write_sign(name, value))
                found.append(self._odd(text, odd=name in LIMITS and vitals.unusual(name)))
        if vitals.bmi_tenths is not None:
            found.append(self.tr("BMI {value}").format(value=f"{vitals.bmi_tenths / 10:.1f}"))
        return " · ".join(found)

    def _odd(self, text: str, *, odd: bool) -> str:
        return self.tr("{sign} (unusual)").format(sign=text) if odd else text

    def _test(self, test: TestOrder) -> str:
        if test.done_on is None and not test.result:
            return self.tr("{test} · ordered").format(test=test.text)
        day = "" if test.done_on is None else self._formats.day(test.done_on)
        return " · ".join(part for part in (test.text, day, test.result) if part)

    def _item(self, item: PrescriptionItem) -> str:
        parts = (
            item.drug, item.dose, item.route, item.frequency, item.duration, item.instructions,
        )  # fmt: skip
        text = " · ".join(part for part in parts if part)
        if item.allergy_answer:
            text += "\n" + self.tr("In spite of an allergy: {reason}").format(
                reason=item.allergy_answer
            )
        return text
