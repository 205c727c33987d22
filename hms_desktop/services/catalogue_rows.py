"""Reading and writing down visit types and rooms."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import visit_type
from hms_desktop.db.tables.doctors import room
from hms_desktop.domain.appointments import VisitType
from hms_desktop.domain.catalogue import RoomRow, SaveVisitType
from hms_desktop.domain.errors import NotFound

MOST_ROWS = 2_000


def visit_type_columns(wish: SaveVisitType) -> dict[str, Any]:
    """Return a checked wish as column values; without a position where none is wished."""
    place = {} if wish.position is None else {"position": wish.position}
    return {
        "name": wish.name,
        "minutes": wish.minutes,
        "colour": wish.colour,
        "buffer_before": wish.buffer_before,
        "buffer_after": wish.buffer_after,
        "min_notice": wish.min_notice,
        "horizon_days": wish.horizon_days,
        "bookable_by": sorted(wish.bookable_by),
        **place,
    }


def read_visit_types(connection: sa.Connection) -> tuple[VisitType, ...]:
    """Return all kinds of visit, retired ones too, in the order the hospital gave them."""
    query = sa.select(visit_type).order_by(visit_type.c.position, visit_type.c.name)
    return tuple(_visit_type(row) for row in connection.execute(query.limit(MOST_ROWS)))


def read_visit_type(connection: sa.Connection, visit_type_id: int) -> VisitType:
    """Return one kind of visit; raises NotFound."""
    query = sa.select(visit_type).where(visit_type.c.id == visit_type_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("This kind of visit is no longer there. Nothing was changed.")
    return _visit_type(row)


def _visit_type(row: sa.Row[Any]) -> VisitType:
    return VisitType(
        id=row.id,
        name=row.name,
        minutes=row.minutes,
        colour=row.colour,
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
        min_notice=row.min_notice,
        horizon_days=row.horizon_days,
        bookable_by=frozenset(row.bookable_by),
        version=row.version,
        retired=row.retired_at is not None,
    )


def read_rooms(connection: sa.Connection) -> tuple[RoomRow, ...]:
    """Return all rooms, retired ones too, by name."""
    query = sa.select(room).order_by(room.c.name).limit(MOST_ROWS)
    return tuple(_room(row) for row in connection.execute(query))


def read_room(connection: sa.Connection, room_id: int) -> RoomRow:
    """Return one room; raises NotFound."""
    row = connection.execute(sa.select(room).where(room.c.id == room_id)).one_or_none()
    if row is None:
        raise NotFound("This room is no longer there. Nothing was changed.")
    return _room(row)


def _room(row: sa.Row[Any]) -> RoomRow:
    return RoomRow(row.id, row.version, row.name, row.description, row.retired_at is not None)
