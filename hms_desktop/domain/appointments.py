"""Appointments: the wishes that change them and the rows that show them.

All times are aware UTC datetimes; lengths and buffers are minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import OPEN, Status
from hms_desktop.domain.text import clean
from hms_desktop.domain.visit_parts import VisitPart

OVERBOOK_LANE = 100
"""Lanes from here on are overbooked visits (numbered 1, 2, … as lane - 99)."""
WALK_IN_LANE = 200
"""Lanes from here on are walk-ins, who queue and hold no slot of the session."""
LONGEST_MINUTES = 24 * 60
NOTE_LIMIT = 2_000
REASON_LIMIT = 500
TOKEN_LIMIT = 64
"""Characters of the token of a hold."""


class Source(StrEnum):
    """Where a booking came from."""

    DESK = "desk"
    PHONE = "phone"
    KIOSK = "kiosk"
    WALK_IN = "walk_in"
    IMPORT = "import"
    DOCTOR = "doctor"


class CancelReason(StrEnum):
    """Why a visit was cancelled; ``moved`` is kept for rescheduling."""

    PATIENT = "patient"
    HOSPITAL = "hospital"
    DOCTOR_AWAY = "doctor_away"
    MOVED = "moved"
    DUPLICATE = "duplicate"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BookAppointment:
    """The wish to book one visit; ``ends_at`` follows from the visit type when left out."""

    patient_id: int
    doctor_id: int
    visit_type_id: int
    starts_at: datetime
    minutes: int | None = None
    room_id: int | None = None
    note: str = ""
    source: Source = Source.DESK
    status: Status = Status.BOOKED
    overbook_reason: str | None = None
    outside_hours_reason: str | None = None
    hold_token: str | None = None

    def check(self, now: datetime) -> BookAppointment:
        """Return the cleaned wish; raise Invalid for what no booking may hold."""
        check_start(self.starts_at)
        if self.minutes is not None and not 1 <= self.minutes <= LONGEST_MINUTES:
            raise Invalid(
                "minutes",
                "A visit lasts from 1 minute to {most} hours. Give another length.",
                most=LONGEST_MINUTES // 60,
            )
        if self.status not in {Status.REQUESTED, Status.BOOKED, Status.CONFIRMED}:
            raise Invalid("status", "A new booking is requested, booked or confirmed.")
        if now.tzinfo is None:
            raise ValueError("now must be aware")
        return replace(
            self,
            note=clean(self.note, "note", limit=NOTE_LIMIT, multiline=True),
            overbook_reason=_reason(self.overbook_reason, "overbook_reason"),
            outside_hours_reason=_reason(self.outside_hours_reason, "outside_hours_reason"),
            hold_token=None
            if self.hold_token is None
            else clean(self.hold_token, "hold_token", limit=TOKEN_LIMIT),
        )


@dataclass(frozen=True, slots=True)
class MoveAppointment:
    """The wish to move a visit: a new booking with lineage, the old one cancelled."""

    appointment_id: int
    version: int
    starts_at: datetime
    doctor_id: int | None = None
    minutes: int | None = None
    reason: str = ""
    overbook_reason: str | None = None
    outside_hours_reason: str | None = None

    def check(self) -> MoveAppointment:
        """Return the cleaned wish; raise Invalid for what no booking may hold."""
        check_start(self.starts_at)
        if self.minutes is not None and not 1 <= self.minutes <= LONGEST_MINUTES:
            raise Invalid(
                "minutes",
                "A visit lasts from 1 minute to {most} hours. Give another length.",
                most=LONGEST_MINUTES // 60,
            )
        return replace(
            self,
            reason=clean(self.reason, "reason", limit=REASON_LIMIT),
            overbook_reason=_reason(self.overbook_reason, "overbook_reason"),
            outside_hours_reason=_reason(self.outside_hours_reason, "outside_hours_reason"),
        )


@dataclass(frozen=True, slots=True)
class CancelAppointment:
    """The wish to cancel a visit, by whom and why."""

    appointment_id: int
    version: int
    reason: CancelReason = CancelReason.PATIENT
    text: str = ""

    def check(self) -> CancelAppointment:
        """Return the cleaned wish; raise Invalid for a reason that is not in the list."""
        if self.reason not in set(CancelReason):
            raise Invalid("reason", "Choose one of the reasons for cancelling.")
        return replace(
            self,
            reason=CancelReason(self.reason),
            text=clean(self.text, "text", limit=REASON_LIMIT),
        )


def check_start(starts_at: datetime) -> None:
    """Refuse a start without zone or with seconds: visits begin on a whole minute."""
    if starts_at.tzinfo is None or starts_at.utcoffset() != timedelta(0):
        raise Invalid("starts_at", "The start must be given in UTC.")
    if starts_at.second or starts_at.microsecond:
        raise Invalid("starts_at", "A visit begins on a whole minute.")


def _reason(text: str | None, name: str) -> str | None:
    return None if text is None else clean(text, name, limit=REASON_LIMIT, required=True)


class GridVisit(NamedTuple):
    """One box of the day grid: as little as painting and its menu need."""

    id: int
    version: int
    doctor_id: int
    patient_id: int
    room_id: int | None
    visit_type_id: int
    starts_at: datetime
    ends_at: datetime
    lane: int
    status: str
    patient_name: str
    mrn: str
    sex: str
    birth_date: date | None
    has_alert: bool
    has_note: bool
    token: int | None
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One appointment, whole, as details and lists show it."""

    id: int
    version: int
    patient_id: int
    patient_name: str
    mrn: str
    doctor_id: int
    doctor_name: str
    department_id: int | None
    department_name: str
    visit_type_id: int
    visit_type_name: str
    room_id: int | None
    room_name: str
    starts_at: datetime
    ends_at: datetime
    lane: int
    status: Status
    source: str
    note: str
    overbook_reason: str
    cancel_reason: str
    cancel_text: str
    rescheduled_from: int | None
    token: int | None
    created_at: datetime
    created_by_name: str
    updated_at: datetime
    updated_by_name: str

    @property
    def minutes(self) -> int:
        """Length in minutes of real time."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class RoomChoice:
    """A room that a visit may be given; ``taken_by`` is the doctor who has it then (UTC)."""

    id: int
    name: str
    taken_by: str = ""
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoomChoices:
    """A visit as it was when its rooms were read, and the rooms by name."""

    visit: AppointmentRow
    rooms: tuple[RoomChoice, ...]


def right_to_change_room(status: Status) -> str | None:
    """Return the permission that another room asks for; None for a visit that is over."""
    if status in OPEN:
        return "appointments.move"
    return "queue.manage" if status in {Status.ARRIVED, Status.IN_CONSULTATION} else None


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One thing that happened to an appointment: who did what when, and how it looked.

    ``room`` is the name of the room it was given, if the step gave it one.
    """

    at: datetime
    user_name: str
    workstation: str
    action: str
    appointment_id: int
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)
    reason: str = ""
    request_id: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class VisitType:
    """A kind of visit: its length, look and booking rules (minutes; horizon in days)."""

    id: int
    name: str
    minutes: int
    colour: str
    buffer_before: int = 0
    buffer_after: int = 0
    min_notice: int = 0
    horizon_days: int = 365
    bookable_by: frozenset[str] = frozenset({"desk", "doctor", "kiosk"})
    version: int = 1
    retired: bool = False


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A slot that one desk is booking right now."""

    token: str
    doctor_id: int
    starts_at: datetime
    ends_at: datetime
    user_name: str
    workstation: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """What a desk action did: enough to show it, to toast it and to undo it.

    ``request_id`` names the change for ``undo``; ``action`` is a code such as ``book``.
    """

    request_id: str
    action: str
    appointments: tuple[AppointmentRow, ...] = ()

    @property
    def appointment(self) -> AppointmentRow:
        """The (first) appointment as it is now."""
        return self.appointments[0]


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """What a list of appointments is asked for; a bound in time is always given (UTC)."""

    begins: datetime
    ends: datetime
    doctor_ids: tuple[int, ...] = ()
    department_ids: tuple[int, ...] = ()
    statuses: tuple[Status, ...] = ()
    visit_type_ids: tuple[int, ...] = ()
    patient_id: int | None = None
    text: str = ""
    order: str = "starts_at"
    descending: bool = False
    limit: int = 500
    offset: int = 0
    part: VisitPart | None = None
