"""The hospital's clock: from a local date and minute to a moment, and back.

Inside the engine a moment is a whole number of minutes since 1970 in UTC. Wall times that a
daylight-saving change skips do not exist: they mean the moment of the jump. Wall times that come
twice mean their first pass. Both rules together keep the order, so that adjacent sessions stay
adjacent on every day of the year.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
MINUTE = timedelta(minutes=1)


class Piece(NamedTuple):
    """A stretch of a local day in which the offset from UTC does not change (all in minutes)."""

    start: int
    end: int
    offset: int


class Day(NamedTuple):
    """A local date as it really passes: 23, 24 or 25 hours (minutes since 1970, UTC)."""

    on: date
    start: int
    end: int
    pieces: tuple[Piece, ...]

    @property
    def minutes(self) -> int:
        """Length of the day in minutes of real time; 0 for a date that the zone skipped."""
        return self.end - self.start


def minute_floor(moment: datetime) -> int:
    """Return the whole minute at or before an aware moment."""
    return (moment - EPOCH) // MINUTE


def minute_ceil(moment: datetime) -> int:
    """Return the whole minute at or after an aware moment."""
    return -((EPOCH - moment) // MINUTE)


def moment_of(minute: int) -> datetime:
    """Return the aware UTC moment of a minute since 1970."""
    return EPOCH + timedelta(minutes=minute)


def offset_at(zone: ZoneInfo, minute: int) -> int:
    """Return how many minutes the local clock is ahead of UTC at a moment."""
    offset = moment_of(minute).astimezone(zone).utcoffset()
    if offset is None:
        raise ValueError("the zone knows no offset")
    return offset // MINUTE


def local_minute(zone: ZoneInfo, on: date, minute: int) -> int:
    """Return the moment (minutes since 1970) of a local date and minute of the day.

    ``minute`` may be 1440 or more: 24:00 is midnight of the next date. A skipped wall time gives
    the moment of the jump, a doubled one its first pass.
    """
    days, rest = divmod(minute, MINUTES_A_DAY)
    day = on.toordinal() - _EPOCH_DAY + days
    wall = day * MINUTES_A_DAY + rest
    naive = datetime(1970, 1, 1) + timedelta(minutes=wall)  # noqa: DTZ001 - a wall time
    before = _wall_offset(zone, naive, 0)
    after = _wall_offset(zone, naive, 1)
    if after <= before:
        return wall - before
    # A gap: the clock jumps somewhere in (wall - after, wall - before]; look for the jump.
    low, high = wall - after, wall - before
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(zone, middle) >= after:
            high = middle
        else:
            low = middle
    return low if offset_at(zone, low) >= after else high


def _wall_offset(zone: ZoneInfo, naive: datetime, fold: int) -> int:
    offset = naive.replace(tzinfo=zone, fold=fold).utcoffset()
    if offset is None:
        raise ValueError("the zone knows no offset")
    return offset // MINUTE


def to_utc(zone: ZoneInfo, on: date, minute: int) -> datetime:
    """Return the aware UTC moment of a local date and minute of the day (see local_minute)."""
    return moment_of(local_minute(zone, on, minute))


@lru_cache(maxsize=8192)
def day_of(zone: ZoneInfo, on: date) -> Day:
    """Return a local date as it really passes, cut where the clock changes."""
    start = local_minute(zone, on, 0)
    end = local_minute(zone, on, MINUTES_A_DAY)
    if end <= start:
        return Day(on, start, start, ())
    first, last = offset_at(zone, start), offset_at(zone, end - 1)
    if first == last and end - start == MINUTES_A_DAY:
        return Day(on, start, end, (Piece(start, end, first),))
    pieces = []
    since, offset = start, first
    for minute in range(start + 1, end):
        now = offset_at(zone, minute)
        if now != offset:
            pieces.append(Piece(since, minute, offset))
            since, offset = minute, now
    pieces.append(Piece(since, end, offset))
    return Day(on, start, end, tuple(pieces))


def day_bounds(zone: ZoneInfo, on: date) -> tuple[datetime, datetime]:
    """Return when a local date begins and ends (aware UTC): 23, 24 or 25 hours apart."""
    day = day_of(zone, on)
    return moment_of(day.start), moment_of(day.end)


def date_of(zone: ZoneInfo, minute: int) -> date:
    """Return the local date that a moment belongs to (the one whose day_of holds it)."""
    on = moment_of(minute).astimezone(zone).date()
    # Where the clock falls back over midnight, the wall shows the old date a second time.
    while minute >= day_of(zone, on).end:
        on += timedelta(days=1)
    return on


def minute_of_day(day: Day, minute: int) -> int:
    """Return what the wall clock shows (minutes from local midnight) at a moment of the day."""
    for piece in day.pieces:
        if minute < piece.end:
            return (minute + piece.offset) % MINUTES_A_DAY
    last = day.pieces[-1]
    return (minute + last.offset) % MINUTES_A_DAY


def clock_text(zone: ZoneInfo, moment: datetime, *, clock_24h: bool = True) -> str:
    """Return a moment as the hospital's clock shows it: ``14:30`` or ``2:30 pm``."""
    local = moment.astimezone(zone)
    if clock_24h:
        return f"{local:%H:%M}"
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004


def split_overnight(
    weekday: int, start_minute: int, end_minute: int
) -> tuple[tuple[int, int, int], ...]:
    """Cut hours that run past midnight (22:00-06:00) into what the database holds.

    Returns (weekday, start, end) once or twice. Touching sessions join, so a visit may still run
    through midnight.
    """
    if end_minute > start_minute:
        return ((weekday, start_minute, end_minute),)
    first = (weekday, start_minute, MINUTES_A_DAY)
    if end_minute == 0:
        return (first,)
    return (first, ((weekday + 1) % 7, 0, end_minute))
