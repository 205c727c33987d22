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
    """What one doctor or one department did in the month; minutes are whole minutes."""

    name: str
    department: str
    visits: int
    came: int
    no_shows: int
    cancelled: int
    booked_minutes: int
    offered_minutes: int

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
        found: dict[str, Share] = {}
        for one in self.doctors:
            empty = Share(one.department, one.department, 0, 0, 0, 0, 0, 0)
            old = found.get(one.department, empty)
            sums = (a + b for a, b in zip(old[2:], one[2:], strict=True))
            found[one.department] = Share(one.department, one.department, *sums)
        return ranked(found.values())


def ranked(shares: Iterable[Share]) -> tuple[Share, ...]:
    """Return shares by visits, the most first; then by name."""
    return tuple(sorted(shares, key=lambda one: (-one.visits, one.name)))
