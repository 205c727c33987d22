"""Finding patients while somebody types.

Every keystroke is one range over the index of ``patient_key``, which is in the order of the hits:
the word itself before longer ones, then by name. Only when that gives too few, words that sound
alike are asked for, then words a slip of the keys away; each step is bounded. Several words are
looked for in ``patient_words``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.prepared import Prepared
from hms_desktop.db.tables.patients import patient, patient_key
from hms_desktop.domain.names import sounds_like
from hms_desktop.domain.patient_query import PatientQuery
from hms_desktop.domain.patients import PatientHit
from hms_desktop.services.patient_keys import NAME, PHONE, SOUND
from hms_desktop.services.patient_rows import HIT_COLUMNS
from hms_desktop.services.patient_words import SeveralWords, Span, count

LAST = "\U0010ffff"
_VOCABULARY = 6_000
"""How many different words are compared with a mistyped one."""
_NEAR_WORDS = 8
_ONE_SLIP_FROM, _TWO_SLIPS_FROM = 4, 7
_GROWTHS = 4


def find(connection: sa.Connection, query: PatientQuery, limit: int) -> list[int]:
    """Return the ids of at most ``limit`` patients, the best first.

    Hits on number and date of birth stand before names; exact words before longer ones, before
    those that sound alike, before mistyped ones.
    """
    found: dict[int, None] = {}
    words = tuple((_prefix(word),) for word in query.words)

    def add(ids: Sequence[int]) -> bool:
        found.update(dict.fromkeys(ids))
        return len(found) >= limit

    if query.mrn:
        add(_from_patient(connection, patient.c.mrn == query.mrn, words, limit))
    if query.born:
        first, last = query.born
        between = patient.c.birth_date.between(first, last)
        add(_from_patient(connection, between, words, limit))
    if query.phone:
        span = Span(PHONE, query.phone, query.phone + LAST)
        add(_from_keys(connection, (span,), words, limit))
    if query.words and not (query.mrn or query.born or query.phone):
        _by_name(connection, query.words, limit, add)
    elif query.words and not found:
        _loosely(connection, query, limit, add)
    return list(found)[:limit]


_FIRST = (
    sa.select(patient_key.c.key, patient_key.c.sort_name, patient_key.c.patient_id)
    .where(
        patient_key.c.kind == NAME,
        patient_key.c.key >= sa.bindparam("low"),
        patient_key.c.key < sa.bindparam("high"),
    )
    .order_by(patient_key.c.kind, patient_key.c.key, patient_key.c.sort_name,
              patient_key.c.patient_id)
    .limit(sa.bindparam("rows", type_=sa.Integer))
    .subquery()
)  # fmt: skip
_FIRST_HITS = Prepared(
    sa.select(*HIT_COLUMNS)
    .join_from(_FIRST, patient, patient.c.id == _FIRST.c.patient_id)
    .order_by(_FIRST.c.key, _FIRST.c.sort_name, _FIRST.c.patient_id)
)


def first_hits(
    connection: sa.Connection, query: PatientQuery, limit: int, now: datetime
) -> tuple[PatientHit, ...]:
    """Return the hits of one word in one statement, or none where that is not the whole answer.

    This is what almost every keystroke asks; ``find`` gives the same hits.
    """
    if len(query.words) != 1 or query.mrn or query.phone or query.born:
        return ()
    span = _prefix(query.words[0])
    values = {"low": span.low, "high": span.high, "rows": limit, "now": now}
    hits: dict[int, PatientHit] = {}
    for row in _FIRST_HITS.rows(connection, values):
        hits.setdefault(row[0], PatientHit._make(row))
    return tuple(hits.values())[:limit] if len(hits) >= limit else ()


def _by_name(
    connection: sa.Connection, words: Sequence[str], limit: int, add: Callable[[list[int]], bool]
) -> None:
    # A word of a script without blanks may run across the parts of a name; no row tells that.
    in_rows = len(words) > 1 and "".join(words).isascii()
    joined = (
        SeveralWords(connection, limit).find if in_rows else partial(_joined, connection, limit)
    )
    if add(joined([(_prefix(word),) for word in words])):
        return
    heard = [_heard(word) for word in words]
    if any(len(one) > 1 for one in heard) and add(joined(heard)):
        return
    near = [_near(connection, word) for word in words]
    if any(near):
        add(joined([(*sound, *close) for sound, close in zip(heard, near, strict=True)]))


def _loosely(
    connection: sa.Connection, query: PatientQuery, limit: int, add: Callable[[list[int]], bool]
) -> None:
    """Look for a name as it sounds beside a date of birth or a phone number."""
    heard = [_heard(word) for word in query.words]
    if query.born:
        between = patient.c.birth_date.between(*query.born)
        add(_from_patient(connection, between, heard, limit))
    if query.phone:
        span = Span(PHONE, query.phone, query.phone + LAST)
        add(_from_keys(connection, (span,), heard, limit))


def _prefix(word: str) -> Span:
    return Span(NAME, word, word + LAST)


def _exactly(kind: str, key: str) -> Span:
    # No folded text holds a control character, so nothing lies between a key and this.
    return Span(kind, key, key + "\x01")


def _heard(word: str) -> tuple[Span, ...]:
    sound = sounds_like(word)
    whole = (Span(SOUND, sound, sound + LAST),) if len(sound) > 1 else ()
    return (_prefix(word), *whole)


def _joined(connection: sa.Connection, limit: int, words: Sequence[tuple[Span, ...]]) -> list[int]:
    """Return who has all words, beginning with the rarest."""
    order = range(len(words))
    if len(words) > 1:
        order = sorted(order, key=lambda place: count(connection, words[place]))  # type: ignore[assignment]
    driver, *others = (words[place] for place in order)
    return _from_keys(connection, driver, others, limit)


def _from_keys(
    connection: sa.Connection,
    driver: tuple[Span, ...],
    others: Sequence[tuple[Span, ...]],
    limit: int,
) -> list[int]:
    found: dict[int, None] = {}
    statement = _key_statement(tuple(len(one) for one in others))
    given = _given(others)
    for span in driver:
        rows = limit * 2
        for _ in range(_GROWTHS):
            values = {**given, "kind": span.kind, "low": span.low, "high": span.high, "rows": rows}
            ids = [row[0] for row in connection.execute(statement, values).all()]
            found.update(dict.fromkeys(ids))
            # Somebody whose two words begin alike stands there twice; then more is fetched.
            if len(found) >= limit or len(ids) < rows:
                break
            rows *= 4
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _from_patient(
    connection: sa.Connection,
    condition: sa.ColumnElement[bool],
    others: Sequence[tuple[Span, ...]],
    limit: int,
) -> list[int]:
    query = (
        sa.select(patient.c.id)
        .where(condition, *_also(tuple(len(one) for one in others), patient.c.id))
        .order_by(patient.c.sort_name, patient.c.id)
        .limit(limit)
    )
    return list(connection.execute(query, _given(others)).scalars())


@lru_cache(maxsize=256)
def _key_statement(shape: tuple[int, ...]) -> sa.Select[int]:
    """Return the statement for one driving span and words of so many spans each."""
    columns = patient_key.c
    return (
        sa.select(columns.patient_id)
        .where(
            columns.kind == sa.bindparam("kind"),
            columns.key >= sa.bindparam("low"),
            columns.key < sa.bindparam("high"),
            *_also(shape, columns.patient_id),
        )
        .order_by(columns.kind, columns.key, columns.sort_name, columns.patient_id)
        .limit(sa.bindparam("rows", type_=sa.Integer))
    )


def _also(shape: tuple[int, ...], who: sa.Column[int]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that somebody has other words as well."""
    conditions: list[sa.ColumnElement[bool]] = []
    for place, spans in enumerate(shape):
        other = patient_key.alias(f"other{place}")
        # Kind and key are hidden from the planner: the few keys of one patient are looked
        # through, never a whole stretch of the index for each row.
        kind, key = other.c.kind + "", other.c.key + ""
        any_span = sa.or_(
            *(
                sa.and_(
                    kind == sa.bindparam(f"kind{place}_{span}"),
                    key >= sa.bindparam(f"low{place}_{span}"),
                    key < sa.bindparam(f"high{place}_{span}"),
                )
                for span in range(spans)
            )
        )
        conditions.append(sa.exists().where(other.c.patient_id == who, any_span))
    return conditions


def _given(others: Sequence[tuple[Span, ...]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for place, spans in enumerate(others):
        for number, span in enumerate(spans):
            values[f"kind{place}_{number}"] = span.kind
            values[f"low{place}_{number}"] = span.low
            values[f"high{place}_{number}"] = span.high
    return values


_WORDS_SQL = sa.text(
    "WITH RECURSIVE words (key) AS ("
    " SELECT min(key) FROM patient_key WHERE kind = :kind AND key >= :low AND key < :high"
    " UNION ALL"
    " SELECT (SELECT min(k.key) FROM patient_key k"
    "  WHERE k.kind = :kind AND k.key > words.key AND k.key < :high)"
    " FROM words WHERE words.key IS NOT NULL)"
    " SELECT key FROM words WHERE key IS NOT NULL LIMIT :most"
)
"""Different keys of a stretch: the index is stepped through key by key, not row by row."""


def _near(connection: sa.Connection, word: str) -> tuple[Span, ...]:
    """Return the words, and the sounds, a slip or two of the keys away that begin alike."""
    if len(word) < _ONE_SLIP_FROM:
        return ()
    slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    spans = _nearest(connection, NAME, word, slips)
    sound = sounds_like(word)
    if len(sound) >= _ONE_SLIP_FROM:
        spans += _nearest(connection, SOUND, sound, 1)
    return spans


def _nearest(connection: sa.Connection, kind: str, word: str, slips: int) -> tuple[Span, ...]:
    # Loaded at the first mistyped name.
    from rapidfuzz import process  # noqa: PLC0415
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    known = _vocabulary(connection, kind, word[0])
    if len(known) >= _VOCABULARY:
        # Too many to compare all: the second letter is right, or it is the third.
        known = [
            key
            for start in dict.fromkeys((word[:2], word[0] + word[2]))
            for key in _vocabulary(connection, kind, start)
        ]
    # Unfinished words are compared with the beginnings of longer ones.
    whole = {key: key for key in known}
    begun = {key: key[: len(word)] for key in known if len(key) > len(word) + slips}
    near: dict[str, float] = {}
    for choices, most in ((whole, slips), (begun, 1)):
        for _, far, key in process.extract(
            word, choices, scorer=OSA.distance, score_cutoff=most, limit=_NEAR_WORDS
        ):
            near.setdefault(key, far)
    nearest = sorted(near, key=lambda key: (near[key], key))[:_NEAR_WORDS]
    return tuple(_exactly(kind, key) for key in nearest if key != word)


def _vocabulary(connection: sa.Connection, kind: str, start: str) -> list[str]:
    values = {"kind": kind, "low": start, "high": start + LAST, "most": _VOCABULARY}
    return list(connection.execute(_WORDS_SQL, values).scalars())
