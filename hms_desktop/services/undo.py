"""Undo and redo of desk actions, from the audit, unless somebody changed it since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.writing import Write, plain, revive
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow, Done, right_to_change_room
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services import appointment_rows, outgoing, queue_rows
from hms_desktop.services.appointment_rooms import CHANGE_ROOM
from hms_desktop.services.appointment_steps import done_again
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.status_steps import change_status

_TABLES = {table.name: table for table in (appointment, queue_token)}
_KEPT = frozenset({"version", "status", "arrived_at", "started_at", "finished_at"})
"""Columns that are not written back as they were: the version counts on, the step has its own
way."""
_NEEDS: Mapping[str, str] = {
    "book": "appointments.book",
    "move": "appointments.move",
    "resize": "appointments.move",
    "cancel": "appointments.cancel",
    "edit_note": "appointments.edit_note",
    "walk_in": "queue.walk_in",
    "call": "queue.manage",
    "skip": "queue.manage",
    "return": "queue.manage",
    "start": "queue.manage",
}


class UndoService(Service):
    """Takes a change back, whichever desk action made it; undoing an undo is redo."""

    @permitted("appointments.status", "appointments.book", "queue.manage")
    def undo(self, actor: Actor, change_id: str, *, request_id: str | None = None) -> Done:
        """Take back the change that ``change_id`` (a Done's request_id) made.

        Raises Stale when somebody changed the same visit since, Conflict when its old time is
        taken now, Invalid when there is nothing to take back.
        """
        stamp = self.stamp(actor, "undo", request_id, reason=change_id)
        settings = self.context.settings()

        def work(write: Write) -> Done:
            entries = self._entries(write.connection, change_id)
            ids = queue_rows.visits_of(write.connection, entries)
            before = {row.id: row for row in appointment_rows.read_rows(write.connection, ids)}
            self.gate.check(actor, _permission(entries[0].action, before[ids[0]].status))
            self._own_only(actor, write.connection, entries)
            for entry in reversed(entries):
                self._check_untouched(write.connection, entry)
                self._restore(write, entry)
            rows = appointment_rows.read_rows(write.connection, ids)
            return outgoing.undone(write, settings, before, Done(stamp.request_id, "undo", rows))

        try:
            return self.database.write(
                stamp, work, lambda connection: done_again(connection, stamp.request_id)
            )
        except faults.Overlap as error:
            raise Conflict(
                "This cannot be undone: the time is taken by another visit now ({kind}). "
                "Nothing was changed.",
                kind=error.kind,
            ) from error
        except faults.Duplicate as error:
            raise Conflict(
                "This cannot be undone: the patient has another token by now. Nothing was changed.",
                kind="token",
            ) from error

    @staticmethod
    def _entries(connection: sa.Connection, change_id: str) -> list[sa.Row[Any]]:
        entries = connection.execute(
            sa.select(audit_entry)
            .where(audit_entry.c.request_id == change_id, audit_entry.c.entity.in_(tuple(_TABLES)))
            .order_by(audit_entry.c.position)
        ).all()
        if not entries:
            raise NotFound("There is nothing to undo: that change was never saved.")
        return list(entries)

    def _own_only(
        self, actor: Actor, connection: sa.Connection, entries: list[sa.Row[Any]]
    ) -> None:
        if self.may(actor, "appointments.read"):
            return
        ids = queue_rows.visits_of(connection, entries)
        query = sa.select(appointment.c.doctor_id).where(appointment.c.id.in_(ids))
        if set(connection.execute(query).scalars()) - {actor.doctor_id}:
            raise NotAllowed("appointments.read")

    def _check_untouched(self, connection: sa.Connection, entry: sa.Row[Any]) -> None:
        """Raise Stale unless every column still holds what the change left there."""
        table = _TABLES[entry.entity]
        query = sa.select(table).where(table.c.id == entry.entity_id)
        if connection.dialect.name == "postgresql":
            query = query.with_for_update()
        now = connection.execute(query).mappings().one()
        left = {name: value for name, value in (entry.after or {}).items() if name != "version"}
        if all(plain(now[name]) == _moment(table, name, value) for name, value in left.items()):
            return
        later = connection.execute(
            sa.select(audit_entry.c.user_name, audit_entry.c.at)
            .where(
                audit_entry.c.entity == entry.entity,
                audit_entry.c.entity_id == entry.entity_id,
                audit_entry.c.id > entry.id,
                audit_entry.c.action != "read",
            )
            .order_by(audit_entry.c.id.desc())
            .limit(1)
        ).one()
        raise Stale(
            "{who} changed this visit at {time}, so your change cannot be undone any more. "
            "Nothing was changed. Open the visit to see how it stands.",
            current=self._current(connection, entry),
            who=later.user_name,
            time=self.context.settings().clock(later.at),
        )

    @staticmethod
    def _current(connection: sa.Connection, entry: sa.Row[Any]) -> AppointmentRow | None:
        if entry.entity != appointment.name:
            return None
        return appointment_rows.read_rows(connection, [entry.entity_id])[0]

    @staticmethod
    def _restore(write: Write, entry: sa.Row[Any]) -> None:
        table = _TABLES[entry.entity]
        created = entry.before is None
        if entry.entity == queue_token.name:
            back = {"state": "withdrawn"} if created else revive(table, entry.before)
            back.pop("version", None)
            write.update(table, entry.entity_id, back, version=None, patient_id=entry.patient_id)
            return
        query = sa.select(table).where(table.c.id == entry.entity_id)
        row = write.connection.execute(query).mappings().one()
        if created:
            change_status(
                write,
                row,
                Status.ENTERED_IN_ERROR,
                version=row["version"],
                now=write.now,
                undo=True,
            )
            return
        before = revive(table, entry.before)
        extra = {name: value for name, value in before.items() if name not in _KEPT}
        stages: dict[str, Any] = {
            name: before[name]
            for name in ("arrived_at", "started_at", "finished_at")
            if name in before
        }
        if "status" in before:
            change_status(
                write,
                row,
                Status(before["status"]),
                version=row["version"],
                now=write.now,
                undo=True,
                extra={**extra, **stages},
            )
        elif extra or stages:
            write.update(table, entry.entity_id, {**extra, **stages}, version=row["version"])


def _permission(action: str, status: Status) -> str:
    if action in {"hold", "release_hold"}:
        raise Invalid("change", "A hold is let go of, not undone.")
    if action == CHANGE_ROOM:
        return right_to_change_room(status) or "queue.manage"
    return _NEEDS.get(action, "appointments.status")


def _moment(table: sa.Table, name: str, value: Any) -> Any:  # noqa: ANN401 - any column value
    """Return an audited value as ``plain`` writes the column now (moments always alike)."""
    return plain(revive(table, {name: value})[name])
