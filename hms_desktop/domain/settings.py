"""The hospital's settings: names, defaults and what values they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from hms_desktop.domain import job_settings, security_settings
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.logos import logo_bytes
from hms_desktop.domain.passwords import (
    FREE_TRIES,
    LOCK_AFTER,
    LOCK_OUT,
    LONGEST_WAIT,
    SHORTEST,
    SHORTEST_WITH_SECOND,
    PasswordPolicy,
)
from hms_desktop.domain.patients import check_mrn_prefix
from hms_desktop.domain.places import COUNTRIES, CURRENCIES
from hms_desktop.domain.text import clean
from hms_desktop.domain.zones import clock_text

DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class HospitalSettings:
    """Settings of the whole hospital; minutes are minutes, times are minutes of the local day.

    Name, address (of several lines), phone, e-mail and logo (base64) are the head of its papers.
    Messages, jobs and exports: see ``job_settings``; an empty folder is the program's own.
    ``backups_key`` is the half that locks backups: no secret, and made with its other half alone.
    """

    hospital_name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    logo: str = ""
    zone: str = "UTC"
    country: str = "IN"
    currency: str = "INR"
    day_first: bool = True
    week_start: int = 0
    clock_24h: bool = True
    slot_minutes: int = 30
    default_start_minute: int = 660
    default_end_minute: int = 1020
    default_hours_apply: bool = True
    mrn_prefix: str = "H"
    mrn_width: int = 6
    hold_seconds: int = 180
    waiting_warn_minutes: int = 20
    waiting_alarm_minutes: int = 40
    max_sessions_per_user: int = 5
    password_least: int = SHORTEST
    password_least_with_second: int = SHORTEST_WITH_SECOND
    wait_free_tries: int = FREE_TRIES
    wait_longest_seconds: int = int(LONGEST_WAIT.total_seconds())
    lock_after_failures: int = LOCK_AFTER
    lock_out_minutes: int = int(LOCK_OUT.total_seconds()) // 60
    auto_lock_minutes: int = 5
    auto_lock_doctor_minutes: int = 10
    demo: bool = False
    mail_host: str = ""
    mail_port: int = 587
    mail_security: str = "starttls"
    mail_user: str = ""
    mail_from: str = ""
    mail_reply_to: str = ""
    sms_way: str = "none"
    sms_folder: str = ""
    sms_program: str = ""
    message_language: str = "en"
    message_booked: str = "ask"
    message_moved: str = "ask"
    message_cancelled: str = "ask"
    message_summary: str = "never"
    outbox_tries: int = 8
    reminders_on: bool = True
    reminders_minute: int = 420
    reminder_days: str = "2"
    reminder_least_notice_hours: int = 3
    reminder_after_booking_hours: int = 24
    reports_on: bool = True
    reports_minute: int = 300
    no_show_on: bool = False
    no_show_after_minutes: int = 120
    audit_head_on: bool = True
    audit_head_minute: int = 5
    audit_head_to: str = ""
    paper_size: str = "A4"
    exports_folder: str = ""
    exports_keep_days: int = 30
    job_runs_keep_days: int = 365
    backups_on: bool = True
    backups_minute: int = 120
    backups_folder: str = ""
    backups_daily: int = 7
    backups_weekly: int = 5
    backups_monthly: int = 12
    backups_key: str = ""

    @property
    def zone_info(self) -> ZoneInfo:
        """The time zone to show times in."""
        return ZoneInfo(self.zone)

    def clock(self, moment: datetime) -> str:
        """Return a moment as the hospital writes times of day, in its zone."""
        return clock_text(self.zone_info, moment, clock_24h=self.clock_24h)

    @property
    def password_policy(self) -> PasswordPolicy:
        """The rules for passwords and for waiting after wrong ones."""
        return PasswordPolicy(
            least=self.password_least,
            least_with_second=self.password_least_with_second,
            free_tries=self.wait_free_tries,
            longest_wait=timedelta(seconds=self.wait_longest_seconds),
            lock_after=self.lock_after_failures,
            lock_out=timedelta(minutes=self.lock_out_minutes),
        )

    @property
    def mail_domain(self) -> str:
        """The domain that the hospital's mails come from, or nothing."""
        return self.mail_from.rpartition("@")[2]

    def with_values(self, values: Mapping[str, Any]) -> HospitalSettings:
        """Return these settings with stored values put in; unknown names are left out."""
        known = {one.name for one in fields(self)}
        return replace(self, **{name: value for name, value in values.items() if name in known})


DEFAULTS = HospitalSettings()

_BOUNDS: dict[str, tuple[int, int]] = {
    "week_start": (0, 6),
    "slot_minutes": (1, 240),
    "default_start_minute": (0, DAY_MINUTES - 1),
    "default_end_minute": (1, DAY_MINUTES),
    "mrn_width": (1, 12),
    "hold_seconds": (15, 3600),
    "waiting_warn_minutes": (1, 600),
    "waiting_alarm_minutes": (1, 600),
    **security_settings.BOUNDS,
    **job_settings.BOUNDS,
}


_PLACES = {"country": COUNTRIES, "currency": CURRENCIES}
_UNKNOWN = {
    "country": "There is no country {code}. Give its two letters, such as IN or DE.",
    "currency": "There is no currency {code}. Give its three letters, such as INR or EUR.",
}
_HEAD_LIMITS = {"address": 400, "phone": 60, "email": 200}


@cache
def _zones() -> frozenset[str]:
    """Return the known zones; looking them up walks through a folder tree."""
    return frozenset(available_timezones())


def check_setting(name: str, value: Any) -> Any:  # noqa: ANN401 - settings are of several types
    """Return the cleaned value of one setting; raise Invalid with the setting as field."""
    if name not in {one.name for one in fields(DEFAULTS)}:
        raise Invalid(name, "There is no setting called {name}.", name=name)
    default = getattr(DEFAULTS, name)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise Invalid(name, "This setting is either on or off.")
        return value
    if isinstance(default, int):
        low, high = _BOUNDS[name]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Invalid(name, "Give a whole number from {low} to {high}.", low=low, high=high)
        return value
    if not isinstance(value, str):
        raise Invalid(name, "This setting is a text.")
    return _check_text(name, value)


def _check_text(name: str, value: str) -> str:
    if name == "mrn_prefix":
        return check_mrn_prefix(value)
    if name == "logo":
        logo_bytes(value)
        return value
    if name in job_settings.TEXTS or name in job_settings.CHOICES:
        return job_settings.check_job_text(name, value)
    if name in _HEAD_LIMITS:
        limit = _HEAD_LIMITS[name]
        return clean(value, name, limit=limit, multiline=name == "address")
    text = clean(value, name, limit=200, required=True)
    if name in _PLACES:
        if text.upper() not in _PLACES[name]:
            raise Invalid(name, _UNKNOWN[name], code=text)
        return text.upper()
    if name == "zone" and text not in _zones():
        raise Invalid(name, "There is no time zone called {zone}.", zone=text)
    return text
