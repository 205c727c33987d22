"""Accounts: log-ins, roles as data, first start. Times are aware UTC datetimes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.names import fold
from hms_desktop.domain.permissions import PERMISSIONS
from hms_desktop.domain.phones import check_email, check_phone
from hms_desktop.domain.settings import check_setting
from hms_desktop.domain.text import clean

LOGIN_LIMIT = 64
NAME_LIMIT = 120
DESCRIPTION_LIMIT = 500
WORKSTATION_LIMIT = 120
RECOVERY_CODES = 8
SIGN_SECONDS = 60.0
"""How often a program says that its log-ins are still at work."""
SILENT = timedelta(minutes=5)
"""How long nothing is thought of a program that shows no life."""
GIVEN_UP = timedelta(hours=12)
"""After so long its log-ins are ended; a computer that only slept over lunch keeps them."""
POWERS = frozenset({"users.manage", "roles.manage"})
"""Who has both is an administrator; who lacks the second cannot hand either out."""

DEMO_LOGINS: tuple[tuple[str, str, str, str], ...] = (
    ("sheela", "violet-kettle-harbour-31", "receptionist", "Sheela Joseph"),
    ("rao", "copper-meadow-lantern-58", "doctor", "Dr Meera Rao"),
    ("admin", "timber-saddle-quartz-74", "admin", "Asha Menon"),
)
"""Log-ins of a demo hospital: login, password, role, name. They exist in demo hospitals only."""


def check_login(text: str, field_name: str = "login") -> str:
    """Return a log-in name as it is kept: one form whatever was typed; raise Invalid."""
    login = clean(login_key(text), field_name, limit=LOGIN_LIMIT, required=True)
    if any(char.isspace() for char in login):
        raise Invalid(
            field_name, "A log-in name has no blanks. Nothing was saved. Use a dot instead."
        )
    return login


def login_key(text: str) -> str:
    """Return what a typed log-in name is compared by: NFKC, without case, no outer blanks."""
    if len(text) > LOGIN_LIMIT * 4:
        return text[: LOGIN_LIMIT * 4 + 1]
    # Folding case may open a composed letter again, so composing comes last as well as first.
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    return unicodedata.normalize("NFKC", folded).strip()


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What a new hospital begins with: its settings and the first administrator."""

    hospital_name: str
    zone: str
    login: str
    display_name: str
    password: str = field(repr=False)
    email: str = ""
    workstation: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    demo: bool = False

    def check(self) -> FirstStart:
        """Return the cleaned wish (the password is judged by the service); raise Invalid."""
        name = check_setting("hospital_name", self.hospital_name)
        zone = check_setting("zone", self.zone)
        return replace(
            self,
            hospital_name=name,
            zone=zone,
            login=check_login(self.login),
            display_name=clean(self.display_name, "display_name", limit=NAME_LIMIT, required=True),
            email=check_email(self.email),
            workstation=clean(self.workstation, "workstation", limit=WORKSTATION_LIMIT),
            settings={key: check_setting(key, value) for key, value in self.settings.items()},
        )


@dataclass(frozen=True, slots=True)
class FirstStarted:
    """The first administrator and the one-time codes for the printed recovery sheet."""

    user_id: int
    login: str
    recovery_codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CreateUser:
    """The wish for a new log-in. It has no password: its owner sets one with a one-time code."""

    login: str
    display_name: str
    roles: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    patient_id: int | None = None

    def check(self) -> CreateUser:
        """Return the cleaned wish; raise Invalid."""
        return replace(
            self,
            login=check_login(self.login),
            display_name=clean(self.display_name, "display_name", limit=NAME_LIMIT, required=True),
            email=check_email(self.email),
            phone=check_phone(self.phone),
        )


@dataclass(frozen=True, slots=True)
class UpdateUser:
    """The wish to edit somebody's log-in."""

    user_id: int
    version: int
    login: str
    display_name: str
    email: str = ""
    phone: str = ""

    def check(self) -> UpdateUser:
        """Return the cleaned wish; raise Invalid."""
        return replace(
            self,
            login=check_login(self.login),
            display_name=clean(self.display_name, "display_name", limit=NAME_LIMIT, required=True),
            email=check_email(self.email),
            phone=check_phone(self.phone),
        )


@dataclass(frozen=True, slots=True)
class UpdateProfile:
    """The wish to edit one's own name and addresses."""

    version: int
    display_name: str
    email: str = ""
    phone: str = ""

    def check(self) -> UpdateProfile:
        """Return the cleaned wish; raise Invalid."""
        return replace(
            self,
            display_name=clean(self.display_name, "display_name", limit=NAME_LIMIT, required=True),
            email=check_email(self.email),
            phone=check_phone(self.phone),
        )


@dataclass(frozen=True, slots=True)
class UserRow:
    """One log-in as lists of users show it; ``locked_until`` only while it has to wait.

    ``second_factor_since`` is None without one; ``needs_second_factor`` says that a role asks.
    A log-in with ``deleted_at`` is anonymous and only kept for what refers to it.
    """

    id: int
    version: int
    login: str
    display_name: str
    email: str
    phone: str
    roles: tuple[str, ...]
    active: bool
    has_password: bool
    must_change: bool
    failures: int
    last_failure_at: datetime | None
    locked_until: datetime | None
    reset_expires_at: datetime | None
    last_login_at: datetime | None
    second_factor_since: datetime | None
    needs_second_factor: bool
    open_sessions: int
    created_at: datetime
    deleted_at: datetime | None
    patient_id: int | None
    doctor_id: int | None


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody's own log-in, with what it may do in plain words."""

    user: UserRow
    permissions: tuple[tuple[str, str], ...]
    recovery_codes_left: int
    second_codes_left: int


@dataclass(frozen=True, slots=True)
class ResetCode:
    """A one-time code, to be given in person; it opens nothing after ``expires_at``."""

    user_id: int
    login: str
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A named set of permissions; ``users`` active log-ins have it, ``members`` at all."""

    id: int
    version: int
    name: str
    description: str
    permissions: frozenset[str]
    users: int
    members: int
    needs_second_factor: bool


@dataclass(frozen=True, slots=True)
class SaveRole:
    """The wish to make a role (``role_id`` None) or to change one."""

    name: str
    description: str
    permissions: frozenset[str]
    role_id: int | None = None
    version: int | None = None
    needs_second_factor: bool = False

    def check(self) -> SaveRole:
        """Return the cleaned wish; raise Invalid for an unknown permission."""
        for permission in sorted(self.permissions):
            if permission not in PERMISSIONS:
                raise Invalid(
                    "permissions",
                    "There is no permission called {permission}. Nothing was saved.",
                    permission=permission,
                )
        return replace(
            self,
            name=clean(self.name, "name", limit=NAME_LIMIT, required=True),
            description=clean(self.description, "description", limit=DESCRIPTION_LIMIT),
            permissions=frozenset(self.permissions),
        )


def union(sets: Iterable[Iterable[str]]) -> frozenset[str]:
    """Return what somebody with several roles may do: whatever one of the roles allows.

    Permissions that this program does not know (a newer one wrote them) are left out.
    """
    return frozenset().union(*sets) & frozenset(PERMISSIONS)


def matches(user: UserRow, text: str) -> bool:
    """Say whether every typed word is found in a log-in, its name or its mail address."""
    hay = f"{fold(user.display_name)} {fold(user.login)} {user.login} {user.email.casefold()}"
    return all(word in hay for word in fold(text).split())
