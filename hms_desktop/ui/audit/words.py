"""What entries of the audit trail are called, and how their values are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain import audit_words
from hms_desktop.domain.audit import TROUBLE_WORDS, AuditHead, AuditRow, Finding
from hms_desktop.ui.patients.formats import Formats, weekday

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_DAY_MINUTES = 1_440
NOTHING = "–"


def _tr(text: str) -> str:
    return QCoreApplication.translate("AuditWords", text)


def entity_word(name: str) -> str:
    """Return what a kind of row is called."""
    return _tr(audit_words.entity_words(name))


def action_word(name: str) -> str:
    """Return what was done."""
    return _tr(audit_words.action_words(name))


def field_word(name: str) -> str:
    """Return what a field is called."""
    return _tr(audit_words.field_words(name))


def what(row: AuditRow) -> str:
    """Return what happened in two words: Appointment: Booked."""
    return f"{entity_word(row.entity)}: {action_word(row.action)}"


def when(row: AuditRow, formats: Formats) -> str:
    """Return the moment of an entry with its seconds: 23.11.2026 15:05:09."""
    local = formats.local(row.at)
    return f"{formats.day(local.date())} {formats.clock(local.time())}:{local.second:02}"


def finding_word(one: Finding) -> str:
    """Return one finding as a sentence with its place."""
    places = []
    if one.seq is not None:
        places.append(_tr("place {n}").format(n=f"{one.seq:,}"))
    if one.entry_id is not None:
        places.append(_tr("entry {n}").format(n=f"{one.entry_id:,}"))
    words = _tr(TROUBLE_WORDS[one.trouble])
    return f"{words} ({', '.join(places)})" if places else words


def head_word(head: AuditHead, formats: Formats, now: datetime) -> str:
    """Return a kept head in a line."""
    sealed = _tr("sealed") if head.seal else _tr("without a seal")
    return _tr("{when}, {n} entries, {sealed}").format(
        when=formats.moment(head.taken_at, now), n=f"{head.seq:,}", sealed=sealed
    )


def value_word(
    name: str,
    value: Any,  # noqa: ANN401 - whatever JSON can hold
    formats: Formats,
    names: Mapping[tuple[str, int], str],
) -> str:
    """Return a value as people read it; numbers of other rows with the names they stand for."""
    if value is None or value in ("", [], {}):
        return NOTHING
    match value:
        case bool():
            return _tr("yes") if value else _tr("no")
        case int():
            return _number(name, value, formats, names)
        case str():
            return _text(value, formats)
        case list():
            return "\n".join(value_word(name, one, formats, names) for one in value)
        case dict():
            parts = (
                f"{field_word(key)}: {value_word(key, one, formats, names)}"
                for key, one in value.items()
                if one not in (None, "", [], {})
            )
            return ", ".join(parts) or NOTHING
        case _:
            return str(value)


def _number(name: str, value: int, formats: Formats, names: Mapping[tuple[str, int], str]) -> str:
    if (name, value) in names:
        return names[name, value]
    if name.endswith("_minute") and 0 <= value <= _DAY_MINUTES:
        return formats.minute(value)
    if name == "weekday" and 0 <= value <= 6:  # noqa: PLR2004 - days of a week
        return weekday(date(2024, 1, 1 + value))  # a Monday
    return str(value)


def _text(value: str, formats: Formats) -> str:
    try:
        if _MOMENT.fullmatch(value):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return f"{formats.day(formats.day_of(moment))} {formats.at(moment)}"
        if _DATE.fullmatch(value):
            return formats.day(date.fromisoformat(value))
    except ValueError:
        return value
    return value.replace("_", " ") if _CODE.fullmatch(value) else value
