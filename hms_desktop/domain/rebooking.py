"""New times for visits that cannot stay where they are, all of them at once.

Moments are aware UTC; what is liked (weekday, time of day) is judged by the hospital's clock.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.availability_rules import Slot, VisitNeed
from hms_desktop.domain.errors import Invalid

MOST_VISITS = 500
"""So many visits are moved in one step."""
LONGEST_LOOK = 180
"""Days ahead that may be searched."""
DAY_COST, WEEKDAY_COST, DOCTOR_COST = 20, 240, 120
"""What a day later, another weekday and another doctor weigh against a minute of the day."""


class Whose(StrEnum):
    """Who may see the patients instead: the same doctor, or anybody of the department."""

    SAME = "same"
    DEPARTMENT = "department"


class WhyNot(StrEnum):
    """Why no new time could be proposed for a visit."""

    NO_SLOT = "no_slot"
    BEGUN = "begun"
    TYPE_GONE = "type_gone"


WHY_NOT: dict[WhyNot, str] = {
    WhyNot.NO_SLOT: "No free slot fits in the days that were searched. Look further ahead or at "
    "other doctors.",
    WhyNot.BEGUN: "This visit has begun, ended or was cancelled; it stays where it is.",
    WhyNot.TYPE_GONE: "This kind of visit is not offered any more. Book another kind by hand.",
}
"""English sentences, to translate (context ``rebooking``)."""


@dataclass(frozen=True, slots=True)
class ProposalWish:
    """Where to look for new times; ``first`` None: from today (local dates).

    ``avoid`` is a stretch (UTC) in which the same doctor gets no new visits, although the hours
    are open: that from which the visits are to go.
    """

    whose: Whose = Whose.SAME
    first: date | None = None
    days: int = 60
    avoid: tuple[datetime, datetime] | None = None

    def check(self) -> ProposalWish:
        """Return the wish; raise Invalid for what cannot be."""
        if not 1 <= self.days <= LONGEST_LOOK:
            raise Invalid("days", "Look from 1 to {most} days ahead.", most=LONGEST_LOOK)
        if self.avoid is not None and self.avoid[1] <= self.avoid[0]:
            raise Invalid("avoid", "The time to leave ends before it begins. Give a later end.")
        return self


@dataclass(frozen=True, slots=True)
class Proposal:
    """A visit and where it could go; without a new start ``why_not`` says why.

    ``phones`` are numbers to call the patient under, as they are shown.
    """

    appointment: AppointmentRow
    new_starts_at: datetime | None
    doctor_id: int
    doctor_name: str
    phones: tuple[str, ...] = ()
    why_not: WhyNot | None = None

    @property
    def new_ends_at(self) -> datetime | None:
        """When the visit would end: it keeps its length."""
        if self.new_starts_at is None:
            return None
        return self.new_starts_at + timedelta(minutes=self.appointment.minutes)


class Candidate(NamedTuple):
    """A free slot (UTC): ``remaining`` visits may still be put there.

    ``day`` (its number) and ``minute`` are those of the hospital's clock: worked out once, because
    every visit looks at every slot.
    """

    doctor_id: int
    starts_at: datetime
    ends_at: datetime
    remaining: int
    day: int
    minute: int
    room_id: int | None = None


class Span(NamedTuple):
    """A stretch of taken time (UTC)."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Busy:
    """What is taken apart from the doctors' own time, which candidates already respect.

    ``rooms`` maps a room to stretches and the doctor who uses it then.
    """

    patients: Mapping[int, Sequence[Span]]
    rooms: Mapping[int, Sequence[tuple[int, Span]]]


@dataclass(frozen=True, slots=True)
class Seeker:
    """A visit that looks for a new time: what it needs and the slots that are open to it."""

    visit: AppointmentRow
    need: VisitNeed
    candidates: Sequence[Candidate]


class Plan:
    """Slots given out so far; the next visit gets none of them twice."""

    def __init__(self, busy: Busy) -> None:
        """Begin with what is taken already."""
        self._patients: dict[int, list[Span]] = defaultdict(list)
        self._rooms: dict[int, list[tuple[int, Span]]] = defaultdict(list)
        self._doctors: dict[int, list[Span]] = defaultdict(list)
        for one, spans in busy.patients.items():
            self._patients[one] += spans
        for one, users in busy.rooms.items():
            self._rooms[one] += users

    def fits(self, patient_id: int, slot: Candidate, need: VisitNeed) -> bool:
        """Say whether a slot is still free for a patient's visit."""
        blocked = _blocked(slot, need)
        if _count(self._patients[patient_id], Span(slot.starts_at, slot.ends_at)):
            return False
        if _count(self._doctors[slot.doctor_id], blocked) >= slot.remaining:
            return False
        return slot.room_id is None or not any(
            user != slot.doctor_id and _overlap(span, blocked)
            for user, span in self._rooms[slot.room_id]
        )

    def take(self, patient_id: int, slot: Candidate, need: VisitNeed) -> None:
        """Give a slot to a patient's visit."""
        blocked = _blocked(slot, need)
        self._patients[patient_id].append(Span(slot.starts_at, slot.ends_at))
        self._doctors[slot.doctor_id].append(blocked)
        if slot.room_id is not None:
            self._rooms[slot.room_id].append((slot.doctor_id, blocked))


def candidate(slot: Slot, doctor_id: int, room_id: int | None, zone: ZoneInfo) -> Candidate:
    """Return a doctor's free slot as visits look at it."""
    day, minute = _local(slot.starts_at, zone)
    return Candidate(doctor_id, slot.starts_at, slot.ends_at, slot.remaining, day, minute, room_id)


def assign(seekers: Iterable[Seeker], busy: Busy, zone: ZoneInfo) -> dict[int, Candidate]:
    """Return a slot of its own for each visit (by id) that one fits; the earliest choose first."""
    plan = Plan(busy)
    found: dict[int, Candidate] = {}
    for seeker in sorted(seekers, key=lambda one: (one.visit.starts_at, one.visit.id)):
        visit = seeker.visit
        day, minute = _local(visit.starts_at, zone)
        # A heap, because usually one of the first few fits.
        waiting = [
            (rank(visit.doctor_id, day, minute, slot), slot.starts_at, slot.doctor_id, slot)
            for slot in seeker.candidates
        ]
        heapq.heapify(waiting)
        while waiting:
            slot = heapq.heappop(waiting)[-1]
            if plan.fits(visit.patient_id, slot, seeker.need):
                plan.take(visit.patient_id, slot, seeker.need)
                found[visit.id] = slot
                break
    return found


def rank(doctor_id: int, day: int, minute: int, slot: Candidate) -> int:
    """Return how little a slot suits a visit of a doctor, local day number and minute.

    The same weekday and time of day suit best, the sooner the better.
    """
    cost = abs(minute - slot.minute) + DAY_COST * abs(slot.day - day)
    if (slot.day - day) % 7:
        cost += WEEKDAY_COST
    if slot.doctor_id != doctor_id:
        cost += DOCTOR_COST
    return cost


def open_to(
    visit: AppointmentRow,
    slots: Iterable[Candidate],
    zone: ZoneInfo,
    avoid: tuple[datetime, datetime] | None = None,
) -> list[Candidate]:
    """Return the slots a visit may move to.

    The same doctor's come after the visit's old start and outside of ``avoid``; another doctor
    may see the patient on the old date already.
    """
    day, _minute = _local(visit.starts_at, zone)
    found = []
    for slot in slots:
        if slot.doctor_id != visit.doctor_id:
            if slot.day >= day:
                found.append(slot)
        elif slot.starts_at > visit.starts_at and not (
            avoid is not None and slot.starts_at < avoid[1] and slot.ends_at > avoid[0]
        ):
            found.append(slot)
    return found


def _local(moment: datetime, zone: ZoneInfo) -> tuple[int, int]:
    local = moment.astimezone(zone)
    return local.toordinal(), local.hour * 60 + local.minute


def _blocked(slot: Candidate, need: VisitNeed) -> Span:
    return Span(
        slot.starts_at - timedelta(minutes=need.buffer_before),
        slot.ends_at + timedelta(minutes=need.buffer_after),
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _count(spans: Iterable[Span], other: Span) -> int:
    return sum(_overlap(one, other) for one in spans)


@dataclass(frozen=True, slots=True)
class CallLine:
    """One patient to call: the old and the new time of the visit (UTC) and with whom."""

    patient_name: str
    mrn: str
    phones: tuple[str, ...]
    old_starts_at: datetime
    new_starts_at: datetime
    doctor_name: str


def call_list(applied: Iterable[Proposal]) -> tuple[CallLine, ...]:
    """Return whom to call after visits were moved, the soonest old visit first."""
    lines = [
        CallLine(
            one.appointment.patient_name,
            one.appointment.mrn,
            one.phones,
            one.appointment.starts_at,
            one.new_starts_at,
            one.doctor_name,
        )
        for one in applied
        if one.new_starts_at is not None
    ]
    return tuple(sorted(lines, key=lambda line: (line.old_starts_at, line.patient_name)))
