"""Public holidays of countries and their states, from the ``holidays`` library; no network.

The library knows 250 places; it is loaded at the first question and a country at its first use.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.holidays import Country, HolidayWish, PublicDay, Region
from hms_desktop.domain.hours import NAME_LIMIT

LETTERS = 2
_PUBLIC, _OPTIONAL = "public", "optional"


@cache
def country_codes() -> tuple[str, ...]:
    """Return the two letters of every country that the library knows."""
    import holidays  # noqa: PLC0415 - a quarter of a second that no start may cost

    known = holidays.list_supported_countries(include_aliases=False)
    return tuple(sorted(code for code in known if len(code) == LETTERS))


@cache
def country(code: str) -> Country:
    """Return the states and languages of a country; raises Invalid for an unknown one."""
    made = _class_of(code)
    aliases: dict[str, list[str]] = made.get_subdivision_aliases()
    regions = [Region(one, _region_name(one, aliases.get(one, []))) for one in made.subdivisions]
    return Country(
        code,
        tuple(sorted(regions, key=lambda one: one.name.casefold())),
        _languages(made),
        _OPTIONAL in made.supported_categories,
    )


def public_days(wish: HolidayWish) -> tuple[PublicDay, ...]:
    """Return the days that a checked wish asks for, by date; raises Invalid."""
    known = country(wish.country)
    if wish.region and wish.region not in {one.code for one in known.regions}:
        raise Invalid("region", "There is no such state in this country. Choose one of the list.")
    if wish.language and wish.language not in known.languages:
        raise Invalid("language", "The names are not known in this language. Choose another one.")
    found = {on: PublicDay(on, name) for on, name in _of(wish, _PUBLIC)}
    if wish.optional and known.optional:
        for on, name in _of(wish, _OPTIONAL):
            found.setdefault(on, PublicDay(on, name, optional=True))
    return tuple(found[on] for on in sorted(found))


def _of(wish: HolidayWish, category: str) -> list[tuple[Any, str]]:
    days = _class_of(wish.country)(
        subdiv=wish.region or None,
        years=wish.years,
        language=wish.language or None,
        categories=(category,),
    )
    return [(on, _fitting(name)) for on, name in days.items() if on.year in wish.years]


def _class_of(code: str) -> Any:  # noqa: ANN401 - a class of the library
    if code not in country_codes():
        raise Invalid("country", "The holidays of this country are not known. Enter them by hand.")
    import holidays  # noqa: PLC0415 - as above

    return getattr(holidays, code)


def _languages(made: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    own = made.default_language
    every = sorted(made.supported_languages or ())
    return tuple(([own] if own in every else []) + [one for one in every if one != own])


def _region_name(code: str, aliases: list[str]) -> str:
    # Some have a code of another list among their names: the longest is the name.
    return max((*aliases, code), key=len) if aliases else code


def _fitting(name: str) -> str:
    return name if len(name) <= NAME_LIMIT else name[: NAME_LIMIT - 1].rstrip() + "…"
