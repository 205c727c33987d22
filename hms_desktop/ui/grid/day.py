"""What the day grid is given (frozen) and what it asks for (frozen wishes).

All instants are aware UTC datetimes; ``first_minute`` and ``last_minute`` are wall-clock
minutes of the hospital's day, every other length is minutes of real time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from hms_desktop.domain.appointments import GridVisit, HoldRow


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column: a doctor on a day; in the week grid the columns are the days."""

    key: str
    doctor_id: int
    title: str
    subtitle: str
    department: str
    on_date: date


@dataclass(frozen=True, slots=True)
class ClosedBand:
    """A stretch of closed time: its short label, the whole reason, and what closes it."""

    starts_at: datetime
    ends_at: datetime
    label: str
    reason_text: str = ""
    ref: object = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the booking line would book; shown as a dashed box until it is booked or gone."""

    doctor_id: int
    starts_at: datetime
    minutes: int
    label: str


@dataclass(frozen=True, slots=True)
class GridDay:
    """Everything one picture of the grid shows; ``look_alikes`` holds patient ids.

    ``clock_24h``: times read 15:05, not 3:05 pm.
    """

    on: date
    zone: ZoneInfo
    columns: tuple[GridColumn, ...]
    now: datetime
    visits: tuple[GridVisit, ...] = ()
    closed: Mapping[str, tuple[ClosedBand, ...]] = field(default_factory=dict)
    holds: tuple[HoldRow, ...] = ()
    slot_minutes: int = 15
    first_minute: int = 8 * 60
    last_minute: int = 20 * 60
    visit_types: Mapping[int, str] = field(default_factory=dict)
    look_alikes: frozenset[int] = frozenset()
    pinboard: tuple[GridVisit, ...] = ()
    clock_24h: bool = True
    rooms: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CellRef:
    """A stretch of one column that holds no visit."""

    column_key: str
    doctor_id: int
    starts_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class MoveWish:
    """The wish to move a visit, as seen at ``version``, to another time or doctor."""

    visit_id: int
    version: int
    doctor_id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ResizeWish:
    """The wish to let a visit, as seen at ``version``, end at another time."""

    visit_id: int
    version: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class StatusWish:
    """The wish to do one thing to some visits.

    ``action`` is ``check_in``, ``cancel``, ``no_show`` or ``confirm``.
    """

    visit_ids: tuple[int, ...]
    action: str


@dataclass(frozen=True, slots=True)
class MenuAsk:
    """A context menu is wanted: for a cell or a visit id, at x, y of the whole screen."""

    target: CellRef | int
    x: int
    y: int
