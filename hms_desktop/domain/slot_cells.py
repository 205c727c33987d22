"""A day's slots one by one, as they can be closed and opened by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from hms_desktop.domain.availability_rules import DayPlan, ReasonKind


class CellState(StrEnum):
    """What a slot is: free, closed by hand, taken by a visit (or too late), or over."""

    FREE = "free"
    CLOSED = "closed"
    TAKEN = "taken"
    PAST = "past"


class SlotCell(NamedTuple):
    """One slot of a day (UTC); ``places`` is how many may still be booked."""

    starts_at: datetime
    ends_at: datetime
    state: CellState
    places: int = 0

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


def slot_cells(plan: DayPlan, now: datetime, usual_minutes: int) -> tuple[SlotCell, ...]:
    """Return the slots of a day in order.

    Time that is taken or closed by hand has no slots of its own any more; it is cut into pieces
    as long as the nearest free slot (``usual_minutes`` where the day has none).
    """
    cells: list[SlotCell] = []
    for slot in plan.slots:
        # Sessions that overlap may offer overlapping starts; the first of them is shown.
        if not cells or slot.starts_at >= cells[-1].ends_at:
            cells.append(SlotCell(slot.starts_at, slot.ends_at, CellState.FREE, slot.remaining))
    free = tuple(cells)
    for span in plan.closed:
        if span.reason.kind is ReasonKind.SLOT_BLOCK:
            length = _length_near(span.starts_at, free, usual_minutes)
            cells += _cut(span.starts_at, span.ends_at, length, CellState.CLOSED)
    for start, end in plan.open:
        for begin, until in _left(start, end, cells):
            length = _length_near(begin, free, usual_minutes)
            cells += [
                cell._replace(state=CellState.PAST) if cell.starts_at < now else cell
                for cell in _cut(begin, until, length, CellState.TAKEN)
            ]
    return tuple(sorted(cells))


def _length_near(moment: datetime, free: tuple[SlotCell, ...], usual: int) -> timedelta:
    near = min(free, key=lambda cell: abs(cell.starts_at - moment), default=None)
    return timedelta(minutes=usual if near is None else near.minutes)


def _cut(start: datetime, end: datetime, length: timedelta, state: CellState) -> list[SlotCell]:
    found = []
    while start < end:
        until = min(end, start + length)
        found.append(SlotCell(start, until, state))
        start = until
    return found


def _left(start: datetime, end: datetime, cells: list[SlotCell]) -> list[tuple[datetime, datetime]]:
    """Return what of a stretch no free slot covers."""
    left = []
    for cell in sorted(cells):
        if cell.ends_at <= start or cell.starts_at >= end:
            continue
        if cell.starts_at > start:
            left.append((start, cell.starts_at))
        start = max(start, cell.ends_at)
    if start < end:
        left.append((start, end))
    return left
