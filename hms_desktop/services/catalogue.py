"""Kinds of visit and rooms: what can be booked, and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.doctors import doctor, room
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import VisitType
from hms_desktop.domain.catalogue import RoomRow, SaveRoom, SaveVisitType
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import OPEN
from hms_desktop.services.catalogue_rows import (
    read_room,
    read_rooms,
    read_visit_type,
    read_visit_types,
    visit_type_columns,
)
from hms_desktop.services.context import Context, Service
from hms_desktop.services.edited_rows import EditedRows, made_by, only_writer
from hms_desktop.services.gate import permitted


class CatalogueService(Service):
    """Visit types and rooms, kept by administrators, read by everybody."""

    def __init__(self, context: Context) -> None:
        """Keep how both tables are edited."""
        super().__init__(context)
        self._visit_types = EditedRows(
            self.database,
            visit_type,
            "kind of visit",
            read=read_visit_type,
            hangs=_hangs_on_visit_type,
        )
        self._rooms = EditedRows(self.database, room, "room", read=read_room, hangs=_hangs_on_room)

    @permitted("doctors.read")
    def visit_types(self, actor: Actor, *, include_retired: bool = False) -> tuple[VisitType, ...]:
        """Return the kinds of visit in the order the hospital gave them."""

        def load() -> tuple[VisitType, ...]:
            with self.database.read() as connection:
                return read_visit_types(connection)

        rows = self.context.cache.get("visit_types", (), load, (visit_type.name,))
        return tuple(row for row in rows if include_retired or not row.retired)

    @permitted("catalogue.manage")
    def create_visit_type(
        self, actor: Actor, wish: SaveVisitType, *, request_id: str | None = None
    ) -> VisitType:
        """Make a kind of visit; raises Invalid or Conflict (``name``)."""
        wish = wish.check()

        def work(write: Write) -> VisitType:
            values = {"position": _last_position(write.connection), **visit_type_columns(wish)}
            return self._visit_types.save_in(write, values, row_id=None, version=None)

        stamp = self.stamp(actor, "create", request_id)
        return self.database.write(
            stamp, work, lambda c: read_visit_type(c, made_by(c, stamp.request_id, visit_type))
        )

    @permitted("catalogue.manage")
    def update_visit_type(
        self, actor: Actor, wish: SaveVisitType, *, request_id: str | None = None
    ) -> VisitType:
        """Change a kind of visit; booked visits keep their length. Raises Stale."""
        wish = wish.check()
        return self._visit_types.save(
            self.stamp(actor, "update", request_id),
            visit_type_columns(wish),
            row_id=wish.visit_type_id or 0,
            version=wish.version,
        )

    @permitted("catalogue.manage")
    def retire_visit_type(
        self, actor: Actor, visit_type_id: int, version: int, *, request_id: str | None = None
    ) -> VisitType:
        """Offer a kind of visit no more; booked ones stay. Raises Conflict for the last one."""
        stamp = self.stamp(actor, "retire", request_id)
        return self._visit_types.retire(stamp, visit_type_id, version)

    @permitted("catalogue.manage")
    def restore_visit_type(
        self, actor: Actor, visit_type_id: int, version: int, *, request_id: str | None = None
    ) -> VisitType:
        """Offer a retired kind of visit again."""
        stamp = self.stamp(actor, "restore", request_id)
        return self._visit_types.restore(stamp, visit_type_id, version)

    @permitted("catalogue.manage")
    def order_visit_types(
        self, actor: Actor, ids: Sequence[int], *, request_id: str | None = None
    ) -> tuple[VisitType, ...]:
        """Put the kinds of visit into this order, everywhere; those left out come after them.

        Raises Invalid for one that is named twice or not there.
        """

        def work(write: Write) -> tuple[VisitType, ...]:
            only_writer(write, visit_type)
            known = {one.id: one for one in read_visit_types(write.connection)}
            if len(set(ids)) != len(ids) or not set(ids) <= set(known):
                raise Invalid("ids", "This order does not fit any more. Look at the list again.")
            order = [*ids, *(one for one in known if one not in set(ids))]
            for place, one in enumerate(order, 1):
                version = known[one].version
                write.update(visit_type, one, {"position": place}, version=version)
            return read_visit_types(write.connection)

        stamp = self.stamp(actor, "order", request_id)
        return self.database.write(stamp, work, read_visit_types)

    @permitted("doctors.read")
    def rooms(self, actor: Actor, *, include_retired: bool = False) -> tuple[RoomRow, ...]:
        """Return the rooms by name."""

        def load() -> tuple[RoomRow, ...]:
            with self.database.read() as connection:
                return read_rooms(connection)

        rows = self.context.cache.get("rooms", (), load, (room.name,))
        return tuple(row for row in rows if include_retired or not row.retired)

    @permitted("catalogue.manage")
    def create_room(
        self, actor: Actor, wish: SaveRoom, *, request_id: str | None = None
    ) -> RoomRow:
        """Make a room; raises Invalid or Conflict (``name``)."""
        wish = wish.check()
        values = {"name": wish.name, "description": wish.description}
        stamp = self.stamp(actor, "create", request_id)
        return self._rooms.save(stamp, values, row_id=None, version=None)

    @permitted("catalogue.manage")
    def update_room(
        self, actor: Actor, wish: SaveRoom, *, request_id: str | None = None
    ) -> RoomRow:
        """Change a room; raises Stale."""
        wish = wish.check()
        values = {"name": wish.name, "description": wish.description}
        stamp = self.stamp(actor, "update", request_id)
        return self._rooms.save(stamp, values, row_id=wish.room_id or 0, version=wish.version)

    @permitted("catalogue.manage")
    def retire_room(
        self, actor: Actor, room_id: int, version: int, *, request_id: str | None = None
    ) -> RoomRow:
        """Take a room out of use; raises Conflict while doctors or coming visits are in it."""
        return self._rooms.retire(self.stamp(actor, "retire", request_id), room_id, version)

    @permitted("catalogue.manage")
    def restore_room(
        self, actor: Actor, room_id: int, version: int, *, request_id: str | None = None
    ) -> RoomRow:
        """Bring a room back into use."""
        return self._rooms.restore(self.stamp(actor, "restore", request_id), room_id, version)


def coming_visits(
    connection: sa.Connection, column: sa.Column[int], row_id: int, now: datetime
) -> int:
    """Return how many open visits from now on have this doctor, room or visit type."""
    query = (
        sa.select(sa.func.count())
        .select_from(appointment)
        .where(
            column == row_id,
            appointment.c.starts_at >= now,
            appointment.c.status.in_([status.value for status in OPEN]),
        )
    )
    return int(connection.execute(query).scalar_one())


def _last_position(connection: sa.Connection) -> int:
    last = connection.scalar(sa.select(sa.func.max(visit_type.c.position)))
    return int(last or 0) + 1


def _hangs_on_visit_type(write: Write, visit_type_id: int) -> str:
    others = write.connection.scalar(
        sa.select(sa.func.count())
        .select_from(visit_type)
        .where(visit_type.c.id != visit_type_id, visit_type.c.retired_at.is_(None))
    )
    return "" if others else "it is the only one that can be booked."


def _hangs_on_room(write: Write, room_id: int) -> str:
    names = write.connection.scalars(
        sa.select(doctor.c.display_name)
        .where(doctor.c.room_id == room_id, doctor.c.retired_at.is_(None))
        .order_by(doctor.c.display_name)
    ).all()
    if names:
        return f"it is the room of {listed(list(names))}. Give them another room first."
    visits = coming_visits(write.connection, appointment.c.room_id, room_id, write.now)
    return f"{visits} coming visits are booked in it. Move them first." if visits else ""


def listed(names: list[str], most: int = 3) -> str:
    """Return the first names and how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
