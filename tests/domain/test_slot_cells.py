from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hms_desktop.domain import availability
from hms_desktop.domain.availability_rules import (
    Booked,
    DoctorRules,
    SlotBlock,
    SlotPolicy,
    VisitNeed,
    WorkingSession,
)
from hms_desktop.domain.slot_cells import CellState, SlotCell, slot_cells

pytestmark = pytest.mark.feature("AVL-2")
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
EARLY = MONDAY - timedelta(days=1)
ZONE = ZoneInfo("UTC")


def at(hour: float) -> datetime:
    return MONDAY + timedelta(hours=hour)


def cells(
    *,
    sessions: tuple[WorkingSession, ...] = (WorkingSession(1, 0, 540, 720),),
    blocks: tuple[SlotBlock, ...] = (),
    booked: tuple[Booked, ...] = (),
    now: datetime = EARLY,
) -> tuple[SlotCell, ...]:
    rules = DoctorRules(1, sessions, (), (), blocks)
    policy = SlotPolicy(ZONE)
    plan = availability.day_plan(rules, policy, (), booked, (), MONDAY.date(), now, VisitNeed())
    return slot_cells(plan, now, 30)


def shown(found: tuple[SlotCell, ...]) -> list[str]:
    return [f"{cell.starts_at:%H:%M} {cell.state}" for cell in found]


def test_free_closed_and_taken_slots_stand_in_order() -> None:
    found = cells(blocks=(SlotBlock(1, at(10), at(10.5)),), booked=(Booked(1, at(11), at(11.5)),))
    assert shown(found) == [
        "09:00 free",
        "09:30 free",
        "10:00 closed",
        "10:30 free",
        "11:00 taken",
        "11:30 free",
    ]
    assert {cell.minutes for cell in found} == {30}


def test_what_is_closed_is_cut_like_the_slots_beside_it() -> None:
    sessions = (
        WorkingSession(1, 0, 540, 660),
        WorkingSession(2, 0, 840, 900, slot_minutes=20, capacity=2),
    )
    found = cells(
        sessions=sessions,
        blocks=(SlotBlock(1, at(9.5), at(10.5)), SlotBlock(2, at(14), at(14 + 1 / 3))),
    )
    assert shown(found) == [
        "09:00 free",
        "09:30 closed",
        "10:00 closed",
        "10:30 free",
        "14:00 closed",
        "14:20 free",
        "14:40 free",
    ]
    assert [cell.places for cell in found if cell.state is CellState.FREE] == [1, 1, 2, 2]


def test_what_has_begun_is_over() -> None:
    found = cells(now=at(9.75))
    assert shown(found)[:3] == ["09:00 past", "09:30 past", "10:00 free"]


def test_a_day_that_is_all_closed_is_cut_by_the_usual_length() -> None:
    found = cells(blocks=(SlotBlock(1, at(9), at(12)),))
    assert [cell.state for cell in found] == [CellState.CLOSED] * 6
    assert cells(sessions=(WorkingSession(1, 1, 540, 720),)) == ()
