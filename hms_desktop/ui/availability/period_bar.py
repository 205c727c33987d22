"""Which period of hours is shown, when it holds, and with what hours are painted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.week_hours import Period
from hms_desktop.ui.availability.edits import day_edit, places_spin, slot_of, slot_spin
from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import set_look
from hms_desktop.ui.widgets.field import line


class PeriodBar(QFrame):
    """The line over the grid."""

    chosen = Signal(int)
    dates_changed = Signal(object, object)
    added = Signal()
    removed = Signal()
    brush_changed = Signal()
    brush_applied = Signal()

    def __init__(self, desk: Desk, usual: int, parent: QWidget | None = None) -> None:
        """Begin with one period that always holds."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._showing = False
        self.setProperty("bar", True)
        self.which = QComboBox()
        self.which.setAccessibleName(self.tr("Period"))
        self.which.setMinimumContentsLength(16)
        self.which.addItem(self.tr("Always"))
        self.first = day_edit(desk, self.tr("Valid from"), empty=self.tr("from any day"))
        self.last = day_edit(desk, self.tr("Valid to"), empty=self.tr("no end"))
        self.slots = slot_spin(usual)
        self.places = places_spin()
        self.add_button = icon_button("add", self.tr("Add a period"), self.added.emit)
        self.remove_button = icon_button("delete", self.tr("Remove this period"), self.removed.emit)
        self.apply_button = button(
            self.tr("Set for all hours"), self.brush_applied.emit, kind="link"
        )
        self._error = plain_label(role="error", wrap=True)
        self._error.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 8, 12, 8)
        rows.setSpacing(6)
        upper = QHBoxLayout()
        upper.setSpacing(8)
        upper.addWidget(self.which)
        upper.addWidget(self.add_button)
        upper.addWidget(self.remove_button)
        upper.addSpacing(8)
        upper.addWidget(plain_label(self.tr("Valid"), role="small"))
        upper.addWidget(self.first)
        upper.addWidget(plain_label("–", role="small"))
        upper.addWidget(self.last)
        upper.addStretch(1)
        rows.addLayout(upper)
        rows.addWidget(
            line(
                plain_label(self.tr("Paint with slots of"), role="small"),
                self.slots,
                plain_label(self.tr("patients at once"), role="small"),
                self.places,
                self.apply_button,
            )
        )
        rows.addWidget(self._error)
        self.which.activated.connect(self.chosen.emit)
        self.which.activated.connect(lambda _at: self._show_dates())
        for edit in (self.first, self.last):
            edit.value_changed.connect(lambda _value: self._tell_dates())
            edit.refused.connect(self.show_error)
        self.slots.valueChanged.connect(lambda _value: self.brush_changed.emit())
        self.places.valueChanged.connect(lambda _value: self.brush_changed.emit())
        self._periods: Sequence[Period] = (Period(),)

    @property
    def at(self) -> int:
        """The number of the period that is shown."""
        return max(0, self.which.currentIndex())

    def brush(self) -> tuple[int | None, int]:
        """Return with what slots (minutes; None: the usual) and places hours are painted."""
        return slot_of(self.slots), self.places.value()

    def set_usual(self, minutes: int) -> None:
        """Say how long slots usually are."""
        self.slots.setSpecialValueText(self.tr("usual ({n} min)").format(n=minutes))

    def set_periods(self, periods: Sequence[Period], at: int) -> None:
        """Show the periods; the one with this number is chosen."""
        self._periods = tuple(periods)
        self.which.clear()
        for one in periods:
            self.which.addItem(self._words(one))
        self.which.setCurrentIndex(at)
        self._show_dates()

    def set_read_only(self, read_only: bool) -> None:
        """Only show."""
        for one in (self.first, self.last, self.slots, self.places, self.add_button):
            one.setEnabled(not read_only)
        self.apply_button.setEnabled(not read_only)
        self.remove_button.setEnabled(not read_only and len(self._periods) > 1)

    def commit(self) -> bool:
        """Read the dates as they are typed; False when one is no date."""
        return self.first.commit() and self.last.commit()

    def show_error(self, words: str) -> None:
        """Show what is wrong with the dates."""
        self._error.setText(words)
        self._error.setVisible(bool(words))
        set_look(self.last.edit, invalid=bool(words))

    def _show_dates(self) -> None:
        self._showing = True
        period = self._periods[min(self.at, len(self._periods) - 1)]
        self.first.set_value(period.valid_from)
        self.last.set_value(period.valid_to)
        self.show_error("")
        self._showing = False

    def _tell_dates(self) -> None:
        if self._showing:
            return
        begin, end = self.first.value(), self.last.value()
        if begin is not None and end is not None and end < begin:
            self.show_error(self.tr("These hours end before they begin. Give a later last date."))
            return
        self.show_error("")
        self.dates_changed.emit(begin, end)

    def _words(self, one: Period) -> str:
        begin = self._formats.day(one.valid_from) if one.valid_from else ""
        end = self._formats.day(one.valid_to) if one.valid_to else ""
        if begin and end:
            return f"{begin} – {end}"
        if begin:
            return self.tr("From {day}").format(day=begin)
        return self.tr("Until {day}").format(day=end) if end else self.tr("Always")
