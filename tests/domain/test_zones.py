from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.zones import (
    date_of,
    day_bounds,
    day_of,
    local_minute,
    minute_ceil,
    minute_floor,
    minute_of_day,
    moment_of,
    offset_at,
    split_overnight,
    to_utc,
)

pytestmark = pytest.mark.feature("AVL-5")

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "tz" / "zdump_2019_2031.txt"
LINE = re.compile(r"(\S+) +(.+) UT = (.+) \S+ isdst=\d gmtoff=(-?\d+)")
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Cairo",
    "Pacific/Chatham",
    "America/St_Johns",
    "UTC",
)


def transitions() -> list[tuple[str, datetime, int, int]]:
    """Return zone, first moment after the change, offset before and after, in minutes."""
    rows = []
    for line in FILE.read_text("ascii").splitlines():
        match = LINE.match(line)
        assert match, line
        zone, moment, _local, offset = match.groups()
        at = datetime.strptime(moment, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        rows.append((zone, at, int(offset) // 60))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return [(zone, at, before, after) for (_z, _at, before), (zone, at, after) in pairs]


@pytest.mark.skipif(not FILE.exists(), reason=f"the independent data is absent ({FILE})")
def test_every_transition_of_the_independent_table_is_met_to_the_minute() -> None:
    table = transitions()
    assert len(table) > 200
    for name, at, before, after in table:
        zone, minute = ZoneInfo(name), minute_floor(at)
        assert offset_at(zone, minute - 1) == before
        assert offset_at(zone, minute) == after
        on = date_of(zone, minute)
        day = day_of(zone, on)
        assert day.start <= minute < day.end
        wall = datetime(1970, 1, 1) + timedelta(minutes=minute + before)  # noqa: DTZ001
        shown = wall.hour * 60 + wall.minute
        if after > before:  # every skipped wall minute means the jump
            for skipped in range(0, after - before, 7):
                assert local_minute(zone, wall.date(), shown + skipped) == minute
        else:  # every doubled wall minute means its first pass
            for doubled in range(1, before - after, 7):
                assert local_minute(zone, wall.date(), shown - doubled) == minute - doubled


@pytest.mark.parametrize(
    ("zone", "on", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("Asia/Kolkata", date(2028, 2, 29), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_days_last_as_long_as_they_really_do(zone: str, on: date, hours: float) -> None:
    start, end = day_bounds(ZoneInfo(zone), on)
    assert end - start == timedelta(hours=hours)
    assert day_bounds(ZoneInfo(zone), on + timedelta(days=1))[0] == end


def test_zones_with_broken_hours_keep_their_minutes() -> None:
    assert to_utc(ZoneInfo("Asia/Kolkata"), date(2026, 1, 1), 0).isoformat() == (
        "2025-12-31T18:30:00+00:00"
    )
    assert to_utc(ZoneInfo("Asia/Kathmandu"), date(2026, 1, 1), 1440).isoformat() == (
        "2026-01-01T18:15:00+00:00"
    )


def test_part_minutes_round_down_and_up_on_both_sides_of_1970() -> None:
    for year in (1969, 2026):
        moment = datetime(year, 5, 5, 5, 5, 30, tzinfo=UTC)
        assert moment_of(minute_floor(moment)) == moment - timedelta(seconds=30)
        assert moment_of(minute_ceil(moment)) == moment + timedelta(seconds=30)


def test_hours_past_midnight_become_two_sessions() -> None:
    assert split_overnight(6, 22 * 60, 6 * 60) == ((6, 1320, 1440), (0, 0, 360))
    assert split_overnight(2, 18 * 60, 0) == ((2, 1080, 1440),)
    assert split_overnight(2, 0, 1440) == ((2, 0, 1440),)


@given(
    st.sampled_from(ZONES),
    st.dates(date(2009, 1, 1), date(2040, 1, 1)),
    st.lists(st.integers(0, 1440), min_size=2, max_size=6),
)
def test_wall_times_keep_their_order_and_find_back(name: str, on: date, minutes: list[int]) -> None:
    zone = ZoneInfo(name)
    day = day_of(zone, on)
    assert sum(piece.end - piece.start for piece in day.pieces) == day.minutes
    moments = [local_minute(zone, on, minute) for minute in sorted(minutes)]
    assert moments == sorted(moments)
    for minute, moment in zip(sorted(minutes), moments, strict=True):
        assert day.start <= moment <= day.end
        if moment < day.end:
            assert date_of(zone, moment) == on
            shown = minute_of_day(day, moment)
            assert shown == minute or offset_at(zone, moment) > offset_at(zone, moment - 1)
