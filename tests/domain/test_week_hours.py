from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hours import SessionHours
from hms_desktop.domain.week_hours import (
    Day,
    Period,
    Stretch,
    as_draft,
    covers,
    erase,
    from_draft,
    hours_text,
    paint,
    parse_hours,
    periods_of,
    sessions_of,
)

pytestmark = pytest.mark.feature("AVL-1")


def stretches() -> st.SearchStrategy[Stretch]:
    return st.builds(
        lambda start, length, slot, places: Stretch(
            start * 15, min(1440, (start + length) * 15), slot, places
        ),
        st.integers(0, 95),
        st.integers(1, 30),
        st.sampled_from([None, 15, 20]),
        st.integers(1, 2),
    )


def laid(several: list[Stretch]) -> Day:
    day: Day = ()
    for one in several:
        day = paint(day, one)
    return day


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00-12:30, 14:00-17:00", ((540, 750), (840, 1020))),
        ("9-12.30; 14h00–17", ((540, 750), (840, 1020))),
        ("2pm to 5:30 pm, 9am-12am", None),
        ("9am-12pm, 2pm-5:30pm", ((540, 720), (840, 1050))),
        ("0-24:00", ((0, 1440),)),
        ("14-17, 9-12", ((540, 720), (840, 1020))),
        ("", ()),
        (" , ", ()),
    ],
)
def test_typed_hours(text: str, hours: tuple[tuple[int, int], ...] | None) -> None:
    if hours is None:
        with pytest.raises(Invalid, match="ends before it begins"):
            parse_hours(text)
        return
    assert parse_hours(text) == tuple(Stretch(*one) for one in hours)


def test_slots_and_places_are_typed_behind() -> None:
    assert parse_hours("9-12 /20 x2, 14-17", 15, 3) == (
        Stretch(540, 720, 20, 2),
        Stretch(840, 1020, 15, 3),
    )
    assert parse_hours("9-12 /20min ×4") == (Stretch(540, 720, 20, 4),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9 to five", "not understood"),
        ("09:00", "not understood"),
        ("12-9", "ends before"),
        ("9-9", "ends before"),
        ("9:75-12", "no clock shows"),
        ("9-25", "no clock shows"),
        ("9-12, 11-14", "overlap"),
        ("9-12 /0", "slot lasts"),
        ("9-12 /999", "slot lasts"),
        ("9-12 x99", "at once"),
        ("9-12 x0", "at once"),
        ("<b>9-12</b>", "not understood"),
        ("9-12," * 100, "too long"),
    ],
)
def test_what_is_no_hours_is_refused(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        parse_hours(text)
    assert caught.value.field == "hours"


@given(st.lists(stretches(), max_size=6), stretches())
def test_painting_opens_what_was_painted_and_nothing_overlaps(
    several: list[Stretch], new: Stretch
) -> None:
    before = laid(several)
    day = paint(before, new)
    for minute in range(0, 1440, 5):
        inside = new.start <= minute < new.end
        assert covers(day, minute) == (inside or covers(before, minute))
    assert all(one.end <= other.start for one, other in pairwise(day))
    assert parse_hours(hours_text(day)) == day, "the text says the same"


@given(st.lists(stretches(), max_size=6), st.integers(0, 95), st.integers(1, 40))
def test_erasing_closes_only_what_was_erased(
    several: list[Stretch], start: int, length: int
) -> None:
    before = laid(several)
    low, high = start * 15, (start + length) * 15
    day = erase(before, low, high)
    for minute in range(0, 1440, 5):
        assert covers(day, minute) == (covers(before, minute) and not low <= minute < high)


def test_alike_neighbours_become_one_others_stay() -> None:
    morning = (Stretch(540, 600),)
    assert paint(morning, Stretch(600, 660)) == (Stretch(540, 660),)
    assert paint(morning, Stretch(600, 660, 20)) == (Stretch(540, 600), Stretch(600, 660, 20))
    assert paint((Stretch(540, 720),), Stretch(600, 630, 10, 2)) == (
        Stretch(540, 600),
        Stretch(600, 630, 10, 2),
        Stretch(630, 720),
    )


def test_sessions_become_periods_and_sessions_again() -> None:
    winter = (date(2026, 12, 1), date(2027, 2, 28))
    sessions = (
        SessionHours(0, 540, 720),
        SessionHours(0, 840, 1020, slot_minutes=20, capacity=2),
        SessionHours(4, 600, 700, *winter),
    )
    periods = periods_of(sessions)
    assert [(one.valid_from, one.valid_to) for one in periods] == [(None, None), winter]
    assert sessions_of(periods) == sessions
    assert periods_of(()) == (Period(),)
    assert periods[0].minutes == 360
    assert Period().empty


@given(st.lists(st.lists(stretches(), max_size=4), min_size=7, max_size=7))
def test_a_draft_is_json_and_comes_back(days: list[list[Stretch]]) -> None:
    periods = (Period(date(2026, 1, 1), None, tuple(laid(day) for day in days)), Period())
    assert from_draft(json.loads(json.dumps(as_draft(periods)))) == periods


def test_a_draft_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="seven days"):
        from_draft([{"from": None, "to": None, "days": []}])
    with pytest.raises(KeyError):
        from_draft([{}])
