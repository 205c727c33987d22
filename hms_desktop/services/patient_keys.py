"""Hospital numbers, and the keys a patient is found by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hms_desktop.db.tables.hospital import counter
from hms_desktop.db.tables.patients import patient_key
from hms_desktop.db.writing import Write
from hms_desktop.domain.names import Name, search_tokens, sounds_like
from hms_desktop.domain.patients import format_mrn
from hms_desktop.domain.phones import phone_key
from hms_desktop.domain.settings import HospitalSettings

NAME = "n"
SOUND = "s"
PHONE = "p"
MRN_COUNTER = "mrn"
KEY_LIMIT = 64
SORT_LIMIT = 160
"""Characters of a sort name; an index entry of Postgres holds 2,704 bytes, a character up to 4."""
MOST_WORDS = 24


def next_mrns(connection: sa.Connection, count: int = 1) -> int:
    """Reserve hospital numbers in this transaction and return the first of them."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(counter).values(name=MRN_COUNTER, value=count)
    upsert = insert.on_conflict_do_update(
        index_elements=["name"], set_={"value": counter.c.value + count}
    ).returning(counter.c.value)
    return int(connection.execute(upsert).scalar_one()) - count + 1


def mrn_style(settings: HospitalSettings) -> tuple[str, int]:
    """Return prefix (without its hyphen) and width of the hospital's numbers."""
    return settings.mrn_prefix.rstrip("-"), settings.mrn_width


def mrn_text(number: int, settings: HospitalSettings) -> str:
    """Return a hospital number as this hospital prints it."""
    return format_mrn(number, *mrn_style(settings))


def sort_name(name: Name) -> str:
    """Return what lists are sorted by, short enough for an index."""
    return name.sort_key[:SORT_LIMIT]


def words_of(name: Name) -> tuple[str, ...]:
    """Return the folded words of a name; scripts without blanks have the whole name as one."""
    whole = Name(name.given, name.family, name.middle).display
    words = search_tokens(name.given, name.middle, name.family, whole)[:MOST_WORDS]
    return tuple(dict.fromkeys(word[:KEY_LIMIT] for word in words))


def keys_of(name: Name, phones: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield every (kind, key) a patient is found by, each once."""
    words = words_of(name)
    found = dict.fromkeys((NAME, word) for word in words)
    found.update(
        dict.fromkeys((SOUND, sound[:KEY_LIMIT]) for word in words if (sound := sounds_like(word)))
    )
    found.update(dict.fromkeys((PHONE, key) for phone in phones if (key := phone_key(phone))))
    yield from found


def write_keys(write: Write, patient_id: int, name: Name, phones: Iterable[str]) -> None:
    """Give a patient these keys and no others, in this transaction."""
    drop_keys(write, patient_id)
    order = sort_name(name)
    rows = [
        {"kind": kind, "key": key, "sort_name": order, "patient_id": patient_id}
        for kind, key in keys_of(name, phones)
    ]
    if rows:
        write.connection.execute(sa.insert(patient_key), rows)


def drop_keys(write: Write, patient_id: int) -> None:
    """Let a patient be found by the hospital number alone."""
    write.connection.execute(sa.delete(patient_key).where(patient_key.c.patient_id == patient_id))
