from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.ui.grid import layout
from hms_desktop.ui.grid.layout import Turn

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KOLKATA = ZoneInfo("Asia/Kolkata")
pytestmark = pytest.mark.feature("APT-1")


def shown(tick: layout.Tick) -> str:
    return f"{tick.hour:02d}:{tick.past:02d}"


spans = st.lists(
    st.tuples(
        st.integers(0, 200), st.integers(1, 60), st.sampled_from((0, 0, 0, 100, 101, 200))
    ).map(lambda t: (float(t[0]), float(t[0] + t[1]), t[2])),
    max_size=25,
)


@given(spans)
def test_boxes_that_overlap_in_time_never_share_a_lane(
    given_spans: list[tuple[float, float, int]],
) -> None:
    places = layout.pack(given_spans)
    assert len(places) == len(given_spans)
    for i, one in enumerate(given_spans):
        assert places[i].lane >= 0
        assert places[i].span >= 1
        assert places[i].lane + places[i].span <= places[i].lanes
        for j in range(i):
            other = given_spans[j]
            if one[0] < other[1] and other[0] < one[1]:
                mine = range(places[i].lane, places[i].lane + places[i].span)
                theirs = range(places[j].lane, places[j].lane + places[j].span)
                assert not set(mine) & set(theirs)
                assert places[i].lanes == places[j].lanes


@given(spans)
def test_a_box_alone_keeps_the_whole_width(given_spans: list[tuple[float, float, int]]) -> None:
    for i, place in enumerate(layout.pack(given_spans)):
        one = given_spans[i]
        if not any(
            j != i and one[0] < other[1] and other[0] < one[1]
            for j, other in enumerate(given_spans)
        ):
            assert place == (0, 1, 1)


def test_the_regular_lane_stands_left_of_overbooked_and_walk_in() -> None:
    places = layout.pack([(0.0, 30.0, 200), (5.0, 30.0, 100), (10.0, 30.0, 0)])
    assert [place.lane for place in places] == [2, 1, 0]


@given(st.integers(1, 60), st.integers(1, 5_000), st.integers(20, 200))
def test_columns_cover_the_width_and_keep_the_least(count: int, width: int, least: int) -> None:
    edges = layout.column_edges(count, width, least)
    assert edges[0] == 0
    assert edges[-1] == max(width, count * least)
    assert all(b - a >= least - 1 for a, b in pairwise(edges))
    for column in range(count):
        assert layout.column_at(edges, edges[column]) == column
        assert layout.column_at(edges, edges[column + 1] - 1) == column
    assert layout.column_at(edges, -1) is None
    assert layout.column_at(edges, edges[-1]) is None


def test_no_columns_have_no_place() -> None:
    assert layout.column_edges(0, 500, 100) == (0,)
    assert layout.column_at((0,), 0) is None


@given(st.integers(0, 48 * 3_600))
def test_time_to_minute_and_back(second: int) -> None:
    axis = layout.axis_of(date(2026, 3, 29), BERLIN, 0, 1440)
    at = datetime(2026, 3, 28, 12, tzinfo=UTC) + timedelta(seconds=second)
    assert abs(axis.at(axis.minute_of(at)) - at) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("on", "zone", "minutes"),
    [
        (date(2026, 3, 29), BERLIN, 23 * 60),
        (date(2026, 10, 25), BERLIN, 25 * 60),
        (date(2026, 4, 5), LORD_HOWE, 24 * 60 + 30),
        (date(2026, 10, 4), LORD_HOWE, 24 * 60 - 30),
        (date(2026, 11, 23), KOLKATA, 24 * 60),
    ],
)
def test_a_day_has_its_real_length(on: date, zone: ZoneInfo, minutes: int) -> None:
    assert layout.axis_of(on, zone, 0, 1440).minutes == minutes


def test_office_hours_after_a_clock_change_are_as_ever() -> None:
    usual = layout.axis_of(date(2026, 3, 27), BERLIN, 480, 1080)
    changed = layout.axis_of(date(2026, 3, 29), BERLIN, 480, 1080)
    assert usual.minutes == changed.minutes == 600
    assert layout.ticks_of(usual, BERLIN, 15) == layout.ticks_of(changed, BERLIN, 15)


def test_the_skipped_hour_has_no_row_and_is_marked() -> None:
    axis = layout.axis_of(date(2026, 3, 29), BERLIN, 0, 1440)
    ticks = layout.ticks_of(axis, BERLIN, 30)
    labels = [shown(tick) for tick in ticks]
    assert "02:00" not in labels
    assert "02:30" not in labels
    assert [shown(tick) for tick in ticks if tick.turn is Turn.JUMP] == ["03:00"]
    assert not [tick for tick in ticks if tick.turn is Turn.AGAIN]


def test_the_doubled_hour_has_two_rows_and_is_marked() -> None:
    axis = layout.axis_of(date(2026, 10, 25), BERLIN, 0, 1440)
    ticks = layout.ticks_of(axis, BERLIN, 30)
    assert [tick.minute for tick in ticks if shown(tick) == "02:00"] == [120, 180]
    assert [shown(tick) for tick in ticks if tick.turn is Turn.AGAIN] == ["02:00"]
    first = layout.wall_instant(date(2026, 10, 25), 150, BERLIN)
    assert axis.minute_of(first) == 150
    assert axis.minute_of(first + timedelta(hours=1)) == 210


def test_a_half_hour_change_is_marked_between_the_slots() -> None:
    axis = layout.axis_of(date(2026, 4, 5), LORD_HOWE, 0, 1440)
    ticks = layout.ticks_of(axis, LORD_HOWE, 60)
    assert [shown(tick) for tick in ticks if tick.turn is Turn.AGAIN] == ["01:30"]
    assert "02:00" in [shown(tick) for tick in ticks]


def test_slots_that_do_not_divide_the_hour_keep_the_full_hours() -> None:
    axis = layout.axis_of(date(2026, 11, 23), KOLKATA, 480, 720)
    ticks = layout.ticks_of(axis, KOLKATA, 25)
    assert [shown(t) for t in ticks if t.on_hour] == ["08:00", "09:00", "10:00", "11:00", "12:00"]
    assert [shown(t) for t in ticks if t.on_slot][:3] == ["08:00", "08:25", "08:50"]


@pytest.mark.parametrize(
    ("minute", "step", "near", "down"),
    [(7, 15, 0, 0), (8, 15, 15, 0), (-3, 5, -5, -5), (22.4, 5, 20, 20), (30, 15, 30, 30)],
)
def test_snapping(minute: float, step: int, near: int, down: int) -> None:
    assert layout.snap(minute, step) == near
    assert layout.snap_down(minute, step) == down
