"""One entry of the audit trail beside the list: who, when, where, values before and after."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from hms_desktop.domain.audit import AuditDetail, FieldChange
from hms_desktop.ui.audit import words
from hms_desktop.ui.buttons import button
from hms_desktop.ui.icons import pixmap
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.side_panel import SidePanel

WIDTH = 620
_LONGEST = 2_000
"""Letters of one value that are shown; the file of the list holds them all."""


class EntryPanel(SidePanel):
    """Shows an entry; its buttons lead to what the entry is about."""

    def __init__(self, desk: Desk, host: QWidget, only_patient: Callable[[int, str], None]) -> None:
        """Start hidden; ``only_patient`` narrows the list to a patient (id, name)."""
        super().__init__(host, width=WIDTH)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._detail: AuditDetail | None = None
        self._only = only_patient
        self.patient_button = button(self.tr("Open &patient"), self.open_patient, icon="patient")
        self.visit_button = button(
            self.tr("Open &appointment"), self.open_appointment, icon="calendar"
        )
        self.only_button = button(self.tr("Only this patient"), self.narrow, kind="link")
        self.set_footer([self.visit_button, self.patient_button], [self.only_button])

    def show_entry(self, detail: AuditDetail) -> None:
        """Show an entry that was read."""
        self._detail = detail
        row = detail.row
        self.set_title(words.what(row), f"{words.when(row, self._formats)} · {row.user_name}")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._facts(detail))
        column.addWidget(self._changes(detail))
        self.set_body(body)
        sees = self._desk.actor.may("patients.read")
        self.patient_button.setVisible(row.patient_id is not None and sees)
        self.only_button.setVisible(row.patient_id is not None)
        may = self._desk.actor.may("appointments.read")
        self.visit_button.setVisible(detail.appointment_id is not None and may)
        leads = (self.patient_button, self.visit_button, self.only_button)
        self._footer.setVisible(any(not one.isHidden() for one in leads))
        self.open_panel(self.close_button)

    def _facts(self, detail: AuditDetail) -> QWidget:
        row, tr = detail.row, self.tr
        patient = f"{row.patient_name} · {row.mrn}" if row.patient_name else ""
        number = "" if not row.entity_id else f"{row.entity_id:,}"
        place = (
            tr("place {n} in the chain").format(n=f"{detail.link:,}")
            if detail.link is not None
            else tr("not in the chain")
        )
        facts = (
            (tr("Role"), row.role),
            (tr("Workstation"), row.workstation),
            (tr("Patient"), patient),
            (tr("Reason"), row.reason),
            (tr("Number"), number),
            (tr("Entry"), f"{row.id:,} · {place}"),
            (tr("Request"), detail.request_id),
        )
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate((name, value) for name, value in facts if value):
            grid.addWidget(plain_label(name, role="dim"), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(plain_label(value, wrap=True, selectable=True), line, 1)
        return box

    def _changes(self, detail: AuditDetail) -> QWidget:
        box = QWidget()
        if not detail.fields:
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(
                plain_label(self.tr("Nothing was changed by this."), role="dim", wrap=True)
            )
            return box
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        for place, title in enumerate(("", self.tr("Field"), self.tr("Before"), self.tr("After"))):
            grid.addWidget(plain_label(title, role="overline"), 0, place)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(3, 1)
        for line, one in enumerate(detail.fields, 1):
            self._add_field(grid, line, one, detail)
        return box

    def _add_field(
        self, grid: QGridLayout, line: int, one: FieldChange, detail: AuditDetail
    ) -> None:
        top = Qt.AlignmentFlag.AlignTop
        if one.changed:
            mark = QLabel()
            mark.setPixmap(pixmap("edit", "accent_text", 14))
            mark.setAccessibleName(self.tr("changed"))
            mark.setToolTip(self.tr("changed"))
            grid.addWidget(mark, line, 0, top)
        name = words.field_word(one.name)
        grid.addWidget(
            plain_label(name, role="strong" if one.changed else "", wrap=True), line, 1, top
        )
        for place, value in ((2, one.before), (3, one.after)):
            text = words.value_word(one.name, value, self._formats, detail.names)[:_LONGEST]
            role = "strong" if one.changed and place == 3 else "dim"  # noqa: PLR2004 - after
            label = plain_label(text, role=role, wrap=True, selectable=True)
            label.setMinimumWidth(120)
            grid.addWidget(label, line, place, top)

    # ------------------------------------------------------------------------------ leading on
    def open_patient(self) -> None:
        """Show the patient whom the entry is about."""
        if self._detail is not None and self._detail.row.patient_id is not None:
            self._desk.navigate.patient.emit(self._detail.row.patient_id)

    def open_appointment(self) -> None:
        """Show the visit that the entry is about."""
        if self._detail is not None and self._detail.appointment_id is not None:
            self._desk.navigate.appointment.emit(self._detail.appointment_id)

    def narrow(self) -> None:
        """Show only entries about this patient."""
        if self._detail is not None and self._detail.row.patient_id is not None:
            row = self._detail.row
            self.close_panel()
            self._only(int(row.patient_id or 0), row.patient_name)
