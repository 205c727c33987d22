"""Every word that the program itself puts on paper goes through here, to be translated.

Dates, times and ages are written as the hospital writes them, in the hospital's time zone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from hms_desktop.domain.dates import BirthDate, BirthPrecision, age
from hms_desktop.domain.settings import HospitalSettings

_NOON = 12
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_SEXES = {"male": "Male", "female": "Female", "other": "Other"}
_UNITS = {
    "y": ("{count} year", "{count} years"),
    "mo": ("{count} month", "{count} months"),
    "wk": ("{count} week", "{count} weeks"),
    "d": ("{count} day", "{count} days"),
}


def _english(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """The language and the formats of one hospital's papers.

    ``translate`` turns an English template into another language; the values are put in after
    that, as plain text.
    """

    day_first: bool = True
    clock_24h: bool = True
    zone: tzinfo = UTC
    translate: Callable[[str], str] = _english

    @classmethod
    def of(cls, settings: HospitalSettings) -> Words:
        """Return the words of a hospital."""
        return cls(settings.day_first, settings.clock_24h, settings.zone_info)

    def say(self, template: str, **values: Any) -> str:  # noqa: ANN401 - any printable value
        """Return a sentence of the program's own, translated and filled in."""
        text = self.translate(template)
        return text.format(**values) if values else text

    def count(self, one: str, many: str, count: int) -> str:
        """Return a sentence with ``{count}``, in the singular or the plural."""
        return self.say(one if count == 1 else many, count=count)

    # -------------------------------------------------------------------------- dates, times
    def local_day(self, moment: datetime) -> date:
        """Return the hospital's date of a UTC moment."""
        return moment.astimezone(self.zone).date()

    def day(self, day: date) -> str:
        """Return a date in digits: 12.03.1980 or 03/12/1980."""
        if self.day_first:
            return f"{day.day:02}.{day.month:02}.{day.year:04}"
        return f"{day.month:02}/{day.day:02}/{day.year:04}"

    def long_day(self, day: date) -> str:
        """Return a date in words: 23 November 2026 or November 23, 2026."""
        month = self.say(_MONTHS[day.month - 1])
        if self.day_first:
            return f"{day.day} {month} {day.year}"
        return f"{month} {day.day}, {day.year}"

    def month(self, year: int, month: int) -> str:
        """Return a month: November 2026."""
        return f"{self.say(_MONTHS[month - 1])} {year}"

    def time(self, moment: datetime) -> str:
        """Return the hospital's time of a UTC moment: 15:05 or 3:05 pm."""
        at = moment.astimezone(self.zone)
        if self.clock_24h:
            return f"{at.hour:02}:{at.minute:02}"
        half = self.say("am") if at.hour < _NOON else self.say("pm")
        return f"{at.hour % _NOON or _NOON}:{at.minute:02} {half}"

    def moment(self, moment: datetime) -> str:
        """Return a UTC moment as the hospital's date and time."""
        return f"{self.day(self.local_day(moment))}, {self.time(moment)}"

    # ------------------------------------------------------------------------------- people
    def sex(self, sex: str) -> str:
        """Return a sex in a word, empty where it is not known."""
        return self.say(_SEXES[sex]) if sex in _SEXES else ""

    def birth(self, birth: BirthDate) -> str:
        """Return a birth date as exactly as it is known."""
        day = birth.date
        match birth.precision:
            case BirthPrecision.DAY:
                return self.day(day)
            case BirthPrecision.MONTH:
                return f"{day.month:02}{'.' if self.day_first else '/'}{day.year:04}"
            case BirthPrecision.YEAR:
                return f"{day.year:04}"
            case _:
                return self.say("about {year}", year=day.year)

    def age(self, birth: BirthDate, on: date) -> str:
        """Return the age on a day: 46 years, 8 months, about 46 years."""
        found = age(birth, on)
        text = self.count(*_UNITS[found.unit.value], found.value)
        return self.say("about {age}", age=text) if found.approximate else text
