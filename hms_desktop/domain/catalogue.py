"""Rooms and the wishes for visit types. Lengths, buffers and notice are minutes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hms_desktop.domain.colours import VISIBLE, visible, weakest
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.text import clean

NAME_LIMIT = 120
DESCRIPTION_LIMIT = 2_000
BOOKERS = frozenset({"desk", "doctor", "kiosk"})
"""Who may book a kind of visit."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_BOUNDS: dict[str, tuple[int, int]] = {
    "minutes": (1, 1440),
    "buffer_before": (0, 240),
    "buffer_after": (0, 240),
    "min_notice": (0, 365 * 1440),
    "horizon_days": (1, 3650),
    "position": (0, 10_000),
}


@dataclass(frozen=True, slots=True)
class SaveVisitType:
    """The wish to make a kind of visit (``visit_type_id`` None) or to change one.

    Without a ``position`` a new one comes last and an old one stays where it is.
    """

    name: str
    minutes: int
    colour: str = "#4c8bf5"
    buffer_before: int = 0
    buffer_after: int = 0
    min_notice: int = 0
    horizon_days: int = 365
    bookable_by: frozenset[str] = BOOKERS
    position: int | None = None
    visit_type_id: int | None = None
    version: int | None = None

    def check(self) -> SaveVisitType:
        """Return the cleaned wish; raise Invalid with the field's name."""
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if value is None and name == "position":
                continue
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise Invalid(
                    name,
                    "Give a whole number from {low} to {high}. Nothing was saved.",
                    low=low,
                    high=high,
                )
        colour = clean(self.colour, "colour", limit=20).lower()
        check_colour(colour)
        if not self.bookable_by <= BOOKERS or not self.bookable_by:
            raise Invalid("bookable_by", "Choose who may book this: desk, doctor or kiosk.")
        return replace(
            self,
            name=clean(self.name, "name", limit=NAME_LIMIT, required=True),
            colour=colour,
            bookable_by=frozenset(self.bookable_by),
        )


def check_colour(colour: str) -> None:
    """Raise Invalid for what is no colour or cannot be seen in one of the two themes."""
    if not _COLOUR.fullmatch(colour):
        raise Invalid("colour", "Give the colour as # and six digits, for example #4c8bf5.")
    ratio, _ground = weakest(colour)
    if ratio < VISIBLE:
        raise Invalid(
            "colour",
            "This colour is hard to see in one of the themes ({ratio} : 1, at least {least} : 1). "
            "Nothing was saved. Take {other}, for instance.",
            ratio=f"{ratio:.1f}",
            least=f"{VISIBLE:g}",
            other=visible(colour),
        )


FIRST_VISIT_TYPES: tuple[SaveVisitType, ...] = (
    SaveVisitType("New visit", 30, "#3b7dd8", position=1),
    SaveVisitType("Follow-up", 15, "#2f9e6e", position=2),
    SaveVisitType(
        "Procedure or dressing", 20, "#c2752b", buffer_after=5, position=3,
        bookable_by=frozenset({"desk", "doctor"}),
    ),
    SaveVisitType(
        "ECG and visit", 45, "#8e5bc4", position=4, bookable_by=frozenset({"desk", "doctor"})
    ),
)  # fmt: skip
"""What a new hospital begins with."""


@dataclass(frozen=True, slots=True)
class SaveRoom:
    """The wish to make a room (``room_id`` None) or to change one."""

    name: str
    description: str = ""
    room_id: int | None = None
    version: int | None = None

    def check(self) -> SaveRoom:
        """Return the cleaned wish; raise Invalid."""
        return replace(
            self,
            name=clean(self.name, "name", limit=NAME_LIMIT, required=True),
            description=clean(
                self.description, "description", limit=DESCRIPTION_LIMIT, multiline=True
            ),
        )


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One room."""

    id: int
    version: int
    name: str
    description: str
    retired: bool
