"""Public holidays to choose from, and what taking them over would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hours import NAME_LIMIT, HolidayRow
from hms_desktop.domain.text import clean

FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_YEARS = 5
MOST_DAYS = 400
"""Days that are taken over in one step."""


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province of a country: its code and the name the source gives it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country whose holidays are known; ``languages`` are codes, the country's own first.

    ``optional``: there are days that only some keep, besides the public ones.
    """

    code: str
    regions: tuple[Region, ...]
    languages: tuple[str, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class HolidayWish:
    """Whose holidays are wanted: country, state (``""``: the whole country), years, language."""

    country: str
    region: str = ""
    years: tuple[int, ...] = ()
    language: str = ""
    optional: bool = False

    def check(self) -> HolidayWish:
        """Return the wish with its years in order; raise Invalid."""
        years = tuple(sorted(set(self.years)))
        if not years or len(years) > MOST_YEARS:
            raise Invalid("years", "Choose 1 to {most} years.", most=MOST_YEARS)
        if years[0] < FIRST_YEAR or years[-1] > LAST_YEAR:
            raise Invalid(
                "years", "Give years from {first} to {last}.", first=FIRST_YEAR, last=LAST_YEAR
            )
        return replace(self, years=years)

    @property
    def source(self) -> str:
        """Where the days come from, as it is noted beside each: ``IN-KA``."""
        return f"{self.country}-{self.region}" if self.region else self.country


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A date and its name; ``optional``: only some keep it."""

    on_date: date
    name: str
    optional: bool = False


class DayState(StrEnum):
    """How a public day stands to the hospital's own list."""

    NEW = "new"
    THERE = "there"
    OTHER_NAME = "other_name"


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """One public day: new or there already (under which name), and the visits booked on it."""

    day: PublicDay
    state: DayState
    there_as: str
    visits: int


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """One of the hospital's holidays and how many visits are still booked on it."""

    row: HolidayRow
    visits: int


def judged(
    days: Iterable[PublicDay], there: Mapping[date, str], visits: Mapping[date, int]
) -> tuple[PreviewDay, ...]:
    """Return what taking these days over would change, by date."""
    found = []
    for one in sorted(days, key=lambda each: each.on_date):
        name = there.get(one.on_date)
        state = DayState.NEW if name is None else DayState.THERE
        if name is not None and name.casefold() != one.name.casefold():
            state = DayState.OTHER_NAME
        found.append(PreviewDay(one, state, name or "", visits.get(one.on_date, 0)))
    return tuple(found)


def check_days(days: Iterable[PublicDay]) -> tuple[PublicDay, ...]:
    """Return days as they are kept, one for each date; raise Invalid."""
    kept = {
        one.on_date: replace(one, name=clean(one.name, "name", limit=NAME_LIMIT, required=True))
        for one in days
    }
    if not kept or len(kept) > MOST_DAYS:
        raise Invalid("days", "Choose 1 to {most} days.", most=MOST_DAYS)
    return tuple(kept[on] for on in sorted(kept))
