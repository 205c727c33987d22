"""Minutes that could be booked: the quick way against every date laid out by the engine."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain import zones
from hms_desktop.domain.availability_board import Board
from hms_desktop.domain.availability_rules import (
    DateException,
    DoctorRules,
    DoctorState,
    ExceptionKind,
    Holiday,
    Leave,
    SlotBlock,
    SlotPolicy,
    VisitNeed,
    WorkingSession,
)
from hms_desktop.domain.intervals import clip
from hms_desktop.domain.offered_time import offered_time

FIRST, LAST = date(2026, 10, 19), date(2026, 11, 8)  # the clock goes back on the 25th
_dates = st.dates(FIRST - timedelta(days=2), LAST + timedelta(days=2))
_hours = (
    st.tuples(st.integers(0, 1439), st.integers(1, 1440))
    .map(sorted)
    .filter(lambda one: one[0] < one[1])
)


@st.composite
def _rules(draw: st.DrawFn, number: int) -> DoctorRules:
    zone = draw(st.sampled_from(["Europe/Berlin", "Asia/Kathmandu"]))

    def moments() -> tuple[datetime, datetime]:
        begins = zones.to_utc(ZoneInfo(zone), draw(_dates), draw(st.integers(0, 1439)))
        return begins, begins + timedelta(minutes=draw(st.integers(1, 5_000)))

    sessions = tuple(
        WorkingSession(
            n,
            draw(st.integers(0, 6)),
            *draw(_hours),
            draw(st.none() | _dates),
            draw(st.none() | _dates),
            capacity=draw(st.integers(1, 3)),
        )
        for n in range(draw(st.integers(0, 6)))
    )
    exceptions = []
    for n in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(list(ExceptionKind)))
        hours = draw(_hours if kind is ExceptionKind.ADDS else st.none() | _hours)
        exceptions.append(DateException(n, draw(_dates), kind, *(hours or (None, None))))
    leaves = tuple(Leave(n, *moments()) for n in range(draw(st.integers(0, 3))))
    blocks = tuple(SlotBlock(n, *moments()) for n in range(draw(st.integers(0, 2))))
    return DoctorRules(number, sessions, tuple(exceptions), leaves, blocks)


def _laid_out(rules: DoctorRules, policy: SlotPolicy, holidays: list[Holiday]) -> Counter[date]:
    board = Board(
        rules, policy, holidays, (), (), FIRST, LAST, datetime(1971, 1, 1, tzinfo=UTC), VisitNeed()
    )
    found: Counter[date] = Counter()
    for n in range((LAST - FIRST).days + 1):
        day = zones.day_of(policy.zone, FIRST + timedelta(days=n))
        for lane in range(board.capacity):
            found[day.on] += sum(b - a for a, b in clip(board.open_time(lane), day.start, day.end))
    return found


@pytest.mark.feature("DSH-1")
@given(
    everyone=st.tuples(_rules(1), _rules(2)),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Kathmandu"]),
    closed=st.lists(_dates, max_size=3, unique=True),
    default=st.booleans(),
)
def test_it_is_what_the_engine_would_open(
    everyone: tuple[DoctorRules, ...], zone: str, closed: list[date], default: bool
) -> None:
    policy = SlotPolicy(ZoneInfo(zone), 600 if default else None, 960)
    holidays = [Holiday(n, on, "Feast") for n, on in enumerate(closed)]
    wanted = {one.doctor_id: _laid_out(one, policy, holidays) for one in everyone}
    found = offered_time(everyone, policy, holidays, FIRST, LAST)
    assert found.by_doctor == {whose: own.total() for whose, own in wanted.items()}
    both = sum(wanted.values(), Counter())
    assert +found.by_day == +both
    assert found.between(FIRST, LAST) == found.minutes


def test_a_block_of_the_doctor_closes_no_past_hours() -> None:
    blocked = DoctorRules(1, state=DoctorState.BLOCKED)
    policy = SlotPolicy(ZoneInfo("UTC"))
    assert offered_time([blocked], policy, (), FIRST, FIRST).minutes == 360
