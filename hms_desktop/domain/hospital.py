"""The hospital as a whole: rules between settings, and what anybody may see of it."""

from __future__ import annotations

from dataclasses import dataclass

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import SHORTEST, SHORTEST_WITH_SECOND
from hms_desktop.domain.settings import HospitalSettings


def check_together(settings: HospitalSettings) -> None:
    """Raise Invalid when two settings contradict each other."""
    if settings.default_start_minute >= settings.default_end_minute:
        raise Invalid(
            "default_end_minute",
            "The working day ends before it begins. Nothing was saved. Give a later end.",
        )
    if settings.waiting_warn_minutes >= settings.waiting_alarm_minutes:
        raise Invalid(
            "waiting_alarm_minutes",
            "The alarm comes before the warning. Nothing was saved. Give the alarm more minutes.",
        )
    if settings.password_least_with_second > settings.password_least:
        raise Invalid(
            "password_least_with_second",
            "With a second factor a password need not be longer than without. Nothing was "
            "saved. Give fewer characters.",
        )


@dataclass(frozen=True, slots=True)
class PublicFace:
    """What the log-in window may show before anybody is logged in."""

    hospital_name: str
    demo: bool
    zone: str
    password_least: int = SHORTEST
    password_least_with_second: int = SHORTEST_WITH_SECOND
