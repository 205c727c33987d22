"""The line over the grid: which day, which doctors, day or week, saved views, zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFont, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QStackedWidget, QWidget

from hms_desktop.domain.dates import parse_day
from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.patients.formats import weekday
from hms_desktop.ui.plaintext import menu_text
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from hms_desktop.ui.front_desk.loading import Loaded, Shown
    from hms_desktop.ui.front_desk.views import SavedView
    from hms_desktop.ui.patients.formats import Formats

DAY, WEEK = "day", "week"
_TITLE_ROOM, _LEAST_TITLE = 24, 132
_NARROW, _TIGHT = 740, 640


class Toolbar(QWidget):
    """Tells what the person wants to see; the book part reads it and calls ``show_state``.

    ``day_chosen`` carries a date, ``stepped`` days (-1, 1), ``department_chosen`` an id or None,
    ``doctors_chosen`` a tuple of ids (empty: all), ``week_doctor_chosen`` an id,
    ``mode_chosen`` ``day`` or ``week``, ``view_wanted`` and ``view_saving`` a function key,
    ``zoom_wanted`` steps (0: as usual).
    """

    day_chosen = Signal(object)
    stepped = Signal(int)
    today_wanted = Signal()
    department_chosen = Signal(object)
    doctors_chosen = Signal(object)
    week_doctor_chosen = Signal(object)
    mode_chosen = Signal(str)
    view_wanted = Signal(str)
    view_saving = Signal(str)
    zoom_wanted = Signal(int)

    def __init__(
        self, formats: Formats, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        """Build it; it shows nothing until ``show_state``."""
        super().__init__(parent)
        self._formats = formats
        self._today = today
        self._loaded: Loaded | None = None
        self._views: dict[str, SavedView] = {}
        self._narrow = False
        self.previous = icon_button(
            "arrow-left", self.tr("Previous day"), lambda: self.stepped.emit(-1),
            shortcut="Alt+Left",
        )  # fmt: skip
        self.next = icon_button(
            "arrow-right", self.tr("Next day"), lambda: self.stepped.emit(1), shortcut="Alt+Right"
        )
        self.today = button(
            self.tr("Today"), self.today_wanted.emit, tip=self.tr("Go to today (Alt+Home)")
        )
        self.title = button("", self.jump, kind="quiet", name=self.tr("Jump to a date"))
        self._title_font = current_theme().font(16, QFont.Weight.DemiBold)
        self.title.setStyleSheet("font-size: 16px; font-weight: 600; padding: 4px 8px;")
        self.title.setToolTip(self.tr("Jump to a date (Ctrl+J)"))
        self.date = DateEdit(
            self._parse,
            formats.day,
            today,
            name=self.tr("Date to go to"),
            week_start=formats.week_start,
        )
        self.date.value_changed.connect(self._jumped)
        self.date.edit.installEventFilter(self)
        self.day = QStackedWidget()
        self.day.addWidget(self.title)
        self.day.addWidget(self.date)
        self.department = QComboBox()
        self.department.setAccessibleName(self.tr("Department"))
        self.department.activated.connect(self._chose_department)
        self.week_doctor = QComboBox()
        self.week_doctor.setAccessibleName(self.tr("Doctor of the week"))
        self.week_doctor.activated.connect(
            lambda place: self.week_doctor_chosen.emit(self.week_doctor.itemData(place))
        )
        for box in (self.department, self.week_doctor):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(14)
        self.mode = Segmented(
            [(DAY, self.tr("Day")), (WEEK, self.tr("Week"))], name=self.tr("Day or week")
        )
        self.mode.changed.connect(self.mode_chosen)
        self.view_button = button(self.tr("View"), icon="view", tip=self.tr("Views and zoom"))
        self.view_button.setProperty("hasmenu", True)
        self.view_menu = QMenu(self)
        self.view_menu.aboutToShow.connect(self._fill_menu)
        self.view_button.setMenu(self.view_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(6)
        row.addWidget(self.previous)
        row.addWidget(self.today)
        row.addWidget(self.next)
        row.addWidget(self.day)
        row.addStretch(1)
        row.addWidget(self.department)
        row.addWidget(self.week_doctor)
        row.addWidget(self.mode)
        row.addWidget(self.view_button)

    def show_state(self, loaded: Loaded, views: dict[str, SavedView]) -> None:
        """Show what is looked at."""
        self._loaded, self._views = loaded, views
        shown = loaded.shown
        self._show_title()
        week = shown.week_of is not None
        self.mode.set_value(WEEK if week else DAY)
        self.department.setVisible(not week and len(loaded.doctors) > 1)
        self.week_doctor.setVisible(week and len(loaded.doctors) > 1)
        self._fill(
            self.department,
            [
                (self._all_text(shown), None),
                *((one.name, one.id) for one in loaded.departments if one.doctors),
            ],
            shown.department_id,
        )
        self._fill(
            self.week_doctor, [(one.display_name, one.id) for one in loaded.doctors], shown.week_of
        )

    def jump(self) -> None:
        """Let a date be typed in place of the title."""
        if self._loaded is not None:
            self.date.set_value(self._loaded.shown.on)
        self.day.setCurrentWidget(self.date)
        self.date.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.date.edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc in the date field shows the title again."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.day.setCurrentWidget(self.title)
            self.title.setFocus()
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say it shorter where there is little room."""
        super().resizeEvent(event)
        # The title jumps to a date too, and the key goes on working.
        self.today.setVisible(self.width() >= _TIGHT)
        narrow = self.width() < _NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self.view_button.setText("" if narrow else self.tr("View"))
            for box in (self.department, self.week_doctor):
                box.setMinimumContentsLength(9 if narrow else 14)
            self._show_title()

    def _show_title(self) -> None:
        if self._loaded is None:
            return
        title = self._title_of(self._loaded.shown)
        self.title.setText(menu_text(title))
        width = QFontMetrics(self._title_font).horizontalAdvance(title)
        self.day.setFixedWidth(max(width + _TITLE_ROOM, _LEAST_TITLE))

    def _title_of(self, shown: Shown) -> str:
        today = self._today()
        if shown.week_of is None and self._narrow:
            return f"{weekday(shown.on)} {self._formats.short(shown.on, today)}"
        if shown.week_of is None:
            return self._formats.long(shown.on, today)
        return self.tr("Week of {day}").format(day=self._formats.short(shown.first, today))

    def _all_text(self, shown: Shown) -> str:
        if shown.doctor_ids:
            return self.tr("{count} doctors").format(count=len(shown.doctor_ids))
        return self.tr("All departments")

    @staticmethod
    def _fill(box: QComboBox, items: list[tuple[str, int | None]], chosen: int | None) -> None:
        if [(box.itemText(n), box.itemData(n)) for n in range(box.count())] != items:
            box.clear()
            for text, data in items:
                box.addItem(text, data)
        place = next((n for n, (_text, data) in enumerate(items) if data == chosen), 0)
        box.setCurrentIndex(place)

    def _chose_department(self, place: int) -> None:
        self.department_chosen.emit(self.department.itemData(place))

    def _parse(self, text: str) -> date:
        found = parse_day(text, self._today(), day_first=self._formats.day_first)
        if found is None:
            raise ValueError(text)
        return found

    def _jumped(self, day: object) -> None:
        self.day.setCurrentWidget(self.title)
        if day is not None:
            self.day_chosen.emit(day)

    def _fill_menu(self) -> None:
        menu, loaded = self.view_menu, self._loaded
        menu.clear()
        for key in ("F5", "F6", "F7", "F8"):
            view = self._views.get(key)
            text = menu_text(view.name) if view is not None else self.tr("Empty")
            action = menu.addAction(f"{text}\t{key}")
            action.setEnabled(view is not None)
            action.triggered.connect(lambda _on=False, key=key: self.view_wanted.emit(key))
        saving = menu.addMenu(self.tr("Save what is shown as"))
        for key in ("F5", "F6", "F7", "F8"):
            action = saving.addAction(f"{key}\tCtrl+Shift+{key}")
            action.triggered.connect(lambda _on=False, key=key: self.view_saving.emit(key))
        menu.addSeparator()
        if loaded is not None and len(loaded.doctors) > 1:
            self._doctor_menu(menu.addMenu(self.tr("Doctors shown")), loaded)
            menu.addSeparator()
        for text, step in (
            (self.tr("Zoom in") + "\tCtrl++", 1),
            (self.tr("Zoom out") + "\tCtrl+-", -1),
            (self.tr("Usual zoom") + "\tCtrl+0", 0),
        ):
            action = menu.addAction(text)
            action.triggered.connect(lambda _on=False, step=step: self.zoom_wanted.emit(step))

    def _doctor_menu(self, menu: QMenu, loaded: Loaded) -> None:
        every = menu.addAction(self.tr("All doctors"))
        every.triggered.connect(lambda _on=False: self.doctors_chosen.emit(()))
        menu.addSeparator()
        shown = {one.id for one in loaded.columns}
        group = QActionGroup(menu)
        group.setExclusive(False)
        for doctor in loaded.doctors:
            action = QAction(menu_text(doctor.display_name), menu)
            action.setCheckable(True)
            action.setChecked(doctor.id in shown)
            action.toggled.connect(
                lambda on, one=doctor.id: self.doctors_chosen.emit(
                    tuple(sorted(shown | {one} if on else shown - {one}))
                )
            )
            group.addAction(action)
            menu.addAction(action)
