"""Backups: what a file says of itself, what may be wrong with it, and how long files are kept.

Moments are UTC; days, weeks and months are the hospital's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hms_desktop.domain.backup_flaws import ENDING
from hms_desktop.domain.exports import safe_name

MANIFEST_ENDING = "json"
NAME_LIMIT = 40
"""How much of the hospital's name stands in a file's."""
OVERDUE = timedelta(days=2)
"""How old the newest good backup may be before everybody who can mend it is told."""
GRACE = timedelta(days=2)
"""Whatever is younger stays, however many there are."""
LONG_GRACE = timedelta(days=30)
"""How long copies made before an upgrade or a restore stay, and damaged ones."""
LEASE = timedelta(minutes=15)
"""How long a run without a sign of life counts as going on."""

Progress = Callable[[int, int], None]
"""Hears how many bytes of how many are through; may raise to stop."""


class BackupKind(StrEnum):
    """Why a backup was made; the values are what the database and the files store."""

    DAILY = "daily"
    MANUAL = "manual"
    BEFORE_UPGRADE = "before_upgrade"
    BEFORE_RESTORE = "before_restore"


class BackupState(StrEnum):
    """How a run stands; the values are what the database stores."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REMOVED = "removed"


class Proof(StrEnum):
    """How a backup was verified: restored into a scratch place, or read to its end."""

    RESTORED = "restored"
    READ = "read"


@dataclass(frozen=True, slots=True)
class BackupHead:
    """What a backup says of itself; bound to its content by the encryption.

    ``place`` is a hash of the database's address, ``structure`` its schema revision, ``tables``
    the rows of each table, ``sums`` what they add up to (SQLite: of the whole file), ``size`` the
    bytes of the content (0: unknown beforehand), ``packed`` how it is compressed.
    """

    id: str
    kind: str
    engine: str
    structure: str
    program: str
    made_at: datetime
    hospital: str
    place: str
    tables: dict[str, int]
    sums: dict[str, str]
    size: int = 0
    packed: str = ""

    @property
    def rows(self) -> int:
        """How many rows all tables have together."""
        return sum(self.tables.values())

    @property
    def file_name(self) -> str:
        """The name of its file; nothing of a person is in it."""
        named = safe_name(self.hospital, end="").rstrip(".")[:NAME_LIMIT].rstrip("-_")
        stamp, kind = f"{self.made_at:%Y%m%d-%H%M%S}", self.kind.replace("_", "-")
        return f"{named or 'hospital'}_{stamp}_{kind}_{self.id[:8]}.{ENDING}"

    def plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {**asdict(self), "made_at": self.made_at.isoformat()}

    @classmethod
    def of(cls, found: dict[str, Any]) -> BackupHead:
        """Read what ``plain`` wrote; raises KeyError, TypeError or ValueError."""
        made_at = datetime.fromisoformat(found["made_at"])
        if made_at.tzinfo is None:
            raise ValueError("a moment without its zone")
        texts = ("id", "kind", "engine", "structure", "program", "hospital", "place", "packed")
        return cls(
            **{name: str(found[name]) for name in texts},
            made_at=made_at,
            tables={str(name): int(rows) for name, rows in found["tables"].items()},
            sums={str(name): str(one) for name, one in found["sums"].items()},
            size=int(found["size"]),
        )


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup that lies in a folder, by its manifest or, without one, by its own head."""

    path: str
    head: BackupHead
    key_id: str
    bytes: int
    sha256: str = ""


class BackupRow(NamedTuple):
    """One backup, for lists: a run of the database, a file of the folder, or both.

    ``id`` is 0 for a file that the database knows nothing of. ``here``: the file lies where it
    should, on this computer. ``verified_how`` is empty until it was verified; ``flaw`` says
    what verifying found wrong.
    """

    id: int
    backup_id: str
    kind: str
    state: str
    folder: str
    file_name: str
    bytes: int
    rows: int
    structure: str
    program: str
    key_id: str
    workstation: str
    user_name: str
    made_at: datetime
    finished_at: datetime | None
    done: int
    total: int
    cancel_wanted: bool
    error: str
    verified_at: datetime | None
    verified_how: str
    flaw: str
    here: bool

    @property
    def is_good(self) -> bool:
        """Whether it is whole as far as anybody knows, and still there."""
        return self.state == BackupState.DONE.value and not self.flaw

    @property
    def is_under_way(self) -> bool:
        """Whether it is being made just now."""
        return self.state == BackupState.RUNNING.value


@dataclass(frozen=True, slots=True)
class BackupHealth:
    """Whether the hospital could be brought back: for notices and tiles.

    ``ready``: there is a key, so that backups can be made; ``on``: they are made every day.
    """

    ready: bool
    on: bool
    newest_good: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class BackupsView:
    """All that the page of backups shows.

    ``key_id`` is empty before the first key; ``key_here`` says whether this computer's keyring
    can open backups; ``trouble`` why none can be made here (a missing program of Postgres).
    """

    rows: tuple[BackupRow, ...]
    folder: str
    free_bytes: int | None
    database_bytes: int
    key_id: str
    key_here: bool
    health: BackupHealth
    trouble: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A recovery key, to be shown once; ``kept``: this computer's keyring has it as well."""

    text: str
    key_id: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: which state is back, and where the one before is kept (or empty)."""

    hospital: str
    made_at: datetime
    rows: int
    kept: str
    held_messages: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreWish:
    """The wish for an earlier state: the file, a typed key (or none), who wants it.

    ``keep`` False leaves out the copy of the present state.
    """

    path: str
    key: str = ""
    who: str = ""
    keep: bool = True


@dataclass(frozen=True, slots=True)
class BackupOffer:
    """A file that the hospital can be brought back from, ``bytes`` long.

    ``key_here``: this computer's keyring opens it, nothing need be typed.
    """

    path: str
    hospital: str
    made_at: datetime
    rows: int
    key_here: bool
    kind: str = BackupKind.MANUAL.value
    bytes: int = 0


class Kept(NamedTuple):
    """One backup as the rule of keeping sees it."""

    id: str
    made_at: datetime
    kind: str
    good: bool


@dataclass(frozen=True, slots=True)
class KeepRule:
    """How many days, weeks and months keep their newest backup."""

    daily: int = 7
    weekly: int = 5
    monthly: int = 12


def to_remove(
    backups: Iterable[Kept], rule: KeepRule, now: datetime, zone: ZoneInfo
) -> frozenset[str]:
    """Return the ids of the backups that need not be kept any longer.

    Of each of the last days, weeks and months that have one, the newest good backup stays; so
    does whatever is younger than the grace. The newest good one always stays.
    """
    every = sorted(backups, key=lambda one: (one.made_at, one.id), reverse=True)
    good = [one for one in every if one.good]
    kept = {one.id for one in good[:1]}
    for count, period in (
        (rule.daily, _day),
        (rule.weekly, _week),
        (rule.monthly, _month),
    ):
        kept |= _newest_of(good, count, period, zone)
    kept |= {one.id for one in every if now - one.made_at < _grace(one)}
    return frozenset(one.id for one in every) - kept


def _newest_of(
    good: Sequence[Kept], count: int, period: Callable[[date], object], zone: ZoneInfo
) -> set[str]:
    newest: dict[object, str] = {}
    for one in good:
        newest.setdefault(period(one.made_at.astimezone(zone).date()), one.id)
    return set(list(newest.values())[:count])


def _grace(one: Kept) -> timedelta:
    special = one.kind in {BackupKind.BEFORE_UPGRADE.value, BackupKind.BEFORE_RESTORE.value}
    return LONG_GRACE if special or not one.good else GRACE


def _day(on: date) -> object:
    return on


def _week(on: date) -> object:
    return on.isocalendar()[:2]


def _month(on: date) -> object:
    return on.year, on.month


def is_overdue(newest_good: datetime | None, now: datetime) -> bool:
    """Say whether the newest good backup is too old (or there is none)."""
    return newest_good is None or now - newest_good > OVERDUE
