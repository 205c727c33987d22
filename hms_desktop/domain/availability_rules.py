"""What decides whether a doctor can be booked: the rules as rows, and reasons as sentences.

Local times are minutes from local midnight (24:00 is 1440), moments are aware UTC datetimes,
lengths are minutes. Nothing here knows where the rows come from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hms_desktop.domain.zones import MINUTES_A_DAY

MAY_BOOK_OUTSIDE_HOURS = "appointments.outside_hours"
"""Permission that opens closed time, short notice and the horizon for one booking."""
MAY_OVERBOOK = "appointments.overbook"
"""Permission that books on top of others, in a lane of its own."""
MAY_APPROVE_DOCTORS = "doctors.approve"
"""Permission that makes a pending or blocked doctor bookable."""

EXTRA_LANES_FROM = 100
"""Visits in this lane or above (overbooked, walk-ins) take no place of a session."""


class ExceptionKind(StrEnum):
    """What a date exception does to the week's hours."""

    REPLACES = "replaces"
    ADDS = "adds"
    CLOSES = "closes"


class DoctorState(StrEnum):
    """Whether a doctor has been admitted to work here."""

    PENDING = "pending"
    APPROVED = "approved"
    BLOCKED = "blocked"


class GridOrigin(StrEnum):
    """Where the grid of starts begins.

    ``window_start`` counts from the start of the session and never moves; ``clock`` keeps to
    round local times; ``packed`` starts over after each visit, at the roundest time that loses
    no slot.
    """

    WINDOW_START = "window_start"
    CLOCK = "clock"
    PACKED = "packed"


@dataclass(frozen=True, slots=True)
class Grid:
    """How starts are laid out; ``unit`` and ``offset`` (minutes) count for ``clock`` only."""

    origin: GridOrigin = GridOrigin.WINDOW_START
    unit: int = 15
    offset: int = 0

    def __post_init__(self) -> None:
        """Refuse a grid that could not advance."""
        if self.unit < 1:
            raise ValueError("the grid's unit is at least one minute")


@dataclass(frozen=True, slots=True)
class WorkingSession:
    """Hours of one weekday (0 = Monday), every week within the valid dates (both included)."""

    id: int
    weekday: int
    start_minute: int
    end_minute: int
    valid_from: date | None = None
    valid_to: date | None = None
    slot_minutes: int | None = None
    capacity: int = 1

    def holds_on(self, on: date) -> bool:
        """Say whether the session takes place on a local date."""
        return (
            on.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class DateException:
    """What is different on one local date; without times ``closes`` closes the whole date."""

    id: int
    on: date
    kind: ExceptionKind
    start_minute: int | None = None
    end_minute: int | None = None
    slot_minutes: int | None = None
    capacity: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """Time away from work."""

    id: int
    starts_at: datetime
    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A local date on which the hospital keeps no regular hours."""

    id: int
    on: date
    name: str


@dataclass(frozen=True, slots=True)
class SlotBlock:
    """One slot that somebody closed by hand."""

    id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot that somebody is booking right now; it counts until it expires."""

    id: int
    starts_at: datetime
    ends_at: datetime
    by: str
    expires_at: datetime


class Booked(NamedTuple):
    """A visit that is there; ``holds`` says whether its status keeps the slot.

    Without a lane (imported plans) the engine finds one. Buffers are minutes. A named tuple,
    because a search makes them by the hundred thousand.
    """

    id: int
    starts_at: datetime
    ends_at: datetime
    buffer_before: int = 0
    buffer_after: int = 0
    holds: bool = True
    lane: int | None = 0


@dataclass(frozen=True, slots=True)
class VisitNeed:
    """What is looked for; ``minutes`` left out means the slot length of the session.

    ``service`` counts only where several people are asked (see availability_people).
    """

    minutes: int | None = None
    buffer_before: int = 0
    buffer_after: int = 0
    min_notice: int = 0
    horizon_days: int | None = None
    step_minutes: int | None = None
    service: str | None = None

    def __post_init__(self) -> None:
        """Refuse lengths that no visit can have."""
        if self.minutes is not None and not 1 <= self.minutes <= MINUTES_A_DAY:
            raise ValueError("a visit lasts from 1 minute to 24 hours")
        if self.step_minutes is not None and self.step_minutes < 1:
            raise ValueError("a step is at least one minute")
        if min(self.buffer_before, self.buffer_after, self.min_notice) < 0:
            raise ValueError("buffers and notice are not negative")


@dataclass(frozen=True, slots=True)
class DoctorRules:
    """Everything that opens and closes one doctor's time, bookings apart."""

    doctor_id: int
    sessions: tuple[WorkingSession, ...] = ()
    exceptions: tuple[DateException, ...] = ()
    leaves: tuple[Leave, ...] = ()
    blocks: tuple[SlotBlock, ...] = ()
    default_minutes: int | None = None
    state: DoctorState = DoctorState.APPROVED


@dataclass(frozen=True, slots=True)
class SlotPolicy:
    """The hospital's settings: zone, hours of doctors without any, grid and daily limits.

    ``default_start`` None means: who has no hours set cannot be booked.
    """

    zone: ZoneInfo
    default_start: int | None = 11 * 60
    default_end: int = 17 * 60
    default_weekdays: frozenset[int] = frozenset(range(7))
    step_minutes: int = 30
    grid: Grid = field(default_factory=Grid)
    max_per_day: int | None = None
    max_minutes_per_day: int | None = None


class Slot(NamedTuple):
    """A start that can be booked (aware UTC); ``remaining`` is how many may still be."""

    starts_at: datetime
    ends_at: datetime
    remaining: int
    session_id: int | None


class Window(NamedTuple):
    """A stretch of opening hours (aware UTC); the id of the rule that opens it is set."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    slot_minutes: int | None
    session_id: int | None
    exception_id: int | None


class ReasonKind(StrEnum):
    """The rule that closes a time."""

    NOT_APPROVED = "not_approved"
    DOCTOR_BLOCKED = "doctor_blocked"
    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    HOLIDAY = "holiday"
    LEAVE = "leave"
    DATE_CLOSED = "date_closed"
    SLOT_BLOCK = "slot_block"
    BETWEEN_SESSIONS = "between_sessions"
    OUTSIDE_HOURS = "outside_hours"
    NOT_WORKING = "not_working"
    OTHER_HOURS = "other_hours"
    DAY_FULL = "day_full"
    DAY_MINUTES = "day_minutes"
    BOOKED = "booked"
    BUFFER = "buffer"
    HELD = "held"
    OFF_GRID = "off_grid"
    NOT_OFFERED = "not_offered"


TEMPLATES: dict[ReasonKind, str] = {
    ReasonKind.NOT_APPROVED: "This doctor has not been approved yet and cannot be booked.",
    ReasonKind.DOCTOR_BLOCKED: "This doctor is blocked and cannot be booked.",
    ReasonKind.PAST: "This time has passed.",
    ReasonKind.NOTICE: "Too soon: this visit needs {minutes} minutes of notice.",
    ReasonKind.HORIZON: "Too far ahead: this visit is booked at most {days} days in advance.",
    ReasonKind.HOLIDAY: "Hospital holiday: {name}.",
    ReasonKind.LEAVE: "The doctor is away: {note}.",
    ReasonKind.DATE_CLOSED: "Closed on this date: {note}.",
    ReasonKind.SLOT_BLOCK: "This slot ({start}–{end}) was closed by hand.",
    ReasonKind.BETWEEN_SESSIONS: "Between two sessions: the next one begins at {end}.",
    ReasonKind.OUTSIDE_HOURS: "Outside working hours.",
    ReasonKind.NOT_WORKING: "The doctor has no hours on this day.",
    ReasonKind.OTHER_HOURS: "Outside the special hours of this date.",
    ReasonKind.DAY_FULL: "The day is full: {limit} visits a day are allowed.",
    ReasonKind.DAY_MINUTES: "The day is full: {limit} minutes of visits a day are allowed.",
    ReasonKind.BOOKED: "Booked from {start} to {end}.",
    ReasonKind.BUFFER: "Too close to the visit from {start} to {end}, which needs time around it.",
    ReasonKind.HELD: "{name} is booking {start}–{end} right now.",
    ReasonKind.OFF_GRID: "No slot begins at this minute.",
    ReasonKind.NOT_OFFERED: "This kind of visit is not offered here.",
}
"""English sentences; ``{start}`` and ``{end}`` are filled with hospital time."""

NO_NOTE = "no reason was given"

OVERRIDES: dict[ReasonKind, str | None] = {
    ReasonKind.NOT_APPROVED: MAY_APPROVE_DOCTORS,
    ReasonKind.DOCTOR_BLOCKED: MAY_APPROVE_DOCTORS,
    ReasonKind.PAST: None,
    ReasonKind.NOT_OFFERED: None,
    ReasonKind.BOOKED: MAY_OVERBOOK,
    ReasonKind.BUFFER: MAY_OVERBOOK,
    ReasonKind.HELD: MAY_OVERBOOK,
    ReasonKind.DAY_FULL: MAY_OVERBOOK,
    ReasonKind.DAY_MINUTES: MAY_OVERBOOK,
}
"""Permission that sets a reason aside; kinds left out need MAY_BOOK_OUTSIDE_HOURS."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a time is closed: the rule, its row, what to fill in, and who may override it.

    ``table`` and ``row_id`` name the row of the rule; ``override`` is a permission or None
    (nobody). ``starts_at`` and ``ends_at`` are the stretch that the rule closes (aware UTC).
    """

    kind: ReasonKind
    table: str | None = None
    row_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    note: str = ""
    number: int = 0

    @property
    def template(self) -> str:
        """The English sentence with its gaps, to translate (context ``reasons``)."""
        return TEMPLATES[self.kind]

    @property
    def override(self) -> str | None:
        """The permission that sets this reason aside; None: nobody may."""
        return OVERRIDES.get(self.kind, MAY_BOOK_OUTSIDE_HOURS)

    def values(self, clock: Callable[[datetime], str]) -> dict[str, str]:
        """What fills the template's gaps; ``clock`` writes times as the hospital does."""
        start = clock(self.starts_at) if self.starts_at else ""
        end = clock(self.ends_at) if self.ends_at else ""
        number = str(self.number)
        return {
            "start": start,
            "end": end,
            "name": self.note,
            "note": self.note or NO_NOTE,
            "minutes": number,
            "days": number,
            "limit": number,
        }

    def sentence(self, clock: Callable[[datetime], str]) -> str:
        """Return the English sentence."""
        return self.template.format(**self.values(clock))


class ClosedSpan(NamedTuple):
    """A stretch of closed time (aware UTC) and the rule that closes it."""

    starts_at: datetime
    ends_at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One doctor's local date: open and closed time tile it exactly; slots lie in open time."""

    on: date
    starts_at: datetime
    ends_at: datetime
    open: tuple[tuple[datetime, datetime], ...]
    closed: tuple[ClosedSpan, ...]
    slots: tuple[Slot, ...]
