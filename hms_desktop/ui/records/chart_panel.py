"""One patient's clinical history from the patient's chart; somebody else's only in need."""

from __future__ import annotations

import uuid

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.consultations import Chart, EncounterLine
from hms_desktop.domain.errors import Invalid, NotAllowed
from hms_desktop.domain.patients import PatientRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field
from hms_desktop.ui.widgets.side_panel import SidePanel

LIST_HEIGHT = 420


class ChartPanel(SidePanel):
    """Records of one patient; ``record_wanted`` carries the encounter id.

    A chart that may not be read says so, and to whom it is permitted offers to open it with a
    reason that administrators see.
    """

    record_wanted = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=460)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._patient_id = 0
        self._request = ""
        self.note = plain_label(role="dim", wrap=True)
        self.list = LineList(self.tr("Records"), self.tr("No records yet."), parent=self)
        self.list.setMinimumHeight(LIST_HEIGHT)
        self.list.chosen.connect(self.record_wanted)
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.returnPressed.connect(self.break_glass)
        self.field = Field(
            self.tr("Reason"), self.reason, hint=self.tr("Administrators see it."), required=True
        )
        self.open_button = button(
            self.tr("Open in need"), self.break_glass, kind="danger", icon="alert"
        )
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for one in (self.note, self.field, self.open_button, self.list):
            column.addWidget(one)
        self.set_body(body)

    def open_for(self, row: PatientRow) -> None:
        """Read the history of a patient (audited)."""
        self._patient_id, self._request = row.id, str(uuid.uuid4())
        self.reason.clear()
        self.set_title(self.tr("Clinical record"), f"{row.display_name} · {row.mrn}")
        self._read()

    def _read(self) -> None:
        services, actor, patient_id = self._desk.services, self._desk.actor, self._patient_id
        self._desk.runner.run(
            lambda: services.consultations.chart(actor, patient_id),
            owner=self,
            done=self._show,
            failed=self._refused,
            key="chart_panel",
        )

    def _show(self, chart: Chart) -> None:
        if chart.patient_id != self._patient_id:
            return
        self._ask(asking=False)
        self.note.setText(self.tr("Conditions: {text}").format(text=chart.conditions))
        self.note.setVisible(bool(chart.conditions))
        self.list.set_lines([self._line(one) for one in chart.history])
        self.open_panel(self.list)

    def _line(self, one: EncounterLine) -> Line:
        on = self._formats.short(self._formats.day_of(one.starts_at), self._desk.today())
        amended = self.tr(" · amended") if one.versions > 1 else ""
        return Line(
            key=one.id,
            lead="",
            title=f"{on} · {one.doctor_name}",
            detail=one.diagnoses or one.complaint.replace("\n", " "),
            detail_end=amended,
            spoken=f"{on}, {one.doctor_name}, {one.diagnoses}{amended}",
            tip="\n".join(text for text in (one.diagnoses, one.complaint) if text),
        )

    def _refused(self, error: Exception) -> None:
        self.note.setText(sentence(error))
        self.note.show()
        may = isinstance(error, NotAllowed) and self._desk.actor.may("clinical.break_glass")
        self._ask(asking=may)
        self.open_panel(self.reason if may else self.close_button)

    def _ask(self, *, asking: bool) -> None:
        self.field.setVisible(asking)
        self.open_button.setVisible(asking)
        self.list.setVisible(not asking)

    def break_glass(self) -> None:
        """Open the chart with the reason that was typed."""
        services, actor, patient_id = self._desk.services, self._desk.actor, self._patient_id
        reason, request = self.reason.text(), self._request
        self.field.clear_error()
        self.open_button.setEnabled(False)
        self._desk.runner.run(
            lambda: services.consultations.break_glass(
                actor, patient_id, reason, request_id=request
            ),
            owner=self,
            done=lambda _access: self._opened(),
            failed=self._not_opened,
        )

    def _opened(self) -> None:
        self.open_button.setEnabled(True)
        self._read()

    def _not_opened(self, error: Exception) -> None:
        self.open_button.setEnabled(True)
        if isinstance(error, Invalid):
            self.field.set_error(sentence(error))
            self.reason.setFocus()
        else:
            self.note.setText(sentence(error))
