"""The activity of the whole hospital in one local month, counted as that of one doctor.

A patient is new at the first visit ever to any doctor of the hospital.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hms_desktop.domain.doctor_month import DayCounts, Month, MonthFigures
from hms_desktop.domain.doctor_numbers import share


class Share(NamedTuple):
    """What one doctor or one department did in some time; minutes are whole minutes.

    The ids are set where a list may be asked for behind the numbers; a department has no
    ``doctor_id``, and those without a department have no ``department_id``.
    """

    name: str
    department: str
    visits: int
    came: int
    no_shows: int
    cancelled: int
    booked_minutes: int
    offered_minutes: int
    doctor_id: int | None = None
    department_id: int | None = None

    @property
    def left(self) -> int:
        """Visits that are still expected: neither over nor called off."""
        return self.visits - self.came - self.no_shows - self.cancelled

    @property
    def no_show_rate(self) -> float | None:
        """Missed visits of those that were missed or took place (0 to 1)."""
        return share(self.no_shows, self.no_shows + self.came)

    @property
    def utilisation(self) -> float | None:
        """Booked minutes of offered ones (0 to 1 and above), None: none offered."""
        return share(self.booked_minutes, self.offered_minutes)


@dataclass(frozen=True, slots=True)
class HospitalMonth:
    """The monthly performance report of the hospital."""

    zone: str
    made_at: datetime
    figures: MonthFigures
    before: MonthFigures
    days: tuple[DayCounts, ...]
    hours: tuple[int, ...]
    doctors: tuple[Share, ...]
    over: bool

    @property
    def month(self) -> Month:
        """The month it is about."""
        return self.figures.month

    @property
    def departments(self) -> tuple[Share, ...]:
        """The departments, the busiest first."""
        return by_department(self.doctors)


def by_department(doctors: Iterable[Share]) -> tuple[Share, ...]:
    """Return what the departments did, the busiest first."""
    found: dict[str, Share] = {}
    for one in doctors:
        empty = Share(one.department, one.department, *[0] * len(_SUMS))
        old = found.get(one.department, empty)._asdict()
        sums = {name: old[name] + getattr(one, name) for name in _SUMS}
        found[one.department] = Share(
            one.department, one.department, **sums, department_id=one.department_id
        )
    return ranked(found.values())


_SUMS = ("visits", "came", "no_shows", "cancelled", "booked_minutes", "offered_minutes")


def ranked(shares: Iterable[Share]) -> tuple[Share, ...]:
    """Return shares by visits, the most first; then by name."""
    return tuple(sorted(shares, key=lambda one: (-one.visits, one.name)))
