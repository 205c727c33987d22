"""What report is wanted: the hospital's month, a doctor's month, a doctor's day."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QVBoxLayout, QWidget

from hms_desktop.domain.doctors import DoctorRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.numbers.month_picker import MonthPicker
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.today.follow_up import read_day
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.field import Field

WIDTH = 384


class _Choice(QFrame):
    """One kind of report: what it is, its fields, and the button that shows it."""

    def __init__(
        self,
        title: str,
        detail: str,
        fields: tuple[QWidget, ...],
        show: Callable[[], object],
        words: str,
        *,
        main: bool = False,
    ) -> None:
        super().__init__()
        self.setProperty("panel", True)
        self.setAccessibleName(title)
        self.button = button(
            words,
            show,
            kind="primary" if main else "secondary",
            icon="document",
            name=f"{words}: {title}",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.setSpacing(10)
        layout.addWidget(plain_label(title, role="section", wrap=True))
        layout.addWidget(plain_label(detail, role="small", wrap=True))
        for one in fields:
            layout.addWidget(one)
        layout.addWidget(self.button)


class ReportChoices(QWidget):
    """Tells which report is wanted; the page shows it."""

    hospital_wanted = Signal(object)  # Month
    doctor_wanted = Signal(object, object)  # doctor id, Month
    day_wanted = Signal(object, object)  # doctor id, date

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Begin with the last month that is over, and with today."""
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        formats = Formats.of(desk.settings)
        self.hospital_month = MonthPicker(desk.today())
        self.doctor_month = MonthPicker(desk.today())
        for picker in (self.hospital_month, self.doctor_month):
            picker.this_month.hide()  # there is no room, and it is one step away
        self.doctor = QComboBox()
        self.day_doctor = QComboBox()
        self.day = DateEdit(
            lambda text: read_day(text, desk),
            formats.day,
            desk.today,
            name=self.tr("Day"),
            week_start=formats.week_start,
        )
        self.day.set_value(desk.today())
        self.day_field = Field(self.tr("Day"), self.day)
        show = self.tr("Show")
        self.hospital = _Choice(
            self.tr("The hospital's month"),
            self.tr("Figures, charts, departments and doctors."),
            (self.hospital_month,),
            lambda: self.hospital_wanted.emit(self.hospital_month.value),
            show,
            main=True,
        )
        self.of_doctor = _Choice(
            self.tr("A doctor's month"),
            self.tr("Visits, hours, waiting, diagnoses of one doctor."),
            (Field(self.tr("Doctor"), self.doctor), self.doctor_month),
            self._want_doctor,
            show,
        )
        self.of_day = _Choice(
            self.tr("Day sheet"),
            self.tr("One doctor's visits of a day, as a list."),
            (Field(self.tr("Doctor"), self.day_doctor), self.day_field),
            self._want_day,
            show,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for one in (self.hospital, self.of_doctor, self.of_day):
            layout.addWidget(one)
        layout.addStretch(1)
        self.show_doctors(())

    def show_doctors(self, doctors: tuple[DoctorRow, ...]) -> None:
        """Offer doctors; the one that was chosen stays."""
        for combo in (self.doctor, self.day_doctor):
            before = combo.currentData()
            combo.clear()
            for one in doctors:
                combo.addItem(one.display_name, one.id)
            combo.setCurrentIndex(max(0, combo.findData(before)))
        for choice in (self.of_doctor, self.of_day):
            choice.button.setEnabled(bool(doctors))

    def _want_doctor(self) -> None:
        self.doctor_wanted.emit(self.doctor.currentData(), self.doctor_month.value)

    def _want_day(self) -> None:
        if self.day.commit() and self.day.value() is not None:
            self.day_wanted.emit(self.day_doctor.currentData(), self.day.value())
