"""A record as calm text: what was written, nothing to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from hms_desktop.domain.vitals import LIMITS, Vitals
from hms_desktop.ui.consultation.signs import write_pressure, write_sign
from hms_desktop.ui.plaintext import plain_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hms_desktop.domain.consultations import PrescriptionItem, Record, TestOrder
    from hms_desktop.ui.patients.formats import Formats

_TITLE_WIDTH = 112


class CalmRecord(QWidget):
    """Only the parts that hold something; every text can be marked and copied."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._formats = formats
        self.setAccessibleName(self.tr("Record"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._page: QWidget | None = None

    def show_record(self, record: Record) -> None:
        """Show a record."""
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
        for row, (title, lines) in enumerate(self._parts(record)):
            head = plain_label(title, role="small")
            head.setContentsMargins(0, 1, 0, 0)
            grid.addWidget(head, row, 0, Qt.AlignmentFlag.AlignTop)
            text = plain_label("\n".join(lines), wrap=True, selectable=True)
            text.setAccessibleName(title)
            grid.addWidget(text, row, 1)
        self._layout.addWidget(self._page)

    def _parts(self, record: Record) -> Iterator[tuple[str, list[str]]]:
        follow_up = record.follow_up_on
        parts = (
            (self.tr("Complaint"), [record.complaint]),
            (self.tr("Vital signs"), [self._signs(record.vitals)]),
            (self.tr("Diagnosis"), [one.label for one in record.diagnoses]),
            (self.tr("Tests"), [self._test(one) for one in record.tests]),
            (self.tr("Notes"), [record.notes]),
            (self.tr("Treatment"), [record.treatment]),
            (self.tr("Prescription"), [self._item(one) for one in record.prescription]),
            (self.tr("Note for the patient"), [record.prescription_note]),
            (self.tr("Follow-up"), [] if follow_up is None else [self._formats.long(follow_up)]),
        )
        found = False
        for title, lines in parts:
            if any(lines):
                found = True
                yield title, lines
        if not found:
            yield "", [self.tr("Nothing is written in this record.")]

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
