"""Patients who have several words in their name.

The rarest word's stretch of ``patient_key`` is walked; every row there holds the whole name as it
is sorted, which tells the other words without a look at the patient's other keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from hms_desktop.db.prepared import Prepared
from hms_desktop.db.tables.patients import patient_key
from hms_desktop.domain.names import sounds_like
from hms_desktop.services.patient_keys import KEY_LIMIT, NAME, SORT_LIMIT, SOUND

_Rows = Sequence[tuple[int, str]]
_COUNTED = 3_000
"""Up to how many rows are counted to learn which word is the rarer one."""
_READ = 1_000
"""Rows of a stretch read at first where names are compared here, not in the database."""
_GROWTH = 16
"""How many times as many are read after that when the first were too few; then it ends."""


class Span(NamedTuple):
    """A stretch of one kind of key, ``low`` inside, ``high`` outside."""

    kind: str
    low: str
    high: str


_IN_SPAN = (
    patient_key.c.kind == sa.bindparam("kind"),
    patient_key.c.key >= sa.bindparam("low"),
    patient_key.c.key < sa.bindparam("high"),
)
_COUNT = Prepared(
    sa.select(sa.func.count()).select_from(
        sa.select(sa.literal(1).label("one"))
        .select_from(patient_key)
        .where(*_IN_SPAN)
        .limit(_COUNTED)
        .subquery()
    )
)


def count(connection: sa.Connection, spans: Sequence[Span]) -> int:
    """Return how many keys lie in some stretches; many are not counted to the end."""
    return sum(n for span in spans for (n,) in _COUNT.rows(connection, span._asdict()))


class SeveralWords:
    """One search: it remembers what it read, for the next step asks for more of the same."""

    def __init__(self, connection: sa.Connection, limit: int) -> None:
        """Search in this transaction for at most ``limit`` patients a step."""
        self._connection = connection
        self._limit = limit
        self._count = cache(lambda span: count(connection, (span,)))
        self._read: dict[tuple[Span, tuple[str, ...], str], list[_Rows]] = {}

    def find(self, words: Sequence[tuple[Span, ...]]) -> list[int]:
        """Return who has a key in a stretch of each word, in the order of the rarest word.

        The words are in ASCII: one of a script without blanks may run across the parts of a name,
        and then stands in no sorted name.
        """
        driver, *others = sorted(words, key=lambda spans: sum(map(self._count, spans)))
        tests = [_test(spans) for spans in others]
        patterns = tuple(_pattern(spans[0].low) for spans in others if len(spans) == 1)
        first = self._limit * 2 if len(patterns) == len(others) else _READ

        def has_all(words: Sequence[str]) -> bool:
            return all(any(map(test, words)) for test in tests)

        @cache
        def may_fit(name: str) -> bool:
            return len(name) >= SORT_LIMIT or has_all(name.split())

        found: dict[int, None] = {}
        for span in driver:
            # Who sounds like the word and has it as well was met in the stretch before.
            unlike = _pattern(driver[0].low) if span.kind == SOUND else ""
            for rows in self._rows(span, patterns, unlike, first):
                for who, name in [row for row in rows if may_fit(row[1])]:
                    if len(name) < SORT_LIMIT or has_all(self._words_of(who)):
                        found[who] = None
                if len(found) >= self._limit:
                    return list(found)[: self._limit]
        return list(found)

    def _rows(
        self, span: Span, patterns: tuple[str, ...], unlike: str, first: int
    ) -> Iterator[_Rows]:
        """Yield the beginning of a stretch, then what follows."""
        known = self._read.get((span, patterns, unlike))
        if known is not None:
            yield from known
            return
        values = {**span._asdict(), **{f"like{n}": like for n, like in enumerate(patterns)}}
        if unlike:
            values["unlike"] = unlike
        statement = _statement(len(patterns), unlike=bool(unlike))
        read: list[_Rows] = []
        # Somebody whose words begin alike stands there more than once. Where the patterns tell all,
        # what follows gives enough for sure; elsewhere it bounds how long a search may take.
        for skip, most in ((0, first), (first, first * _GROWTH)):
            given = {**values, "skip": skip, "rows": most}
            rows = tuple(statement.rows(self._connection, given))
            read.append(rows)
            yield rows
            if len(rows) < most:
                break
        self._read[span, patterns, unlike] = read

    def _words_of(self, patient_id: int) -> Sequence[str]:
        """Return the words of a name too long for all of it to be sorted by."""
        query = sa.select(patient_key.c.key).where(
            # The kind is hidden from the planner: only the index of patients is of use.
            patient_key.c.patient_id == patient_id,
            patient_key.c.kind + "" == NAME,
        )
        return self._connection.execute(query).scalars().all()


def _pattern(word: str) -> str:
    return "% " + re.sub(r"([\\%_])", r"\\\1", word) + "%"


def _test(spans: Sequence[Span]) -> Callable[[str], bool]:
    """Return whether a word has its key in one of the stretches; each word is judged once."""
    names = [(span.low, span.high) for span in spans if span.kind == NAME]
    sounds = [(span.low, span.high) for span in spans if span.kind == SOUND]

    @cache
    def fits(word: str) -> bool:
        key = word[:KEY_LIMIT]
        if any(low <= key < high for low, high in names):
            return True
        sound = sounds_like(key)[:KEY_LIMIT] if sounds else ""
        return any(low <= sound < high for low, high in sounds)

    return fits


@lru_cache(maxsize=16)
def _statement(patterns: int, *, unlike: bool) -> Prepared:
    """Return the rows of a stretch whose sorted names are like so many patterns, or are cut.

    With ``unlike`` they are not like one more.
    """
    columns = patient_key.c
    spaced = " " + columns.sort_name
    cut = sa.func.length(columns.sort_name) >= SORT_LIMIT
    likes: list[sa.ColumnElement[bool]] = [
        spaced.like(sa.bindparam(f"like{n}"), escape="\\") | cut for n in range(patterns)
    ]
    if unlike:
        likes.append(spaced.not_like(sa.bindparam("unlike"), escape="\\"))
    return Prepared(
        sa.select(columns.patient_id, columns.sort_name)
        .where(*_IN_SPAN, *likes)
        .order_by(columns.kind, columns.key, columns.sort_name, columns.patient_id)
        .limit(sa.bindparam("rows", type_=sa.Integer))
        .offset(sa.bindparam("skip", type_=sa.Integer))
    )
