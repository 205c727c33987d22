"""Small editors that the parts share: dates, times of day, spins."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QSpinBox

from hms_desktop.domain.dates import parse_day, parse_time
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hours import LONGEST_SLOT, MOST_CAPACITY
from hms_desktop.domain.zones import MINUTES_A_DAY
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.date_edit import DateEdit

_CONTEXT = "availability"
_MIDNIGHTS = {"24", "24:00", "24.00", "2400"}


def day_edit(desk: Desk, name: str, *, empty: str = "") -> DateEdit:
    """Return a date field in the hospital's format; ``empty`` stands where there is no date."""
    formats = Formats.of(desk.settings)

    def parse(text: str) -> date:
        found = parse_day(text, desk.today(), day_first=desk.settings.day_first)
        if found is None:
            raise ValueError(text)
        return found

    edit = DateEdit(parse, formats.day, desk.today, name=name, week_start=formats.week_start)
    edit.setFixedWidth(current_theme().px(136))
    edit.edit.setPlaceholderText(empty)
    return edit


def time_edit(name: str, width: int = 72) -> QLineEdit:
    """Return a field for a time of day; read it with ``minute_of``."""
    edit = QLineEdit()
    edit.setAccessibleName(name)
    edit.setFixedWidth(current_theme().px(width))
    return edit


def minute_of(edit: QLineEdit, field: str, *, ends: bool = False) -> int:
    """Return the typed minute of the day; raises Invalid at the field.

    Where something ``ends`` 24:00 and midnight are the end of the day.
    """
    text = edit.text().strip()
    if ends and text in _MIDNIGHTS:
        return MINUTES_A_DAY
    found = parse_time(text)
    if found is None:
        raise Invalid(field, "'{text}' is no time of day. Type it like 14:30.", text=text)
    minute = found.hour * 60 + found.minute
    return MINUTES_A_DAY if ends and minute == 0 else minute


def slot_spin(usual: int) -> QSpinBox:
    """Return a field for the length of slots; 0 is the usual length (see ``slot_of``)."""
    spin = QSpinBox()
    spin.setRange(0, LONGEST_SLOT)
    spin.setSingleStep(5)
    spin.setSuffix(QCoreApplication.translate(_CONTEXT, " min"))
    words = QCoreApplication.translate(_CONTEXT, "usual ({n} min)")
    spin.setSpecialValueText(words.format(n=usual))
    spin.setAccessibleName(QCoreApplication.translate(_CONTEXT, "Length of slots"))
    return spin


def slot_of(spin: QSpinBox) -> int | None:
    """Return the chosen length of slots (minutes); None: the usual."""
    return spin.value() or None


def places_spin() -> QSpinBox:
    """Return a field for how many patients come at once."""
    spin = QSpinBox()
    spin.setRange(1, MOST_CAPACITY)
    spin.setAccessibleName(QCoreApplication.translate(_CONTEXT, "Patients at once"))
    return spin
