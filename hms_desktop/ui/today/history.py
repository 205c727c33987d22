"""A patient's clinical history beside the consultation: past records, blood pressure."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.consultations import Chart, EncounterLine
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.today.loading import Opened
from hms_desktop.ui.today.pressure_chart import PressureChart


class HistoryPanel(QFrame):
    """Lines of past records (``opened`` carries the encounter id) and a chart below."""

    opened = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName(self.tr("History"))
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.count = plain_label(role="small")
        self.list = LineList(
            self.tr("Earlier records"), self.tr("Nobody is in front of you."), parent=self
        )
        self.list.chosen.connect(self.opened)
        self.pressure_title = plain_label(self.tr("Blood pressure"), role="section")
        self.pressure_title.setContentsMargins(14, 10, 14, 4)
        self.pressure_title.hide()
        self.pressure = PressureChart(self._formats)
        head = QHBoxLayout()
        head.setContentsMargins(14, 12, 14, 12)
        head.addWidget(plain_label(self.tr("History"), role="section"))
        head.addStretch(1)
        head.addWidget(self.count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        line = QFrame()
        line.setProperty("rule", True)
        layout.addWidget(line)
        layout.addWidget(self.list, 3)
        layout.addWidget(self.pressure_title)
        layout.addWidget(self.pressure, 1)

    def show_opened(self, opened: Opened | None) -> None:
        """Show the history of the patient who was opened; None empties it."""
        if opened is None:
            self.count.clear()
            self.list.set_empty(self.tr("Nobody is in front of you."))
            self._show(None, 0)
            return
        self.list.set_empty(self.tr("No earlier records of this patient."))
        visits = [
            one
            for one in opened.timeline
            if one.status not in {Status.CANCELLED, Status.ENTERED_IN_ERROR}
        ]
        missed = sum(1 for one in visits if one.status is Status.NO_SHOW)
        everybodys = self._desk.actor.may("appointments.read")
        words = (self.tr("{n} visits") if everybodys else self.tr("{n} with you")).format(
            n=len(visits)
        )
        if missed:
            words += self.tr(" · no-shows: {n}").format(n=missed)
        self.count.setText(words)
        self._show(opened.chart, opened.encounter.id if opened.encounter else 0)

    def _show(self, chart: Chart | None, own: int) -> None:
        past = () if chart is None else chart.history
        self.list.set_lines([self._line(one) for one in past if one.id != own])
        shown = self.pressure.show_past(() if chart is None else chart.vitals)
        self.pressure_title.setVisible(shown)

    def _line(self, one: EncounterLine) -> Line:
        today = self._desk.today()
        on = self._formats.short(self._formats.day_of(one.starts_at), today)
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
