"""Days, times and dates of birth as foreign files write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hms_desktop.domain import zones
from hms_desktop.domain.dates import BirthDate, parse_birth_date
from hms_desktop.domain.errors import Invalid
from hms_desktop.interchange.mapping import Source

AGE = "age"
_ISO_DAY = 10


def day_in(source: Source, cells: Mapping[str, str]) -> date:
    """Return the date of a cell (ISO, or the mapping's format); raises Invalid."""
    text = source.get(cells)
    try:
        if source.format:
            return datetime.strptime(text, source.format).date()  # noqa: DTZ007 - only the date
        return date.fromisoformat(text[:_ISO_DAY])
    except ValueError:
        raise source.refuse("'{value}' is no date.", text) from None


def moment_in(source: Source, cells: Mapping[str, str], zone: ZoneInfo) -> datetime:
    """Return the moment of a cell (UTC); a time without zone is the hospital's. Raises Invalid."""
    text = source.get(cells)
    try:
        if source.format:
            found = datetime.strptime(text, source.format)  # noqa: DTZ007 - the zone follows
        else:
            found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise source.refuse("'{value}' is no date and time.", text) from None
    return zones.to_utc(zone, found.date(), found.hour * 60 + found.minute)


def birth_in(
    source: Source, cells: Mapping[str, str], today: date, *, day_first: bool
) -> BirthDate | None:
    """Return a date of birth, or one worked out from an age on a day; raises Invalid."""
    text = source.get(cells)
    if not text:
        return None
    if source.format == AGE:
        on = day_in(Source(source.on, column=source.on), cells) if source.on else today
        if not text.isdigit():
            raise source.refuse("'{value}' is no age.", text)
        text, today = f"{text} y", on
    elif source.format:
        return BirthDate(day_in(source, cells))
    try:
        return parse_birth_date(text, today=today, day_first=day_first)
    except Invalid as error:
        raise Invalid(source.column or source.name, error.template, **error.values) from None


def minute_of(text: str) -> int:
    """Return the minute of the day of a time like 08:30; raises ValueError."""
    found = time.fromisoformat(text)
    return found.hour * 60 + found.minute
