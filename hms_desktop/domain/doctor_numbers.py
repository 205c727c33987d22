"""A doctor's patients with their numbers, and the numbers of the dashboard.

A patient *came* when the visit was checked in: arrived, in consultation or completed. Dates are
the hospital's local dates, moments are UTC, waits are minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.text import searchable

CAME = (Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED)
"""Statuses of a visit to which the patient came."""
NEVER_WAS = (Status.REQUESTED, Status.CANCELLED, Status.ENTERED_IN_ERROR)
"""Statuses that make nobody a doctor's patient."""
MOST_PATIENTS = 500
"""How many patients one page of the list holds at most."""
MOST_UPCOMING = 10
MOST_WAITING = 50
_MOST_WORDS = 6


def share(part: int, whole: int) -> float | None:
    """Return a part of a whole (0 to 1), or None where there is nothing to divide by."""
    return part / whole if whole else None


class PatientOrder(StrEnum):
    """What a list of a doctor's patients is sorted by."""

    NAME = "name"
    MRN = "mrn"
    VISITS = "visits"
    COMPLETED = "completed"
    NO_SHOWS = "no_shows"
    FIRST_VISIT = "first_visit"
    LAST_VISIT = "last_visit"
    NEXT_VISIT = "next_visit"


@dataclass(frozen=True, slots=True)
class PatientsOfDoctor:
    """One page of a doctor's patients; without a doctor: those of the doctor who asks.

    ``text`` holds the beginning of words of the name, or a part of the MRN. Patients without the
    date that is sorted by come last in both directions.
    """

    doctor_id: int | None = None
    text: str = ""
    order: PatientOrder = PatientOrder.LAST_VISIT
    descending: bool = True
    offset: int = 0
    limit: int = 100

    @property
    def words(self) -> tuple[str, ...]:
        """The typed words, at most six, nothing unstorable."""
        return tuple(searchable(self.text).split()[:_MOST_WORDS])

    def bounded(self) -> PatientsOfDoctor:
        """Return the same wish within the limits of a page."""
        return replace(
            self, offset=max(0, self.offset), limit=max(1, min(self.limit, MOST_PATIENTS))
        )


class PatientNumbers(NamedTuple):
    """What one patient and one doctor had with each other.

    ``visits`` are those to which the patient came, ``completed`` those of them that were
    finished; ``next_visit`` is the nearest that still stands.
    """

    patient_id: int
    name: str
    mrn: str
    sex: str
    birth_date: date | None
    phone: str
    has_alert: bool
    visits: int
    completed: int
    no_shows: int
    cancelled: int
    first_visit: datetime | None
    last_visit: datetime | None
    next_visit: datetime | None

    @property
    def no_show_rate(self) -> float | None:
        """The share of kept appointments that the patient missed (0 to 1)."""
        return share(self.no_shows, self.no_shows + self.visits)


class DoctorTotals(NamedTuple):
    """Everything one doctor ever had, all patients together; minutes are whole ones."""

    patients: int
    visits: int
    completed: int
    no_shows: int
    cancelled: int
    first_visit: datetime | None
    last_visit: datetime | None

    @property
    def no_show_rate(self) -> float | None:
        """The share of visits that were missed, of those that were missed or took place."""
        return share(self.no_shows, self.no_shows + self.visits)


class DayNumbers(NamedTuple):
    """A local date of one doctor: how many visits of which kind.

    ``to_come`` still stand, ``waiting`` are checked in, ``planned`` are all that stand or took
    place (without no-shows and cancelled ones).
    """

    on: date
    to_come: int = 0
    waiting: int = 0
    in_consultation: int = 0
    completed: int = 0
    no_shows: int = 0
    cancelled: int = 0

    @property
    def planned(self) -> int:
        """Visits that keep their slot."""
        return self.to_come + self.waiting + self.in_consultation + self.completed

    @property
    def came(self) -> int:
        """Visits to which the patient came."""
        return self.waiting + self.in_consultation + self.completed


class UpcomingVisit(NamedTuple):
    """A visit that still stands, today's late ones too."""

    appointment_id: int
    starts_at: datetime
    ends_at: datetime
    status: Status
    patient_id: int
    patient_name: str
    mrn: str
    visit_type_name: str


class WaitingVisit(NamedTuple):
    """A patient who is checked in for today and waits for this doctor."""

    appointment_id: int
    starts_at: datetime
    arrived_at: datetime
    patient_id: int
    patient_name: str
    mrn: str
    token: int | None

    def waited_minutes(self, now: datetime) -> int:
        """Return how long the patient has waited (minutes, never negative)."""
        return max(0, int((now - self.arrived_at).total_seconds() // 60))


class DoctorOverview(NamedTuple):
    """The dashboard of one doctor at a moment.

    ``week`` are the seven dates of the hospital's week that today is in, today among them;
    ``average_wait_minutes`` is over all that came today (None: nobody yet).
    """

    doctor_id: int
    doctor_name: str
    made_at: datetime
    today: DayNumbers
    average_wait_minutes: int | None
    week: tuple[DayNumbers, ...]
    upcoming: tuple[UpcomingVisit, ...]
    waiting: tuple[WaitingVisit, ...]
    totals: DoctorTotals

    @property
    def this_week(self) -> DayNumbers:
        """The seven days together; the date is the week's first."""
        counts = [sum(one) for one in zip(*(day[1:] for day in self.week), strict=True)]
        return DayNumbers(self.week[0].on, *counts)
