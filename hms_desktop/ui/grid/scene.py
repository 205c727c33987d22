"""What lies above the visits: cursor, selection, what is carried, stretched or proposed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hms_desktop.domain.appointments import GridVisit
    from hms_desktop.ui.grid.day import Proposal


class Hand(Enum):
    """What carries a visit."""

    MOUSE = "mouse"
    KEYS = "keys"


@dataclass(slots=True)
class Carry:
    """A visit on its way to another place; ``grip`` is minutes from its top to the pointer."""

    visit: GridVisit
    minutes: int
    column: int
    minute: int
    hand: Hand
    grip: float = 0.0
    outside: bool = False


@dataclass(slots=True)
class Stretch:
    """A visit whose end is being moved; ``end`` is a minute of its column."""

    visit: GridVisit
    column: int
    start: float
    end: int


@dataclass(slots=True)
class Span:
    """A stretch of free cells being chosen: from the anchor cell to the one reached."""

    column: int
    anchor: int
    reached: int
    step: int

    @property
    def start(self) -> int:
        """First minute of the stretch."""
        return min(self.anchor, self.reached)

    @property
    def end(self) -> int:
        """Minute after the stretch."""
        return max(self.anchor, self.reached) + self.step


@dataclass(slots=True)
class Cursor:
    """Where the keyboard is: a cell, or a visit (then ``visit_id`` is set)."""

    column: int = 0
    minute: int = 0
    visit_id: int | None = None


@dataclass(slots=True)
class Scene:
    """All of it; the painter shows it, the hands change it."""

    cursor: Cursor = field(default_factory=Cursor)
    selected: set[int] = field(default_factory=set)
    carry: Carry | None = None
    stretch: Stretch | None = None
    span: Span | None = None
    proposal: Proposal | None = None
    focused: bool = False
