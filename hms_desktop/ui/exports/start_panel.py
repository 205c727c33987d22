"""Asks for a file: what, of whom, from when to when, in which format."""

from __future__ import annotations

import uuid
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from hms_desktop.domain.doctors import DoctorRow
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.exports import (
    PERIOD_KINDS,
    ExportFormat,
    ExportKind,
    ExportRow,
    ExportWish,
)
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.exports.words import column_titles, kind_word, kinds_of, title_of
from hms_desktop.ui.now.patient_picker import PatientPicker
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.today.follow_up import read_day
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.segmented import Segmented
from hms_desktop.ui.widgets.side_panel import SidePanel


class StartPanel(SidePanel):
    """``started`` carries the row as it stands then: made already when it is small."""

    started = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the form; doctors are read when it opens first."""
        super().__init__(host, width=440)
        self._desk = desk
        self._request = ""
        self._doctors_read = False
        self.set_title(
            self.tr("New export"), self.tr("The file lands in the exports folder and is listed.")
        )
        self.kind = QComboBox()
        for kind in kinds_of(desk.actor):
            self.kind.addItem(kind_word(kind), kind.value)
        self.patient = PatientPicker(desk)
        self.doctor = QComboBox()
        self.text = QLineEdit()
        formats = Formats.of(desk.settings)
        self.first, self.last = (
            DateEdit(
                lambda text: read_day(text, desk),
                formats.day,
                desk.today,
                name=name,
                week_start=formats.week_start,
            )
            for name in (self.tr("From"), self.tr("To"))
        )
        self.format = Segmented(
            [(ExportFormat.CSV.value, "CS&V"), (ExportFormat.XLSX.value, self.tr("E&xcel (XLSX)"))],
            name=self.tr("Format"),
        )
        self.mail = QCheckBox(self.tr("&Mail me when it is ready"))
        self.form = Form()
        self._fill()
        self.kind.currentIndexChanged.connect(lambda _place: self._show_fields())
        self.start_button = button(self.tr("&Export"), self.start, kind="primary", icon="save")
        self.set_footer([button(self.tr("Close"), self.close_panel), self.start_button])
        self._show_fields()

    def begin(self, kind: str = "") -> None:
        """Open with the present month, and with a kind of file if it is offered."""
        place = self.kind.findData(kind)
        if place >= 0:
            self.kind.setCurrentIndex(place)
        today = self._desk.today()
        if self.first.value() is None:
            self.first.set_value(today.replace(day=1))
            self.last.set_value(today)
        self._request = str(uuid.uuid4())
        self._read_doctors()
        self.open_panel(self.kind)

    def start(self) -> None:
        """Ask for the file; a small one is made at once."""
        if not (self.first.commit() and self.last.commit()):
            return
        self.form.clear_errors()
        runs, actor, request = self._desk.services.export_runs, self._desk.actor, self._request
        wish = self.wish()
        self.start_button.setEnabled(False)

        def work() -> ExportRow:
            row = runs.start(actor, wish, request_id=request)
            return runs.run(actor, row.id) if row.is_small else row

        self._desk.runner.run(work, owner=self, done=self._done, failed=self._failed)

    def wish(self) -> ExportWish:
        """Return what is asked for just now."""
        kind = self._kind()
        of_patient = kind is ExportKind.PATIENT_HISTORY
        of_doctor = kind is ExportKind.DOCTOR_APPOINTMENTS
        hit = self.patient.patient() if of_patient else None
        subject = hit.mrn if hit is not None else self.doctor.currentText() if of_doctor else ""
        wish = ExportWish(
            kind,
            ExportFormat(self.format.value()),
            patient_id=hit.id if hit is not None else None,
            doctor_id=self.doctor.currentData() if of_doctor else None,
            mail_to_me=self.mail.isChecked(),
            title=title_of(kind, subject),
            titles=column_titles(kind),
        )
        if kind in PERIOD_KINDS:
            wish = replace(wish, first=self.first.value(), last=self.last.value())
        if kind is ExportKind.APPOINTMENTS_LIST:
            wish = replace(wish, text=self.text.text())
        return wish

    # ------------------------------------------------------------------------------ inside
    def _fill(self) -> None:
        self.form.add("kind", Field(self.tr("&What"), self.kind))
        self.form.add("patient_id", Field(self.tr("&Patient"), self.patient, required=True))
        self.form.add("doctor_id", Field(self.tr("&Doctor"), self.doctor, required=True))
        self.form.add_row(
            ("first", Field(self.tr("F&rom"), self.first), 1),
            ("last", Field(self.tr("&To"), self.last), 1),
        )
        hint = self.tr("Name or number of patient, or doctor")
        self.form.add("text", Field(self.tr("On&ly with these words"), self.text, hint=hint))
        self.form.add("format", Field(self.tr("Format"), self.format))
        self.form.add("mail_to_me", Field("", self.mail))
        self.form.add_widget(
            plain_label(
                self.tr("Small files are made at once, large ones in the background."),
                role="small",
                wrap=True,
            )
        )
        self.set_body(self.form)

    def _kind(self) -> ExportKind:
        return ExportKind(self.kind.currentData())

    def _show_fields(self) -> None:
        kind = self._kind()
        fields = self.form.fields
        fields["patient_id"].setVisible(kind is ExportKind.PATIENT_HISTORY)
        fields["doctor_id"].setVisible(kind is ExportKind.DOCTOR_APPOINTMENTS)
        fields["text"].setVisible(kind is ExportKind.APPOINTMENTS_LIST)
        for name in ("first", "last"):
            fields[name].setVisible(kind in PERIOD_KINDS)
        self.form.clear_errors()

    def _read_doctors(self) -> None:
        if self._doctors_read:
            return
        doctors, actor = self._desk.services.doctors, self._desk.actor
        self._desk.runner.run(
            lambda: doctors.doctors(actor),
            owner=self,
            done=self._show_doctors,
            failed=self._failed,
            key="doctors",
        )

    def _show_doctors(self, doctors: tuple[DoctorRow, ...]) -> None:
        self._doctors_read = True
        actor = self._desk.actor
        for one in doctors:
            if actor.may("appointments.read") or one.id == actor.doctor_id:
                self.doctor.addItem(one.display_name, one.id)
        mine = self.doctor.findData(actor.doctor_id, Qt.ItemDataRole.UserRole)
        self.doctor.setCurrentIndex(max(0, mine))

    def _done(self, row: ExportRow) -> None:
        self.start_button.setEnabled(True)
        self._request = str(uuid.uuid4())
        self.close_panel()
        self.started.emit(row)

    def _failed(self, error: Exception) -> None:
        self.start_button.setEnabled(True)
        # Nothing came of it, so what is asked next is another wish.
        if isinstance(error, Invalid):
            self._request = str(uuid.uuid4())
            self.form.show_error(error)
        else:
            self.form.show_message(sentence(error))
