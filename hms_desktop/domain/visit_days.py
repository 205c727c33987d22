"""What became of the visits of one local date: counted once, added up for any time.

Everything here can be added over days. Even the patients: they are a set, held as the bits of a
number, and the union of a year of such sets takes a millisecond.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hms_desktop.domain import zones
from hms_desktop.domain.doctor_month import COUNTED, TOOK_TIME
from hms_desktop.domain.doctor_numbers import CAME
from hms_desktop.domain.lifecycle import Status

BANDS = (0, 10, 20, 30, 40, 50, 60, 70, 80)
"""The least age (years) of each age group; the last one has no end."""
UNKNOWN_AGE = -1
_PLACE = {status.value: place for place, status in enumerate(COUNTED)}
_CAME = frozenset(status.value for status in CAME)
_TOOK_TIME = frozenset(status.value for status in TOOK_TIME)


class CountedVisit(NamedTuple):
    """What is needed of one visit (aware UTC); ``status`` is as the database stores it."""

    doctor_id: int
    patient_id: int
    status: str
    starts_at: datetime
    ends_at: datetime
    arrived_at: datetime | None
    called_at: datetime | None


class Person(NamedTuple):
    """Somebody who came; ``seen_before``: on an earlier date as well."""

    sex: str
    birth_date: date | None
    seen_before: bool


class DoctorDay(NamedTuple):
    """A doctor's visits of a date; ``minutes`` are those kept for patients."""

    visits: int = 0
    came: int = 0
    no_shows: int = 0
    cancelled: int = 0
    minutes: int = 0


@dataclass(slots=True)
class DayTally:
    """One local date.

    ``statuses`` has a count for each of COUNTED; ``hours`` counts the visits that took or kept
    time by the hour of the wall clock at their start; ``waits`` counts those who came by whole
    minutes from arrival to call; ``people`` by sex and age group (its place in BANDS);
    ``patients`` has the bit of each patient's id who came, ``new_patients`` says how many of them
    had never come before this date.
    """

    on: date
    statuses: list[int] = field(default_factory=lambda: [0] * len(COUNTED))
    minutes: int = 0
    doctors: dict[int, DoctorDay] = field(default_factory=dict)
    hours: Counter[int] = field(default_factory=Counter)
    waits: Counter[int] = field(default_factory=Counter)
    people: Counter[tuple[str, int]] = field(default_factory=Counter)
    patients: int = 0
    new_patients: int = 0

    @property
    def came(self) -> int:
        """How many visits took place."""
        return sum(self.statuses[_PLACE[status]] for status in _CAME)

    @property
    def empty(self) -> bool:
        """Whether there was nothing to count."""
        return not any(self.statuses)


def tally(
    on: date, zone: ZoneInfo, visits: Iterable[CountedVisit], people: Mapping[int, Person]
) -> DayTally:
    """Count the visits of a local date.

    Args:
        on: the date.
        zone: the hospital's.
        visits: all that begin on it; those entered in error never were.
        people: the patients who came, by id.
    """
    found = DayTally(on)
    born = AgeBands(on)
    doctors: dict[int, list[int]] = {}
    came_ids: set[int] = set()
    for one in visits:
        place = _PLACE.get(one.status)
        if place is None:
            continue
        found.statuses[place] += 1
        own = doctors.get(one.doctor_id)
        if own is None:
            own = doctors[one.doctor_id] = [0] * len(DoctorDay._fields)
        own[0] += 1
        if one.status in _CAME:
            own[1] += 1
            came_ids.add(one.patient_id)
            who = people[one.patient_id]
            found.people[who.sex, born.place(who.birth_date)] += 1
            if one.arrived_at is not None and one.called_at is not None:
                wait = (one.called_at - one.arrived_at) // zones.MINUTE
                found.waits[max(0, wait)] += 1
        elif one.status == Status.NO_SHOW.value:
            own[2] += 1
        elif one.status == Status.CANCELLED.value:
            own[3] += 1
        if one.status in _TOOK_TIME:
            own[4] += (one.ends_at - one.starts_at) // zones.MINUTE
            found.hours[one.starts_at.astimezone(zone).hour] += 1
    found.doctors = {doctor_id: DoctorDay(*own) for doctor_id, own in doctors.items()}
    found.minutes = sum(own.minutes for own in found.doctors.values())
    found.patients = bits(came_ids)
    found.new_patients = sum(not people[one].seen_before for one in came_ids)
    return found


def bits(ids: Collection[int]) -> int:
    """Return ids as a number with those bits set."""
    if not ids:
        return 0
    held = bytearray(max(ids) // 8 + 1)
    for one in ids:
        held[one >> 3] |= 1 << (one & 7)
    return int.from_bytes(held, "little")


class AgeBands:
    """The age groups on a date, as birth dates: to compare them is quicker than to count years."""

    def __init__(self, on: date) -> None:
        """Work out the birth dates that part the groups on a date."""
        # Whoever is born after this date is younger than the band's least age.
        self._latest = [_years_before(on, age) for age in reversed(BANDS)]

    def place(self, born: date | None) -> int:
        """Return the place in BANDS of somebody's age."""
        if born is None:
            return UNKNOWN_AGE
        # Who is to be born yet (a future date was typed) counts as the youngest.
        return max(0, len(BANDS) - 1 - bisect_left(self._latest, born))


def _years_before(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # the 29th of February has no such day in other years: its eve counts
        return date(on.year - years, 2, 28)
