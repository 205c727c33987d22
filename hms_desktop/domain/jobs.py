"""Jobs: when they are due in the hospital's local time, and what is known of their runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hms_desktop.domain import zones
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.settings import HospitalSettings, check_setting

LEASE = timedelta(seconds=90)
"""How long a run is its program's without a sign of life."""
MOST_ATTEMPTS = 3
AGAIN_AFTER = timedelta(minutes=10)
"""How long to wait before a failed run is tried once more."""
MONTHS_BACK = 3
"""How many months of reports are caught up after the program was off."""
OVERRIDES = (
    "reminders_on",
    "reminders_minute",
    "reminder_days",
    "reminder_least_notice_hours",
    "reminder_after_booking_hours",
    "reports_on",
    "reports_minute",
    "no_show_on",
    "no_show_after_minutes",
    "audit_head_on",
    "audit_head_minute",
    "audit_head_to",
    "exports_folder",
    "exports_keep_days",
    "outbox_tries",
    "backups_on",
    "backups_minute",
    "backups_folder",
)
"""Settings that ``HMS_REMINDERS_ON`` and so on replace for one running program."""
PREFIX = "HMS_"
_YES = {"1": True, "true": True, "yes": True, "on": True}
_NO = {"0": False, "false": False, "no": False, "off": False}


class RunState(StrEnum):
    """How a run stands; the values are what the database stores."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Claim(NamedTuple):
    """The right to run one period of a job, as long as the fence is the newest."""

    run_id: int
    job: str
    period: str
    fence: int
    attempts: int


class Life(StrEnum):
    """What a sign of life is answered with."""

    GO_ON = "go_on"
    CANCEL = "cancel"
    LOST = "lost"


class JobRunRow(NamedTuple):
    """One run, for lists; moments are UTC.

    A run whose lease is over is nobody's: it was asked for by hand, handed back, or its program
    died, and the next program that looks takes it.
    """

    id: int
    job: str
    period: str
    state: str
    workstation: str
    attempts: int
    done: int
    total: int
    result: dict[str, Any] | None
    error: str
    started_at: datetime
    finished_at: datetime | None
    lease_until: datetime
    cancel_wanted: bool

    @property
    def is_running(self) -> bool:
        """Say whether it is not over."""
        return self.state == RunState.RUNNING.value

    def waits(self, now: datetime) -> bool:
        """Say whether it is for any program to take."""
        return self.is_running and self.lease_until <= now


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a local day from a minute on; days missed are not caught up, today is."""

    minute: int

    def due(self, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
        """Return the periods that should have run by now, oldest first."""
        today = now.astimezone(zone).date()
        return (today.isoformat(),) if now >= zones.to_utc(zone, today, self.minute) else ()

    def next(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return when the next period begins (UTC)."""
        today = now.astimezone(zone).date()
        at = zones.to_utc(zone, today, self.minute)
        return at if at > now else zones.to_utc(zone, today + timedelta(days=1), self.minute)


@dataclass(frozen=True, slots=True)
class Hourly:
    """Once a local hour; only the present one."""

    def due(self, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
        """Return the present hour; the offset tells the doubled hour of autumn apart."""
        return (f"{now.astimezone(zone):%Y-%m-%dT%H%z}",)

    def next(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return when the next local hour begins (UTC); some zones lie half an hour off."""
        past = timedelta(minutes=now.astimezone(zone).minute)
        return now.replace(second=0, microsecond=0) - past + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Monthly:
    """On the 1st from a minute on, about the month before; months missed are caught up."""

    minute: int

    def due(self, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
        """Return the months (YYYY-MM) that should have been reported by now, oldest first."""
        first = now.astimezone(zone).date().replace(day=1)
        if now < zones.to_utc(zone, first, self.minute):
            first = month_before(first)
        months = []
        for _ in range(MONTHS_BACK):
            first = month_before(first)
            months.append(f"{first:%Y-%m}")
        return tuple(reversed(months))

    def next(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return when the next month is reported (UTC)."""
        first = now.astimezone(zone).date().replace(day=1)
        at = zones.to_utc(zone, first, self.minute)
        if at > now:
            return at
        return zones.to_utc(zone, (first + timedelta(days=32)).replace(day=1), self.minute)


Schedule = Daily | Hourly | Monthly


def month_before(on: date) -> date:
    """Return the first day of the month before."""
    return (on.replace(day=1) - timedelta(days=1)).replace(day=1)


def with_environment(
    settings: HospitalSettings, environment: Mapping[str, str]
) -> HospitalSettings:
    """Return the settings as this program's environment changes them; raises Invalid.

    A time may be given as minutes or as ``07:00``.
    """
    changes: dict[str, Any] = {}
    kinds = {one.name: type(getattr(settings, one.name)) for one in fields(settings)}
    for name in OVERRIDES:
        text = environment.get(PREFIX + name.upper())
        if text is None:
            continue
        try:
            value = _read(text.strip(), kinds[name])
            changes[name] = check_setting(name, value)
        except (ValueError, KeyError, Invalid) as error:
            raise Invalid(
                name,
                "The environment variable {variable} holds {text!r}, which cannot be used. "
                "Correct it or take it away.",
                variable=PREFIX + name.upper(),
                text=text,
            ) from error
    return replace(settings, **changes)


def _read(text: str, kind: type) -> bool | int | str:
    if kind is bool:
        return {**_YES, **_NO}[text.lower()]
    if kind is int:
        hours, colon, minutes = text.partition(":")
        return int(hours) * 60 + int(minutes) if colon else int(text)
    return text
