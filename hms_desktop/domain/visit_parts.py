"""A part of the visits that a chart counts, so that a list can show the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from hms_desktop.domain.visit_days import BANDS, AgeBands

_HOURS, _WEEKDAYS = 24, 7
_SEXES = ("female", "male")


@dataclass(frozen=True, slots=True)
class VisitPart:
    """Visits of a weekday (0 = Monday) and hour of the wall clock, or of a sex and an age group.

    ``band`` is the group's place in ``visit_days.BANDS``; the age is the one on the day.
    """

    weekday: int | None = None
    hour: int | None = None
    sex: str = ""
    band: int | None = None

    def holds(self, local: datetime, sex: str, born: date | None) -> bool:
        """Say whether a visit belongs to it.

        Args:
            local: its start by the hospital's clock.
            sex: the patient's.
            born: the patient's birth date.
        """
        return (
            self.weekday in (None, local.weekday())
            and self.hour in (None, local.hour)
            and self.sex in ("", sex)
            and (self.band is None or self.band == _bands(local.date()).place(born))
        )

    def kept(self) -> dict[str, int | str]:
        """Return what is set, as JSON holds it."""
        values = {"weekday": self.weekday, "hour": self.hour, "band": self.band}
        set_ = {name: value for name, value in values.items() if value is not None}
        return {**set_, "sex": self.sex} if self.sex else {**set_}

    @classmethod
    def of(cls, kept: object) -> VisitPart | None:
        """Return what was kept; None where it is nothing, or nothing that there is."""
        if not isinstance(kept, dict) or not kept:
            return None
        weekday, hour, band = (kept.get(name) for name in ("weekday", "hour", "band"))
        clock = _place(weekday, _WEEKDAYS) and _place(hour, _HOURS)
        if clock and band is None:
            return cls(weekday=weekday, hour=hour)
        if _place(band, len(BANDS)) and kept.get("sex") in _SEXES and weekday is hour is None:
            return cls(sex=kept["sex"], band=band)
        return None


def _place(value: object, end: int) -> bool:
    return isinstance(value, int) and 0 <= value < end


@lru_cache(maxsize=400)
def _bands(on: date) -> AgeBands:
    return AgeBands(on)
