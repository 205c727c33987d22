"""A part of the visits: what belongs to it, and what of it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hms_desktop.domain.visit_parts import VisitPart

MONDAY = datetime(2026, 11, 23, 9, 59, tzinfo=UTC)


def test_the_wall_clock_and_the_age_on_the_day_decide() -> None:
    nine = VisitPart(weekday=0, hour=9)
    assert nine.holds(MONDAY, "male", None)
    assert not nine.holds(MONDAY.replace(hour=10), "male", None)
    assert not nine.holds(MONDAY.replace(day=24), "male", None)
    twenties = VisitPart(sex="female", band=2)
    assert twenties.holds(MONDAY, "female", date(2006, 11, 23))
    assert not twenties.holds(MONDAY, "female", date(2006, 11, 24)), "19 until tomorrow"
    assert not twenties.holds(MONDAY, "male", date(2006, 11, 23))
    assert not twenties.holds(MONDAY, "female", None)


@pytest.mark.parametrize("part", [VisitPart(weekday=6, hour=23), VisitPart(sex="male", band=8)])
def test_what_is_kept_comes_back(part: VisitPart) -> None:
    assert VisitPart.of(part.kept()) == part


@pytest.mark.parametrize(
    "kept",
    [
        None,
        {},
        12,
        {"weekday": 7, "hour": 1},
        {"weekday": 1},
        {"sex": "male"},
        {"sex": "other", "band": 1},
        {"sex": "male", "band": 9},
        {"sex": "male", "band": 1, "hour": 3, "weekday": 1},
    ],
)
def test_what_there_is_not_is_no_filter(kept: object) -> None:
    assert VisitPart.of(kept) is None
