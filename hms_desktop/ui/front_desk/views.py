"""What a person looks at: named views on function keys, the last choice, the pinboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hms_desktop.ui.front_desk.loading import Shown

if TYPE_CHECKING:
    from datetime import date

    from hms_desktop.ui.layout_memory import Memory

_VIEWS, _CHOICE, _PINS = "front_desk/views", "front_desk/choice", "front_desk/pins"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A named choice of doctors on a function key (``F5``…)."""

    key: str
    name: str
    department_id: int | None
    doctor_ids: tuple[int, ...]


def read_views(memory: Memory) -> dict[str, SavedView]:
    """Return the person's views by key."""
    kept: Any = memory.get(_VIEWS, {})
    return {
        key: SavedView(key, str(one["name"]), one["department"], tuple(one["doctors"]))
        for key, one in dict(kept).items()
    }


def keep_views(memory: Memory, views: dict[str, SavedView]) -> None:
    """Keep the person's views."""
    memory.put(
        _VIEWS,
        {
            one.key: {
                "name": one.name,
                "department": one.department_id,
                "doctors": list(one.doctor_ids),
            }
            for one in views.values()
        },
    )


def read_choice(memory: Memory, on: date, week_start: int) -> Shown:
    """Return what was looked at last, on this day."""
    kept: Any = memory.get(_CHOICE, {})
    return Shown(
        on=on,
        department_id=kept.get("department"),
        doctor_ids=tuple(kept.get("doctors", ())),
        week_of=kept.get("week_of"),
        week_start=week_start,
    )


def keep_choice(memory: Memory, shown: Shown) -> None:
    """Keep what is looked at (the day is not kept: a morning begins with today)."""
    memory.put(
        _CHOICE,
        {
            "department": shown.department_id,
            "doctors": list(shown.doctor_ids),
            "week_of": shown.week_of,
        },
    )


def read_pins(memory: Memory) -> tuple[int, ...]:
    """Return the visits that were left on the pinboard."""
    kept: Any = memory.get(_PINS, [])
    return tuple(kept)


def keep_pins(memory: Memory, pins: tuple[int, ...]) -> None:
    """Keep which visits are on the pinboard."""
    memory.put(_PINS, list(pins))
