"""Which rule closes a time: the painted day, and the answer for one start.

A day is painted from the strongest rule down; each rule takes what is left, so that closed and
open time tile the day exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from hms_desktop.domain.availability_board import Board
from hms_desktop.domain.availability_rules import (
    EXTRA_LANES_FROM,
    ClosedSpan,
    DoctorState,
    ExceptionKind,
    Reason,
    ReasonKind,
)
from hms_desktop.domain.intervals import Span, clip, intersect, join, subtract
from hms_desktop.domain.zones import date_of, day_of, minute_ceil, minute_floor, moment_of

Painted = tuple[Span, Reason]


def open_spans(board: Board, on: date) -> list[Span]:
    """Return a local date's open time, booked or not (minutes since 1970)."""
    day = day_of(board.policy.zone, on)
    return clip(board.open_time(), day.start, day.end)


def closed_spans(board: Board, on: date) -> Iterator[ClosedSpan]:
    """Return a local date's closed time in order, each stretch with its reason."""
    for (start, end), reason in _painted(board, on):
        yield ClosedSpan(moment_of(start), moment_of(end), reason)


def _painted(board: Board, on: date) -> list[Painted]:
    day = day_of(board.policy.zone, on)
    left: list[Span] = [(day.start, day.end)] if day.minutes else []
    hours = join((window.start, window.end) for window in board.hours.windows[on])
    painted: list[Painted] = []
    for spans, reason in _closures(board, on, hours):
        painted += [(span, reason) for span in intersect(left, spans)]
        left = subtract(left, spans)
    outside = subtract(left, hours)
    painted += [(span, _hours_reason(board, on, span, hours)) for span in outside]
    return sorted(painted, key=lambda one: one[0])


def _closures(board: Board, on: date, hours: list[Span]) -> Iterator[tuple[list[Span], Reason]]:
    """Return what closes the date apart from its hours, the strongest first."""
    day = day_of(board.policy.zone, on)
    whole = (day.start, day.end)
    rules = board.rules
    if rules.state is not DoctorState.APPROVED:
        pending = rules.state is DoctorState.PENDING
        kind = ReasonKind.NOT_APPROVED if pending else ReasonKind.DOCTOR_BLOCKED
        yield [whole], _reason(kind, whole, "doctor", rules.doctor_id)
    holiday = board.hours.holidays.get(on)
    if holiday is not None:
        spans = subtract([whole], hours)  # hours on a holiday come from a date exception
        yield (
            spans,
            _reason(ReasonKind.HOLIDAY, whole, "hospital_holiday", holiday.id, note=holiday.name),
        )
    for leave in sorted(rules.leaves, key=lambda one: (one.starts_at, one.id)):
        span = (minute_floor(leave.starts_at), minute_ceil(leave.ends_at))
        yield (
            [span],
            _reason(ReasonKind.LEAVE, span, "unavailability", leave.id, note=leave.reason),
        )
    for span, one in board.hours.closes(on):
        yield (
            [span],
            _reason(ReasonKind.DATE_CLOSED, span, "date_exception", one.id, note=one.reason),
        )
    for block in sorted(rules.blocks, key=lambda one: (one.starts_at, one.id)):
        span = (minute_floor(block.starts_at), minute_ceil(block.ends_at))
        yield [span], _reason(ReasonKind.SLOT_BLOCK, span, "slot_block", block.id)


def _hours_reason(board: Board, on: date, span: Span, hours: list[Span]) -> Reason:
    if not hours:
        kind = ReasonKind.NOT_WORKING
    elif hours[0][1] <= span[0] and span[1] <= hours[-1][0]:
        later = min(start for start, _end in hours if start >= span[1])
        return _reason(ReasonKind.BETWEEN_SESSIONS, (span[0], later))
    else:
        kind = ReasonKind.OUTSIDE_HOURS
    for one in board.hours.exceptions.get(on, ()):
        if one.kind is ExceptionKind.REPLACES:
            return _reason(ReasonKind.OTHER_HOURS, span, "date_exception", one.id, note=one.reason)
    return _reason(kind, span)


def explain(board: Board, on: date, start: int, minutes: int, *, whole: bool, fits: bool) -> Reason:
    """Return the first rule that keeps a visit from starting at a minute since 1970."""
    end = start + minutes
    if not whole or fits:
        return _reason(ReasonKind.OFF_GRID, (start, end))
    if board.rules.state is not DoctorState.APPROVED:
        return _painted(board, on)[0][1]
    need = board.need
    if start < board.now:
        return _reason(ReasonKind.PAST, (start, end))
    if start < board.earliest:
        return _reason(ReasonKind.NOTICE, (start, end), number=need.min_notice)
    if start >= board.latest:
        return _reason(ReasonKind.HORIZON, (start, end), number=need.horizon_days or 0)
    closed = _first_closed(board, on, start, end)
    if closed is not None:
        return closed
    return _day_full(board, on, start, minutes) or _taken(board, start, end)


def _day_full(board: Board, on: date, start: int, minutes: int) -> Reason | None:
    policy = board.policy
    count, used = board.load(on)
    span = (start, start + minutes)
    if policy.max_per_day is not None and count >= policy.max_per_day:
        return _reason(ReasonKind.DAY_FULL, span, number=policy.max_per_day)
    if policy.max_minutes_per_day is not None and used + minutes > policy.max_minutes_per_day:
        return _reason(ReasonKind.DAY_MINUTES, span, number=policy.max_minutes_per_day)
    return None


def _first_closed(board: Board, on: date, start: int, end: int) -> Reason | None:
    last = date_of(board.policy.zone, end - 1)
    dates = (on,) if last <= on else (on, last)
    for one in dates:
        for span, reason in _painted(board, one):
            if span[0] < end and span[1] > start:
                return reason
    return None


def _taken(board: Board, start: int, end: int) -> Reason:
    """Return the visit or hold that is in the way; a true overlap counts before a buffer."""
    need = board.need
    found = sorted(_in_the_way(board, start, end, need.buffer_before, need.buffer_after))
    if not found:
        # Every lane is free somewhere, none throughout: the hours hold fewer visits further on.
        return _reason(ReasonKind.OUTSIDE_HOURS, (start, end))
    rank, begins, ends, row_id, name = found[0]
    span = (begins, ends)
    if rank == 0:
        return _reason(ReasonKind.BOOKED, span, "appointment", row_id)
    if rank == 1:
        return _reason(ReasonKind.HELD, span, "slot_hold", row_id, note=name)
    return _reason(ReasonKind.BUFFER, span, "appointment", row_id)


def _in_the_way(
    board: Board, start: int, end: int, before: int, after: int
) -> Iterable[tuple[int, int, int, int, str]]:
    for visit in board.booked:
        if visit.lane is not None and visit.lane >= EXTRA_LANES_FROM:
            continue
        begins, ends = minute_floor(visit.starts_at), minute_ceil(visit.ends_at)
        if begins < end and ends > start:
            yield 0, begins, ends, visit.id, ""
        elif begins - visit.buffer_before < end + after and (
            ends + visit.buffer_after > start - before
        ):
            yield 2, begins, ends, visit.id, ""
    for hold in board.held:
        begins, ends = minute_floor(hold.starts_at), minute_ceil(hold.ends_at)
        if begins < end + after and ends > start - before:
            yield 1, begins, ends, hold.id, hold.by


def _reason(
    kind: ReasonKind,
    span: Span,
    table: str | None = None,
    row_id: int | None = None,
    *,
    note: str = "",
    number: int = 0,
) -> Reason:
    return Reason(kind, table, row_id, moment_of(span[0]), moment_of(span[1]), note, number)
