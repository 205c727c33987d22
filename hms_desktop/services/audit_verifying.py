"""Checks the whole audit trail against its chain, batch by batch: memory does not grow with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa

from hms_desktop.db import chain
from hms_desktop.db.tables.hospital import audit_head
from hms_desktop.domain.audit import Anchor, AuditHead, Finding, Trouble, Verdict
from hms_desktop.services.audit_keys import is_sealed, key_id

MOST_FINDINGS = 200
_HEADS = sa.select(*(audit_head.c[name] for name in AuditHead._fields))


class Verifier:
    """One check. Entries that are written meanwhile are left to the next one."""

    def __init__(self, connection: sa.Connection, key: bytes) -> None:
        """Keep where to look, and the key that proves seals (may be empty)."""
        self._connection = connection
        self._key = key
        self._findings: list[Finding] = []
        self._count = 0
        self._wanted: dict[int, set[str]] = {}
        self._somewhere: set[str] = set()

    def run(self, anchors: Sequence[Anchor], report: Callable[[int, int], None]) -> Verdict:
        """Check everything; ``report`` hears (done, total) and may raise to stop."""
        head = chain.head(self._connection)
        entries = chain.count_entries(self._connection)
        heads = read_heads(self._connection)
        self._expect([one.anchor for one in heads])
        self._expect(anchors)
        self._walk(head.seq, entries, report)
        self._look_for_kept(head.seq)
        for entry_id in chain.unlinked(self._connection, MOST_FINDINGS):
            self._found(Trouble.INSERTED, entry_id=entry_id)
        for entry_id in chain.linked_twice(self._connection, MOST_FINDINGS):
            self._found(Trouble.BROKEN, entry_id=entry_id)
        seals, unproved = self._prove(heads)
        report(entries, entries)
        return Verdict(
            entries=entries,
            head=Anchor(head.seq, head.hash.hex()),
            anchors=len(anchors),
            seals=seals,
            unproved=unproved,
            count=self._count,
            findings=tuple(self._findings),
        )

    def _expect(self, anchors: Iterable[Anchor]) -> None:
        for one in anchors:
            if one.seq is None:
                self._somewhere.add(one.hash)
            else:
                self._wanted.setdefault(one.seq, set()).add(one.hash)

    def _walk(self, last: int, entries: int, report: Callable[[int, int], None]) -> None:
        before, due, done = b"", 0, 0
        for batch in chain.batches(self._connection, last):
            for one in batch:
                if one.seq != due:
                    self._found(Trouble.BROKEN, due)
                elif one.seq:
                    self._look_at(before, one)
                if one.seq in self._wanted and self._wanted.pop(one.seq) != {one.hash.hex()}:
                    self._found(Trouble.REWRITTEN, one.seq)
                before, due = one.hash, one.seq + 1
            if self._somewhere:
                self._somewhere.difference_update(one.hash.hex() for one in batch)
            done += len(batch)
            report(min(done, entries), entries)
        if not due:
            self._found(Trouble.BROKEN, 0)

    def _look_at(self, before: bytes, one: chain.Linked) -> None:
        if one.content is None:
            self._found(Trouble.DELETED, one.seq, one.entry_id)
        elif chain.hashed(before, one.content) != one.hash:
            self._found(Trouble.EDITED, one.seq, one.entry_id)

    def _look_for_kept(self, last: int) -> None:
        for seq in sorted(self._wanted):
            self._found(Trouble.CUT if seq > last else Trouble.BROKEN, seq)
        for _hash in self._somewhere:
            self._found(Trouble.REWRITTEN)

    def _prove(self, heads: Sequence[AuditHead]) -> tuple[int, int]:
        begun = chain.beginning(self._connection)
        mine = key_id(self._key) if self._key else ""
        proved = unproved = 0
        for one in heads:
            if not one.seal or one.key_id != mine:
                unproved += 1
            elif is_sealed(self._key, begun, one):
                proved += 1
            else:
                self._found(Trouble.FORGED, one.seq)
        return proved, unproved

    def _found(self, trouble: Trouble, seq: int | None = None, entry_id: int | None = None) -> None:
        self._count += 1
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(Finding(trouble, seq, entry_id))


def read_heads(connection: sa.Connection, most: int | None = None) -> list[AuditHead]:
    """Return the kept heads, newest first."""
    query = _HEADS.order_by(audit_head.c.id.desc()).limit(most)
    return [AuditHead(*row) for row in connection.execute(query)]
