"""The life of an appointment: which status may follow which, kept as a table."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a visit stands; the values are what the database stores."""

    REQUESTED = "requested"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_CONSULTATION = "in_consultation"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    ENTERED_IN_ERROR = "entered_in_error"


HOLDING = frozenset(
    {
        Status.REQUESTED,
        Status.BOOKED,
        Status.CONFIRMED,
        Status.ARRIVED,
        Status.IN_CONSULTATION,
        Status.COMPLETED,
    }
)
"""Statuses that keep their slot: the database refuses overlaps among these."""

OPEN = frozenset({Status.REQUESTED, Status.BOOKED, Status.CONFIRMED})
"""Statuses of a visit that has not begun: it may be moved, resized or cancelled."""

FORWARD: frozenset[tuple[Status, Status]] = frozenset(
    {
        (Status.REQUESTED, Status.BOOKED),
        (Status.REQUESTED, Status.CANCELLED),
        (Status.BOOKED, Status.CONFIRMED),
        (Status.BOOKED, Status.ARRIVED),
        (Status.BOOKED, Status.CANCELLED),
        (Status.BOOKED, Status.NO_SHOW),
        (Status.CONFIRMED, Status.ARRIVED),
        (Status.CONFIRMED, Status.CANCELLED),
        (Status.CONFIRMED, Status.NO_SHOW),
        (Status.ARRIVED, Status.IN_CONSULTATION),
        (Status.ARRIVED, Status.CANCELLED),
        (Status.ARRIVED, Status.NO_SHOW),
        (Status.IN_CONSULTATION, Status.COMPLETED),
        (Status.NO_SHOW, Status.ARRIVED),
    }
    | {(one, Status.ENTERED_IN_ERROR) for one in Status if one is not Status.ENTERED_IN_ERROR}
)
"""What a person may do to a visit, apart from undoing."""

BACKWARD: frozenset[tuple[Status, Status]] = frozenset(
    {(after, before) for before, after in FORWARD}
)
"""What undo (one step back) and redo of an undone booking need."""

FHIR_STATUS: dict[Status, str] = {
    Status.REQUESTED: "proposed",
    Status.BOOKED: "booked",
    Status.CONFIRMED: "booked",
    Status.ARRIVED: "arrived",
    Status.IN_CONSULTATION: "checked-in",
    Status.COMPLETED: "fulfilled",
    Status.CANCELLED: "cancelled",
    Status.NO_SHOW: "noshow",
    Status.ENTERED_IN_ERROR: "entered-in-error",
}
"""FHIR R4 Appointment.status of each status."""


def may_become(before: Status, after: Status) -> bool:
    """Say whether a person may take a visit from one status to another (undo not counted)."""
    return (before, after) in FORWARD


def next_statuses(before: Status) -> tuple[Status, ...]:
    """Return what may follow, in the order of the life cycle."""
    return tuple(after for after in Status if (before, after) in FORWARD)
