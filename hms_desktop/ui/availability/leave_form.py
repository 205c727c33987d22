"""A leave: from when until when, and why."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hours import LeaveRow, SaveLeave
from hms_desktop.domain.week_hours import minute_text
from hms_desktop.domain.zones import MINUTES_A_DAY, to_utc
from hms_desktop.ui.availability.edits import day_edit, minute_of, time_edit
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field, Form


class LeaveForm(QWidget):
    """New leave, or one that is changed; ``wanted`` when the person saves."""

    wanted = Signal()
    given_up = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Begin with a new leave."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._row: LeaveRow | None = None
        self._title = plain_label(role="section")
        self.whole = QCheckBox(self.tr("Whole da&ys"))
        self.whole.setChecked(True)
        self.first = day_edit(desk, self.tr("First day"))
        self.last = day_edit(desk, self.tr("Last day"), empty=self.tr("that day only"))
        self.first_time = time_edit(self.tr("Away from"))
        self.last_time = time_edit(self.tr("Back at"))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(self.tr("holiday, congress, sick…"))
        self.form = Form()
        self.form.add_row(
            ("starts_at", Field(self.tr("&First day"), self.first), 2),
            ("start_minute", Field(self.tr("Away from"), self.first_time), 1),
        )
        self.form.add_row(
            ("ends_at", Field(self.tr("&Last day"), self.last), 2),
            ("end_minute", Field(self.tr("Back at"), self.last_time), 1),
        )
        self.form.add_widget(self.whole)
        self.form.add("reason", Field(self.tr("&Reason"), self.reason))
        self.new_button = button(self.tr("New leave instead"), self._give_up, kind="link")
        self.save_button = button(self.tr("&Save leave"), self.wanted.emit, kind="primary")
        foot = QHBoxLayout()
        foot.addWidget(self.new_button)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(self.form)
        layout.addLayout(foot)
        self.whole.toggled.connect(lambda _on: self._show())
        for name, edit in (("starts_at", self.first), ("ends_at", self.last)):
            edit.refused.connect(self.form.field(name).set_error)
            edit.value_changed.connect(lambda _value, at=name: self.form.field(at).clear_error())
        self.start_new()

    @property
    def row(self) -> LeaveRow | None:
        """The leave that is changed; None: a new one."""
        return self._row

    def start_new(self) -> None:
        """Begin with a new leave."""
        self._row = None
        self.first.set_value(None)
        self.last.set_value(None)
        self.first_time.clear()
        self.last_time.clear()
        self.reason.clear()
        self.whole.setChecked(True)
        self.form.clear_errors()
        self._title.setText(self.tr("New leave"))
        self._show()

    def load(self, row: LeaveRow) -> None:
        """Show a leave to change."""
        self._row = row
        begin, end = self._formats.local(row.starts_at), self._formats.local(row.ends_at)
        whole = (begin.hour, begin.minute, end.hour, end.minute) == (0, 0, 0, 0)
        last = end.date() - timedelta(days=1) if whole else end.date()
        self.whole.setChecked(whole)
        self.first.set_value(begin.date())
        self.last.set_value(last)
        self.first_time.setText("" if whole else minute_text(begin.hour * 60 + begin.minute))
        self.last_time.setText("" if whole else minute_text(end.hour * 60 + end.minute))
        self.reason.setText(row.reason)
        self.form.clear_errors()
        self._title.setText(self.tr("Change this leave"))
        self._show()

    def stand_on(self, row: LeaveRow) -> None:
        """Let what is typed be saved over a row that somebody changed meanwhile."""
        if self._row is not None and self._row.id == row.id:
            self._row = row

    def wish(self, doctor_id: int) -> SaveLeave:
        """Return what is asked for; raises Invalid at the field."""
        first, last = self._dates()
        start, end = 0, MINUTES_A_DAY
        if not self.whole.isChecked():
            start = minute_of(self.first_time, "start_minute")
            end = minute_of(self.last_time, "end_minute", ends=True)
        zone, row = self._desk.zone, self._row
        return SaveLeave(
            doctor_id,
            to_utc(zone, first, start),
            to_utc(zone, last, end),
            self.reason.text(),
            None if row is None else row.id,
            None if row is None else row.version,
        ).check()

    # ----------------------------------------------------------------------------------- inside
    def _dates(self) -> tuple[date, date]:
        for edit, name in ((self.first, "starts_at"), (self.last, "ends_at")):
            if not edit.commit():
                raise Invalid(name, "This is not a date. Type it like 24.12.2026.")
        first = self.first.value()
        if first is None:
            raise Invalid("starts_at", "Give the first day of the leave.")
        return first, self.last.value() or first

    def _give_up(self) -> None:
        self.start_new()
        self.given_up.emit()

    def _show(self) -> None:
        for name in ("start_minute", "end_minute"):
            self.form.field(name).setVisible(not self.whole.isChecked())
        self.new_button.setVisible(self._row is not None)
