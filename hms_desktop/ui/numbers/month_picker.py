"""Which month: a name, a year, one step back or on."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QWidget

from hms_desktop.domain.doctor_month import Month
from hms_desktop.ui.buttons import button, icon_button

_MONTHS = 12
_FIRST_YEAR = 1971


class MonthPicker(QWidget):
    """Tells ``changed`` (Month) when the person chose another; no month after the present one."""

    changed = Signal(object)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        """Start at the last month that is over."""
        super().__init__(parent)
        self._newest = Month(today.year, today.month)
        self.earlier = icon_button(
            "arrow-left", self.tr("Month before"), lambda: self.step(-1), shortcut="PgUp"
        )
        self.later = icon_button(
            "arrow-right", self.tr("Next month"), lambda: self.step(1), shortcut="PgDown"
        )
        self.month = QComboBox()
        self.month.setAccessibleName(self.tr("Month"))
        for number in range(1, _MONTHS + 1):
            self.month.addItem(QLocale().standaloneMonthName(number), number)
        self.month.activated.connect(lambda _place: self._chosen())
        self.year = QSpinBox()
        self.year.setAccessibleName(self.tr("Year"))
        self.year.setRange(_FIRST_YEAR, today.year)
        self.year.setGroupSeparatorShown(False)
        self.year.valueChanged.connect(lambda _year: self._chosen())
        self.this_month = button(self.tr("This month"), lambda: self.set_month(self._newest))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for one in (self.earlier, self.month, self.year, self.later, self.this_month):
            row.addWidget(one)
        self._value = self._newest.before
        self._show()

    @property
    def value(self) -> Month:
        """The chosen month."""
        return self._value

    def set_month(self, month: Month) -> None:
        """Choose a month (the present one instead of a later one) and tell it."""
        month = min(month, self._newest)
        if month.year < _FIRST_YEAR:
            return
        changed, self._value = month != self._value, month
        self._show()
        if changed:
            self.changed.emit(month)

    def step(self, months: int) -> None:
        """Go some months back or on."""
        count = self._value.year * _MONTHS + self._value.month - 1 + months
        self.set_month(Month(count // _MONTHS, count % _MONTHS + 1))

    def _chosen(self) -> None:
        self.set_month(Month(self.year.value(), int(self.month.currentData())))

    def _show(self) -> None:
        self.month.setCurrentIndex(self._value.month - 1)
        self.year.blockSignals(True)
        self.year.setValue(self._value.year)
        self.year.blockSignals(False)
        self.later.setEnabled(self._value < self._newest)
        self.this_month.setEnabled(self._value != self._newest)
