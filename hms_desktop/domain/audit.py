"""The audit trail to read: entries, what changed, heads of its chain, and what a check found.

Moments are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.text import clean

TEXT_LIMIT = 200
MOST_ROWS = 2_000
READ_ACTIONS = ("read", "print", "export")
"""Actions that look at something and change nothing."""
BREAK_GLASS = "break_glass"
_ANCHOR = re.compile(
    r"(?<![0-9a-fA-F])(?:(\d{1,18})\s*:\s*)?((?:[0-9a-fA-F]{8}\s*){7}[0-9a-fA-F]{8})(?![0-9a-fA-F])"
)


class AuditKind(StrEnum):
    """Which entries are listed."""

    ALL = "all"
    CHANGES = "changes"
    READS = "reads"
    BREAK_GLASS = "break_glass"


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is listed of the trail, newest first; the moment ``ends`` itself is outside."""

    begins: datetime | None = None
    ends: datetime | None = None
    patient_id: int | None = None
    user_id: int | None = None
    entity: str = ""
    entity_id: int | None = None
    action: str = ""
    kind: AuditKind = AuditKind.ALL
    text: str = ""

    def check(self) -> AuditFilter:
        """Return the cleaned wish; raise Invalid."""
        if self.begins is not None and self.ends is not None and self.ends <= self.begins:
            raise Invalid("last", "The period ends before it begins. Change one of the dates.")
        return replace(self, text=clean(self.text, "text", limit=TEXT_LIMIT))


class AuditRow(NamedTuple):
    """One entry as lists show it; name and number are those of the patient it is about."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str
    role: str
    workstation: str
    action: str
    entity: str
    entity_id: int
    patient_id: int | None
    patient_name: str
    mrn: str
    reason: str


class FieldChange(NamedTuple):
    """One value before and after, as the trail holds it (JSON); None where none is kept."""

    name: str
    before: Any
    after: Any
    changed: bool


class AuditDetail(NamedTuple):
    """One entry whole.

    ``fields`` are in the order of the row; ``names`` gives words for the numbers that point to
    other rows, by field and number. ``link`` is its place in the chain, None without one.
    """

    row: AuditRow
    request_id: str
    program: str
    fields: tuple[FieldChange, ...]
    names: Mapping[tuple[str, int], str]
    link: int | None
    appointment_id: int | None


class Person(NamedTuple):
    """A log-in to choose in a filter."""

    id: int
    name: str


def field_changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[FieldChange, ...]:
    """Return what an entry says field by field, changed ones first; empty is as good as none."""
    old, new = before or {}, after or {}
    names = list(dict.fromkeys((*new, *old)))
    found = [
        FieldChange(
            name, old.get(name), new.get(name), changed=_some(old.get(name)) != _some(new.get(name))
        )
        for name in names
        if name != "version"
    ]
    return tuple(sorted(found, key=lambda one: not one.changed))


def _some(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    return None if value in ("", [], {}) else value


# ------------------------------------------------------------------------------ the chain
class Anchor(NamedTuple):
    """A head of the chain that was kept elsewhere; without a number its place is looked for."""

    seq: int | None
    hash: str

    def __str__(self) -> str:
        """Return it as it is mailed and printed: number, colon, 64 hexadecimal digits."""
        return self.hash if self.seq is None else f"{self.seq}:{self.hash}"


def find_anchors(text: str) -> tuple[Anchor, ...]:
    """Return every anchor in a text (a mail, a sheet typed off); raise Invalid without one.

    Beside anchors with a number, digits without one are taken for their seals and left aside.
    """
    found = tuple(
        Anchor(int(one[1]) if one[1] else None, "".join(one[2].split()).lower())
        for one in _ANCHOR.finditer(text)
    )
    if not found:
        raise Invalid(
            "anchor",
            "No head of the audit trail was found in this. It is a number, a colon and 64 "
            "hexadecimal digits, as mailed or printed.",
        )
    numbered = tuple(one for one in found if one.seq is not None)
    return numbered or found


class AuditHead(NamedTuple):
    """A head of the chain as it was taken; ``seal`` is empty where no key was at hand."""

    id: int
    taken_at: datetime
    seq: int
    hash: str
    seal: str
    key_id: str
    user_name: str
    workstation: str

    @property
    def anchor(self) -> Anchor:
        """What to keep elsewhere."""
        return Anchor(self.seq, self.hash)


class Trouble(StrEnum):
    """What can be wrong with the trail."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    BROKEN = "broken"
    CUT = "cut"
    REWRITTEN = "rewritten"
    FORGED = "forged"


TROUBLE_WORDS: dict[Trouble, str] = {
    Trouble.EDITED: "An entry or its link was changed.",
    Trouble.DELETED: "An entry was deleted.",
    Trouble.INSERTED: "An entry was put in without a link.",
    Trouble.BROKEN: "Links of the chain are missing or doubled.",
    Trouble.CUT: "The trail ends before a head that was kept: its newest part was cut off.",
    Trouble.REWRITTEN: "The trail does not hold a head that was kept: it was written anew.",
    Trouble.FORGED: "The seal of a kept head is not this hospital's.",
}


class Finding(NamedTuple):
    """One thing that is wrong, at a link (``seq``) or at an entry, as far as that is known."""

    trouble: Trouble
    seq: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole trail found; of many findings the first ones.

    ``seals`` counts the kept heads whose seal was proved with the key of this computer,
    ``unproved`` those for which it has no key.
    """

    entries: int
    head: Anchor
    anchors: int
    seals: int
    unproved: int
    count: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.count


class AccessLine(NamedTuple):
    """One line of a patient's access list."""

    at: datetime
    user_name: str
    role: str
    workstation: str
    action: str
    entity: str
    reason: str


class AccessList(NamedTuple):
    """Who looked at or changed one patient's chart between two local dates, newest first.

    ``first`` is None for everything since the chart was begun.
    """

    patient_id: int
    patient_name: str
    mrn: str
    first: date | None
    last: date
    made_at: datetime
    lines: tuple[AccessLine, ...]
    total: int
