"""What the availability engine is given about doctors: rules from the cache, visits fresh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from hms_desktop.db.engine import Database
from hms_desktop.domain import zones
from hms_desktop.domain.availability_rules import (
    Booked,
    DoctorRules,
    Hold,
    Holiday,
    SlotPolicy,
)
from hms_desktop.services.schedule import Schedule

Given = tuple[DoctorRules, SlotPolicy, tuple[Holiday, ...], Sequence[Booked], Sequence[Hold]]
"""What the engine is given about one doctor, in its order."""


def engine_given(
    schedule: Schedule, database: Database, doctor_ids: Sequence[int], first: date, last: date
) -> Iterator[tuple[int, Given]]:
    """Yield what the engine is given for each doctor who exists, in the order asked.

    Any number of doctors and local dates costs the same few queries.
    """
    policy, holidays = schedule.policy(), schedule.holidays()
    rules = schedule.rules(doctor_ids, first, last)
    begins = zones.day_bounds(policy.zone, first)[0]
    ends = zones.day_bounds(policy.zone, last)[1]
    with database.read() as connection:
        booked = schedule.booked(connection, doctor_ids, begins, ends)
        holds = schedule.holds(connection, doctor_ids, begins, ends)
    for one in doctor_ids:
        if one in rules:
            yield one, (rules[one], policy, holidays, booked.get(one, ()), holds.get(one, ()))
