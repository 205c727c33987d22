"""Days as a doctor types them: how far ahead a follow-up lies, when a test was done."""

from __future__ import annotations

import re
from datetime import date, timedelta

from hms_desktop.domain.dates import parse_day
from hms_desktop.domain.errors import Invalid

_AHEAD = re.compile(r"(?:in )?(\d{1,3}) ?(d|days?|w|wks?|weeks?|m|mo|mths?|months?)")
_YEARS = re.compile(r"(?:in )?(\d|a|one) ?(?:y|yrs?|years?)")
_WEEK = 7


def read_ahead(text: str, today: date, *, day_first: bool, field: str) -> date | None:
    """Return the local date of "4w", "2 weeks", "3m", "15 Jan", None for an empty field.

    Raises Invalid for what is no day.
    """
    words = " ".join(text.casefold().split())
    if not words:
        return None
    if match := _AHEAD.fullmatch(words):
        words = f"+{match[1]}{match[2][0]}"
    elif match := _YEARS.fullmatch(words):
        words = f"+{12 * (int(match[1]) if match[1].isdecimal() else 1)}m"
    found = parse_day(words, today, day_first=day_first)
    if found is None:
        raise Invalid(field, "This is not a day. Type it like 4w, 2 weeks, 3m or 15 Jan.")
    return found


def read_past(text: str, today: date, *, day_first: bool, field: str) -> date | None:
    """Return the local date of a day that has been: a weekday is the last one of its name.

    A date without year is the latest past one. None for an empty field; raises Invalid.
    """
    words = " ".join(text.split())
    if not words:
        return None
    found = parse_day(words, today, day_first=day_first)
    if found is None:
        raise Invalid(field, "This is not a day. Type it like today, mon or 15.11.2026.")
    if found <= today:
        return found
    if not any(char.isdecimal() for char in words):
        return found - timedelta(days=_WEEK) if found - timedelta(days=_WEEK) <= today else found
    if re.search(r"\d{4}|[+]|\bin\b|[./-]\d{1,2}[./-]", words):
        raise Invalid(field, "A test cannot have been done in the future.")
    for back in range(1, 9):
        try:
            earlier = found.replace(year=found.year - back)
        except ValueError:  # 29 February is not in every year
            continue
        if earlier <= today:
            return earlier
    raise Invalid(field, "A test cannot have been done in the future.")
