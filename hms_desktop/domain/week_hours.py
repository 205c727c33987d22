"""A week of hours as it is painted and typed: stretches of a day, and the periods they hold in.

Minutes are local, from midnight; 24:00 is 1440. Typed text looks like
``09:00-12:30, 14:00-17:00 /20 x2``: slots of 20 minutes, two patients at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hours import LONGEST_SLOT, MOST_CAPACITY, SessionHours
from hms_desktop.domain.zones import MINUTES_A_DAY

DAYS = range(7)
TEXT_LIMIT = 400
_TIME = r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap]m)?"
_STRETCH = re.compile(
    rf"{_TIME}\s*(?:-|–|—|to)\s*{_TIME}\s*(?:/\s*(\d+)\s*(?:min)?)?\s*(?:[x×]\s*(\d+))?",
    re.IGNORECASE,
)
_NOON = 12


class Stretch(NamedTuple):
    """Hours of one day: from a minute to another, slot length (None: the usual), places."""

    start: int
    end: int
    slot: int | None = None
    capacity: int = 1


Day = tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """One week of hours and the dates on which it holds (both included; None: open)."""

    valid_from: date | None = None
    valid_to: date | None = None
    days: tuple[Day, ...] = field(default=((),) * 7)

    def with_day(self, weekday: int, stretches: Iterable[Stretch]) -> Period:
        """Return the period with another day (0 = Monday)."""
        days = list(self.days)
        days[weekday] = tuple(stretches)
        return replace(self, days=tuple(days))

    @property
    def empty(self) -> bool:
        """Say whether no day has hours."""
        return not any(self.days)

    @property
    def minutes(self) -> int:
        """Minutes of a whole week."""
        return sum(one.end - one.start for day in self.days for one in day)


def paint(day: Iterable[Stretch], new: Stretch) -> Day:
    """Return a day with new hours laid over what was there; alike neighbours become one."""
    return _joined([*erase(day, new.start, new.end), new])


def erase(day: Iterable[Stretch], start: int, end: int) -> Day:
    """Return a day without the minutes from ``start`` to ``end``."""
    left = []
    for one in day:
        if one.start < start:
            left.append(one._replace(end=min(one.end, start)))
        if one.end > end:
            left.append(one._replace(start=max(one.start, end)))
    return tuple(sorted({one for one in left if one.start < one.end}))


def covers(day: Iterable[Stretch], minute: int) -> bool:
    """Say whether a day is open at a minute."""
    return any(one.start <= minute < one.end for one in day)


def _joined(stretches: Iterable[Stretch]) -> Day:
    found: list[Stretch] = []
    for one in sorted(stretches):
        last = found[-1] if found else None
        if last is not None and last.end == one.start and last[2:] == one[2:]:
            found[-1] = last._replace(end=one.end)
        else:
            found.append(one)
    return tuple(found)


# ------------------------------------------------------------------------------------- as text
def hours_text(day: Iterable[Stretch]) -> str:
    """Return a day as it can be typed."""
    parts = []
    for one in day:
        words = f"{minute_text(one.start)}-{minute_text(one.end)}"
        if one.slot is not None:
            words += f" /{one.slot}"
        if one.capacity != 1:
            words += f" x{one.capacity}"
        parts.append(words)
    return ", ".join(parts)


def parse_hours(text: str, slot: int | None = None, capacity: int = 1) -> Day:
    """Return typed hours in order; slot and places count where none are typed.

    Raises Invalid (field ``hours``) for what is no hours, or hours that overlap.
    """
    if len(text) > TEXT_LIMIT:
        raise Invalid("hours", "These hours are too long. Type at most {n} signs.", n=TEXT_LIMIT)
    found = []
    for part in re.split(r"[,;\n]", text):
        if not part.strip():
            continue
        match = _STRETCH.fullmatch(part.strip())
        if match is None:
            raise Invalid(
                "hours",
                "'{part}' is not understood. Type hours like 09:00-12:30, 14:00-17:00; for slots "
                "of 20 minutes and two patients at once add /20 x2.",
                part=part.strip(),
            )
        start = _minute(part, *match.group(1, 2, 3))
        end = _minute(part, *match.group(4, 5, 6))
        own_slot = slot if match.group(7) is None else int(match.group(7))
        places = capacity if match.group(8) is None else int(match.group(8))
        found.append(_checked(part, Stretch(start, end, own_slot, places)))
    found.sort()
    for one, other in pairwise(found):
        if other.start < one.end:
            raise Invalid(
                "hours",
                "{first} and {second} overlap. Change one of them.",
                first=hours_text([one]),
                second=hours_text([other]),
            )
    return tuple(found)


def minute_text(minute: int) -> str:
    """Return a minute of the day: 09:05."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minute(part: str, hour: str, minute: str | None, half: str | None) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if half is not None and 1 <= hours <= _NOON:
        hours = hours % _NOON + (_NOON if half.lower() == "pm" else 0)
    found = hours * 60 + minutes
    if minutes >= 60 or found > MINUTES_A_DAY:  # noqa: PLR2004 - an hour
        raise Invalid(
            "hours", "'{part}' holds a time that no clock shows. Change it.", part=part.strip()
        )
    return found


def _checked(part: str, one: Stretch) -> Stretch:
    if one.end <= one.start:
        raise Invalid(
            "hours", "'{part}' ends before it begins. Give a later end.", part=part.strip()
        )
    if one.slot is not None and not 1 <= one.slot <= LONGEST_SLOT:
        raise Invalid("hours", "A slot lasts 1 to {most} minutes.", most=LONGEST_SLOT)
    if not 1 <= one.capacity <= MOST_CAPACITY:
        raise Invalid("hours", "A session takes 1 to {most} at once.", most=MOST_CAPACITY)
    return one


# --------------------------------------------------------------------------------- as sessions
def periods_of(sessions: Iterable[SessionHours]) -> tuple[Period, ...]:
    """Return sessions by the dates on which they hold, the earliest first; at least one."""
    found: dict[tuple[date | None, date | None], list[list[Stretch]]] = {}
    for one in sessions:
        days = found.setdefault((one.valid_from, one.valid_to), [[] for _ in DAYS])
        days[one.weekday].append(
            Stretch(one.start_minute, one.end_minute, one.slot_minutes, one.capacity)
        )
    made = [
        Period(begin, end, tuple(tuple(sorted(day)) for day in days))
        for (begin, end), days in found.items()
    ]
    made.sort(key=lambda one: (one.valid_from or date.min, one.valid_to or date.max))
    return tuple(made) or (Period(),)


def sessions_of(periods: Iterable[Period]) -> tuple[SessionHours, ...]:
    """Return what is to be saved."""
    return tuple(
        SessionHours(
            weekday, one.start, one.end, period.valid_from, period.valid_to, one.slot, one.capacity
        )
        for period in periods
        for weekday, day in enumerate(period.days)
        for one in day
    )


# ------------------------------------------------------------------------------------ as draft
def as_draft(periods: Iterable[Period]) -> list[dict[str, Any]]:
    """Return periods as JSON can hold them."""
    return [
        {
            "from": one.valid_from.isoformat() if one.valid_from else None,
            "to": one.valid_to.isoformat() if one.valid_to else None,
            "days": [[list(stretch) for stretch in day] for day in one.days],
        }
        for one in periods
    ]


def from_draft(data: Iterable[Mapping[str, Any]]) -> tuple[Period, ...]:
    """Return the periods of a draft; raises ValueError, KeyError or TypeError for other data."""
    found = []
    for one in data:
        days = tuple(tuple(Stretch(*stretch) for stretch in day) for day in one["days"])
        if len(days) != len(DAYS):
            message = "a week has seven days"
            raise ValueError(message)
        begin, end = (date.fromisoformat(one[name]) if one[name] else None for name in _ENDS)
        found.append(Period(begin, end, days))
    return tuple(found) or (Period(),)


_ENDS = ("from", "to")
