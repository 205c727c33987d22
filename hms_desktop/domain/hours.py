"""Working hours, exceptions, leave and holidays: the wishes that change them, the rows shown.

Minutes of a day are local (24:00 is 1440), dates are the hospital's, moments are aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import NamedTuple

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.availability_rules import ExceptionKind
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.text import clean
from hms_desktop.domain.zones import MINUTES_A_DAY

REASON_LIMIT = 500
NAME_LIMIT = 120
MOST_CAPACITY = 90
LONGEST_SLOT = 240
LONGEST_LEAVE = timedelta(days=5 * 366)
LONGEST_RANGE = 366
MOST_FOUND = 100
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class SessionHours:
    """Hours of one weekday (0 = Monday) as somebody wishes them."""

    weekday: int
    start_minute: int
    end_minute: int
    valid_from: date | None = None
    valid_to: date | None = None
    slot_minutes: int | None = None
    capacity: int = 1

    def check(self) -> SessionHours:
        """Return the wish; raise Invalid for hours that cannot be."""
        if self.weekday not in EVERY_DAY:
            raise Invalid("weekday", "Choose a day of the week.")
        check_minutes(self.start_minute, self.end_minute)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise Invalid("valid_to", "These hours end before they begin. Give a later last date.")
        _check_slots(self.slot_minutes, self.capacity)
        return self

    def overlaps(self, other: SessionHours) -> bool:
        """Say whether both ever open the same minute of the same date."""
        return (
            self.weekday == other.weekday
            and self.start_minute < other.end_minute
            and other.start_minute < self.end_minute
            and (self.valid_from or date.min) <= (other.valid_to or date.max)
            and (other.valid_from or date.min) <= (self.valid_to or date.max)
        )


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Hours of one weekday as they are kept."""

    id: int
    version: int
    doctor_id: int
    hours: SessionHours


@dataclass(frozen=True, slots=True)
class Week:
    """A doctor's weekly hours; ``mark`` tells whether they changed since they were read."""

    doctor_id: int
    sessions: tuple[SessionRow, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class AddException:
    """The wish for one date to differ; without minutes ``closes`` closes the whole date."""

    doctor_id: int
    on_date: date
    kind: ExceptionKind
    start_minute: int | None = None
    end_minute: int | None = None
    slot_minutes: int | None = None
    capacity: int = 1
    reason: str = ""

    def check(self) -> AddException:
        """Return the cleaned wish; raise Invalid for what cannot be."""
        if self.start_minute is not None and self.end_minute is not None:
            check_minutes(self.start_minute, self.end_minute)
        elif self.kind is not ExceptionKind.CLOSES or (self.start_minute, self.end_minute) != (
            None,
            None,
        ):
            raise Invalid("start_minute", "Give both the start and the end of these hours.")
        _check_slots(self.slot_minutes, self.capacity)
        return replace(self, reason=clean(self.reason, "reason", limit=REASON_LIMIT))


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One date that differs, as it is kept."""

    id: int
    version: int
    doctor_id: int
    on_date: date
    kind: ExceptionKind
    start_minute: int | None
    end_minute: int | None
    slot_minutes: int | None
    capacity: int
    reason: str


@dataclass(frozen=True, slots=True)
class SlotToggled:
    """A stretch of time (UTC) that is now closed by hand, or open again."""

    doctor_id: int
    starts_at: datetime
    ends_at: datetime
    closed: bool


@dataclass(frozen=True, slots=True)
class ToggleRange:
    """The wish to close or open the same minutes on many dates (both included)."""

    doctor_id: int
    first: date
    last: date
    start_minute: int
    end_minute: int
    closed: bool
    weekdays: frozenset[int] = EVERY_DAY

    def check(self) -> ToggleRange:
        """Return the wish; raise Invalid for what cannot be."""
        check_minutes(self.start_minute, self.end_minute)
        check_range(self.first, self.last)
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise Invalid("weekdays", "Choose at least one day of the week.")
        return self

    def dates(self) -> list[date]:
        """Return the local dates that are meant."""
        days = (self.last - self.first).days
        every = (self.first + timedelta(days=number) for number in range(days + 1))
        return [on for on in every if on.weekday() in self.weekdays]


@dataclass(frozen=True, slots=True)
class SaveLeave:
    """The wish for a doctor to be away (UTC); ``leave_id`` None makes a new one."""

    doctor_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    leave_id: int | None = None
    version: int | None = None

    def check(self) -> SaveLeave:
        """Return the cleaned wish; raise Invalid for what cannot be."""
        for name in ("starts_at", "ends_at"):
            if getattr(self, name).utcoffset() != timedelta(0):
                raise Invalid(name, "Moments must be given in UTC.")
        if self.ends_at <= self.starts_at:
            raise Invalid("ends_at", "The leave ends before it begins. Give a later end.")
        if self.ends_at - self.starts_at > LONGEST_LEAVE:
            raise Invalid("ends_at", "A leave lasts at most five years. Give an earlier end.")
        return replace(self, reason=clean(self.reason, "reason", limit=REASON_LIMIT))


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Time away (UTC) as it is kept."""

    id: int
    version: int
    doctor_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class LeaveSaved:
    """The leave, and the visits in it that are still booked and need another time."""

    leave: LeaveRow
    hits: tuple[AppointmentRow, ...]


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A date on which the hospital keeps no regular hours."""

    id: int
    version: int
    on_date: date
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class NextFreeWish:
    """Where to look for the next free slots; nothing chosen means any.

    ``from_minute`` and ``to_minute`` bound the local start; ``days`` is how far to look.
    """

    visit_type_id: int | None = None
    doctor_ids: tuple[int, ...] = ()
    department_ids: tuple[int, ...] = ()
    first: date | None = None
    weekdays: frozenset[int] = EVERY_DAY
    from_minute: int = 0
    to_minute: int = MINUTES_A_DAY
    days: int = 90
    limit: int = 10

    def check(self) -> NextFreeWish:
        """Return the wish; raise Invalid for what cannot be."""
        check_minutes(self.from_minute, self.to_minute)
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise Invalid("weekdays", "Choose at least one day of the week.")
        if not 1 <= self.days <= LONGEST_RANGE:
            raise Invalid("days", "Look from 1 to {most} days ahead.", most=LONGEST_RANGE)
        if not 1 <= self.limit <= MOST_FOUND:
            raise Invalid("limit", "Ask for 1 to {most} slots.", most=MOST_FOUND)
        return self


@dataclass(frozen=True, slots=True)
class DoctorFace:
    """What a list of slots shows of a doctor; ``open`` says that patients can be booked."""

    id: int
    name: str
    department_id: int | None
    department_name: str
    room_id: int | None
    room: str
    open: bool


class FreeSlot(NamedTuple):
    """A slot that can be booked (UTC), with the doctor's usual room."""

    doctor_id: int
    doctor_name: str
    department_name: str
    starts_at: datetime
    ends_at: datetime
    room: str


def check_week(sessions: Iterable[SessionHours]) -> tuple[SessionHours, ...]:
    """Return the sessions; raise Invalid where one cannot be or two overlap."""
    checked = tuple(one.check() for one in sessions)
    for one, other in combinations(checked, 2):
        if one.overlaps(other):
            raise Invalid(
                "sessions",
                "Two sessions of one day overlap: {first} and {second}. Nothing was saved. "
                "Change one of them or the dates on which it holds.",
                first=span_text(one.start_minute, one.end_minute),
                second=span_text(other.start_minute, other.end_minute),
            )
    return checked


def check_range(first: date, last: date) -> None:
    """Refuse a range of dates that ends before it begins or is longer than a year."""
    if last < first:
        raise Invalid("last", "The last date is before the first. Give a later one.")
    if (last - first).days >= LONGEST_RANGE:
        raise Invalid("last", "Choose at most {most} days.", most=LONGEST_RANGE)


def check_minutes(start: int, end: int) -> None:
    """Refuse local hours that lie outside the day or end before they begin."""
    if not 0 <= start < MINUTES_A_DAY or not 0 < end <= MINUTES_A_DAY:
        raise Invalid("start_minute", "Hours lie between 00:00 and 24:00.")
    if end <= start:
        raise Invalid("end_minute", "These hours end before they begin. Give a later end.")


def span_text(start: int, end: int) -> str:
    """Return minutes of a day as a person reads them: ``09:00–17:00``."""
    return f"{start // 60:02d}:{start % 60:02d}–{end // 60:02d}:{end % 60:02d}"


def _check_slots(slot_minutes: int | None, capacity: int) -> None:
    if slot_minutes is not None and not 1 <= slot_minutes <= LONGEST_SLOT:
        raise Invalid("slot_minutes", "A slot lasts 1 to {most} minutes.", most=LONGEST_SLOT)
    if not 1 <= capacity <= MOST_CAPACITY:
        raise Invalid("capacity", "A session takes 1 to {most} at once.", most=MOST_CAPACITY)
