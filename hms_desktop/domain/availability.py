"""Free slots of one doctor, the plan of a day, and why a time is closed.

``free_slots`` and ``why_closed`` look at the same board: what one offers the other never refuses,
and the other way round. All moments are aware UTC datetimes, all lengths minutes. Cancelled
visits, expired holds and (when moving) the visit itself are left out by the caller or by their
own fields; the order of rows never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from hms_desktop.domain.availability_board import Board, Cluster
from hms_desktop.domain.availability_grid import grid_starts
from hms_desktop.domain.availability_reasons import closed_spans, explain, open_spans
from hms_desktop.domain.availability_rules import (
    Booked,
    DayPlan,
    DoctorRules,
    Hold,
    Holiday,
    Reason,
    Slot,
    SlotPolicy,
    VisitNeed,
    Window,
)
from hms_desktop.domain.availability_windows import ONE_DAY
from hms_desktop.domain.intervals import clip
from hms_desktop.domain.zones import (
    Day,
    date_of,
    day_of,
    minute_ceil,
    minute_floor,
    moment_of,
)

ANY_NEED = VisitNeed()


def open_windows(
    rules: DoctorRules, policy: SlotPolicy, holidays: Iterable[Holiday], on: date
) -> tuple[Window, ...]:
    """Return a local date's hours less leave and closures, with the rule that opens them."""
    board = Board(rules, policy, holidays, (), (), on, on, moment_of(0), ANY_NEED)
    open_time = board.open_time()
    return tuple(
        Window(
            moment_of(start),
            moment_of(end),
            window.capacity,
            window.slot,
            window.session_id,
            window.exception_id,
        )
        for window in board.hours.windows[on]
        for start, end in clip(open_time, window.start, window.end)
    )


def free_time(
    rules: DoctorRules,
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    booked: Iterable[Booked],
    holds: Iterable[Hold],
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> list[tuple[datetime, datetime]]:
    """Return open time between two moments in which at least one place is free, joined."""
    begin, end = minute_ceil(starts_at), minute_ceil(ends_at)
    first, last = date_of(policy.zone, begin), date_of(policy.zone, end)
    board = Board(rules, policy, holidays, booked, holds, first, last, now, ANY_NEED)
    return [(moment_of(a), moment_of(b)) for a, b in clip(board.free_time(), begin, end)]


def free_slots(
    rules: DoctorRules,
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    booked: Iterable[Booked],
    holds: Iterable[Hold],
    first: date,
    last: date,
    now: datetime,
    need: VisitNeed,
) -> list[Slot]:
    """Return every start on the grid that can be booked, from one local date to another."""
    board = Board(rules, policy, holidays, booked, holds, first, last, now, need)
    found: list[Slot] = []
    on = first
    while on <= last:
        found.extend(day_slots(board, on))
        on += ONE_DAY
    return found


def day_plan(
    rules: DoctorRules,
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    booked: Iterable[Booked],
    holds: Iterable[Hold],
    on: date,
    now: datetime,
    need: VisitNeed,
) -> DayPlan:
    """Return a local date as the day grid shows it: open time, closed time with reasons, slots."""
    board = Board(rules, policy, holidays, booked, holds, on, on, now, need)
    day = day_of(policy.zone, on)
    return DayPlan(
        on,
        moment_of(day.start),
        moment_of(day.end),
        tuple((moment_of(a), moment_of(b)) for a, b in open_spans(board, on)),
        tuple(closed_spans(board, on)),
        tuple(day_slots(board, on)),
    )


def why_closed(
    rules: DoctorRules,
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    booked: Iterable[Booked],
    holds: Iterable[Hold],
    starts_at: datetime,
    now: datetime,
    need: VisitNeed,
    *,
    on_grid: bool = False,
) -> Reason | None:
    """Return the rule that keeps a visit from starting at a moment; None: it can be booked.

    With ``on_grid`` the start must also be one that ``free_slots`` offers; staff may book any
    minute at which the whole visit fits.
    """
    start = minute_floor(starts_at)
    on = date_of(policy.zone, start)
    board = Board(rules, policy, holidays, booked, holds, on, on, now, need)
    minutes = length_at(board, on, start)
    whole = moment_of(start) == starts_at
    fits = whole and board.remaining(start, minutes) > 0 and board.has_room(on, minutes)
    if fits and (not on_grid or start in set(_day_starts(board, on))):
        return None
    return explain(board, on, start, minutes, whole=whole, fits=fits)


def free_lane(
    rules: DoctorRules,
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    booked: Iterable[Booked],
    holds: Iterable[Hold],
    starts_at: datetime,
    now: datetime,
    need: VisitNeed,
) -> int | None:
    """Return the lane to book a visit in (0 first); None where why_closed gives a reason."""
    start = minute_floor(starts_at)
    on = date_of(policy.zone, start)
    board = Board(rules, policy, holidays, booked, holds, on, on, now, need)
    minutes = length_at(board, on, start)
    if moment_of(start) != starts_at or not board.has_room(on, minutes):
        return None
    return board.free_lane(start, minutes)


def slot_minutes_at(
    rules: DoctorRules, policy: SlotPolicy, holidays: Iterable[Holiday], starts_at: datetime
) -> int:
    """Return the slot length that counts at a moment: session, else doctor, else hospital."""
    start = minute_floor(starts_at)
    on = date_of(policy.zone, start)
    board = Board(rules, policy, holidays, (), (), on, on, starts_at, ANY_NEED)
    return length_at(board, on, start)


def length_at(board: Board, on: date, start: int) -> int:
    """Return how long a visit lasts that starts at a minute since 1970 (minutes)."""
    for cluster in board.clusters(on):
        if cluster.start <= start < cluster.end:
            return board.length(cluster)
    return board.length(Cluster(start, start, None, None))


def day_slots(board: Board, on: date) -> list[Slot]:
    """Return the free slots of one local date of a board."""
    found: list[Slot] = []
    if not board.hours.windows[on]:
        return found
    day = day_of(board.policy.zone, on)
    base, later = moment_of(day.start), _deltas()
    new = tuple.__new__  # half the time of Slot(...), and there are thousands of them
    for cluster in board.clusters(on):
        minutes, session = board.length(cluster), cluster.session_id
        starts = [start - day.start for start in _cluster_starts(board, day, cluster, minutes)]
        if board.capacity == 1:
            places = [1] * len(starts)
        else:
            places = [board.remaining(at + day.start, minutes) for at in starts]
        found += [
            new(Slot, (base + later[at], base + later[at + minutes], free, session))
            for at, free in zip(starts, places, strict=True)
        ]
    return found


def _day_starts(board: Board, on: date) -> Iterator[int]:
    day = day_of(board.policy.zone, on)
    for cluster in board.clusters(on):
        yield from _cluster_starts(board, day, cluster, board.length(cluster))


def _cluster_starts(board: Board, day: Day, cluster: Cluster, minutes: int) -> list[int]:
    if not board.has_room(day.on, minutes):
        return []
    startable = board.startable(minutes)
    return grid_starts(board.policy.grid, day, cluster, board.step(cluster), startable)


@lru_cache(maxsize=1)
def _deltas() -> tuple[timedelta, ...]:
    # Adding a ready timedelta is several times faster than making one; a day may have 25 hours
    # (zones that moved over the date line: 48) and its last visit may run a day longer.
    return tuple(timedelta(minutes=minute) for minute in range(3 * 24 * 60 + 1))
