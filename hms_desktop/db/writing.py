"""The one writer: every insert and update goes through it, is audited and announced."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.bus import Change
from hms_desktop.db.types import UtcDateTime
from hms_desktop.db.write_statements import (
    INSERT_AUDIT,
    NEW,
    NOTE,
    Note,
    Reading,
    insert_note,
    insert_reads,
    inserting,
    note_and_audit,
)
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import NotFound, Stale

SECRET = frozenset(
    {"password_hash", "reset_code_hash", "code_hash", "token_hash", "totp_secret", "photo"}
    # Clinical text is kept once, in the append-only record: whoever may read the audit need not
    # be somebody who may read charts.
    | {"complaint", "clinical_notes", "treatment", "prescription_note"}
)
"""Columns whose values never enter the audit; only that they changed does."""
STAMPS = frozenset({"created_at", "created_by", "updated_at", "updated_by"})
READ = "read"
"""The action of an audit row that records looking at a chart; it announces nothing."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes, under which request, doing what and why."""

    actor: Actor
    request_id: str
    action: str
    reason: str = ""


class Write:
    """One open write transaction.

    ``now`` is the moment of the transaction (server time, UTC). Times, users and versions are
    filled in where a table has them; each changed row leaves one audit row.
    """

    def __init__(
        self,
        connection: sa.Connection,
        stamp: Stamp,
        now: datetime,
        program: str,
        server_time: Callable[[sa.Connection], datetime],
    ) -> None:
        """Wrap an open transaction."""
        self.connection = connection
        self.stamp = stamp
        self.now = now
        self._program = program
        self._server_time = server_time
        self._audit: list[dict[str, Any]] = []
        self._written = 0
        self._notes: list[tuple[sa.Table, dict[str, Any]]] = []
        self._told: list[dict[str, Any]] = []

    def server_time(self) -> datetime:
        """Ask the server what time it is, and let that be ``now`` from here on.

        For leases: two programs must judge by one clock, and this computer's may have been set
        anew since it was last compared.
        """
        self.now = self._server_time(self.connection)
        return self.now

    @property
    def changes(self) -> tuple[Change, ...]:
        """What to announce once this is committed."""
        return tuple(
            Change(row["entity"], row["entity_id"], row["action"], row["patient_id"])
            for row in (*self._told, *self._audit)
            if row["action"] != READ
        )

    def insert(
        self,
        table: sa.Table,
        values: Mapping[str, Any],
        *,
        patient_id: int | None = None,
        action: str | None = None,
    ) -> int:
        """Insert a row, audit it, and return its id."""
        row = self._stamped(table, values)
        key = self.connection.execute(sa.insert(table), row).inserted_primary_key
        if key is None:
            raise RuntimeError(f"no key came back from {table.name}")
        return self._inserted(table, int(key[0]), row, patient_id, action)

    def insert_noted(
        self, table: sa.Table, values: Mapping[str, Any], note: Note, read: Reading
    ) -> tuple[Any, ...]:
        """Insert a row, note it, audit it and read it back in one statement (Postgres).

        ``read`` makes the query from the row that is being inserted, its id first.
        """
        row = self._stamped(table, values)
        entry = self._entry(table.name, None, after=shown(row), patient_id=row.get("patient_id"))
        del entry["entity_id"]
        statement = inserting(table, frozenset(row), note.shape, read)
        given = {NEW + name: value for name, value in row.items()}
        given |= {NOTE + name: value for name, value in note.values.items()}
        (found,) = statement.rows(self.connection, {**given, **entry})
        self._written += 1
        self._told.append({**entry, "entity_id": found[0]})
        return found

    def _stamped(self, table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
        row = dict(values)
        columns = table.c
        if "created_at" in columns:
            row.setdefault("created_at", self.now)
            row["created_by"] = self.stamp.actor.user_id
        if "updated_at" in columns:
            row.setdefault("updated_at", self.now)
            row["updated_by"] = self.stamp.actor.user_id
        return row

    def _inserted(
        self,
        table: sa.Table,
        row_id: int,
        row: dict[str, Any],
        patient_id: int | None,
        action: str | None,
    ) -> int:
        self.record(
            table.name,
            row_id,
            after=shown(row),
            patient_id=patient_id if patient_id is not None else _patient_of(table, row_id, row),
            action=action,
        )
        return row_id

    def note(self, table: sa.Table, values: Mapping[str, Any]) -> None:
        """Insert a row of history (no key wanted, no audit) at the end of this transaction."""
        self._notes.append((table, dict(values)))

    def update(
        self,
        table: sa.Table,
        row_id: int,
        changes: Mapping[str, Any],
        *,
        version: int | None,
        action: str | None = None,
        patient_id: int | None = None,
    ) -> bool:
        """Change a row guarded by its version and audit before and after.

        ``version`` None writes whatever is there (only for rows nobody edits by hand). Returns
        False when nothing differs. Raises Stale (without a current row: services fill it in) and
        NotFound.
        """
        lock = sa.select(table).where(table.c.id == row_id)
        if self.connection.dialect.name == "postgresql":
            lock = lock.with_for_update()
        found = self.connection.execute(lock).mappings().one_or_none()
        if found is None:
            raise NotFound("This entry is no longer there. Nothing was changed.")
        if version is not None and found["version"] != version:
            raise Stale
        different = {name: value for name, value in changes.items() if found[name] != value}
        if not different:
            return False
        values = dict(different)
        if "version" in table.c:
            values["version"] = found["version"] + 1
        if "updated_at" in table.c:
            values["updated_at"] = self.now
            values["updated_by"] = self.stamp.actor.user_id
        self.connection.execute(sa.update(table).where(table.c.id == row_id).values(values))
        after = {**different, **({"version": values["version"]} if "version" in values else {})}
        before = {name: found[name] for name in after}
        self.record(
            table.name,
            row_id,
            before=shown(before),
            after=shown(after),
            patient_id=patient_id if patient_id is not None else _patient_of(table, row_id, found),
            action=action,
        )
        return True

    def delete(self, table: sa.Table, row_id: int, *, patient_id: int | None = None) -> None:
        """Delete a row that has no history of its own and audit how it looked."""
        query = sa.select(table).where(table.c.id == row_id)
        found = self.connection.execute(query).mappings().one_or_none()
        if found is None:
            raise NotFound("This entry is no longer there. Nothing was changed.")
        self.connection.execute(sa.delete(table).where(table.c.id == row_id))
        self.record(
            table.name,
            row_id,
            before=shown(dict(found)),
            patient_id=patient_id if patient_id is not None else _patient_of(table, row_id, found),
            action="delete",
        )

    def record(
        self,
        entity: str,
        entity_id: int,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        patient_id: int | None = None,
        action: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Note one audit row; it is written at the end of this transaction."""
        self._audit.append(
            self._entry(entity, entity_id, before, after, patient_id, action, reason)
        )

    def _entry(  # noqa: PLR0917 - as ``record`` has them
        self,
        entity: str,
        entity_id: int | None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        patient_id: int | None = None,
        action: str | None = None,
        reason: str | None = None,
    ) -> dict[str, Any]:
        return {
            **self._signed(self.stamp.actor),
            "position": len(self._audit) + self._written,
            "action": action or self.stamp.action,
            "entity": entity,
            "entity_id": entity_id,
            "patient_id": patient_id,
            "before": before,
            "after": after,
            "reason": self.stamp.reason if reason is None else reason,
        }

    def record_reads(
        self, actor: Actor, entity: str, entity_id: int, patient_ids: Sequence[int], reason: str
    ) -> None:
        """Write at once, in one statement, that somebody read of each of many patients."""
        row = {**self._signed(actor), "action": READ, "entity": entity, "entity_id": entity_id,
               "reason": reason}  # fmt: skip
        first = len(self._audit) + self._written
        sqlite = self.connection.dialect.name == "sqlite"
        self.connection.execute(insert_reads(row, patient_ids, first, sqlite=sqlite))
        self._written += len(patient_ids)

    def _signed(self, actor: Actor) -> dict[str, Any]:
        return {
            "at": self.now,
            "request_id": self.stamp.request_id,
            "user_id": actor.user_id,
            "user_name": actor.name,
            "role": ", ".join(actor.roles),
            "workstation": actor.workstation,
            "program": self._program,
        }

    def flush_audit(self) -> None:
        """Write the notes and audit rows; called by the database just before it commits."""
        if (
            len(self._audit) == 1
            and len(self._notes) == 1
            and self.connection.dialect.name == "postgresql"
        ):
            table, values = self._notes[0]
            both = {**self._audit[0], **{NEW + name: value for name, value in values.items()}}
            self.connection.execute(note_and_audit(table, frozenset(values)), both)
            return
        for table, values in self._notes:
            self.connection.execute(insert_note(table), values)
        if len(self._audit) == 1:
            # A single row takes SQLAlchemy's cached one-row path, which is half the price.
            self.connection.execute(INSERT_AUDIT, self._audit[0])
        elif self._audit:
            self.connection.execute(INSERT_AUDIT, self._audit)


def _patient_of(table: sa.Table, row_id: int, row: Mapping[str, Any] | sa.RowMapping) -> int | None:
    if table.name == "patient":
        return row_id
    found = row.get("patient_id") if "patient_id" in table.c else None
    return int(found) if found is not None else None


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the audit keeps it: without secrets and without its own stamps."""
    return {
        name: "•••" if name in SECRET and value is not None else plain(value)
        for name, value in row.items()
        if name not in STAMPS
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - any column value
    """Turn a column's value into what JSON can hold."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value


def revive(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Turn an audited row back into column values (undo); secret columns are left out."""
    values: dict[str, Any] = {}
    for name, value in row.items():
        if name in SECRET:
            continue
        kind = table.c[name].type
        if value is None:
            values[name] = None
        elif isinstance(kind, UtcDateTime):
            values[name] = datetime.fromisoformat(value)
        elif isinstance(kind, sa.Date):
            values[name] = date.fromisoformat(value)
        else:
            values[name] = value
    return values
