"""Periods, their pieces and the one before; percentiles; age groups."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hospital_period import Period, Step, percentile
from hms_desktop.domain.visit_days import UNKNOWN_AGE, CountedVisit, Person, tally

pytestmark = pytest.mark.feature("DSH-1")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-11-29", "2026-11-29", ("2026-11-28", "2026-11-28")),
        ("2026-11-23", "2026-11-29", ("2026-11-16", "2026-11-22")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("2024-01-01", "2024-12-31", ("2023-01-01", "2023-12-31")),
        ("2026-03-01", "2026-03-30", ("2026-01-30", "2026-02-28")),
    ],
)
def test_the_period_before(first: str, last: str, before: tuple[str, str]) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert period.before == Period(*map(date.fromisoformat, before))
    assert period.before.moved(1) == period or period.months == 0


def test_a_period_at_the_end_of_the_calendar_stays() -> None:
    first = Period(date(1, 1, 1), date(1, 1, 31))
    assert first.before == first


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-11-02", "2026-11-01", "last"),
        ("1969-01-01", "1970-01-01", "first"),
        ("2010-01-01", "2026-01-01", "last"),
    ],
)
def test_periods_that_are_refused(first: str, last: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        Period(date.fromisoformat(first), date.fromisoformat(last)).check()
    assert caught.value.field == field


def test_pieces_cover_every_date_once() -> None:
    month = Period(date(2026, 10, 1), date(2026, 10, 31))
    quarter = Period(date(2026, 10, 1), date(2026, 12, 31))
    year = Period(date(2026, 2, 15), date(2027, 1, 10))
    assert (month.step, quarter.step, year.step) == (Step.DAY, Step.WEEK, Step.MONTH)
    assert len(month.pieces(0)) == 31
    # From Thursday to Saturday, then whole weeks from Sunday on.
    assert quarter.pieces(6)[0] == Period(date(2026, 10, 1), date(2026, 10, 3))
    assert quarter.pieces(6)[1] == Period(date(2026, 10, 4), date(2026, 10, 10))
    assert year.pieces(0)[0] == Period(date(2026, 2, 15), date(2026, 2, 28))
    for one in (month, quarter, year):
        pieces = one.pieces(0)
        assert sum(piece.days for piece in pieces) == one.days
        assert (pieces[0].first, pieces[-1].last) == (one.first, one.last)


def test_bounds_follow_the_clock() -> None:
    autumn = Period(date(2026, 10, 25), date(2026, 10, 25))
    begins, ends = autumn.bounds(BERLIN)
    assert (begins.hour, ends.hour) == (22, 23)
    assert (ends - begins).total_seconds() == 25 * 3600


@pytest.mark.parametrize(
    ("counts", "p50", "p90"),
    [
        ({}, None, None),
        ({7: 1}, 7, 7),
        ({5: 1, 10: 1}, 5, 10),
        (dict.fromkeys(range(1, 11), 1), 5, 9),
        ({0: 9, 120: 1}, 0, 0),
        ({0: 8, 120: 2}, 0, 120),
    ],
)
def test_percentiles(counts: dict[int, int], p50: int | None, p90: int | None) -> None:
    assert percentile(Counter(counts), 0.5) == p50
    assert percentile(Counter(counts), 0.9) == p90


@pytest.mark.parametrize(
    ("born", "on", "band"),
    [
        ("2016-11-29", "2026-11-29", 1),
        ("2016-11-30", "2026-11-29", 0),
        ("1946-11-29", "2026-11-29", 8),
        ("1906-01-01", "2026-11-29", 8),
        ("2030-01-01", "2026-11-29", 0),
        ("2000-02-29", "2010-02-28", 0),
        ("2000-02-29", "2010-03-01", 1),
        (None, "2026-11-29", UNKNOWN_AGE),
    ],
)
def test_age_groups(born: str | None, on: str, band: int) -> None:
    day = date.fromisoformat(on)
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    visit = CountedVisit(1, 1, "completed", at, at.replace(hour=13), None, None)
    person = Person("female", date.fromisoformat(born) if born else None, seen_before=False)
    assert tally(day, BERLIN, [visit], {1: person}).people == {("female", band): 1}
