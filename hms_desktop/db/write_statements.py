"""The statements of the one writer that do more than insert a row, and their parameters' names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from hms_desktop.db.prepared import Prepared
from hms_desktop.db.tables.hospital import audit_entry

Reading = Callable[[sa.FromClause], sa.Select[*tuple[Any, ...]]]
"""Makes the query of what is read back from the row that is being inserted."""


class Note(NamedTuple):
    """A row of history beside a new one: its table, its column for that one's id, the others."""

    table: sa.Table
    reference: str
    values: Mapping[str, Any]

    @property
    def shape(self) -> tuple[sa.Table, str, frozenset[str]]:
        """What a statement is made of, without the values."""
        return self.table, self.reference, frozenset(self.values)


NEW, NOTE = "new_", "note_"
"""What the parameters' names begin with: those of the row and those of its note."""
INSERT_AUDIT = sa.insert(audit_entry).inline()
_AUDITED = tuple(column for column in audit_entry.c if column.name != "id")


@lru_cache(maxsize=32)
def insert_note(table: sa.Table) -> sa.Insert:
    """Return the statement that writes a note; no key is wanted back."""
    return sa.insert(table).inline()


@lru_cache(maxsize=32)
def note_and_audit(table: sa.Table, names: frozenset[str]) -> sa.Insert:
    """Return the statement that writes one note and one audit row in one trip (Postgres)."""
    note = sa.insert(table).values(_bound(NEW, table, names)).cte("note")
    own = {column.name: sa.bindparam(column.name, type_=column.type) for column in _AUDITED}
    return sa.insert(audit_entry).inline().values(own).add_cte(note)


@lru_cache(maxsize=32)
def inserting(
    table: sa.Table,
    names: frozenset[str],
    shape: tuple[sa.Table, str, frozenset[str]],
    read: Reading,
) -> Prepared:
    """Return the statement that inserts a row with its note and its audit row, and reads it."""
    new = sa.insert(table).values(_bound(NEW, table, names)).returning(*table.c).cte("new")
    noting, reference, noted = shape
    history = _bound(NOTE, noting, noted)
    note = sa.insert(noting).from_select(
        [reference, *history],
        sa.select(new.c.id, *(one.label(name) for name, one in history.items())),
        include_defaults=False,
    )
    audit = sa.insert(audit_entry).from_select(
        list(_AUDITED),
        sa.select(*(
            new.c.id if column.name == "entity_id"
            else sa.bindparam(column.name, type_=column.type).label(f"audit_{column.name}")
            for column in _AUDITED
        )),
        include_defaults=False,
    )  # fmt: skip
    return Prepared(read(new).add_cte(note.cte("note"), audit.cte("audit")))


def _bound(prefix: str, table: sa.Table, names: Iterable[str]) -> dict[str, sa.BindParameter[Any]]:
    """Return the named parameters of a row to be inserted."""
    return {name: sa.bindparam(prefix + name, type_=table.c[name].type) for name in sorted(names)}


def insert_reads(
    row: Mapping[str, Any], patient_ids: Sequence[int], first: int, *, sqlite: bool
) -> sa.Insert:
    """Return the statement that writes one audit row a patient; ``first`` is its position."""
    columns = audit_entry.c
    each: sa.TableValuedAlias
    if sqlite:
        each = sa.func.json_each(json.dumps(list(patient_ids))).table_valued("value")
    else:
        numbers = sa.cast(list(patient_ids), postgresql.ARRAY(sa.BigInteger))
        each = sa.func.unnest(numbers).table_valued("value").render_derived()
    values: dict[str, sa.ColumnElement[Any]] = {}
    for name, value in row.items():
        bound = sa.literal(value, columns[name].type)
        # On a server a text in a list of columns is no moment by itself.
        values[name] = bound if sqlite else sa.cast(bound, columns[name].type)
    values["position"] = sa.func.row_number().over(order_by=each.c.value) - 1 + first
    values["patient_id"] = each.c.value
    return sa.insert(audit_entry).from_select(list(values), sa.select(*values.values()))
