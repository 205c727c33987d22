"""Make dates differ: closed, extra hours, other hours, or slots closed by hand, on many dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.availability_rules import ExceptionKind
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hours import EVERY_DAY, AddException, ToggleRange, check_range
from hms_desktop.domain.week_hours import Stretch, parse_hours
from hms_desktop.ui.availability.edits import day_edit
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import weekday_names
from hms_desktop.ui.widgets.field import Field, Form

CLOSED, CLOSED_HOURS, EXTRA, OTHER, SLOTS_CLOSED, SLOTS_OPEN = (
    "closed",
    "closed_hours",
    "extra",
    "other",
    "slots_closed",
    "slots_open",
)
_KINDS = {
    CLOSED_HOURS: ExceptionKind.CLOSES,
    EXTRA: ExceptionKind.ADDS,
    OTHER: ExceptionKind.REPLACES,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks for: exceptions of dates, or minutes to close or open by hand."""

    exceptions: tuple[AddException, ...] = ()
    ranges: tuple[ToggleRange, ...] = ()


class ExceptionForm(QWidget):
    """The form; ``wanted`` when the person saves (the page reads it with ``wish``)."""

    wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the form for one date."""
        super().__init__(parent)
        self.what = QComboBox()
        for key, words in (
            (CLOSED, self.tr("Closed all day")),
            (CLOSED_HOURS, self.tr("Closed at these hours")),
            (EXTRA, self.tr("Extra hours besides the usual")),
            (OTHER, self.tr("Other hours instead of the usual")),
            (SLOTS_CLOSED, self.tr("Close the slots of these hours by hand")),
            (SLOTS_OPEN, self.tr("Open slots that were closed by hand")),
        ):
            self.what.addItem(words, key)
        self.hours = QLineEdit()
        self.hours.setPlaceholderText("09:00-12:30, 14:00-17:00")
        self.first = day_edit(desk, self.tr("From"))
        self.last = day_edit(desk, self.tr("Until"), empty=self.tr("that day only"))
        self.reason = QLineEdit()
        self.days: list[QPushButton] = []
        self.form = Form()
        self.form.add("what", Field(self.tr("Wha&t"), self.what))
        self._hours_field = Field(self.tr("&Hours"), self.hours)
        self.form.add("hours", self._hours_field)
        self.form.add_row(
            ("first", Field(self.tr("F&rom"), self.first), 1),
            ("last", Field(self.tr("&Until"), self.last), 1),
        )
        self._days_field = Field(self.tr("Only on"), self._days_row())
        self.form.add("weekdays", self._days_field)
        self._reason_field = Field(self.tr("Reas&on"), self.reason)
        self.form.add("reason", self._reason_field)
        self.save_button = button(self.tr("&Add"), self.wanted.emit, kind="primary", icon="add")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.form)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        layout.addLayout(foot)
        self.what.currentIndexChanged.connect(lambda _at: self._show())
        self.last.value_changed.connect(lambda _value: self._show())
        for name, edit in (("first", self.first), ("last", self.last)):
            edit.refused.connect(self.form.field(name).set_error)
            edit.value_changed.connect(lambda _v, at=name: self.form.field(at).clear_error())
        self._show()

    def set_day(self, day: date) -> None:
        """Begin with a date; a range that was typed ends."""
        self.first.set_value(day)
        self.last.set_value(None)
        self.form.clear_errors()
        self._show()

    def clear(self) -> None:
        """Empty what was saved."""
        self.hours.clear()
        self.reason.clear()
        self.last.set_value(None)
        for one in self.days:
            one.setChecked(True)
        self.form.clear_errors()
        self._show()

    def wish(self, doctor_id: int) -> Wanted:
        """Return what is asked for; raises Invalid at the field."""
        what = str(self.what.currentData())
        first, last = self._dates()
        weekdays = frozenset(number for number, one in enumerate(self.days) if one.isChecked())
        if not weekdays:
            raise Invalid("weekdays", "Choose at least one day of the week.")
        every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        dates = [on for on in every if on.weekday() in weekdays or first == last]
        if not dates:
            raise Invalid("weekdays", "None of these days lies between the two dates.")
        reason = self.reason.text()
        if what == CLOSED:
            return Wanted(
                tuple(
                    AddException(doctor_id, on, ExceptionKind.CLOSES, reason=reason) for on in dates
                )
            )
        stretches = parse_hours(self.hours.text())
        if not stretches:
            raise Invalid("hours", "Give the hours, like 09:00-12:30.")
        if what in {SLOTS_CLOSED, SLOTS_OPEN}:
            return Wanted(
                ranges=tuple(
                    ToggleRange(
                        doctor_id,
                        first,
                        last,
                        one.start,
                        one.end,
                        what == SLOTS_CLOSED,
                        weekdays if first != last else EVERY_DAY,
                    )
                    for one in stretches
                )
            )
        return Wanted(
            tuple(
                _exception(doctor_id, on, _KINDS[what], one, reason)
                for on in dates
                for one in stretches
            )
        )

    # ----------------------------------------------------------------------------------- inside
    def _dates(self) -> tuple[date, date]:
        for edit, name in ((self.first, "first"), (self.last, "last")):
            if not edit.commit():
                raise Invalid(name, "This is not a date. Type it like 24.12.2026.")
        first = self.first.value()
        if first is None:
            raise Invalid("first", "Give the date.")
        last = self.last.value() or first
        check_range(first, last)
        return first, last

    def _days_row(self) -> QFrame:
        holder = QFrame()
        holder.setProperty("segmented", True)
        row = QHBoxLayout(holder)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(1)
        for name in weekday_names():
            one = QPushButton(name[:2])
            one.setCheckable(True)
            one.setChecked(True)
            one.setAutoDefault(False)
            one.setAccessibleName(name)
            one.setToolTip(name)
            one.setMinimumWidth(10)
            one.setStyleSheet("padding: 2px 0;")
            self.days.append(one)
            row.addWidget(one, 1)
        holder.setFocusProxy(self.days[0])
        return holder

    def _show(self) -> None:
        what = self.what.currentData()
        self._hours_field.setVisible(what != CLOSED)
        self._reason_field.setVisible(what not in {SLOTS_CLOSED, SLOTS_OPEN})
        last = self.last.value()
        self._days_field.setVisible(last is not None and last != self.first.value())


def _exception(
    doctor_id: int, on: date, kind: ExceptionKind, one: Stretch, reason: str
) -> AddException:
    return AddException(doctor_id, on, kind, one.start, one.end, one.slot, one.capacity, reason)
