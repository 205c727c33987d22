"""The form of one consultation; everything typed can be taken out and put back as it is."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.consultations import Record
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.actions import Command, CommandSet
from hms_desktop.ui.consultation.calm import CalmRecord
from hms_desktop.ui.consultation.diagnosis_part import DiagnosisPart
from hms_desktop.ui.consultation.follow_up import FollowUpPart
from hms_desktop.ui.consultation.order_lines import OrderLines
from hms_desktop.ui.consultation.prescription_part import PrescriptionPart
from hms_desktop.ui.consultation.snippet_edit import SnippetEdit, SnippetSource
from hms_desktop.ui.consultation.suggestions import Suggestions
from hms_desktop.ui.consultation.text_part import TextPart
from hms_desktop.ui.consultation.vitals_row import VitalsRow
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hms_desktop.domain.consultations import Chart, PrescriptionItem
    from hms_desktop.ui.consultation.part import Part
    from hms_desktop.ui.pages.base import Desk

_GAP = 12
_NOTE_LINES = 14


class ConsultationForm(QWidget):
    """One visit's record being written, or shown as calm text.

    ``changed`` tells of every change by hand; ``follow_up_wanted`` carries the date for which a
    visit shall be booked; ``repeat_wanted`` asks for the drugs of the last prescription, which
    ``add_items`` takes. ``parts`` are the parts by the record's names.
    """

    changed = Signal()
    follow_up_wanted = Signal(object)
    repeat_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty; its keys (Ctrl+1 to Ctrl+7, Ctrl+R…) work while the focus is inside."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Consultation form"))
        self._desk = desk
        self._read_only = False
        self._filling = False
        formats = Formats.of(desk.settings)
        self.suggestions = Suggestions(self)
        self._snippets = SnippetSource(desk, self)
        self.complaint = self._text(self.tr("Complaint"), 8)
        self.vitals = VitalsRow(formats)
        self.diagnoses = DiagnosisPart(desk, self.suggestions)
        self.tests = OrderLines(formats, desk.today)
        self.notes = self._text(self.tr("Notes"), _NOTE_LINES)
        self.treatment = self._text(self.tr("Treatment"), _NOTE_LINES)
        self.prescription = PrescriptionPart(desk, self.suggestions)
        self.prescription_note = self._text(self.tr("Note on the prescription"), 6)
        self.follow_up = FollowUpPart(formats, desk.today)
        self.parts: dict[str, Part] = {
            "complaint": self.complaint,
            "vitals": self.vitals,
            "diagnoses": self.diagnoses,
            "tests": self.tests,
            "notes": self.notes,
            "treatment": self.treatment,
            "prescription": self.prescription,
            "prescription_note": self.prescription_note,
            "follow_up_on": self.follow_up,
        }
        self.calm = CalmRecord(formats)
        self._lay_out()
        self._connect()
        self.commands = CommandSet(self, self.tr("Consultation"), above=desk.commands)
        self._add_commands()

    def _text(self, title: str, most: int) -> TextPart:
        edit = SnippetEdit(title, self.suggestions, most=most)
        self._snippets.loaded.connect(edit.set_snippets)
        return TextPart(title, edit)

    def _lay_out(self) -> None:
        self.typed = QWidget()
        column = QVBoxLayout(self.typed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        right = QVBoxLayout()
        right.setSpacing(_GAP)
        right.addWidget(self.notes)
        right.addWidget(self.treatment)
        right.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(_GAP)
        middle.addWidget(self.tests, 1, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(right, 1)
        above: tuple[Part, ...] = (self.complaint, self.vitals, self.diagnoses)
        below: tuple[Part, ...] = (self.prescription, self.prescription_note, self.follow_up)
        for part in above:
            column.addWidget(part)
        column.addLayout(middle)
        for part in below:
            column.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.typed)
        layout.addWidget(self.calm)
        layout.addStretch(1)
        self.calm.hide()
        self.setFocusProxy(self.complaint.edit)

    def _connect(self) -> None:
        for part in self.parts.values():
            part.changed.connect(self.changed)
            part.arranged.connect(self._arrange)
        self.prescription.repeat_wanted.connect(self._repeat)
        self.follow_up.wanted.connect(self.follow_up_wanted)
        self._arrange()

    def _add_commands(self) -> None:
        group = self.tr("Consultation")
        targets = (
            (self.tr("Complaint"), self.complaint),
            (self.tr("Vital signs"), self.vitals),
            (self.tr("Diagnosis"), self.diagnoses),
            (self.tr("Tests"), self.tests),
            (self.tr("Notes"), self.notes),
            (self.tr("Prescription"), self.prescription),
            (self.tr("Follow-up"), self.follow_up),
        )
        writing = lambda: not self._read_only  # noqa: E731 - a condition, used below
        for number, (title, part) in enumerate(targets, 1):
            self.commands.add(
                Command(
                    f"consultation.{number}", title, part.focus_first, f"Ctrl+{number}", group,
                    writing,
                )
            )  # fmt: skip
        drugs = self.prescription
        self.commands.add_all(
            (
                Command(
                    "consultation.add", self.tr("Add a drug"), drugs.add_line, "Ctrl++", group,
                    writing, ("Ctrl+=",),
                ),
                Command(
                    "consultation.remove", self.tr("Take the drug away"), drugs.remove_current,
                    "Ctrl+-", group, writing,
                ),
                Command(
                    "consultation.repeat", self.tr("Repeat the last prescription"), self._repeat,
                    "Ctrl+R", group, writing,
                ),
                Command(
                    "consultation.follow", self.tr("Book follow-up"), self.follow_up.book,
                    "Ctrl+Shift+F", group, writing,
                ),
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------ records
    def show_record(
        self,
        record: Record,
        chart: Chart | None,
        *,
        read_only: bool = False,
        before: Record | None = None,
    ) -> None:
        """Show a record beside what the chart knows, without telling.

        ``before`` is the version that it amended: to read, what was changed is marked.
        """
        self._read_only = read_only
        self.calm.setVisible(read_only)
        self.typed.setVisible(not read_only)
        if read_only:
            self.calm.show_record(record, before)
            return
        with self._at_once():
            self._fill(record, chart)

    def _fill(self, record: Record, chart: Chart | None) -> None:
        self.clear_errors()
        self.complaint.set_value(record.complaint)
        self.vitals.set_past(chart.vitals if chart is not None else ())
        self.vitals.set_value(record.vitals)
        self.diagnoses.set_value(record.diagnoses)
        self.tests.set_value(record.tests)
        self.notes.set_value(record.notes)
        self.treatment.set_value(record.treatment)
        self.prescription.set_value(record.prescription)
        self.prescription.set_allergies(chart.allergies if chart is not None else "")
        self.prescription_note.set_value(record.prescription_note)
        self.follow_up.set_value(record.follow_up_on)

    def record(self) -> Record:
        """Return what is typed; raises Invalid, shown at its field, for what cannot be read."""
        self.clear_errors()
        try:
            return Record(
                complaint=self.complaint.value(),
                vitals=self.vitals.value(),
                diagnoses=self.diagnoses.value(),
                tests=self.tests.value(),
                notes=self.notes.value(),
                treatment=self.treatment.value(),
                prescription=self.prescription.value(),
                prescription_note=self.prescription_note.value(),
                follow_up_on=self.follow_up.value(),
            )
        except Invalid as error:
            self.show_error(error.field, sentence(error))
            raise

    def clear(self) -> None:
        """Empty the form without telling."""
        self.show_record(Record(), None)

    def raw(self) -> dict[str, Any]:
        """Return everything as typed, also what cannot be read; JSON can hold it."""
        return {name: part.raw() for name, part in self.parts.items()}

    def restore(self, raw: Mapping[str, Any]) -> None:
        """Put back what ``raw`` gave, without telling."""
        with self._at_once():
            for name, part in self.parts.items():
                part.restore(raw.get(name))

    def add_items(self, items: Sequence[PrescriptionItem]) -> None:
        """Add drugs to the prescription (those of the last one)."""
        self.prescription.add_items(items)

    def show_error(self, field: str, sentence: str) -> None:
        """Put a sentence at the field of a refusal (``vitals.pulse``) and the cursor into it."""
        name, _, path = field.partition(".")
        self.parts.get(name, self.complaint).show_error(path, sentence)

    def clear_errors(self) -> None:
        """Take all sentences away."""
        for part in self.parts.values():
            part.clear_errors()

    # ------------------------------------------------------------------------------- inside
    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Fill many fields with one drawing, one layout and one order for Tab at the end."""
        column = self.typed.layout()
        self.setUpdatesEnabled(False)
        self._filling = True
        if column is not None:
            column.setEnabled(False)
        try:
            yield
        finally:
            self._filling = False
            if column is not None:
                column.setEnabled(True)
                column.activate()
            self.setUpdatesEnabled(True)
            self._arrange()

    def _repeat(self) -> None:
        if not self._read_only:
            self.repeat_wanted.emit()

    def _arrange(self) -> None:
        """Let Tab walk as the eye does, whatever lines came or went."""
        if self._filling:
            return
        order = [editor for part in self.parts.values() for editor in part.editors()]
        for one, following in pairwise(order):
            QWidget.setTabOrder(one, following)
