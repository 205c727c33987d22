"""Where the cursor goes: steps by slot and column that walk into visits, never past them."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from hms_desktop.ui.grid import layout
from hms_desktop.ui.grid.scene import Cursor

if TYPE_CHECKING:
    from hms_desktop.ui.grid.model import GridModel
    from hms_desktop.ui.grid.places import Box


def on_box(model: GridModel, box: Box, minute: int | None = None) -> Cursor:
    """Return the cursor on a visit; it remembers a row so that going sideways keeps it."""
    if minute is None:
        minute = slot_of(model, box.column, model.axes[box.column].minute_of(box.visit.starts_at))
    return Cursor(box.column, minute, box.visit.id)


def slot_of(model: GridModel, column: int, minute: float) -> int:
    """Return the row (minute of its top) that holds a minute, inside the axis."""
    step = _step(model)
    last = max((model.axes[column].minutes - 1) // step * step, 0)
    return min(max(layout.snap_down(minute, step), 0), last)


def enter(model: GridModel, column: int, minute: int, *, rightmost: bool = False) -> Cursor:
    """Return the cursor for a cell: on the visit that takes it, else on the free cell."""
    minute = slot_of(model, column, minute)
    found = model.overlapping(column, minute, minute + _step(model))
    if found:
        return on_box(model, found[-1 if rightmost else 0], minute)
    return Cursor(column, minute)


def vertical(model: GridModel, cursor: Cursor, direction: int) -> Cursor:
    """Return the cursor one row or visit further down (1) or up (-1)."""
    step = _step(model)
    box = model.by_id.get(cursor.visit_id) if cursor.visit_id is not None else None
    if box is None:
        wanted = cursor.minute + direction * step
        if not 0 <= wanted < model.axes[cursor.column].minutes:
            return cursor
        return _towards(model, cursor.column, wanted, direction)
    axis = model.axes[box.column]
    if direction > 0:
        after = axis.minute_of(box.visit.ends_at)
        cell = ceil(after / step) * step
        later = [
            other
            for other in model.boxes[box.column]
            if after <= axis.minute_of(other.visit.starts_at) < cell + step
        ]
        if later:
            return on_box(model, min(later, key=lambda o: (o.visit.starts_at, o.rect.x())))
        return Cursor(box.column, cell) if cell < axis.minutes else cursor
    before = axis.minute_of(box.visit.starts_at)
    cell = (ceil(before / step) - 1) * step
    earlier = [
        other
        for other in model.boxes[box.column]
        if cell < axis.minute_of(other.visit.ends_at) <= before
    ]
    if earlier:
        return on_box(model, max(earlier, key=lambda o: (o.visit.ends_at, -o.rect.x())))
    return Cursor(box.column, cell) if cell >= 0 else cursor


def sideways(model: GridModel, cursor: Cursor, direction: int) -> Cursor:
    """Return the cursor one lane or column to the right (1) or left (-1)."""
    box = model.by_id.get(cursor.visit_id) if cursor.visit_id is not None else None
    if box is not None:
        axis = model.axes[box.column]
        beside = model.overlapping(
            box.column,
            axis.minute_of(box.visit.starts_at),
            axis.minute_of(box.visit.ends_at),
        )
        place = beside.index(box) + direction
        if 0 <= place < len(beside):
            return on_box(model, beside[place])
    column = cursor.column + direction
    if not 0 <= column < len(model.axes):
        return cursor
    return enter(model, column, cursor.minute, rightmost=direction < 0)


def next_visit(model: GridModel, cursor: Cursor, direction: int) -> Cursor | None:
    """Return the cursor on the next visit, column by column; None after the last."""
    order = [
        box
        for column in model.boxes
        for box in sorted(column, key=lambda b: (b.visit.starts_at, b.rect.x()))
    ]
    if cursor.visit_id is not None and cursor.visit_id in model.by_id:
        place = order.index(model.by_id[cursor.visit_id]) + direction
        return on_box(model, order[place]) if 0 <= place < len(order) else None
    here = (cursor.column, cursor.minute)

    def spot(box: Box) -> tuple[int, float]:
        return box.column, model.axes[box.column].minute_of(box.visit.starts_at)

    if direction > 0:
        return next((on_box(model, box) for box in order if spot(box) >= here), None)
    return next((on_box(model, box) for box in reversed(order) if spot(box) < here), None)


def _towards(model: GridModel, column: int, minute: int, direction: int) -> Cursor:
    found = model.overlapping(column, minute, minute + _step(model))
    if not found:
        return Cursor(column, minute)
    # Coming from below the last visit of the cell is met first.
    pick = found[0] if direction > 0 else max(found, key=lambda o: o.visit.ends_at)
    return on_box(model, pick)


def _step(model: GridModel) -> int:
    return model.day.slot_minutes if model.day is not None else 15
