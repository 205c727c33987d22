"""The chain over the audit: each entry's link is a hash of the link before it and of the entry.

The database writes the links itself, so that raw SQL is chained as well: on Postgres a deferred
trigger at commit, on SQLite a trigger that calls ``link_hash``, which only this program's
connections know (an insert from elsewhere is refused). What is hashed is the same on both engines
and never changes: the 32 bytes of the hash before, then the UTF-8 of a JSON array of the link's
number and the entry's columns as ``CHAINED`` names them.
"""

from __future__ import annotations

import hashlib
import json
import json.encoder
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.hospital import audit_entry, audit_link

CHAINED = (
    "id",
    "at",
    "request_id",
    "position",
    "user_id",
    "user_name",
    "role",
    "workstation",
    "program",
    "action",
    "entity",
    "entity_id",
    "patient_id",
    "before",
    "after",
    "reason",
)
"""The columns of an entry in the order in which they are hashed; JSON as the engine's own text."""
FUNCTION = "hms_audit_link"
BATCH = 5_000
"""Entries that are held at once while all of them are checked."""
SERVER_BATCH = 20_000
"""The same on a server, which writes each entry out as one text: fewer trips."""
_REST = 50_000
_LOWEST = -(1 << 63)


class Link(NamedTuple):
    """One link of the chain; number 0 is its beginning, which no entry belongs to."""

    seq: int
    hash: bytes


class Linked(NamedTuple):
    """A link as it is kept, and what its entry says now: None when the entry is gone."""

    seq: int
    entry_id: int
    hash: bytes
    content: str | None


def _encoder() -> Callable[[list[Any]], str]:
    """Return what writes a list as JSON, in half the time that ``JSONEncoder.encode`` takes."""
    plain = json.JSONEncoder(ensure_ascii=False, default=_strange)
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return plain.encode
    sort_keys = skip_keys = allow_nan = False
    escape = json.encoder.encode_basestring
    quick = make(None, plain.default, escape, None, ": ", ", ", sort_keys, skip_keys, allow_nan)
    return lambda values: "".join(quick(values, 0))


def _strange(value: object) -> list[str]:
    """Stand in for what the program never writes (bytes); it then equals no text."""
    return [type(value).__name__, repr(value)]


_json = _encoder()


def link_hash(before: bytes, *values: Any) -> bytes:  # noqa: ANN401 - columns of any type
    """Return the hash of a link: its number and its entry's columns, upon the hash before."""
    return hashed(before, _json(list(values)))


def hashed(before: bytes, content: str) -> bytes:
    """Return the hash of a link whose content is written out already."""
    return hashlib.sha256(before + content.encode("utf-8", "surrogatepass")).digest()


def register(connection: sqlite3.Connection) -> None:
    """Teach a connection what SQLite's trigger calls; without it no audit row can be written."""
    connection.create_function(FUNCTION, -1, link_hash, deterministic=True)


def chain_rest(connection: Any) -> None:  # noqa: ANN401 - of either driver
    """Link entries that have no link, in the order of their ids; for those who wrote in bulk."""
    if not isinstance(connection, sqlite3.Connection):
        connection.execute("SELECT hms_audit_chain_rest()")
        return
    columns = ", ".join(f"entry.{name}" for name in CHAINED)
    statement = (
        "INSERT INTO audit_link (seq, entry_id, hash) "  # noqa: S608 - built from constants
        f"SELECT last.seq + 1, entry.id, {FUNCTION}(last.hash, last.seq + 1, {columns}) "
        "FROM (SELECT seq, hash FROM audit_link ORDER BY seq DESC LIMIT 1) AS last, "
        "audit_entry AS entry WHERE entry.id = ?"
    )
    while True:
        ids = connection.execute(
            "SELECT id FROM audit_entry WHERE id > (SELECT max(entry_id) FROM audit_link) "
            "ORDER BY id LIMIT ?",
            (_REST,),
        ).fetchall()
        if not ids:
            return
        connection.executemany(statement, ids)


def head(connection: sa.Connection) -> Link:
    """Return the newest link."""
    query = sa.select(audit_link.c.seq, audit_link.c.hash).order_by(audit_link.c.seq.desc())
    found = connection.execute(query.limit(1)).one_or_none()
    return Link(0, b"") if found is None else Link(found.seq, bytes(found.hash))


def link(connection: sa.Connection, seq: int) -> Link | None:
    """Return one link, or None where there is none."""
    query = sa.select(audit_link.c.hash).where(audit_link.c.seq == seq)
    found = connection.execute(query).scalar()
    return None if found is None else Link(seq, bytes(found))


def beginning(connection: sa.Connection) -> bytes:
    """Return the hash the chain began with: 32 random bytes, another for each hospital."""
    found = link(connection, 0)
    return b"" if found is None else found.hash


def count_entries(connection: sa.Connection) -> int:
    """Return how many audit entries there are, linked or not."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(audit_entry)).scalar_one())


def batches(connection: sa.Connection, last: int) -> Iterator[list[Linked]]:
    """Yield the links up to a number, in their order, with their entries' content."""
    sqlite = connection.dialect.name == "sqlite"
    query = sa.text(_POSTGRES)
    after = _LOWEST
    while after < last:
        bounds = {"after": after, "last": last, "most": BATCH if sqlite else SERVER_BATCH}
        if sqlite:
            found = list(_of_sqlite(connection, bounds))
        else:
            rows = connection.execute(query, bounds)
            found = [Linked(row[0], row[1], bytes(row[2]), row[3]) for row in rows]
        if not found:
            return
        yield found
        after = found[-1].seq


def _of_sqlite(connection: sa.Connection, bounds: dict[str, int]) -> Iterable[Linked]:
    raw: Any = connection.connection.driver_connection
    try:
        rows = raw.execute(_SQLITE, bounds).fetchall()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error).lower():
            raise
        # Somebody wrote bytes that are no text: read as they are, their hash will not fit.
        usual = raw.text_factory
        raw.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        try:
            rows = raw.execute(_SQLITE, bounds).fetchall()
        finally:
            raw.text_factory = usual
    for row in rows:
        content = None if row[3] is None else _json([row[0], *row[3:]])
        yield Linked(row[0], row[1], _bytes(row[2]), content)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else repr(value).encode()


def unlinked(connection: sa.Connection, most: int) -> list[int]:
    """Return ids of entries without a link, at most so many."""
    linked = sa.exists().where(audit_link.c.entry_id == audit_entry.c.id)
    query = sa.select(audit_entry.c.id).where(~linked)
    return list(connection.execute(query.order_by(audit_entry.c.id).limit(most)).scalars())


def linked_twice(connection: sa.Connection, most: int) -> list[int]:
    """Return ids of entries that several links belong to, at most so many."""
    entry_id = audit_link.c.entry_id
    query = sa.select(entry_id).group_by(entry_id).having(sa.func.count() > 1).limit(most)
    return list(connection.execute(query).scalars())


_JOINED = (
    "FROM audit_link AS link LEFT JOIN audit_entry AS entry ON entry.id = link.entry_id "
    "WHERE link.seq > :after AND link.seq <= :last ORDER BY link.seq LIMIT :most"
)
_SQLITE = (
    "SELECT link.seq, link.entry_id, link.hash, "
    + ", ".join(f"entry.{name}" for name in CHAINED)
    + f" {_JOINED}"
)
# Written out and not left to a function of the database, which could be replaced there.
_WRITTEN = {
    "at": "to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "before": "CAST(entry.before AS text)",
    "after": "CAST(entry.after AS text)",
}
_POSTGRES = (
    "SELECT link.seq, link.entry_id, link.hash, CASE WHEN entry.id IS NOT NULL THEN "
    "CAST(json_build_array(link.seq, "
    + ", ".join(_WRITTEN.get(name, f"entry.{name}") for name in CHAINED)
    + f") AS text) END {_JOINED}"
)
