"""What somebody with all rights over the database might do to the audit, at random."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

import sqlalchemy as sa

from hms_desktop.db import chain

_TEXTS = (
    "at", "request_id", "user_name", "role", "workstation", "program", "action", "entity",
    "before", "after", "reason",
)  # fmt: skip
_NUMBERS = ("position", "user_id", "entity_id", "patient_id")


class Tamperer:
    """Changes the trail inside one open transaction; whoever calls takes it back."""

    def __init__(self, connection: sa.Connection, rng: random.Random) -> None:
        """Take the guards down: they would refuse all of it."""
        self.rng = rng
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"
        if self._sqlite:
            for name in self._column(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
            ):
                self.run(f"DROP TRIGGER {name}")
        else:
            for table in ("audit_entry", "audit_link", "audit_head"):
                self.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            self.run("ALTER TABLE audit_link DROP CONSTRAINT uq_audit_link_entry_id")
        self.last = chain.head(connection).seq
        self.ways: tuple[Callable[[], str], ...] = (
            self.edit, self.edit_and_relink, self.edit_and_write_anew, self.delete_entry,
            self.delete_both, self.delete_and_write_anew, self.insert, self.insert_and_write_anew,
            self.swap_contents, self.swap_links, self.swap_hashes, self.cut, self.cut_and_go_on,
            self.break_link, self.move_link, self.forge_head,
        )  # fmt: skip
        if not self._sqlite:  # there no unique rule can be taken away from a table
            self.ways += (self.double_link,)

    def run(self, statement: str, **values: object) -> None:
        """Run raw SQL."""
        if not self._sqlite and "audit_entry SET" in statement and values.get("json"):
            statement = statement.replace(":value", "CAST(:value AS jsonb)")
        values.pop("json", None)
        self._connection.execute(sa.text(statement), values)

    def _column(self, statement: str) -> list[object]:
        return list(self._connection.execute(sa.text(statement)).scalars())

    def _link(self, least: int = 1) -> int:
        return self.rng.randint(least, self.last)

    def _entry_of(self, seq: int) -> int:
        query = sa.text("SELECT entry_id FROM audit_link WHERE seq = :seq")
        return int(self._connection.execute(query, {"seq": seq}).scalar_one())

    # -- ways ---------------------------------------------------------------------------------
    def edit(self) -> str:
        seq = self._link()
        self._edit(self._entry_of(seq))
        return f"edit {seq}"

    def _edit(self, entry_id: int) -> None:
        name = self.rng.choice(_TEXTS + _NUMBERS)
        mark = self.rng.randrange(10**6)
        value: object = 10**9 + mark
        if name == "at":
            value = f"2001-01-01 00:00:00.{mark:06}" + ("" if self._sqlite else "+00")
        elif name in {"before", "after"}:
            value = f'{{"note": "{mark}"}}'
        elif name in _TEXTS:
            value = f"x{mark}"
        self.run(
            f"UPDATE audit_entry SET {name} = :value WHERE id = :id",
            value=value, id=entry_id, json=name in {"before", "after"},
        )  # fmt: skip

    def edit_and_relink(self) -> str:
        seq = self._link()
        self._edit(self._entry_of(seq))
        self.write_anew(seq, seq)
        # The last link may be written anew unseen: that is what heads kept elsewhere are for.
        return f"edit and relink {seq}"

    def edit_and_write_anew(self) -> str:
        seq = self._link()
        self._edit(self._entry_of(seq))
        self.write_anew(seq)
        return f"edit and write anew from {seq}"

    def delete_entry(self) -> str:
        seq = self._link()
        self.run("DELETE FROM audit_entry WHERE id = :id", id=self._entry_of(seq))
        return f"delete the entry of {seq}"

    def delete_both(self) -> str:
        seq = self._link()
        self._delete(seq)
        return f"delete {seq}"

    def _delete(self, seq: int) -> None:
        self.run("DELETE FROM audit_entry WHERE id = :id", id=self._entry_of(seq))
        self.run("DELETE FROM audit_link WHERE seq = :seq", seq=seq)

    def delete_and_write_anew(self) -> str:
        seq = self._link()
        self._delete(seq)
        for later in range(seq + 1, self.last + 1):
            self.run("UPDATE audit_link SET seq = :new WHERE seq = :old", new=later - 1, old=later)
        self.write_anew(seq)
        return f"delete {seq} and write anew"

    def insert(self) -> str:
        self._insert()
        return "insert without a link"

    def _insert(self) -> int:
        entry_id = int(max(self._column("SELECT max(id) FROM audit_entry"))) + 1  # type: ignore[call-overload]
        names = ", ".join(name for name in chain.CHAINED if name not in {"id", "request_id"})
        self.run(
            f"INSERT INTO audit_entry (id, request_id, {names}) SELECT :id, :request, {names} "
            "FROM audit_entry WHERE id = :like",
            id=entry_id, request=f"forged-{entry_id}", like=self._entry_of(self._link()),
        )  # fmt: skip
        return entry_id

    def insert_and_write_anew(self) -> str:
        seq, entry_id = self._link(), self._insert()
        for later in range(self.last, seq - 1, -1):
            self.run("UPDATE audit_link SET seq = :new WHERE seq = :old", new=later + 1, old=later)
        self.run(
            "INSERT INTO audit_link (seq, entry_id, hash) VALUES (:seq, :id, :hash)",
            seq=seq, id=entry_id, hash=b"",
        )  # fmt: skip
        self.write_anew(seq)
        return f"insert at {seq} and write anew"

    def _two(self) -> tuple[int, int]:
        one, other = sorted(self.rng.sample(range(1, self.last + 1), 2))
        return one, other

    def swap_contents(self) -> str:
        one, other = self._two()
        first, second = self._entry_of(one), self._entry_of(other)
        for old, new in ((first, -1), (second, first), (-1, second)):
            self.run("UPDATE audit_entry SET id = :new WHERE id = :old", new=new, old=old)
        return f"swap the entries of {one} and {other}"

    def swap_links(self) -> str:
        one, other = self._two()
        for old, new in ((one, -1), (other, one), (-1, other)):
            self.run("UPDATE audit_link SET seq = :new WHERE seq = :old", new=new, old=old)
        return f"swap the links {one} and {other}"

    def swap_hashes(self) -> str:
        one, other = self._two()
        first, second = chain.link(self._connection, one), chain.link(self._connection, other)
        assert first is not None
        assert second is not None
        for seq, value in ((one, second.hash), (other, first.hash)):
            self.run("UPDATE audit_link SET hash = :hash WHERE seq = :seq", hash=value, seq=seq)
        return f"swap the hashes of {one} and {other}"

    def cut(self) -> str:
        seq = self._link()
        for one in range(seq, self.last + 1):
            self._delete(one)
        return f"cut from {seq}"

    def cut_and_go_on(self) -> str:
        seq = self._link(2)
        for one in range(seq, self.last + 1):
            self._delete(one)
        count, self.last = self.last - seq + self.rng.randint(1, 3), seq - 1
        for more in range(count):
            self.run(
                "INSERT INTO audit_link (seq, entry_id, hash) VALUES (:seq, :id, :hash)",
                seq=seq + more, id=self._insert(), hash=b"",
            )  # fmt: skip
        self.write_anew(seq)
        return f"cut from {seq} and go on"

    def break_link(self) -> str:
        seq = self._link(0)
        value = hashlib.sha256(str(seq).encode()).digest()
        self.run("UPDATE audit_link SET hash = :hash WHERE seq = :seq", hash=value, seq=seq)
        return f"another hash at {seq}"

    def double_link(self) -> str:
        seq = self._link()
        self.run(
            "UPDATE audit_link SET entry_id = :id WHERE seq = :seq",
            id=self._entry_of(seq - 1 or self.last), seq=seq,
        )  # fmt: skip
        self.write_anew(seq)
        return f"the entry before {seq} linked twice"

    def move_link(self) -> str:
        seq = self._link()
        self.run("UPDATE audit_link SET seq = seq + 1000000 WHERE seq = :seq", seq=seq)
        return f"move the link {seq}"

    def forge_head(self) -> str:
        name = self.rng.choice(("seal", "hash", "user_name"))
        self.run(f"UPDATE audit_head SET {name} = :value", value="0" * 64)
        return f"another {name} in a kept head"

    def write_anew(self, first: int, last: int | None = None) -> None:
        """Compute links again from one on, as somebody would who knows how."""
        bound = chain.head(self._connection).seq if last is None else last
        found = chain.link(self._connection, first - 1)
        before = b"" if found is None else found.hash
        links = [one for batch in chain.batches(self._connection, bound) for one in batch]
        for one in links:
            if one.seq >= first and one.content is not None:
                before = chain.hashed(before, one.content)
                self.run(
                    "UPDATE audit_link SET hash = :hash WHERE seq = :seq",
                    hash=before, seq=one.seq,
                )  # fmt: skip
