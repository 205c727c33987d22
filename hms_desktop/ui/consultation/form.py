"""The form of one consultation; everything typed can be taken out and put back as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.consultations import Record
from hms_desktop.ui.consultation.growing import GrowingEdit
from hms_desktop.ui.consultation.text_part import TextPart
from hms_desktop.ui.consultation.vitals_row import VitalsRow
from hms_desktop.ui.patients.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hms_desktop.domain.consultations import Chart
    from hms_desktop.ui.consultation.part import Part
    from hms_desktop.ui.pages.base import Desk


class ConsultationForm(QWidget):
    """One visit's record being written. ``changed`` tells of every change by hand."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk = desk
        formats = Formats.of(desk.settings)
        self.complaint = TextPart(self.tr("Complaint"), GrowingEdit(self.tr("Complaint")))
        self.vitals = VitalsRow(formats)
        self.notes = TextPart(self.tr("Notes"), GrowingEdit(self.tr("Notes")))
        self.treatment = TextPart(self.tr("Treatment"), GrowingEdit(self.tr("Treatment")))
        self.parts: dict[str, Part] = {
            "complaint": self.complaint,
            "vitals": self.vitals,
            "notes": self.notes,
            "treatment": self.treatment,
        }
        layout = QVBoxLayout(self)
        for part in self.parts.values():
            layout.addWidget(part)
            part.changed.connect(self.changed)
        layout.addStretch(1)

    def show_record(self, record: Record, chart: Chart | None) -> None:
        """Show a record beside what the chart knows; without telling."""
        self.complaint.set_value(record.complaint)
        self.vitals.set_value(record.vitals)
        self.vitals.set_past(chart.vitals if chart is not None else ())
        self.notes.set_value(record.notes)
        self.treatment.set_value(record.treatment)

    def record(self) -> Record:
        """Return what is typed; raises Invalid, shown at its field."""
        return Record(
            complaint=self.complaint.value(),
            vitals=self.vitals.value(),
            notes=self.notes.value(),
            treatment=self.treatment.value(),
        )

    def clear(self) -> None:
        """Empty the form without telling."""
        self.show_record(Record(), None)

    def raw(self) -> dict[str, Any]:
        """Return everything as typed, also what cannot be read; JSON can hold it."""
        return {name: part.raw() for name, part in self.parts.items()}

    def restore(self, raw: Mapping[str, Any]) -> None:
        """Put back what ``raw`` gave."""
        for name, part in self.parts.items():
            part.restore(raw.get(name))

    def show_error(self, field: str, sentence: str) -> None:
        """Put a sentence at the field of a refusal (``vitals.pulse``) and the cursor into it."""
        name, _, path = field.partition(".")
        self.parts[name].show_error(path, sentence)
