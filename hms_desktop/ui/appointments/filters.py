"""The filters over the list of appointments; remembered per person and workstation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain import zones
from hms_desktop.domain.appointments import AppointmentFilter, VisitType
from hms_desktop.domain.doctors import DepartmentRow, DoctorRow
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.visit_parts import VisitPart
from hms_desktop.ui.appointments.check_menu import CheckMenu
from hms_desktop.ui.appointments.part_filter import PartFilter
from hms_desktop.ui.appointments.saved import SavedFilters, State
from hms_desktop.ui.appointments.words import SHOWN, status_word
from hms_desktop.ui.availability.edits import day_edit
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.segmented import Segmented

MEMORY = "appointments/filters"
PERIODS = ("today", "tomorrow", "week", "custom")


class FilterBar(QWidget):
    """Period, text, doctors, departments, statuses, visit types; ``changed`` after each choice."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Show what was chosen last time."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.period = Segmented(
            (
                ("today", self.tr("Today")),
                ("tomorrow", self.tr("Tomorrow")),
                ("week", self.tr("This week")),
                ("custom", self.tr("Dates")),
            ),
            name=self.tr("Period"),
        )
        self.first = day_edit(desk, self.tr("From"), empty=self.tr("From"))
        self.last = day_edit(desk, self.tr("To"), empty=self.tr("To"))
        self._note = plain_label(role="error", parent=self)
        self._note.hide()
        self.text = SearchBox(
            self.tr("Patient, MRN or doctor"), name=self.tr("Search in the list"), shortcut="Ctrl+F"
        )
        self.doctors = CheckMenu(self.tr("All doctors"), self.tr("Doctors"))
        self.departments = CheckMenu(self.tr("All departments"), self.tr("Departments"))
        self.statuses = CheckMenu(self.tr("All statuses"), self.tr("Statuses"))
        self.types = CheckMenu(self.tr("All visit types"), self.tr("Visit types"))
        self.statuses.set_choices([(status.value, status_word(status)) for status in SHOWN])
        self.reset_button = button(self.tr("Reset"), self.reset, kind="link")
        self.part = PartFilter(self._formats)
        self.saved = SavedFilters(desk.memory, self.state)
        self.saved.chosen.connect(self.set_state)
        # A doctor sees own visits only: there is nothing to choose.
        for one in (self.doctors, self.departments):
            if not desk.actor.may("appointments.read"):
                one.hide()
        self._lay_out()
        self._restore()
        self.period.changed.connect(self._period_chosen)
        for edit in (self.first, self.last):
            edit.value_changed.connect(lambda _day: self._tell())
            edit.refused.connect(self._refused)
        self.text.query_changed.connect(lambda _text: self._tell())
        for menu in (self.doctors, self.departments, self.statuses, self.types):
            menu.changed.connect(self._tell)
        self.part.changed.connect(self._tell)

    def set_choices(
        self,
        doctors: tuple[DoctorRow, ...],
        departments: tuple[DepartmentRow, ...],
        types: tuple[VisitType, ...],
    ) -> None:
        """Offer what there is to choose from."""
        self.doctors.set_choices([(one.id, one.display_name) for one in doctors])
        self.departments.set_choices([(one.id, one.name) for one in departments])
        self.types.set_choices([(one.id, one.name) for one in types])

    def days(self) -> tuple[date, date]:
        """Return the first and the last local date that are shown."""
        today, period = self._desk.today(), self.period.value()
        if period == "tomorrow":
            return today + timedelta(days=1), today + timedelta(days=1)
        if period == "week":
            back = (today.weekday() - self._desk.settings.week_start) % 7
            first = today - timedelta(days=back)
            return first, first + timedelta(days=6)
        if period == "custom":
            first = self.first.value() or today
            last = self.last.value() or first
            return min(first, last), max(first, last)
        return today, today

    def wish(self) -> AppointmentFilter:
        """Return what the list is asked for."""
        first, last = self.days()
        zone = self._desk.zone
        return AppointmentFilter(
            begins=zones.day_bounds(zone, first)[0],
            ends=zones.day_bounds(zone, last)[1],
            doctor_ids=_ints(self.doctors.values()),
            department_ids=_ints(self.departments.values()),
            statuses=tuple(Status(str(one)) for one in self.statuses.values()),
            visit_type_ids=_ints(self.types.values()),
            text=self.text.text(),
            part=self.part.part,
        )

    def narrowed(self) -> bool:
        """Say whether more than the period narrows the list."""
        return bool(
            self.text.text().strip()
            or self.doctors.values()
            or self.departments.values()
            or self.statuses.values()
            or self.types.values()
            or self.part.part
        )

    def state(self) -> State:
        """Return everything that is set, to be kept under a name."""
        first, last = self.days()
        kept: State = {"period": self.period.value(), "text": self.text.text()}
        if kept["period"] == "custom":
            kept |= {"first": first.isoformat(), "last": last.isoformat()}
        if self.part.part is not None:
            kept["part"] = self.part.part.kept()
        return kept | {name: list(menu.values()) for name, menu in self._menus().items()}

    def set_state(self, state: State) -> None:
        """Set everything as it was kept; what is no longer there to choose falls away."""
        self._set_choices(state, PERIODS)
        days = [_day(state.get(name)) for name in ("first", "last")]
        if self.period.value() == "custom" and None not in days:
            self.first.set_value(days[0])
            self.last.set_value(days[1])
        self.text.set_text(str(state.get("text", "")), tell=False)
        self.part.set_part(VisitPart.of(state.get("part")))
        self._show_dates()
        self._tell()

    def reset(self) -> None:
        """Show everything of today."""
        self.period.set_value("today")
        self.text.set_text("", tell=False)
        self.part.set_part(None)
        for menu in (self.doctors, self.departments, self.statuses, self.types):
            menu.set_values(())
        self._show_dates()
        self._tell()

    # ----------------------------------------------------------------------------- inside
    def _lay_out(self) -> None:
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for line in (upper, lower):
            line.setSpacing(8)
            line.setContentsMargins(0, 0, 0, 0)
        upper.addWidget(self.period)
        upper.addWidget(self.first)
        upper.addWidget(self.last)
        upper.addWidget(self._note)
        upper.addStretch(1)
        self.text.setMinimumWidth(current_theme().px(280))
        upper.addWidget(self.text)
        for menu in (self.doctors, self.departments, self.statuses, self.types):
            lower.addWidget(menu)
        lower.addWidget(self.reset_button)
        lower.addStretch(1)
        lower.addWidget(self.saved)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(upper)
        layout.addLayout(lower)
        layout.addWidget(self.part)

    def _period_chosen(self, period: str) -> None:
        if period == "custom" and self.first.value() is None:
            self.first.set_value(self._desk.today())
            self.last.set_value(self._desk.today() + timedelta(days=6))
        self._show_dates()
        if period == "custom":
            self.first.edit.setFocus()
        self._tell()

    def _show_dates(self) -> None:
        custom = self.period.value() == "custom"
        self.first.setVisible(custom)
        self.last.setVisible(custom)
        self._note.hide()

    def _refused(self, why: str) -> None:
        self._note.setText(why)
        self._note.show()

    def _tell(self) -> None:
        self._note.hide()
        self._desk.memory.put(
            MEMORY,
            {
                "period": self.period.value(),
                **{name: list(menu.values()) for name, menu in self._menus().items()},
            },
        )
        self.changed.emit()

    def _restore(self) -> None:
        # Neither a typed name nor a date is kept: what was searched last week misleads today.
        kept: Any = self._desk.memory.get(MEMORY, {})
        kept = kept if isinstance(kept, dict) else {}
        self._set_choices(kept, PERIODS[:3])
        self._show_dates()

    def _set_choices(self, kept: State, periods: tuple[str, ...]) -> None:
        period = kept.get("period", "today")
        self.period.set_value(period if period in periods else "today")
        for name, menu in self._menus().items():
            fits = _is_status if name == "statuses" else _is_id
            values = kept.get(name, ())
            values = values if isinstance(values, list | tuple) else ()
            menu.set_values([one for one in values if fits(one)])

    def _menus(self) -> dict[str, CheckMenu]:
        return {
            "doctors": self.doctors,
            "departments": self.departments,
            "statuses": self.statuses,
            "types": self.types,
        }


def _is_id(value: object) -> bool:
    return isinstance(value, int)


def _is_status(value: object) -> bool:
    return isinstance(value, str) and value in {status.value for status in SHOWN}


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _ints(values: tuple[object, ...]) -> tuple[int, ...]:
    return tuple(one for one in values if isinstance(one, int))
