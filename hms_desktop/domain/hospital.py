"""The hospital as a whole: rules between settings, and what the audit shows. Times are UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import SHORTEST, SHORTEST_WITH_SECOND
from hms_desktop.domain.settings import HospitalSettings

MOST_AUDIT_ROWS = 1_000


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


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What part of the audit is asked for, newest first.

    ``before_id`` asks for the page after a row; ``reads`` also shows charts that were opened.
    """

    begins: datetime | None = None
    ends: datetime | None = None
    user_id: int | None = None
    entity: str = ""
    entity_id: int | None = None
    patient_id: int | None = None
    action: str = ""
    reads: bool = True
    before_id: int | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that was read or changed: who, when, where, how it was and is."""

    id: int
    at: datetime
    request_id: str
    user_id: int | None
    user_name: str
    role: str
    workstation: str
    action: str
    entity: str
    entity_id: int
    patient_id: int | None
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
