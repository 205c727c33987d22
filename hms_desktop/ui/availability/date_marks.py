"""What is special about dates: exceptions, leave and holidays as marks and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.availability_rules import DayPlan, ExceptionKind
from hms_desktop.domain.hours import ExceptionRow, HolidayRow, LeaveRow
from hms_desktop.domain.zones import day_bounds
from hms_desktop.ui.availability.exception_list import exception_words
from hms_desktop.ui.availability.month import Mark
from hms_desktop.ui.patients.formats import Formats

BEYOND = timedelta(days=7)
"""The next seven days may reach so far over the sheet of a month."""
_KINDS = {
    ExceptionKind.CLOSES: "closed",
    ExceptionKind.ADDS: "extra",
    ExceptionKind.REPLACES: "other",
}


@dataclass(frozen=True, slots=True)
class DatesRead:
    """What was read for a sheet of dates and the days whose slots are shown."""

    exceptions: tuple[ExceptionRow, ...]
    leaves: tuple[LeaveRow, ...]
    holidays: tuple[HolidayRow, ...]
    plans: Mapping[date, DayPlan]


def date_marks(read: DatesRead, sheet: Sequence[date], formats: Formats) -> dict[date, Mark]:
    """Return what is special about each date of a month's sheet; leave stands over the rest."""
    marks: dict[date, Mark] = {}
    for row in read.exceptions:
        words = exception_words(row, formats)
        kind = _KINDS[row.kind]
        before = marks.get(row.on_date)
        if before is not None:
            kind = before.kind if before.kind == "closed" else kind
            words = f"{before.words}; {words}"
        marks[row.on_date] = Mark(kind, words)
    for holiday in read.holidays:
        marks.setdefault(holiday.on_date, Mark("holiday", holiday.name))
    away = QCoreApplication.translate("dates", "away")
    for leave in read.leaves:
        last = min(formats.day_of(leave.ends_at - timedelta(seconds=1)), sheet[-1] + BEYOND)
        on = max(formats.day_of(leave.starts_at), sheet[0] - BEYOND)
        while on <= last:
            marks[on] = Mark("leave", leave.reason or away)
            on += timedelta(days=1)
    return marks


def words_of(day: date, read: DatesRead, zone: ZoneInfo) -> list[str]:
    """Return the leave and the holidays of a date as sentences."""
    translate = QCoreApplication.translate
    begins, ends = day_bounds(zone, day)
    none = translate("dates", "no reason was given")
    words = [
        translate("dates", "Leave: {reason}").format(reason=one.reason or none)
        for one in read.leaves
        if one.starts_at < ends and one.ends_at > begins
    ]
    words += [
        translate("dates", "Hospital holiday: {name}").format(name=one.name)
        for one in read.holidays
        if one.on_date == day
    ]
    return words
