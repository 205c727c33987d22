"""Queues a patient who has no appointment, and shows the token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from hms_desktop.domain.appointments import Done, VisitType
from hms_desktop.domain.doctors import DepartmentRow, DoctorFilter, DoctorRow
from hms_desktop.domain.errors import Conflict, Invalid
from hms_desktop.domain.patients import PatientHit
from hms_desktop.domain.queue import WalkIn
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.now.doing import do, new_request
from hms_desktop.ui.now.patient_picker import PatientPicker
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.side_panel import SidePanel
from hms_desktop.ui.widgets.swatch import swatch_icon

DRAFT = "walk_in"


@dataclass(frozen=True, slots=True)
class _Choices:
    departments: tuple[DepartmentRow, ...]
    doctors: tuple[DoctorRow, ...]
    types: tuple[VisitType, ...]


class WalkInPanel(SidePanel):
    """Patient, doctor or department, kind of visit, note; then the token, large."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the form; ``open_for`` shows it."""
        super().__init__(host, width=420, title=self.tr("Walk-in"))
        self._desk = desk
        self._request = ""
        self._wish: WalkIn | None = None
        self._restoring = False
        self.picker = PatientPicker(desk)
        self.whom = QComboBox()
        self.kind = QComboBox()
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(desk.theme.px(58))
        self.reason = QLineEdit()
        self.form = Form()
        self.form.add("patient_id", Field(self.tr("&Patient"), self.picker))
        self.form.add("doctor_id", Field(self.tr("&With"), self.whom))
        self.form.add("visit_type_id", Field(self.tr("&Kind of visit"), self.kind))
        self.form.add("note", Field(self.tr("N&ote"), self.note))
        self._why = self.form.add(
            "outside_hours_reason",
            Field(
                self.tr("&Reason for seeing the patient outside working hours"),
                self.reason,
                required=True,
            ),
        )
        self._why.hide()
        self._token = _Token()
        self._token.hide()
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        layout.addWidget(self._token)
        self.set_body(body)
        self.save_button = button(self.tr("&Give token"), self.save, kind="primary", icon="queue")
        self.again_button = button(self.tr("&Another walk-in"), self.start_again)
        self.again_button.hide()
        self.set_footer([self.again_button, self.save_button])
        self.picker.chosen.connect(self._chosen)
        self.picker.new_wanted.connect(desk.navigate.register)
        self.note.textChanged.connect(self._keep)
        self.whom.activated.connect(lambda _place: self._keep())
        self.kind.activated.connect(lambda _place: self._keep())

    def open_for(self, patient: PatientHit | None = None) -> None:
        """Show the panel with what was typed before, or for a patient."""
        if self._token.isVisibleTo(self):
            self.start_again()
        self._load(patient)
        self.open_panel(self.picker.search if self.picker.patient() is None else self.whom)

    def start_again(self) -> None:
        """Empty the form for the next patient."""
        self._token.hide()
        self.form.show()
        self.again_button.hide()
        self.save_button.show()
        self.form.clear_errors()
        self._why.hide()
        self.reason.clear()
        self.note.clear()
        self.picker.clear()
        self._desk.drafts.discard(DRAFT)
        self._wish = None

    def save(self) -> None:
        """Queue the patient; the same wish keeps its request id when tried again."""
        wish = self._read()
        if wish is None:
            return
        if wish != self._wish:
            self._wish, self._request = wish, new_request()
        self.save_button.setEnabled(False)
        self.form.clear_errors()
        patient = self.picker.patient()
        name = patient.name if patient is not None else ""
        actor, queue = self._desk.actor, self._desk.services.queue
        do(
            self._desk,
            self,
            lambda request: queue.walk_in(actor, wish, request_id=request),
            lambda done: self.tr("Walk-in: {patient} has token {number}, {doctor}").format(
                patient=name,
                number=done.appointment.token or "–",
                doctor=done.appointment.doctor_name,
            ),
            done=self._saved,
            failed=self._failed,
            request_id=self._request,
        )

    # ----------------------------------------------------------------------------- inside
    def _read(self) -> WalkIn | None:
        patient, whom = self.picker.patient(), self.whom.currentData()
        if patient is None:
            self.form.show_error(Invalid("patient_id", self.tr("Choose a patient first.")))
            return None
        if not isinstance(whom, tuple) or self.kind.currentData() is None:
            self.form.show_message(self.tr("There is no doctor or no kind of visit to choose."))
            return None
        what, one = whom
        return WalkIn(
            patient_id=patient.id,
            visit_type_id=int(self.kind.currentData()),
            doctor_id=one if what == "doctor" else None,
            department_id=one if what == "department" else None,
            note=self.note.toPlainText(),
            outside_hours_reason=self.reason.text() if self._why.isVisibleTo(self) else None,
        )

    def _saved(self, done: Done) -> None:
        self.save_button.setEnabled(True)
        self._wish = None
        self._desk.drafts.discard(DRAFT)
        row = done.appointment
        place = " · ".join(part for part in (row.doctor_name, row.room_name) if part)
        self._token.show_token(row.token, row.patient_name, place)
        self.form.hide()
        self._token.show()
        self.save_button.hide()
        self.again_button.show()
        self.again_button.setFocus()

    def _failed(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        outside = self._desk.actor.may("appointments.outside_hours")
        if isinstance(error, Conflict) and error.kind == "closed" and outside:
            self._why.show()
            self.form.show_message(sentence(error))
            self.form.focus_field(self._why)
        elif isinstance(error, Invalid):
            self.form.show_error(error)
        else:
            self.form.show_message(sentence(error))

    def _load(self, patient: PatientHit | None) -> None:
        services, actor = self._desk.services, self._desk.actor

        def work() -> _Choices:
            return _Choices(
                services.doctors.departments(actor),
                services.doctors.doctors(actor, DoctorFilter(bookable_only=True)),
                services.catalogue.visit_types(actor),
            )

        self._desk.runner.run(
            work,
            owner=self,
            done=self._fill,
            failed=lambda error: self.form.show_message(sentence(error)),
            key="choices",
        )
        if patient is not None:
            self.picker.set_patient(patient)

    def _fill(self, choices: _Choices) -> None:
        draft = self._desk.drafts.get(DRAFT) or {}
        whom = self.whom.currentData() or _pair(draft.get("whom"))
        kind = self.kind.currentData() or draft.get("kind")
        self._restoring = True
        self.whom.clear()
        for department in choices.departments:
            if department.doctors:
                text = self.tr("Any doctor of {department}").format(department=department.name)
                self.whom.addItem(text, ("department", department.id))
        for doctor in choices.doctors:
            words = " · ".join(
                part for part in (doctor.display_name, doctor.department_name) if part
            )
            self.whom.addItem(words, ("doctor", doctor.id))
        self.kind.clear()
        for one in choices.types:
            text = self.tr("{name} ({n} min)").format(name=one.name, n=one.minutes)
            self.kind.addItem(swatch_icon(one.colour), text, one.id)
        _choose(self.whom, whom)
        _choose(self.kind, kind)
        if not self.note.toPlainText() and isinstance(draft.get("note"), str):
            self.note.setPlainText(draft["note"])
        if not self.picker.text() and self.picker.patient() is None:
            self.picker.search.set_text(str(draft.get("text") or ""))
        self._restoring = False

    def _chosen(self, hit: PatientHit | None) -> None:
        self.form.field("patient_id").clear_error()
        self._keep()
        if hit is not None and self.isVisible():
            self.whom.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self) -> None:
        if self._restoring:
            return
        patient = self.picker.patient()
        whom = self.whom.currentData()
        self._desk.drafts.keep(
            DRAFT,
            {
                "text": patient.mrn if patient is not None else self.picker.text(),
                "whom": list(whom) if isinstance(whom, tuple) else None,
                "kind": self.kind.currentData(),
                "note": self.note.toPlainText(),
            },
        )


class _Token(QWidget):
    """The number that the patient is told, as large as it can be."""

    def __init__(self) -> None:
        super().__init__()
        self._number = plain_label(role="huge")
        self._name = plain_label(role="section", wrap=True)
        self._place = plain_label(role="dim", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 24, 0, 24)
        layout.setSpacing(4)
        layout.addWidget(plain_label(self.tr("TOKEN"), role="overline"))
        for label in (self._number, self._name, self._place):
            layout.addWidget(label)

    def show_token(self, number: int | None, patient: str, place: str) -> None:
        """Show whose number it is and where to wait."""
        self._number.setText("–" if number is None else str(number))
        self._name.setText(patient)
        self._place.setText(place)
        self.setAccessibleName(
            self.tr("Token {number}, {patient}, {place}").format(
                number=number, patient=patient, place=place
            )
        )


def _pair(kept: Any) -> tuple[str, int] | None:  # noqa: ANN401 - what a draft holds
    return (str(kept[0]), int(kept[1])) if isinstance(kept, list | tuple) and kept else None


def _choose(box: QComboBox, data: object) -> None:
    for place in range(box.count()):
        if box.itemData(place) == data:
            box.setCurrentIndex(place)
            return
