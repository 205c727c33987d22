"""The chosen day of the month view: its marks, its visits, what was cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from hms_desktop.domain.appointments import AppointmentRow, GridVisit
from hms_desktop.ui.calendar.loading import CalendarDay
from hms_desktop.ui.calendar.words import mark_text, tr, visits_text
from hms_desktop.ui.grid.texts import one_line, status_name
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label


class Agenda(QFrame):
    """Tells ``opened`` (appointment id): Enter or double click on a visit."""

    opened = Signal(object)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start without a day."""
        super().__init__(parent)
        self._formats = formats
        self.title = plain_label(role="section", wrap=True)
        self.marks = plain_label(role="small", wrap=True)
        self.list = LineList(
            self.tr("Visits of the day"), self.tr("Nothing is booked on this day."), parent=self
        )
        self.list.chosen.connect(self.opened)
        head = QVBoxLayout()
        head.setContentsMargins(14, 12, 14, 8)
        head.setSpacing(2)
        head.addWidget(self.title)
        head.addWidget(self.marks)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)

    def show_day(self, day: CalendarDay, today: date, types: Mapping[int, str]) -> None:
        """Show a date."""
        self.title.setText(self._formats.long(day.on, today))
        marks = [mark_text(one, self._formats) for one in day.marks]
        self.marks.setText("\n".join([*marks, visits_text(len(day.visits))]))
        lines = [self._visit(one, types) for one in day.visits]
        lines += [self._gone(one) for one in day.gone]
        self.list.set_lines(lines)

    def _visit(self, one: GridVisit, types: Mapping[int, str]) -> Line:
        at = self._formats.at(one.starts_at)
        kind = one_line(types.get(one.visit_type_id, ""))
        name, word = one_line(one.patient_name), status_name(one.status)
        return Line(
            one.id,
            at,
            name,
            " · ".join(part for part in (kind, one.mrn) if part),
            right=word,
            right_role="dim",
            marks=(("alert", "alarm_text"),) if one.has_alert else (),
            spoken=f"{at} {name}, {kind}, {word}",
        )

    def _gone(self, one: AppointmentRow) -> Line:
        at, word = self._formats.at(one.starts_at), status_name(one.status)
        name = one_line(one.patient_name)
        return Line(
            one.id,
            at,
            name,
            " · ".join(part for part in (one_line(one.visit_type_name), one.mrn) if part),
            right=word,
            right_role="dim",
            faint=True,
            spoken=tr("{time} {name}, {status}").format(time=at, name=name, status=word),
        )
