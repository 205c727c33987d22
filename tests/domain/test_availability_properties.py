"""The engine against a slow model that looks at one minute at a time and shares no code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hms_desktop.domain.availability import day_plan, free_lane, free_slots, why_closed
from hms_desktop.domain.availability_rules import (
    Booked,
    DateException,
    DoctorRules,
    DoctorState,
    ExceptionKind,
    Grid,
    GridOrigin,
    Hold,
    Holiday,
    Leave,
    SlotBlock,
    SlotPolicy,
    VisitNeed,
    WorkingSession,
)
from hms_desktop.domain.zones import clock_text

pytestmark = pytest.mark.feature("AVL-5")

MINUTE = timedelta(minutes=1)
DAYS = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Europe/Berlin", date(2026, 12, 31)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kolkata", date(2028, 2, 29)),
    ("Asia/Kathmandu", date(2027, 1, 1)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("Pacific/Apia", date(2011, 12, 31)),
    ("Africa/Cairo", date(2026, 4, 24)),
)


@cache
def first_moment(zone: ZoneInfo, wall: datetime) -> datetime:
    at = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(zone).replace(tzinfo=None) < wall:
        at += MINUTE
    return at


@dataclass(frozen=True)
class World:
    """One doctor's rules and visits around one local date."""

    on: date
    policy: SlotPolicy
    rules: DoctorRules
    holidays: tuple[Holiday, ...]
    booked: tuple[Booked, ...]
    holds: tuple[Hold, ...]
    now: datetime
    need: VisitNeed

    @property
    def rows(self) -> tuple[Any, ...]:
        return self.rules, self.policy, self.holidays, self.booked, self.holds

    def first_moment(self, wall: datetime) -> datetime:
        """Return the first minute at which the wall clock shows a time or a later one."""
        return first_moment(self.policy.zone, wall)

    def at(self, minute: int, days: int = 0) -> datetime:
        midnight = datetime.combine(self.on + timedelta(days=days), datetime.min.time())
        return self.first_moment(midnight + timedelta(minutes=minute))


@st.composite
def worlds(draw: st.DrawFn, *, places: int = 1, origin: GridOrigin | None = None) -> World:
    name, on = draw(st.sampled_from(DAYS))
    zone = ZoneInfo(name)
    grid = Grid(origin or draw(st.sampled_from(list(GridOrigin))), draw(st.sampled_from((5, 20))))
    policy = SlotPolicy(zone, default_start=None, grid=grid)
    world = World(on, policy, DoctorRules(1), (), (), (), datetime(2001, 1, 1, tzinfo=UTC), NEED)
    quarter = st.integers(0, 95).map(lambda number: number * 15)

    def span() -> tuple[int, int]:
        start = draw(quarter)
        return start, min(1440, start + draw(st.integers(1, 30)) * 15)

    cuts = sorted(set(draw(st.lists(quarter, min_size=2, max_size=6)))) or [0]
    hours = list(zip(cuts, [*cuts[1:], 1440], strict=True))[:: draw(st.sampled_from((1, 2)))]
    slots, capacity = st.sampled_from((None, 10, 20, 25)), st.integers(1, places)
    weekday = on.weekday()
    sessions = [
        WorkingSession(number, weekday, start, end, None, None, draw(slots), draw(capacity))
        for number, (start, end) in enumerate(hours)
    ]
    if draw(st.booleans()):  # tomorrow opens at midnight: visits may run through it
        sessions.append(WorkingSession(90, (weekday + 1) % 7, 0, 120, None, None, 20, 1))
    if draw(st.booleans()):
        sessions.append(WorkingSession(91, weekday, 0, 1440, on + timedelta(days=1), None))
    exceptions = []
    if draw(st.booleans()):
        start, end = span()
        exceptions.append(DateException(1, on, ExceptionKind.CLOSES, start, end))
    moments = st.tuples(st.integers(-60, 1439), st.integers(1, 200))
    leaves = tuple(
        Leave(number, world.at(start), world.at(start) + length * MINUTE, "away")
        for number, (start, length) in enumerate(draw(st.lists(moments, max_size=2)))
    )
    blocks = tuple(
        SlotBlock(number, world.at(start), world.at(start) + 20 * MINUTE)
        for number, start in enumerate(draw(st.lists(quarter, max_size=2, unique=True)))
    )
    buffers = st.sampled_from((0, 0, 5, 10))
    booked = tuple(
        Booked(
            number,
            world.at(start),
            world.at(start) + min(length, 60) * MINUTE,
            draw(buffers),
            draw(buffers),
            draw(st.sampled_from((True, True, False))),
            draw(st.sampled_from((0, 0, 0, 100))) if places == 1 else draw(st.integers(0, 2)),
        )
        for number, (start, length) in enumerate(draw(st.lists(moments, max_size=6)))
    )
    holds = tuple(
        Hold(number, world.at(start), world.at(start) + 20 * MINUTE, "desk 2", expires)
        for number, (start, expires) in enumerate(
            draw(st.lists(st.tuples(quarter, st.sampled_from((NEVER, LONG_AGO))), max_size=2))
            if places == 1
            else []
        )
    )
    need = VisitNeed(
        draw(st.sampled_from((None, 10, 20, 45))),
        draw(buffers),
        draw(buffers),
        draw(st.sampled_from((0, 0, 90))),
        draw(st.sampled_from((None, 0, 400))),
    )
    now = draw(st.sampled_from((LONG_AGO, world.at(-300), world.at(700) + timedelta(seconds=9))))
    if now == LONG_AGO:
        need = replace(need, horizon_days=None)
    rules = DoctorRules(1, tuple(sessions), tuple(exceptions), leaves, blocks)
    holidays = (Holiday(1, on, "a feast"),) if draw(st.integers(0, 9)) == 0 else ()
    return World(on, policy, rules, holidays, booked, holds, now, need)


NEED = VisitNeed()
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


class Model:
    """Says of one minute whether a visit may start, by looking at each minute of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hours: list[tuple[datetime, datetime, int, int | None]] = []
        self.shut: list[tuple[datetime, datetime]] = []
        for days in (-1, 0, 1):
            on = world.on + timedelta(days=days)
            if on in {one.on for one in world.holidays}:
                continue
            for one in world.rules.sessions:
                if one.weekday == on.weekday() and (one.valid_from or on) <= on:
                    start = world.at(one.start_minute, days)
                    end = world.at(one.end_minute, days)
                    self.hours.append((start, end, one.capacity, one.slot_minutes))
        for one in world.rules.exceptions:
            assert one.start_minute is not None
            assert one.end_minute is not None
            self.shut.append((world.at(one.start_minute), world.at(one.end_minute)))
        away = (*world.rules.leaves, *world.rules.blocks)
        self.shut += [(one.starts_at, one.ends_at) for one in away]
        self.day = world.at(0), world.at(0, 1)

    def slot(self, start: datetime) -> int:
        for begins, ends, _places, slot in self.hours:
            if begins <= start < ends:
                return slot or 30
        return 30

    def free_lanes(self, start: datetime) -> set[int]:
        world, need = self.world, self.world.need
        length = need.minutes or self.slot(start)
        end = start + length * MINUTE
        if start < world.now + need.min_notice * MINUTE:
            return set()
        today = world.now.astimezone(world.policy.zone).date()
        if need.horizon_days is not None and world.on > today + timedelta(days=need.horizon_days):
            return set()
        lanes = set(range(3))
        for number in range(length):
            minute = start + number * MINUTE
            if any(begins <= minute < ends for begins, ends in self.shut):
                return set()
            places = [one[2] for one in self.hours if one[0] <= minute < one[1]]
            lanes &= set(range(max(places, default=0)))
        first, last = start - need.buffer_before * MINUTE, end + need.buffer_after * MINUTE
        for visit in world.booked:
            begins = visit.starts_at - visit.buffer_before * MINUTE
            ends = visit.ends_at + visit.buffer_after * MINUTE
            if visit.holds and begins < last and first < ends:
                lanes -= {visit.lane}
        for hold in world.holds:
            if hold.expires_at > world.now and hold.starts_at < last and first < hold.ends_at:
                lanes -= {0}
        return lanes

    def minutes(self, step: int) -> list[datetime]:
        start, end = self.day
        return [start + number * MINUTE for number in range(0, (end - start) // MINUTE, step)]


@settings(max_examples=25)
@given(worlds())
def test_offered_is_what_can_be_booked_and_nothing_else(world: World) -> None:
    model = Model(world)
    slots = free_slots(*world.rows, world.on, world.on, world.now, world.need)
    offered = {slot.starts_at for slot in slots}
    assert len(offered) == len(slots)
    for start in model.minutes(5):
        reason = why_closed(*world.rows, start, world.now, world.need)
        assert (reason is None) == bool(model.free_lanes(start)), (start, reason)
        on_grid = why_closed(*world.rows, start, world.now, world.need, on_grid=True)
        assert (on_grid is None) == (start in offered), (start, on_grid)
        assert (free_lane(*world.rows, start, world.now, world.need) is None) == bool(reason)
        if reason:
            assert reason.sentence(partial(clock_text, world.policy.zone))
    for slot in slots:
        assert model.free_lanes(slot.starts_at)
        assert slot.ends_at > slot.starts_at


@settings(max_examples=60)
@given(worlds(origin=GridOrigin.WINDOW_START))
def test_grid_of_the_session_offers_every_start_that_fits(world: World) -> None:
    model = Model(world)
    expected = []
    for begins, ends, _places, slot in model.hours:
        start = begins
        while start < ends:
            if model.day[0] <= start < model.day[1] and model.free_lanes(start):
                expected.append(start)
            start += (slot or 30) * MINUTE
    slots = free_slots(*world.rows, world.on, world.on, world.now, world.need)
    assert [slot.starts_at for slot in slots] == sorted(expected)


@settings(max_examples=40)
@given(worlds(places=3))
def test_places_are_lanes_that_are_free_throughout(world: World) -> None:
    model = Model(world)
    # A visit in a lane that its session lacks would be moved; that has a test of its own.
    kept = tuple(
        one
        for one in world.booked
        if any(
            begins <= one.starts_at < ends and (one.lane or 0) < places
            for begins, ends, places, _slot in model.hours
        )
    )
    world = replace(world, booked=kept)
    model = Model(world)
    for slot in free_slots(*world.rows, world.on, world.on, world.now, world.need):
        lanes = model.free_lanes(slot.starts_at)
        assert slot.remaining == len(lanes)
        assert free_lane(*world.rows, slot.starts_at, world.now, world.need) == min(lanes)


@settings(max_examples=60)
@given(worlds(), st.sampled_from(list(DoctorState)))
def test_open_and_closed_time_tile_the_day(world: World, state: DoctorState) -> None:
    world = replace(world, rules=replace(world.rules, state=state))
    plan = day_plan(*world.rows, world.on, world.now, world.need)
    tiles = sorted([*plan.open, *((one.starts_at, one.ends_at) for one in plan.closed)])
    at = plan.starts_at
    for start, end in tiles:
        assert start == at
        assert start < end
        at = end
    assert at == plan.ends_at
    assert (plan.starts_at, plan.ends_at) == Model(world).day
    for slot in plan.slots:
        end = min(slot.ends_at, plan.ends_at)
        assert any(a <= slot.starts_at and end <= b for a, b in plan.open)
    assert not (plan.slots or plan.open) or state is DoctorState.APPROVED


@settings(max_examples=40)
@given(worlds(places=2), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(world: World, random: Random) -> None:
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(rows, len(rows)))

    rules = world.rules
    other = replace(
        world,
        rules=replace(
            rules,
            sessions=shuffled(rules.sessions),
            exceptions=shuffled(rules.exceptions),
            leaves=shuffled(rules.leaves),
            blocks=shuffled(rules.blocks),
        ),
        booked=shuffled(world.booked),
        holds=shuffled(world.holds),
    )
    plan = day_plan(*world.rows, world.on, world.now, world.need)
    assert plan == day_plan(*other.rows, world.on, world.now, world.need)
    for minute in (0, 600, 1200):
        start = plan.starts_at + minute * MINUTE
        one = why_closed(*world.rows, start, world.now, world.need)
        assert one == why_closed(*other.rows, start, world.now, world.need)


@settings(max_examples=30)
@given(worlds(places=2))
def test_a_range_of_days_holds_the_slots_of_its_days(world: World) -> None:
    first, last = world.on - timedelta(days=1), world.on + timedelta(days=1)
    whole = free_slots(*world.rows, first, last, world.now, world.need)
    parts = [
        slot
        for on in (first, world.on, last)
        for slot in free_slots(*world.rows, on, on, world.now, world.need)
    ]
    assert whole == parts
