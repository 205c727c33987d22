"""The line over the calendar: where it is open, whose it is, how much is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QWidget

from hms_desktop.domain.dates import parse_day
from hms_desktop.domain.doctors import DoctorRow
from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.calendar.loading import Mode, Shown
from hms_desktop.ui.calendar.words import title_of
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.segmented import Segmented


class CalendarBar(QFrame):
    """Tells ``stepped`` (-1, 1), ``today_wanted``, ``day_chosen``, ``doctor_chosen``, mode."""

    stepped = Signal(int)
    today_wanted = Signal()
    day_chosen = Signal(object)
    doctor_chosen = Signal(object)
    mode_chosen = Signal(str)

    def __init__(
        self, formats: Formats, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        """Build it; it shows nothing until ``show_state``."""
        super().__init__(parent)
        self.setProperty("bar", True)
        self._formats = formats
        self._today = today
        self.previous = icon_button(
            "arrow-left", self.tr("Earlier"), lambda: self.stepped.emit(-1), shortcut="PgUp"
        )
        self.next = icon_button(
            "arrow-right", self.tr("Later"), lambda: self.stepped.emit(1), shortcut="PgDown"
        )
        self.today = button(
            self.tr("Today"), self.today_wanted.emit, tip=self.tr("Go to today (T)")
        )
        self.title = plain_label(role="heading")
        self.date = DateEdit(
            self._parse,
            formats.day,
            today,
            name=self.tr("Date to go to"),
            week_start=formats.week_start,
        )
        self.date.setFixedWidth(140)
        self.date.value_changed.connect(self._jumped)
        self.doctor = QComboBox()
        self.doctor.setAccessibleName(self.tr("Doctor"))
        self.doctor.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.doctor.setMinimumContentsLength(18)
        self.doctor.activated.connect(
            lambda place: self.doctor_chosen.emit(self.doctor.itemData(place))
        )
        self.mode = Segmented(
            [
                (Mode.DAY.value, self.tr("Day")),
                (Mode.WEEK.value, self.tr("Week")),
                (Mode.MONTH.value, self.tr("Month")),
            ],
            name=self.tr("Day, week or month"),
        )
        self.mode.changed.connect(self.mode_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(6)
        for one in (self.previous, self.today, self.next):
            row.addWidget(one)
        row.addSpacing(6)
        row.addWidget(self.title)
        row.addStretch(1)
        for field in (self.doctor, self.date, self.mode):
            row.addWidget(field)

    def show_state(self, shown: Shown) -> None:
        """Show where the calendar is open."""
        self.title.setText(title_of(shown, self._formats, self._today()))
        self.mode.set_value(shown.mode.value)
        self.date.set_value(shown.on)

    def show_doctors(self, doctors: Sequence[DoctorRow], chosen: int | None) -> None:
        """Offer the doctors whose calendars may be opened."""
        names = [(one.display_name, one.id) for one in doctors]
        box = self.doctor
        if [(box.itemText(n), box.itemData(n)) for n in range(box.count())] != names:
            box.clear()
            for name, number in names:
                box.addItem(name, number)
        box.setCurrentIndex(box.findData(chosen))
        box.setVisible(len(names) > 1)

    def jump(self) -> None:
        """Let a date be typed."""
        self.date.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.date.edit.selectAll()

    def _jumped(self, day: object) -> None:
        if day is not None:
            self.day_chosen.emit(day)

    def _parse(self, text: str) -> date:
        found = parse_day(text, self._today(), day_first=self._formats.day_first)
        if found is None:
            raise ValueError(text)
        return found
