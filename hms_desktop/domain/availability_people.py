"""Free slots of several people: any of them, all of them together, and the next free one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hms_desktop.domain.availability import day_slots, free_slots, slot_minutes_at, why_closed
from hms_desktop.domain.availability_board import Board, Cluster
from hms_desktop.domain.availability_grid import grid_starts
from hms_desktop.domain.availability_rules import (
    Booked,
    DoctorRules,
    Hold,
    Holiday,
    Reason,
    ReasonKind,
    Slot,
    SlotPolicy,
    VisitNeed,
)
from hms_desktop.domain.availability_windows import ONE_DAY
from hms_desktop.domain.intervals import Span, intersect, join
from hms_desktop.domain.zones import MINUTES_A_DAY, date_of, day_of, minute_floor, moment_of


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody (or a list of their own) who can be booked; empty ``offers`` means everything."""

    rules: DoctorRules
    booked: tuple[Booked, ...] = ()
    holds: tuple[Hold, ...] = ()
    offers: frozenset[str] = frozenset()

    def can_give(self, need: VisitNeed) -> bool:
        """Say whether this person offers the service that is looked for."""
        return need.service is None or not self.offers or need.service in self.offers


class Offer(NamedTuple):
    """A start at which at least one of several people is free (aware UTC)."""

    starts_at: datetime
    ends_at: datetime
    remaining: int
    doctor_ids: tuple[int, ...]


Load = Callable[[date, date], Sequence[Person]]
"""Reads the people, with their visits and holds, for a range of local dates."""


def free_slots_any(
    people: Iterable[Person],
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    first: date,
    last: date,
    now: datetime,
    need: VisitNeed,
) -> list[Offer]:
    """Return the starts at which any of several people is free; places add up."""
    shut = tuple(holidays)
    found: dict[tuple[datetime, datetime], list[tuple[int, int]]] = {}
    for person in people:
        if not person.can_give(need):
            continue
        slots = free_slots(
            person.rules, policy, shut, person.booked, person.holds, first, last, now, need
        )
        for slot in slots:
            who = found.setdefault((slot.starts_at, slot.ends_at), [])
            who.append((person.rules.doctor_id, slot.remaining))
    return [
        Offer(start, end, sum(places for _id, places in who), tuple(sorted(one for one, _ in who)))
        for (start, end), who in sorted(found.items())
    ]


def free_slots_all(
    people: Sequence[Person],
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    first: date,
    last: date,
    now: datetime,
    need: VisitNeed,
) -> list[Slot]:
    """Return the starts at which all people are free together, on the grid of the shared hours.

    Without ``need.minutes`` the visit lasts as long as the longest slot among them.
    """
    shut = tuple(holidays)
    if not people or not all(person.can_give(need) for person in people):
        return []
    boards = [
        Board(one.rules, policy, shut, one.booked, one.holds, first, last, now, need)
        for one in people
    ]
    found: list[Slot] = []
    on = first
    while on <= last:
        found.extend(_together(boards, policy, on))
        on += ONE_DAY
    return found


def _together(boards: Sequence[Board], policy: SlotPolicy, on: date) -> Iterator[Slot]:
    clusters = [board.clusters(on) for board in boards]
    if not all(clusters):
        return
    day = day_of(policy.zone, on)
    hours: list[Span] = [(day.start, day.end)]
    for own in clusters:
        hours = intersect(hours, join((one.start, one.end) for one in own))
    pairs = [(b, one) for b, own in zip(boards, clusters, strict=True) for one in own]
    minutes = max(board.length(one) for board, one in pairs)
    step = max(board.step(one) for board, one in pairs)
    if not all(board.has_room(on, minutes) for board in boards):
        return
    startable = boards[0].startable(minutes)
    for board in boards[1:]:
        startable = intersect(startable, board.startable(minutes))
    for begins, ends in hours:
        shared = Cluster(begins, ends, None, None)
        for start in grid_starts(policy.grid, day, shared, step, startable):
            places = min(board.remaining(start, minutes) for board in boards)
            yield Slot(moment_of(start), moment_of(start + minutes), places, None)


def why_none(
    people: Iterable[Person],
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    starts_at: datetime,
    now: datetime,
    need: VisitNeed,
) -> dict[int, Reason | None]:
    """Return for each person why a visit cannot start at a moment; None: it can."""
    shut = tuple(holidays)
    answer: dict[int, Reason | None] = {}
    for one in people:
        if one.can_give(need):
            answer[one.rules.doctor_id] = why_closed(
                one.rules, policy, shut, one.booked, one.holds, starts_at, now, need
            )
        else:
            answer[one.rules.doctor_id] = Reason(
                ReasonKind.NOT_OFFERED, "doctor", one.rules.doctor_id
            )
    return answer


def choose(
    people: Iterable[Person],
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    starts_at: datetime,
    now: datetime,
    need: VisitNeed,
) -> Person | None:
    """Return who takes a visit that any of several people could take; None: nobody can.

    First who works in slots of just this length, then who offers least (so that the versatile
    stay free), then by the names of what they offer and their number: always the same answer.
    """
    shut = tuple(holidays)
    able = [
        one
        for one in people
        if one.can_give(need)
        and why_closed(one.rules, policy, shut, one.booked, one.holds, starts_at, now, need) is None
    ]

    def order(one: Person) -> tuple[bool, bool, int, list[str], int]:
        slot = slot_minutes_at(one.rules, policy, shut, starts_at)
        misfit = need.minutes is not None and need.minutes != slot
        return misfit, not one.offers, len(one.offers), sorted(one.offers), one.rules.doctor_id

    return min(able, key=order, default=None)


def next_free(
    load: Load,
    policy: SlotPolicy,
    holidays: Iterable[Holiday],
    first: date,
    last: date,
    now: datetime,
    need: VisitNeed,
    *,
    weekdays: frozenset[int] = frozenset(range(7)),
    part_of_day: tuple[int, int] = (0, MINUTES_A_DAY),
    chunk_days: int = 7,
) -> Iterator[Offer]:
    """Yield free starts in order of time, reading only as many days as are asked for.

    ``weekdays`` (0 = Monday) and ``part_of_day`` (local minutes, the end left out) narrow the
    starts. People are loaded a chunk of days at a time.
    """
    shut = tuple(holidays)
    since = first
    while since <= last:
        until = min(last, since + timedelta(days=chunk_days - 1))
        wanted = [
            since + timedelta(days=number)
            for number in range((until - since).days + 1)
            if (since + timedelta(days=number)).weekday() in weekdays
        ]
        if wanted:
            people = [one for one in load(wanted[0], wanted[-1]) if one.can_give(need)]
            boards = [
                Board(
                    one.rules, policy, shut, one.booked, one.holds, wanted[0], wanted[-1], now, need
                )
                for one in people
            ]
            for on in wanted:
                yield from _offers_of_day(boards, policy.zone, on, part_of_day)
        since = until + ONE_DAY


def _offers_of_day(
    boards: Sequence[Board], zone: ZoneInfo, on: date, part_of_day: tuple[int, int]
) -> list[Offer]:
    begins, ends = part_of_day
    found: dict[tuple[datetime, datetime], list[tuple[int, int]]] = {}
    for board in boards:
        for slot in day_slots(board, on):
            local = slot.starts_at.astimezone(zone)
            if begins <= local.hour * 60 + local.minute < ends:
                who = found.setdefault((slot.starts_at, slot.ends_at), [])
                who.append((board.rules.doctor_id, slot.remaining))
    return [
        Offer(start, end, sum(places for _id, places in who), tuple(sorted(one for one, _ in who)))
        for (start, end), who in sorted(found.items())
    ]


def in_a_row(slots: Sequence[Offer], count: int) -> list[Offer]:
    """Return the slots that begin ``count`` adjoining ones, with the places all of them have.

    For a family that comes one after the other.
    """
    by_start: dict[datetime, list[Offer]] = {}
    for slot in slots:
        by_start.setdefault(slot.starts_at, []).append(slot)

    def places(slot: Offer, more: int) -> int:
        if more == 0:
            return slot.remaining
        after = (places(one, more - 1) for one in by_start.get(slot.ends_at, ()))
        return min(slot.remaining, max(after, default=0))

    rows = (slot._replace(remaining=places(slot, count - 1)) for slot in slots)
    return [slot for slot in rows if slot.remaining]


def places_per_hour(slots: Iterable[Slot | Offer], zone: ZoneInfo) -> dict[tuple[date, int], int]:
    """Return how many places begin in each hour of each local date (hour 0 to 23)."""
    count: Counter[tuple[date, int]] = Counter()
    for slot in slots:
        local = slot.starts_at.astimezone(zone)
        count[date_of(zone, minute_floor(slot.starts_at)), local.hour] += slot.remaining
    return dict(count)


def places_per_half_day(
    slots: Iterable[Slot | Offer], zone: ZoneInfo
) -> dict[date, tuple[int, int]]:
    """Return how many places begin before and after noon of each local date."""
    found: dict[date, tuple[int, int]] = {}
    for (on, hour), places in places_per_hour(slots, zone).items():
        morning, afternoon = found.get(on, (0, 0))
        found[on] = (
            (morning + places, afternoon) if hour < 12 else (morning, afternoon + places)  # noqa: PLR2004
        )
    return found
