"""Who may be registered already: a warning while a registration is typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.look_alikes import look_alike
from hms_desktop.domain.names import Name, display_name, search_tokens, sounds_like
from hms_desktop.domain.patient_query import PatientQuery
from hms_desktop.domain.patients import RegisterPatient
from hms_desktop.domain.phones import SUFFIX_DIGITS, phone_key, phone_suffix
from hms_desktop.services.patient_rows import phones_of
from hms_desktop.services.patient_search import find

MOST_SHOWN = 5
_CANDIDATES = 30
_NAMES_ALIKE, _NAMES_RELATED = 3, 1
_SAME_BIRTH, _NEAR_BIRTH, _OTHER_BIRTH = 3, 1, -2
_SAME_PHONE = 2
_ENOUGH = 3


def likely_duplicates(connection: sa.Connection, wish: RegisterPatient) -> list[int]:
    """Return who a registration may already be, the likeliest first.

    Points are given for a name that is easily taken for the other, the birth date and a phone;
    a shared phone or family name alone is no duplicate: families share them.
    """
    numbers = {phone_suffix(phone) for phone in wish.phones if phone_suffix(phone)}
    ids = _candidates(connection, wish)
    if not ids:
        return []
    columns = patient.c
    query = sa.select(
        columns.id, columns.given, columns.middle, columns.family, columns.birth_date,
        columns.phones, columns.sort_name,
    ).where(columns.id.in_(ids), columns.retired_at.is_(None))  # fmt: skip
    scored = [
        (-points, row.sort_name, row.id)
        for row in connection.execute(query)
        if (points := _points(wish, numbers, row)) >= _ENOUGH
    ]
    return [one for _, _, one in sorted(scored)[:MOST_SHOWN]]


def _candidates(connection: sa.Connection, wish: RegisterPatient) -> list[int]:
    words = search_tokens(wish.name.given, wish.name.family)
    queries = [PatientQuery(words=words)] if words else []
    queries += [
        PatientQuery(phone=phone_key(phone))
        for phone in wish.phones
        if len(phone_suffix(phone)) >= SUFFIX_DIGITS - 2
    ]
    if wish.birth and words:
        day = (wish.birth.date, wish.birth.date)
        queries += [PatientQuery(words=(word,), born=day) for word in words]
    found: dict[int, None] = {}
    for query in queries:
        found.update(dict.fromkeys(find(connection, query, _CANDIDATES)))
    return list(found)


def _points(wish: RegisterPatient, numbers: set[str], row: Any) -> int:  # noqa: ANN401 - a row
    typed = Name(wish.name.given, wish.name.family, wish.name.middle)
    known = Name(row.given, row.family, row.middle)
    points = _name_points(typed, known)
    if not points:
        return 0
    if wish.birth and row.birth_date:
        points += _birth_points(wish.birth.date, row.birth_date)
    if any(phone_suffix(phone.shown) in numbers for phone in phones_of(row.phones)):
        points += _SAME_PHONE
    return points


def _name_points(one: Name, other: Name) -> int:
    if look_alike(display_name(one), display_name(other)):
        return _NAMES_ALIKE
    heard = [
        {sounds_like(word) or word for word in search_tokens(name.given, name.family)}
        for name in (one, other)
    ]
    return _NAMES_RELATED if heard[0] & heard[1] else 0


def _birth_points(one: date, other: date) -> int:
    if one == other:
        return _SAME_BIRTH
    parts = zip(one.timetuple()[:3], other.timetuple()[:3], strict=True)
    turned = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    # One wrong part, or day and month exchanged, is a slip; more is another person.
    return _NEAR_BIRTH if turned or sum(a != b for a, b in parts) == 1 else _OTHER_BIRTH
