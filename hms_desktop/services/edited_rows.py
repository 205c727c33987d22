"""What all services of edited rows share: who was last, what a request made, unique names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.errors import Conflict, NotFound, Stale
from hms_desktop.domain.names import fold

R = TypeVar("R")


def editor_name(connection: sa.Connection, table: sa.Table, row_id: int) -> str:
    """Return who changed a row last, for the sentence of a conflict."""
    # Under another name, since the row may be a user itself.
    editor = user.alias("editor")
    name = connection.scalar(
        sa.select(editor.c.display_name)
        .join(table, table.c.updated_by == editor.c.id)
        .where(table.c.id == row_id)
    )
    return name or "Someone"


def made_by(connection: sa.Connection, request_id: str, table: sa.Table) -> int:
    """Return which row of a table an earlier run of a request made or changed."""
    found = connection.scalar(
        sa.select(audit_entry.c.entity_id)
        .where(audit_entry.c.request_id == request_id, audit_entry.c.entity == table.name)
        .order_by(audit_entry.c.position)
        .limit(1)
    )
    if found is None:
        raise NotFound("This request was used for something else. Nothing was changed.")
    return int(found)


def only_writer(write: Write, table: sa.Table) -> None:
    """Keep other writers off a small table until this transaction ends.

    For rules over several rows that no constraint can hold. SQLite has one writer anyway; on
    Postgres readers and rows that refer to the table are not held up.
    """
    if write.connection.dialect.name == "postgresql":
        write.connection.exec_driver_sql(f'LOCK TABLE "{table.name}" IN SHARE ROW EXCLUSIVE MODE')


def touch(write: Write, table: sa.Table, row_id: int, *, action: str | None = None) -> None:
    """Give a row a new version because something that belongs to it changed."""
    query = sa.select(table.c.version).where(table.c.id == row_id)
    before = write.connection.execute(query).scalar_one()
    values = {
        "version": before + 1,
        "updated_at": write.now,
        "updated_by": write.stamp.actor.user_id,
    }
    write.connection.execute(sa.update(table).where(table.c.id == row_id).values(values))
    versions = {"version": before}, {"version": before + 1}
    write.record(table.name, row_id, before=versions[0], after=versions[1], action=action)


class EditedRows(Generic[R]):
    """Creates, edits, retires and brings back the rows of one table with a unique name.

    Names are unique whatever their case, accents and signs; ``what`` names one row in sentences.
    ``read`` returns a row by id and raises NotFound; ``hangs`` returns a sentence's end that
    says what keeps a row from being retired (``""``: nothing does).
    """

    def __init__(
        self,
        database: Database,
        table: sa.Table,
        what: str,
        *,
        read: Callable[[sa.Connection, int], R],
        hangs: Callable[[Write, int], str],
        name: str = "name",
    ) -> None:
        """Keep how this table is read and what hangs on it."""
        self._database = database
        self._table = table
        self._what = what
        self._read = read
        self._hangs = hangs
        self._name = name

    def save(
        self,
        stamp: Stamp,
        values: Mapping[str, Any],
        *,
        row_id: int | None,
        version: int | None,
        check: Callable[[Write, R | None], None] = lambda _write, _row: None,
        more: Callable[[Write, int], bool] = lambda _write, _id: False,
    ) -> R:
        """Insert (``row_id`` None) or change a row; ``more`` writes what belongs to it.

        ``check`` sees the row as it was and may refuse; ``more`` says whether it changed
        something. Raises Conflict for a name that is taken and
        Stale with the row as it is now.
        """

        def work(write: Write) -> R:
            return self.save_in(
                write, values, row_id=row_id, version=version, check=check, more=more
            )

        return self._write(stamp, work)

    def save_in(
        self,
        write: Write,
        values: Mapping[str, Any],
        *,
        row_id: int | None,
        version: int | None,
        check: Callable[[Write, R | None], None] = lambda _write, _row: None,
        more: Callable[[Write, int], bool] = lambda _write, _id: False,
    ) -> R:
        """Do what ``save`` does as a part of an open transaction."""
        only_writer(write, self._table)
        self._refuse_taken(write.connection, values[self._name], row_id)
        check(write, None if row_id is None else self._read(write.connection, row_id))
        if row_id is None:
            row_id = write.insert(self._table, values)
            more(write, row_id)
        else:
            self._change(write, row_id, version, values, more)
        return self._read(write.connection, row_id)

    def change(
        self,
        stamp: Stamp,
        row_id: int,
        version: int,
        values: Mapping[str, Any],
        *,
        check: Callable[[R], None] = lambda _row: None,
    ) -> R:
        """Change columns that no name depends on; raises Stale with the row as it is now.

        ``check`` sees the row as it was, once its version is the expected one, and may refuse.
        """
        return self._write(
            stamp, lambda write: self.change_in(write, row_id, version, values, check=check)
        )

    def change_in(
        self,
        write: Write,
        row_id: int,
        version: int,
        values: Mapping[str, Any],
        *,
        check: Callable[[R], None] = lambda _row: None,
    ) -> R:
        """Do what ``change`` does as a part of an open transaction."""
        self._refuse_stale(write.connection, row_id, version)
        check(self._read(write.connection, row_id))
        self._change(write, row_id, version, values)
        return self._read(write.connection, row_id)

    def retire(self, stamp: Stamp, row_id: int, version: int) -> R:
        """Take a row out of use; raises Conflict (kind ``in_use``) naming what hangs on it."""

        def work(write: Write) -> R:
            row = self._read(write.connection, row_id)
            hanging = self._hangs(write, row_id)
            if hanging:
                raise Conflict(
                    "This {what} cannot be retired: {hanging} Nothing was changed.",
                    kind="in_use",
                    existing=row,
                    what=self._what,
                    hanging=hanging,
                )
            self._change(write, row_id, version, {"retired_at": write.now})
            return self._read(write.connection, row_id)

        return self._write(stamp, work)

    def restore(self, stamp: Stamp, row_id: int, version: int) -> R:
        """Bring a retired row back."""
        return self.change(stamp, row_id, version, {"retired_at": None})

    def _write(self, stamp: Stamp, work: Callable[[Write], R]) -> R:
        return self._database.write(
            stamp, work, lambda c: self._read(c, made_by(c, stamp.request_id, self._table))
        )

    def _change(
        self,
        write: Write,
        row_id: int,
        version: int | None,
        values: Mapping[str, Any],
        more: Callable[[Write, int], bool] = lambda _write, _id: False,
    ) -> None:
        self._refuse_stale(write.connection, row_id, version)
        try:
            changed = write.update(self._table, row_id, values, version=version)
        except Stale:
            # Changed between the two looks, by a writer that has committed since.
            raise self._stale(write.connection, row_id) from None
        if more(write, row_id) and not changed:
            touch(write, self._table, row_id)

    def _refuse_stale(self, connection: sa.Connection, row_id: int, version: int | None) -> None:
        query = sa.select(self._table.c.version).where(self._table.c.id == row_id)
        found = connection.scalar(query)
        if found is not None and found != version:
            raise self._stale(connection, row_id)

    def _stale(self, connection: sa.Connection, row_id: int) -> Stale:
        who = editor_name(connection, self._table, row_id)
        return Stale(current=self._read(connection, row_id), who=who)

    def _refuse_taken(self, connection: sa.Connection, name: str, but: int | None) -> None:
        column = self._table.c[self._name]
        wanted = fold(name)
        for row in connection.execute(sa.select(self._table.c.id, column.label("name"))):
            if row.id != but and fold(row.name) == wanted:
                raise Conflict(
                    "There is a {what} called {name} already (it may be retired). Nothing was "
                    "saved. Take another name, or use that one.",
                    kind="name",
                    existing=self._read(connection, row.id),
                    what=self._what,
                    name=row.name,
                )
