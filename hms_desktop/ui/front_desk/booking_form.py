"""The fields of a booking, as one value that can be put in, read out and kept as a draft."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QVBoxLayout, QWidget

from hms_desktop.domain import zones
from hms_desktop.domain.dates import parse_day, parse_time
from hms_desktop.domain.patients import PatientHit
from hms_desktop.ui.front_desk.person_field import PersonField
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.swatch import swatch_icon

if TYPE_CHECKING:
    from hms_desktop.ui.front_desk.loading import Loaded
    from hms_desktop.ui.pages.base import Desk

_LONGEST = 8 * 60
OVERBOOK, OUTSIDE = "overbook_reason", "outside_hours_reason"


class BookingForm(QWidget):
    """``edited`` comes with every change, ``placed`` when doctor, time, type or length changed."""

    edited = Signal()
    placed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._loaded: Loaded | None = None
        self._own_length = False
        self._putting = False
        self.person = PersonField(desk)
        self.doctor = QComboBox()
        self.date = DateEdit(
            self._parse_day, self._formats.day, desk.today, week_start=self._formats.week_start
        )
        self.time = QLineEdit()
        self.type = QComboBox()
        self.minutes = QSpinBox()
        self.minutes.setRange(5, _LONGEST)
        self.minutes.setSingleStep(5)
        self.minutes.setSuffix(self.tr(" min"))
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.reasons = {OVERBOOK: QLineEdit(), OUTSIDE: QLineEdit()}
        self.form = Form()
        self.form.add("patient_id", Field(self.tr("Patient"), self.person))
        self.form.add("doctor_id", Field(self.tr("Doctor"), self.doctor))
        self.form.add_row(
            ("date", Field(self.tr("Date"), self.date), 5),
            ("starts_at", Field(self.tr("Time"), self.time), 3),
            ("minutes", Field(self.tr("Length"), self.minutes), 4),
        )
        self.form.add("visit_type_id", Field(self.tr("Kind of visit"), self.type))
        self.form.add(
            OVERBOOK,
            Field(self.tr("Reason for overbooking"), self.reasons[OVERBOOK], required=True),
        )
        self.form.add(
            OUTSIDE,
            Field(self.tr("Reason for this time"), self.reasons[OUTSIDE], required=True),
        )
        self.form.add("note", Field(self.tr("Note"), self.note))
        for name, edit in self.reasons.items():
            edit.setMaxLength(500)
            edit.textEdited.connect(self._changed)
            self.form.field(name).hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        self.person.chosen.connect(self._changed)
        self.note.textChanged.connect(self._changed)
        self.doctor.currentIndexChanged.connect(self._moved)
        self.date.value_changed.connect(self._moved)
        self.date.refused.connect(self.form.field("date").set_error)
        self.time.editingFinished.connect(self._time_typed)
        self.time.textEdited.connect(self._changed)
        self.type.currentIndexChanged.connect(self._type_changed)
        self.minutes.valueChanged.connect(self._length_changed)

    # ------------------------------------------------------------------ choices
    def set_loaded(self, loaded: Loaded) -> None:
        """Take the doctors and kinds of visit; what is chosen stays chosen."""
        self._loaded = loaded
        doctors = [(one.display_name, one.id) for one in loaded.doctors]
        offered = [one for one in loaded.visit_types if "desk" in one.bookable_by]
        kinds = [(one.name, one.id) for one in offered]
        self._putting = True
        for box, items in ((self.doctor, doctors), (self.type, kinds)):
            if [(box.itemText(n), box.itemData(n)) for n in range(box.count())] != items:
                chosen = box.currentData()
                box.clear()
                for text, data in items:
                    box.addItem(text, data)
                box.setCurrentIndex(max(0, box.findData(chosen)))
        for place, kind in enumerate(offered):
            self.type.setItemIcon(place, swatch_icon(kind.colour))
        self._putting = False

    def put(
        self,
        doctor_id: int,
        starts_at: datetime,
        *,
        minutes: int | None = None,
        patient: PatientHit | None = None,
        visit_type_id: int | None = None,
    ) -> None:
        """Begin a booking; ``minutes`` None takes the length of the kind of visit."""
        local = self._desk.local(starts_at)
        self._putting = True
        self.form.clear_errors()
        self.show_reason("")
        self.person.show_patient(patient)
        self.doctor.setCurrentIndex(max(0, self.doctor.findData(doctor_id)))
        self.date.set_value(local.date())
        self.time.setText(self._formats.clock(local.time()))
        if visit_type_id is not None:
            self.type.setCurrentIndex(max(0, self.type.findData(visit_type_id)))
        self._own_length = minutes is not None
        self.minutes.setValue(minutes or self._usual_minutes())
        self.note.clear()
        for edit in self.reasons.values():
            edit.clear()
        self._putting = False

    def put_place(self, doctor_id: int, starts_at: datetime) -> None:
        """Take another doctor and time; all else stays."""
        local = self._desk.local(starts_at)
        self._putting = True
        self.doctor.setCurrentIndex(max(0, self.doctor.findData(doctor_id)))
        self.date.set_value(local.date())
        self.time.setText(self._formats.clock(local.time()))
        self.form.clear_errors()
        self.show_reason("")
        self._putting = False
        self._moved()

    # ------------------------------------------------------------------ reading
    def starts_at(self) -> datetime | None:
        """Return the chosen start (UTC), None while date or time are not understood."""
        day, at = self.date.value(), self.clock()
        if day is None or at is None:
            return None
        return zones.to_utc(self._desk.zone, day, at.hour * 60 + at.minute)

    def clock(self) -> time | None:
        """Return the typed time of day."""
        return parse_time(self.time.text())

    def reason(self, name: str) -> str | None:
        """Return a reason that is asked for, None where it is not."""
        return self.reasons[name].text() if not self.form.field(name).isHidden() else None

    def show_reason(self, name: str) -> None:
        """Ask for one of the reasons (empty: for none)."""
        for one in self.reasons:
            self.form.field(one).setVisible(one == name)

    # ------------------------------------------------------------------ drafts
    def to_draft(self) -> dict[str, Any]:
        """Return everything as a draft keeps it."""
        hit = self.person.patient
        return {
            "patient": None
            if hit is None
            else [
                hit.id, hit.mrn, hit.name, hit.sex,
                hit.birth_date.isoformat() if hit.birth_date else None,
                hit.birth_precision, hit.phone, hit.has_allergies,
            ],
            "typed": self.person.box.text(),
            "doctor": self.doctor.currentData(),
            "date": self.date.text(),
            "time": self.time.text(),
            "type": self.type.currentData(),
            "minutes": self.minutes.value(),
            "note": self.note.toPlainText(),
            "reasons": {name: edit.text() for name, edit in self.reasons.items()},
        }  # fmt: skip

    def from_draft(self, draft: dict[str, Any]) -> None:
        """Put a draft back; what does not exist any more is left as it is."""
        self._putting = True
        patient = draft.get("patient")
        if patient:
            number, mrn, name, sex, birth, precision, phone, allergies = patient
            born = date.fromisoformat(birth) if birth else None
            self.person.show_patient(
                PatientHit(number, mrn, name, sex, born, precision, phone, False, allergies)
            )
        else:
            self.person.show_patient(None)
            self.person.box.set_text(str(draft.get("typed", "")))
        for box, key in ((self.doctor, "doctor"), (self.type, "type")):
            place = box.findData(draft.get(key))
            if place >= 0:
                box.setCurrentIndex(place)
        self.date.edit.setText(str(draft.get("date", "")))
        self.date.commit()
        self.time.setText(str(draft.get("time", "")))
        self._own_length = True
        self.minutes.setValue(int(draft.get("minutes") or self._usual_minutes()))
        self.note.setPlainText(str(draft.get("note", "")))
        for name, text in dict(draft.get("reasons", {})).items():
            if name in self.reasons:
                self.reasons[name].setText(str(text))
        self._putting = False
        self._moved()

    # ------------------------------------------------------------------ inside
    def _usual_minutes(self) -> int:
        kind = None if self._loaded is None else self._loaded.visit_type(self.type.currentData())
        return kind.minutes if kind is not None else self._desk.settings.slot_minutes

    def _parse_day(self, text: str) -> date:
        found = parse_day(text, self._desk.today(), day_first=self._desk.settings.day_first)
        if found is None:
            raise ValueError(text)
        return found

    def _changed(self, *_values: object) -> None:
        if not self._putting:
            self.edited.emit()

    def _moved(self, *_values: object) -> None:
        if not self._putting:
            self.show_reason("")
            self.edited.emit()
            self.placed.emit()

    def _time_typed(self) -> None:
        at = self.clock()
        if at is None:
            self.form.field("starts_at").set_error(self.tr("Type a time like 15:00 or 3pm."))
            return
        self.time.setText(self._formats.clock(at))
        self.form.field("starts_at").clear_error()
        self._moved()

    def _type_changed(self, *_values: object) -> None:
        if self._putting:
            return
        if not self._own_length:
            self._putting = True
            self.minutes.setValue(self._usual_minutes())
            self._putting = False
        self._moved()

    def _length_changed(self, *_values: object) -> None:
        if not self._putting:
            self._own_length = True
            self._moved()
