"""Dates, ages and times of day as a desk types them, in the hospital's own calendar.

``parse_birth_date`` refuses with a sentence; ``parse_day`` and ``parse_time`` answer None for
what they do not understand, because the booking line tries every word. All dates are local dates
of the hospital: ``today`` is passed in.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.names import fold

OLDEST_YEARS = 130
_YEAR_DIGITS = 4
_CENTURY = 2_000
"""Two-digit years of appointments lie in this century."""


class BirthPrecision(StrEnum):
    """How exactly a birth date is known; ``estimated`` comes from an age."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date and how exactly it is known (month: day 1; year: 1 January)."""

    date: date
    precision: BirthPrecision = BirthPrecision.DAY


class AgeUnit(StrEnum):
    """What an age is counted in."""

    YEARS = "y"
    MONTHS = "mo"
    WEEKS = "wk"
    DAYS = "d"


@dataclass(frozen=True, slots=True)
class Age:
    """An age as it is shown: days to 2 weeks, weeks to 2 months, months to 2 years, years."""

    value: int
    unit: AgeUnit
    years: int
    approximate: bool = False

    @property
    def display(self) -> str:
        """The age in short: ``46 y``, ``8 mo``, ``3 wk``, ``5 d``; ``~46 y`` where estimated."""
        return f"{'~' if self.approximate else ''}{self.value} {self.unit}"


_WEEKS_FROM_DAYS = 14
_MONTHS_FROM_DAYS = 56
_YEARS_FROM_MONTHS = 24


def age(birth: BirthDate | date, on: date) -> Age:
    """Return the age on a day; born on 29 February counts from 1 March in other years."""
    born = birth.date if isinstance(birth, BirthDate) else birth
    rough = isinstance(birth, BirthDate) and birth.precision in {
        BirthPrecision.YEAR,
        BirthPrecision.ESTIMATED,
    }
    days = max(0, (on - born).days)
    months = max(0, (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day))
    years = months // 12
    if days < _WEEKS_FROM_DAYS:
        return Age(days, AgeUnit.DAYS, years, rough)
    if days < _MONTHS_FROM_DAYS:
        return Age(days // 7, AgeUnit.WEEKS, years, rough)
    if months < _YEARS_FROM_MONTHS:
        return Age(months, AgeUnit.MONTHS, years, rough)
    return Age(years, AgeUnit.YEARS, years, rough)


_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august",
           "september", "october", "november", "december")  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ABBREVIATED = 3

_AGE = re.compile(r"(\d{1,4}) ?(y|yr|yrs|year|years|m|mo|mos|month|months|w|wk|wks|week|weeks|"
                  r"d|day|days)(?: old)?")  # fmt: skip
_AGES = re.compile(rf"(?:{_AGE.pattern} ?)+")
_UNREADABLE = (
    "This is no date or age that can be read. Nothing was saved. Type it like 12.03.1980, "
    "12 mar 1980, 1980 or 46 y."
)


def parse_birth_date(
    text: str, *, today: date, day_first: bool = True, field: str = "birth"
) -> BirthDate:
    """Read a birth date or an age; two-digit years are the latest past ones. Raises Invalid.

    A bare number of up to three digits is an age in years; such dates are ``estimated`` and lie
    exactly that long before today.
    """
    # Fold makes every separator one blank and every digit an ASCII one.
    words = "" if text.lstrip()[:1] in {"-", "+"} else fold(text[:60])
    found = _birth_from_age(words, today) or _birth_from_numbers(words, today, day_first=day_first)
    found = found or _birth_from_words(words, today)
    if found is None:
        raise Invalid(field, _UNREADABLE)
    if found.date > today:
        raise Invalid(
            field,
            "This birth date lies in the future. Nothing was saved. Look at the year again.",
        )
    if found.date < _months_before(today, OLDEST_YEARS * 12):
        raise Invalid(
            field,
            "This birth date is more than {years} years ago. Nothing was saved. Look at the year "
            "again.",
            years=OLDEST_YEARS,
        )
    return found


def _birth_from_age(words: str, today: date) -> BirthDate | None:
    if re.fullmatch(r"\d{1,3}", words):
        months, days = int(words) * 12, 0
    elif _AGES.fullmatch(words):
        months = days = 0
        for match in _AGE.finditer(words):
            count, unit = int(match[1]), match[2][0]
            months += count * {"y": 12, "m": 1}.get(unit, 0)
            days += count * {"w": 7, "d": 1}.get(unit, 0)
    else:
        return None
    try:
        born = _months_before(today, months) - timedelta(days=days)
    except (ValueError, OverflowError):
        # Older than the calendar: the first day of it is refused as too long ago.
        born = date.min
    return BirthDate(born, BirthPrecision.ESTIMATED)


def _birth_from_numbers(words: str, today: date, *, day_first: bool) -> BirthDate | None:
    digits = words.replace(" ", "")
    parts = words.split()
    if not (digits.isascii() and digits.isdigit()):
        return None
    match [len(part) for part in parts]:
        case [4]:
            return _partial(int(digits), 1, BirthPrecision.YEAR)
        case [6]:
            parts = [digits[:2], digits[2:4], digits[4:]]
        case [8]:
            split = [[digits[:2], digits[2:4], digits[4:]], [digits[:4], digits[4:6], digits[6:]]]
            known = [
                one for each in split if (one := _from_three(each, today, day_first=day_first))
            ]
            earliest = _months_before(today, OLDEST_YEARS * 12)
            fitting = [one for one in known if earliest <= one.date <= today]
            return next(iter(fitting or known), None)
        case [1 | 2, 4]:
            return _partial(int(parts[1]), int(parts[0]), BirthPrecision.MONTH)
        case [4, 1 | 2]:
            return _partial(int(parts[0]), int(parts[1]), BirthPrecision.MONTH)
        case _:
            pass
    return _from_three(parts, today, day_first=day_first)


def _from_three(parts: list[str], today: date, *, day_first: bool) -> BirthDate | None:
    match [len(part) for part in parts]:
        case [4, 1 | 2, 1 | 2]:
            year, month, day = parts
        case [1 | 2, 1 | 2, 2 | 4]:
            day, month, year = parts if day_first else (parts[1], parts[0], parts[2])
        case _:
            return None
    return _exact(year, int(month), day, today)


def _birth_from_words(words: str, today: date) -> BirthDate | None:
    parts = re.findall(r"\d+|[^\W\d_]+", words)
    months = [number for part in parts if (number := _month(part))]
    numbers = [re.sub(r"\D", "", part) for part in parts if part.isdigit()]
    endings = {"st", "nd", "rd", "th", "of"}
    rest = [part for part in parts if not part.isdigit() and part not in endings]
    if len(months) != 1 or len(rest) != 1:
        return None
    match [len(number) for number in numbers]:
        case [4]:
            return _partial(int(numbers[0]), months[0], BirthPrecision.MONTH)
        case [1 | 2, 2 | 4]:
            return _exact(numbers[1], months[0], numbers[0], today)
        case [4, 1 | 2]:
            return _exact(numbers[0], months[0], numbers[1], today)
        case _:
            return None


def _exact(year: str, month: int, day: str, today: date) -> BirthDate | None:
    if len(year) == _YEAR_DIGITS:
        born = _date(int(year), month, int(day))
    else:
        # The latest past one; 29.02.00 skips a century without that day by itself.
        century = today.year // 100 * 100
        born = _date(century + int(year), month, int(day))
        if born is None or born > today:
            born = _date(century - 100 + int(year), month, int(day))
    return BirthDate(born) if born else None


def _partial(year: int, month: int, precision: BirthPrecision) -> BirthDate | None:
    born = _date(year, month, 1)
    return BirthDate(born, precision) if born else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _month(word: str) -> int | None:
    """Return the number of a month written out or cut to three letters and more."""
    if len(word) < _ABBREVIATED:
        return None
    return next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(word)), None)


def _weekday(word: str) -> int | None:
    """Return 0 for Monday to 6 for Sunday, written out or cut to three letters and more."""
    if len(word) < _ABBREVIATED:
        return None
    return next((n for n, name in enumerate(_WEEKDAYS) if name.startswith(word)), None)


_RELATIVE = re.compile(r"(?:in )?(a|an|one|two|\d{1,3}) ?(d|days?|w|wks?|weeks?|months?)")
_PLUS = re.compile(r"\+ ?(\d{1,3}) ?(d|days?|w|wks?|weeks?|m|months?)?")
_NUMBERED = re.compile(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2})?)?")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\.?[ -]?([a-z]{3,9})|([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?)"
    r"(?:[ ,-]{1,2}(\d{4}))?"
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_ORDINAL = re.compile(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)")
_SIMPLE_DAYS = {
    "today": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "yesterday": -1,
    "day after tomorrow": 2, "next week": 7,
}  # fmt: skip
_TRY_YEARS = 8
_TRY_MONTHS = 12


def parse_day(text: str, today: date, *, day_first: bool = True) -> date | None:
    """Read a day: today, tomorrow, tue, next tue, +3, in 2 weeks, 24.12, 24 dec, 24th, ISO.

    A weekday is the nearest one, today included; ``next tue`` is the one of the week that begins
    on the coming Monday. A date without year is the coming one. None when not understood.
    """
    words = " ".join(_ascii_digits(text[:60]).casefold().split())
    if words in _SIMPLE_DAYS:
        return _shift(today, days=_SIMPLE_DAYS[words])
    return (
        _weekday_of(words, today)
        or _counted(words, today)
        or _dated(words, today, day_first=day_first)
    )


def _weekday_of(words: str, today: date) -> date | None:
    which, _, name = words.rpartition(" ")
    number = _weekday(name.rstrip("."))
    if number is None or which not in {"", "this", "on", "next", "coming"}:
        return None
    if which == "next":
        return _shift(today, days=7 - today.weekday() + number)
    return _shift(today, days=(number - today.weekday()) % 7)


def _counted(words: str, today: date) -> date | None:
    match = _PLUS.fullmatch(words) or _RELATIVE.fullmatch(words)
    if match is None:
        return None
    count = {"a": 1, "an": 1, "one": 1, "two": 2}.get(match[1]) or int(match[1])
    unit = (match[2] or "d")[0]
    if unit == "m":
        return _shift(today, months=count)
    return _shift(today, days=count * (7 if unit == "w" else 1))


def _dated(words: str, today: date, *, day_first: bool) -> date | None:
    if match := _ISO.fullmatch(words):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _ORDINAL.fullmatch(words):
        return _coming_day(int(match[1]), today)
    if match := _NUMBERED.fullmatch(words):
        day, month = (match[1], match[2]) if day_first else (match[2], match[1])
        return _coming_date(int(day), int(month), match[3], today)
    if match := _NAMED.fullmatch(words):
        number = _month(match[2] or match[3])
        if number:
            return _coming_date(int(match[1] or match[4]), number, match[5], today)
    return None


def _coming_date(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _date(int(year) + (0 if len(year) == _YEAR_DIGITS else _CENTURY), month, day)
    days = (_date(today.year + later, month, day) for later in range(_TRY_YEARS + 1))
    return next((one for one in days if one and one >= today), None)


def _coming_day(day: int, today: date) -> date | None:
    for later in range(_TRY_MONTHS + 1):
        first = _shift(today.replace(day=1), months=later)
        found = _date(first.year, first.month, day) if first else None
        if found and found >= today:
            return found
    return None


def _shift(day: date, *, days: int = 0, months: int = 0) -> date | None:
    try:
        return _months_before(day, -months) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2})|h)?\s?(am|pm|a|p|a\.m\.|p\.m\.)?")
_MILITARY = re.compile(r"(\d{1,2})(\d{2})\s?(am|pm)?(?:h|hrs)?")
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_HOURS_OF_HALF_A_DAY = 12
_LATEST_BARE_AFTERNOON = 6


def parse_time(text: str) -> time | None:
    """Read a time of day: 3pm, 15:00, 1500, 9, 9.30, noon. None when not understood.

    An hour from 1 to 6 without am, pm or a leading zero is in the afternoon: nobody books
    a visit for three at night, and who does types 03:00.
    """
    words = " ".join(_ascii_digits(text[:30]).casefold().split())
    if words in _NAMED_TIMES:
        return _NAMED_TIMES[words]
    match = _CLOCK.fullmatch(words) or _MILITARY.fullmatch(words)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "")[:1]
    if half:
        if not 1 <= hour <= _HOURS_OF_HALF_A_DAY:
            return None
        hour = hour % _HOURS_OF_HALF_A_DAY + (_HOURS_OF_HALF_A_DAY if half == "p" else 0)
    elif not match[1].startswith("0") and 1 <= hour <= _LATEST_BARE_AFTERNOON:
        hour += _HOURS_OF_HALF_A_DAY
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(fold(char) if char.isdecimal() else char for char in text)
