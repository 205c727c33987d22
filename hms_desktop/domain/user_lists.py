"""Lists of log-ins: what state each is in, and which of them are asked for. Times are UTC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from hms_desktop.domain.accounts import UserRow, matches
from hms_desktop.domain.text import clean

REASON_LIMIT = 300


class UserState(Enum):
    """The one word that says most about a log-in, the gravest first."""

    DELETED = "deleted"
    OFF = "off"
    LOCKED = "locked"
    NO_PASSWORD = "no_password"  # noqa: S105 - a state, not a secret
    MUST_CHANGE = "must_change"
    ACTIVE = "active"


class UserShow(Enum):
    """Which log-ins a list shows."""

    IN_USE = "in_use"
    ALL = "all"
    OFF = "off"
    LOCKED = "locked"
    NEVER = "never"
    WITH_SECOND = "with_second"
    WITHOUT_SECOND = "without_second"
    OPEN = "open"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Words of a name, log-in or address; one role or any (empty); a kind of log-in."""

    text: str = ""
    role: str = ""
    show: UserShow = UserShow.IN_USE


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One log-in at a workstation, open while ``ended_at`` is None.

    ``silent``: open, but its program showed no life since ``seen_at``.
    """

    id: int
    workstation: str
    started_at: datetime
    ended_at: datetime | None
    end_reason: str
    is_own: bool
    seen_at: datetime
    silent: bool


@dataclass(frozen=True, slots=True)
class UserEvent:
    """One change of a log-in: who did it where, and each field as it was and is."""

    request_id: str
    at: datetime
    who: str
    workstation: str
    action: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PurgeUser:
    """The wish to take a deleted log-in away for good."""

    user_id: int
    reason: str

    def check(self) -> PurgeUser:
        """Return the cleaned wish; raise Invalid without a reason."""
        reason = clean(self.reason, "reason", limit=REASON_LIMIT, required=True)
        return replace(self, reason=reason)


def state_of(row: UserRow) -> UserState:
    """Return what to say about a log-in first."""
    if row.deleted_at is not None:
        return UserState.DELETED
    if not row.active:
        return UserState.OFF
    if row.locked_until is not None:
        return UserState.LOCKED
    if not row.has_password:
        return UserState.NO_PASSWORD
    return UserState.MUST_CHANGE if row.must_change else UserState.ACTIVE


def fits(row: UserRow, wish: UserFilter) -> bool:
    """Say whether a list shows a log-in."""
    if wish.role and wish.role not in row.roles:
        return False
    if (row.deleted_at is not None) != (wish.show is UserShow.DELETED):
        return False
    if wish.text.strip() and not matches(row, wish.text):
        return False
    return _SHOWN[wish.show](row)


_SHOWN: dict[UserShow, Callable[[UserRow], bool]] = {
    UserShow.IN_USE: lambda row: row.active,
    UserShow.ALL: lambda _row: True,
    UserShow.OFF: lambda row: not row.active,
    UserShow.LOCKED: lambda row: row.active and row.locked_until is not None,
    UserShow.NEVER: lambda row: row.active and row.last_login_at is None,
    UserShow.WITH_SECOND: lambda row: row.active and row.second_factor_since is not None,
    UserShow.WITHOUT_SECOND: lambda row: row.active and row.second_factor_since is None,
    UserShow.OPEN: lambda row: row.open_sessions > 0,
    UserShow.DELETED: lambda _row: True,
}
