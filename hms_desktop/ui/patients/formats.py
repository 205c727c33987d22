"""Dates, times, ages and sexes as this hospital writes them; every screen shows them this way.

Birth dates always carry four digits of the year: two people of one name may be a century apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from hms_desktop.domain.dates import AgeUnit, BirthDate, BirthPrecision, age
from hms_desktop.domain.patients import Sex

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from hms_desktop.domain.patients import PatientHit
    from hms_desktop.domain.settings import HospitalSettings

_CONTEXT = "formats"
_DAYS_BY_NAME = 7
"""Days ahead that a weekday alone names without doubt."""


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


@dataclass(frozen=True, slots=True)
class Formats:
    """How one hospital writes dates and times; made from its settings, costs nothing.

    A week begins on ``week_start`` (Monday 0).
    """

    day_first: bool = True
    clock_24h: bool = True
    zone: ZoneInfo | None = None
    week_start: int = 0

    @classmethod
    def of(cls, settings: HospitalSettings) -> Formats:
        """Return the formats of a hospital."""
        return cls(settings.day_first, settings.clock_24h, settings.zone_info, settings.week_start)

    def local(self, moment: datetime) -> datetime:
        """Return a UTC moment as the hospital's clock shows it."""
        return moment.astimezone(self.zone)

    def day_of(self, moment: datetime) -> date:
        """Return the hospital's date of a UTC moment."""
        return self.local(moment).date()

    # ------------------------------------------------------------------------------- times
    def clock(self, at: time) -> str:
        """Return a local time of day: 15:05 or 3:05 pm."""
        if self.clock_24h:
            return f"{at.hour:02}:{at.minute:02}"
        half = _tr("am") if at.hour < 12 else _tr("pm")  # noqa: PLR2004 - noon
        return f"{at.hour % 12 or 12}:{at.minute:02} {half}"

    def minute(self, minute: int) -> str:
        """Return a minute of the local day as a time; 1440 is the midnight at its end."""
        return self.clock(time(minute // 60 % 24, minute % 60))

    def at(self, moment: datetime) -> str:
        """Return the hospital's time of a UTC moment."""
        return self.clock(self.local(moment).time())

    def span(self, starts_at: datetime, ends_at: datetime) -> str:
        """Return two UTC moments as times: 15:00–15:30."""
        return f"{self.at(starts_at)}–{self.at(ends_at)}"

    # ------------------------------------------------------------------------------- dates
    def day(self, day: date) -> str:
        """Return a date in digits, as it can be typed: 12.03.1980 or 03/12/1980."""
        if self.day_first:
            return f"{day.day:02}.{day.month:02}.{day.year:04}"
        return f"{day.month:02}/{day.day:02}/{day.year:04}"

    def short(self, day: date, today: date) -> str:
        """Return a date in words as short as can be: 3 Nov, with the year where it differs."""
        month = QLocale().standaloneMonthName(day.month, QLocale.FormatType.ShortFormat)
        words = f"{day.day} {month}" if self.day_first else f"{month} {day.day}"
        return words if day.year == today.year else f"{words} {day.year}"

    def long(self, day: date, today: date | None = None) -> str:
        """Return a date with its weekday: Mon 23 November, with the year where it differs."""
        month = QLocale().standaloneMonthName(day.month)
        words = f"{day.day} {month}" if self.day_first else f"{month} {day.day}"
        year = "" if today is not None and day.year == today.year else f" {day.year}"
        return f"{weekday(day)} {words}{year}"

    def relative(self, day: date, today: date) -> str:
        """Return Today, Tomorrow, Yesterday, a weekday of the coming six days, else a date."""
        away = (day - today).days
        near = {0: _tr("Today"), 1: _tr("Tomorrow"), -1: _tr("Yesterday")}
        if away in near:
            return near[away]
        if 0 < away < _DAYS_BY_NAME:
            return weekday(day)
        return f"{weekday(day)} {self.short(day, today)}"

    def moment(self, moment: datetime, now: datetime) -> str:
        """Return a UTC moment as people say it: Today 11:30, Tue 09:15, Tue 1 Dec 09:15."""
        return f"{self.relative(self.day_of(moment), self.day_of(now))} {self.at(moment)}"

    # ------------------------------------------------------------------------------ people
    def birth(self, birth: BirthDate | None) -> str:
        """Return a birth date as exactly as it is known: 12.03.1980, 03.1980, 1980, ~1980."""
        if birth is None:
            return _tr("birth date not known")
        day = birth.date
        match birth.precision:
            case BirthPrecision.DAY:
                return self.day(day)
            case BirthPrecision.MONTH:
                return f"{day.month:02}{'.' if self.day_first else '/'}{day.year:04}"
            case BirthPrecision.YEAR:
                return f"{day.year:04}"
            case _:
                return f"~{day.year:04}"

    def person(self, hit: PatientHit, today: date) -> str:
        """Return what tells a patient apart in one line: M 46 · 12.03.1980 · H-002913."""
        birth = birth_of(hit.birth_date, hit.birth_precision)
        who = " ".join(part for part in (sex_letter(hit.sex), short_age(birth, today)) if part)
        parts = (who, self.birth(birth) if birth else "", hit.mrn)
        return " · ".join(part for part in parts if part)

    def visit(self, hit: PatientHit, now: datetime) -> str:
        """Return a patient's visits as a chip: today 11:30, next 5 Dec, last 3 Nov, never."""
        today = self.day_of(now)
        coming = hit.next_visit
        if coming is not None and self.day_of(coming) == today:
            return _tr("today {time}").format(time=self.at(coming))
        if coming is not None:
            return _tr("next {day}").format(day=self.short(self.day_of(coming), today))
        if hit.last_visit is None:
            return _tr("never")
        last = self.day_of(hit.last_visit)
        if last == today:
            return _tr("seen today")
        return _tr("last {day}").format(day=self.short(last, today))


def birth_of(day: date | None, precision: str) -> BirthDate | None:
    """Return a birth date from the two columns of a list."""
    return None if day is None else BirthDate(day, BirthPrecision(precision or "day"))


def weekday(day: date) -> str:
    """Return the short name of a date's weekday: Tue."""
    return QLocale().standaloneDayName(day.isoweekday(), QLocale.FormatType.ShortFormat)


def weekday_names() -> tuple[str, ...]:
    """Return the short names of the weekdays, Monday first."""
    monday = date(2024, 1, 1)
    return tuple(weekday(monday + timedelta(days=number)) for number in range(7))


def short_age(birth: BirthDate | date | None, today: date) -> str:
    """Return an age as lists show it: 46, ~46, 8 mo, 3 wk; empty when nobody knows."""
    if birth is None:
        return ""
    found = age(birth, today)
    if found.unit is AgeUnit.YEARS:
        return f"{'~' if found.approximate else ''}{found.value}"
    return found.display


def long_age(birth: BirthDate | date | None, today: date) -> str:
    """Return an age in words: 46 years, about 46 years, 8 months; says when nobody knows."""
    if birth is None:
        return _tr("age not known")
    found = age(birth, today)
    one = found.value == 1
    words = {
        AgeUnit.YEARS: _tr("{n} year") if one else _tr("{n} years"),
        AgeUnit.MONTHS: _tr("{n} month") if one else _tr("{n} months"),
        AgeUnit.WEEKS: _tr("{n} week") if one else _tr("{n} weeks"),
        AgeUnit.DAYS: _tr("{n} day") if one else _tr("{n} days"),
    }[found.unit].format(n=found.value)
    return _tr("about {age}").format(age=words) if found.approximate else words


def sex_letter(sex: str) -> str:
    """Return a sex as one letter: M, F, O; empty when nobody knows."""
    return {Sex.MALE: _tr("M"), Sex.FEMALE: _tr("F"), Sex.OTHER: _tr("O")}.get(Sex(sex), "")


def sex_word(sex: str) -> str:
    """Return a sex as a word."""
    return {
        Sex.MALE: _tr("Male"),
        Sex.FEMALE: _tr("Female"),
        Sex.OTHER: _tr("Other"),
        Sex.UNKNOWN: _tr("Not known"),
    }[Sex(sex)]
