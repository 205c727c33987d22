"""The waiting room: walk-ins, who waits since when, who is expected, the desk's numbers.

All moments are aware UTC datetimes; waits are minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from hms_desktop.domain.appointments import NOTE_LIMIT, REASON_LIMIT
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.text import clean


class TokenState(StrEnum):
    """Where a token stands; the values are what the database stores."""

    WAITING = "waiting"
    CALLED = "called"
    SKIPPED = "skipped"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class WalkIn:
    """The wish to queue a patient without a booking, with a doctor or any of a department."""

    patient_id: int
    visit_type_id: int
    doctor_id: int | None = None
    department_id: int | None = None
    note: str = ""
    outside_hours_reason: str | None = None

    def check(self) -> WalkIn:
        """Return the cleaned wish; raise Invalid for what cannot be."""
        if (self.doctor_id is None) == (self.department_id is None):
            raise Invalid("doctor_id", "Choose a doctor or a department.")
        reason = self.outside_hours_reason
        return replace(
            self,
            note=clean(self.note, "note", limit=NOTE_LIMIT, multiline=True),
            outside_hours_reason=None
            if reason is None
            else clean(reason, "outside_hours_reason", limit=REASON_LIMIT, required=True),
        )


class WaitingRow(NamedTuple):
    """One line of the waiting board: a token of the day and its visit."""

    token_id: int
    token_version: int
    number: int
    state: str
    appointment_id: int
    appointment_version: int
    status: str
    patient_id: int
    patient_name: str
    mrn: str
    has_alert: bool
    doctor_id: int
    doctor_name: str
    room: str
    visit_type_name: str
    starts_at: datetime
    lane: int
    arrived_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    walk_in: bool

    def waited_minutes(self, now: datetime) -> int:
        """Return how long the patient has waited for the doctor (minutes, never negative)."""
        until = self.started_at or now
        return max(0, int((until - self.arrived_at).total_seconds() // 60))


class ExpectedRow(NamedTuple):
    """A visit whose patient has not arrived yet; late ones have a start that has passed."""

    appointment_id: int
    version: int
    status: str
    patient_id: int
    patient_name: str
    mrn: str
    doctor_id: int
    doctor_name: str
    visit_type_name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DeskTiles:
    """The desk's numbers of a local date.

    ``booked`` are the day's visits that stand, ``arrived`` those of them that have come,
    ``waiting`` those that wait now; the average is over all that came (None: nobody yet).
    """

    booked: int
    arrived: int
    waiting: int
    average_wait_minutes: int | None
    free_slots: int
