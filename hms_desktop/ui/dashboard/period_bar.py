"""Which time the dashboard is about: a unit, one step back or on, or two dates."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hms_desktop.domain.doctor_month import Month
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hospital_period import Period
from hms_desktop.ui.availability.edits import day_edit
from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.segmented import Segmented

MEMORY = "dashboard/unit"
UNITS = ("day", "week", "month", "quarter", "year")
OWN = "dates"
_WEEK, _QUARTER, _YEAR = 7, 3, 12


def unit_period(unit: str, on: date, week_start: int) -> Period:
    """Return the day, week, month, quarter or year that a date lies in (0 = Monday)."""
    if unit == "day":
        return Period(on, on)
    if unit == "week":
        first = on - timedelta(days=(on.weekday() - week_start) % _WEEK)
        return Period(first, first + timedelta(days=_WEEK - 1))
    length = {"month": 1, "quarter": _QUARTER, "year": _YEAR}[unit]
    begin = (on.month - 1) // length * length + 1
    return Period(date(on.year, begin, 1), Month(on.year, begin + length - 1).last)


class PeriodBar(QWidget):
    """``changed`` carries the Period that the person chose."""

    changed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start with the present month, or the unit that was chosen last time."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.unit = Segmented(
            (
                ("day", self.tr("Day")),
                ("week", self.tr("Week")),
                ("month", self.tr("Month")),
                ("quarter", self.tr("Quarter")),
                ("year", self.tr("Year")),
                (OWN, self.tr("Dates")),
            ),
            name=self.tr("Period"),
        )
        self.earlier = icon_button(
            "arrow-left", self.tr("Earlier"), lambda: self.step(-1), shortcut="PgUp"
        )
        self.later = icon_button(
            "arrow-right", self.tr("Later"), lambda: self.step(1), shortcut="PgDown"
        )
        self.today = button(self.tr("Today"), self.go_today, tip=self.tr("The present one"))
        self.first, self.last = self._edit(self.tr("From")), self._edit(self.tr("To"))
        self.note = plain_label(role="error")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for one in (self.unit, self.earlier, self.later, self.today):
            row.addWidget(one)
        # The page has its place for them: beside the units a narrow window has no room.
        self.dates = QWidget()
        self.dates.setProperty("plain", True)
        fields = QHBoxLayout(self.dates)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(6)
        for field in (self.note, self.first, self.last):
            fields.addWidget(field)
        kept = desk.memory.get(MEMORY, "month")
        self.unit.set_value(kept if kept in UNITS else "month")
        self._value = self._present()
        self.unit.changed.connect(self._unit_chosen)
        self._show()

    @property
    def value(self) -> Period:
        """The chosen period."""
        return self._value

    def set_period(self, period: Period, unit: str = OWN) -> None:
        """Choose a period and tell it."""
        self.unit.set_value(unit)
        self._take(period)

    def step(self, steps: int) -> None:
        """Go so many periods of the same length on or back."""
        self._take(self._value.moved(steps))

    def go_today(self) -> None:
        """Choose the unit that today lies in; of own dates: as many that end today."""
        if self.unit.value() != OWN:
            self._take(self._present())
            return
        today = self._desk.today()
        self._take(Period(today - timedelta(days=self._value.days - 1), today))

    # ----------------------------------------------------------------------------- inside
    def _present(self) -> Period:
        return unit_period(self.unit.value(), self._desk.today(), self._desk.settings.week_start)

    def _edit(self, name: str) -> DateEdit:
        edit = day_edit(self._desk, name, empty=name)
        edit.value_changed.connect(lambda _day: self._dates_chosen())
        edit.refused.connect(self._refuse)
        return edit

    def _unit_chosen(self, unit: str) -> None:
        if unit in UNITS:
            self._desk.memory.put(MEMORY, unit)
            # The unit around what was looked at, or around today where that lies in it.
            today, shown = self._desk.today(), self._value
            on = today if shown.first <= today <= shown.last else shown.last
            self._take(unit_period(unit, on, self._desk.settings.week_start))
        else:
            self._show()
            self.first.edit.setFocus()
            self.first.edit.selectAll()

    def _dates_chosen(self) -> None:
        first, last = self.first.value(), self.last.value()
        if first is None or last is None:
            return
        try:
            period = Period(first, last).check()
        except Invalid as error:
            self._refuse(sentence(error))
            return
        self._take(period)

    def _refuse(self, why: str) -> None:
        self.note.setText(why)
        self.note.show()

    def _take(self, period: Period) -> None:
        try:
            period.check()
        except Invalid:
            return  # beyond the years that are counted: stay
        changed, self._value = period != self._value, period
        self._show()
        if changed:
            self.changed.emit(period)

    def _show(self) -> None:
        self.note.hide()
        self.dates.setVisible(self.unit.value() == OWN)
        for edit, on in ((self.first, self._value.first), (self.last, self._value.last)):
            edit.set_value(on)
