"""Made-up doctors with their hours and leave, and made-up patients with their search keys."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hms_desktop.db.types import to_text
from hms_desktop.domain import zones
from hms_desktop.domain.names import Name, fold
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services import demo_names as names
from hms_desktop.services.demo_visits import MadeDoctor
from hms_desktop.services.patient_keys import keys_of, mrn_text, sort_name

PATIENT = (
    "id", "mrn", "given", "family", "display_name", "sort_name", "birth_date", "birth_precision",
    "sex", "phone", "phones", "email", "address", "blood_group", "allergies", "conditions",
    "consent", "created_at", "updated_at",
)  # fmt: skip
KEY = ("kind", "key", "sort_name", "patient_id")
SESSION = ("doctor_id", "weekday", "start_minute", "end_minute", "created_at", "updated_at")
LEAVE = ("doctor_id", "starts_at", "ends_at", "reason", "created_at", "updated_at")
_HOURS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((540, 810), (870, 1080)),
    ((540, 780), (840, 1050)),
    ((570, 810), (870, 1065)),
    ((555, 780), (825, 1035)),
    ((540, 780), (840, 1080)),
    ((600, 810), (855, 1110)),
)
"""Mornings and afternoons about a lunch break, in minutes from local midnight."""
_SATURDAY = 5
_FIXED_HOLIDAYS = (
    (1, 26, "Republic Day"), (5, 1, "Labour Day"), (8, 15, "Independence Day"),
    (10, 2, "Gandhi Jayanti"), (12, 25, "Christmas"),
)  # fmt: skip
_REASONS = ("Conference", "Annual leave", "Family", "Training")
_LEAVE_CHANCE = 0.012


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that are to be filled, in the hospital's zone."""

    settings: HospitalSettings
    today: date
    past: int
    ahead: int
    stamp: str

    def days(self) -> Iterator[date]:
        """Yield every date, today first, then the coming ones, then the past."""
        for step in range(self.ahead + 1):
            yield self.today + timedelta(days=step)
        for step in range(1, self.past + 1):
            yield self.today - timedelta(days=step)


def holidays(calendar: Calendar) -> dict[date, str]:
    """Return the fixed public holidays of the calendar's years; never today."""
    first = (calendar.today - timedelta(days=calendar.past)).year
    last = (calendar.today + timedelta(days=calendar.ahead)).year
    found = {
        date(year, month, day): name
        for year in range(first, last + 1)
        for month, day, name in _FIXED_HOLIDAYS
    }
    found.pop(calendar.today, None)
    return found


def doctor(
    rng: random.Random, number: int, doctor_id: int, room_id: int, calendar: Calendar
) -> tuple[MadeDoctor, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the n-th doctor with the rows of weekly hours and of leave."""
    hours = _HOURS[number % len(_HOURS)]
    week = dict.fromkeys(range(_SATURDAY), hours) | {_SATURDAY: hours[:1]}
    # A demo on a Sunday is to show people at work as well.
    if calendar.today.weekday() > _SATURDAY:
        week[calendar.today.weekday()] = hours
    sessions = [
        (doctor_id, day, begin, end, calendar.stamp, calendar.stamp)
        for day, stretches in week.items()
        for begin, end in stretches
    ]
    leave: dict[date, int] = {}
    rows = []
    for on in calendar.days():
        if rng.random() > _LEAVE_CHANCE or on.weekday() not in week or on == calendar.today:
            continue
        from_noon = rng.random() < 0.4  # noqa: PLR2004 - some take only the afternoon
        leave[on] = 930 if from_noon else 0
        rows.append(_leave_row(rng, doctor_id, on, leave[on], calendar))
    if number == 3:  # noqa: PLR2004 - one doctor leaves early today
        leave[calendar.today] = 930
        rows.append(_leave_row(rng, doctor_id, calendar.today, 930, calendar, names.LEAVE_TODAY))
    return MadeDoctor(doctor_id, room_id, week, leave), sessions, rows


def _leave_row(
    rng: random.Random, doctor_id: int, on: date, since: int, calendar: Calendar, reason: str = ""
) -> tuple[Any, ...]:
    zone = calendar.settings.zone_info
    begins = zones.to_utc(zone, on, since)
    ends = zones.to_utc(zone, on, zones.MINUTES_A_DAY)
    why = reason or rng.choice(_REASONS)
    return (doctor_id, to_text(begins), to_text(ends), why, calendar.stamp, calendar.stamp)


def patients(
    rng: random.Random, ids: range, first_mrn: int, calendar: Calendar
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of patients."""
    newest = calendar.today.toordinal()
    for number, one in enumerate(ids):
        who = names.person(rng)
        name = Name(who.given, who.family)
        phone = names.phone(rng)
        age = int(abs(rng.gauss(0, 1)) * 9_000) if rng.random() < 0.2 else rng.randrange(29_000)  # noqa: PLR2004
        born = date.fromordinal(newest - min(age, 36_000) - 3)
        city, state, code = rng.choice(names.PLACES)
        address = {
            "line": f"{rng.randrange(1, 240)} {rng.choice(names.STREETS)}",
            "city": city,
            "district": "",
            "state": state,
            "postal_code": f"{code}{rng.randrange(1, 99):02d}",
            "country": "India",
        }
        email = ""
        if rng.random() < 0.4:  # noqa: PLR2004 - not everybody gives one
            email = f"{fold(who.given)}.{fold(who.family)}{number % 97}@example.com".replace(
                " ", ""
            )
        yield (
            one, mrn_text(first_mrn + number, calendar.settings), who.given, who.family,
            name.display, sort_name(name), born.isoformat(), "day", who.sex, phone,
            json.dumps([phone]), email, json.dumps(address), rng.choice(names.GROUPS),
            rng.choice(names.ALLERGIES) if rng.random() < 0.08 else "",  # noqa: PLR2004
            rng.choice(names.CONDITIONS) if rng.random() < 0.2 else "",  # noqa: PLR2004
            _CONSENT, calendar.stamp, calendar.stamp,
        )  # fmt: skip


def keys(row: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the search keys of a patient's row."""
    one, given, family, order, phone = row[0], row[2], row[3], row[5], row[9]
    for kind, key in keys_of(Name(given, family), (phone,)):
        yield (kind, key, order, one)


_CONSENT = json.dumps({"treatment": True, "messages": True, "share": False, "given_at": None})
