"""A chart's contents as plain values by field: what drafts keep and what versions are compared by.

Values are what JSON holds. A birth date is kept as ``[text, date, precision]``, so that an
estimated one stays the day it was estimated to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.patients import RegisterPatient
from hms_desktop.ui.patients.formats import Formats, sex_word

Contents = dict[str, Any]
NAME_PARTS = ("prefix", "given", "middle", "family", "suffix")
ADDRESS_PARTS = ("line", "city", "district", "state", "postal_code", "country")
TEXTS = ("email", "allergies", "conditions", "notes")
CONSENTS = ("treatment", "messages", "summaries", "share")


def contents_of(wish: RegisterPatient, formats: Formats) -> Contents:
    """Return a chart's contents (without the photo)."""
    birth = wish.birth
    found: Contents = {part: getattr(wish.name, part) for part in NAME_PARTS}
    found["birth"] = (
        ["", "", ""]
        if birth is None
        else [formats.birth(birth), birth.date.isoformat(), birth.precision.value]
    )
    found["sex"] = wish.sex.value
    found["phones"] = list(wish.phones)
    found.update({f"address.{part}": getattr(wish.address, part) for part in ADDRESS_PARTS})
    found["contacts"] = [
        [one.kind.value, one.name, one.phone, one.relationship] for one in wish.contacts
    ]
    found["blood_group"] = wish.blood_group.value
    found.update({name: getattr(wish, name) for name in TEXTS})
    found.update({f"consent.{name}": getattr(wish.consent, name) for name in CONSENTS})
    found["consent.messages"] = not wish.no_messages
    found["language"] = wish.language
    found["placeholder"] = wish.placeholder
    return found


@dataclass(frozen=True, slots=True)
class Merged:
    """My contents with the other person's laid in where I changed nothing.

    ``taken`` names the fields taken from them, ``clashing`` those that both changed.
    """

    contents: Contents
    taken: tuple[str, ...]
    clashing: tuple[str, ...]


def merge(base: Contents, theirs: Contents, mine: Contents) -> Merged:
    """Return what three versions of one chart come to; a clash keeps mine until decided."""
    merged = dict(mine)
    taken, clashing = [], []
    for name, value in theirs.items():
        if value in (base.get(name), mine.get(name)):
            continue
        if mine.get(name) == base.get(name):
            merged[name] = value
            taken.append(name)
        else:
            clashing.append(name)
    return Merged(merged, tuple(taken), tuple(clashing))


def shown(name: str, value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a field's value in words, for a comparison."""
    if name == "birth":
        text = str(value[0]) if value else ""
    elif name == "sex":
        text = sex_word(str(value))
    elif name == "language":
        text = language_word(str(value))
    elif name == "contacts":
        text = "\n".join(", ".join(part for part in one[1:] if part) for one in value)
    elif isinstance(value, list):
        text = ", ".join(str(one) for one in value)
    elif isinstance(value, bool):
        text = _tr("Yes") if value else _tr("No")
    else:
        text = str(value)
    return text or _tr("(empty)")


def label(name: str) -> str:
    """Return what a field is called."""
    return {
        "prefix": _tr("Title"),
        "given": _tr("Given name"),
        "middle": _tr("Middle name"),
        "family": _tr("Family name"),
        "suffix": _tr("Suffix"),
        "birth": _tr("Birth date or age"),
        "sex": _tr("Sex"),
        "phones": _tr("Phone"),
        "email": _tr("E-mail"),
        "address.line": _tr("Street and house"),
        "address.city": _tr("City"),
        "address.district": _tr("District"),
        "address.state": _tr("State"),
        "address.postal_code": _tr("Postal code"),
        "address.country": _tr("Country"),
        "contacts": _tr("People to call"),
        "blood_group": _tr("Blood group"),
        "allergies": _tr("Allergies"),
        "conditions": _tr("Chronic conditions"),
        "notes": _tr("Notes for the desk"),
        "consent.treatment": _tr("Agrees to treatment"),
        "consent.messages": _tr("Wants messages about visits by e-mail or SMS"),
        "consent.summaries": _tr("Wants summaries of visits by e-mail"),
        "consent.share": _tr("Records may be shared with other doctors"),
        "language": _tr("Language of messages"),
        "placeholder": _tr("Unknown patient"),
    }[name]


def language_word(code: str) -> str:
    """Return what a language is called by those who speak it."""
    return {"en": "English", "hi": "हिन्दी"}.get(code) or _tr("The hospital's")


def _tr(text: str) -> str:
    return QCoreApplication.translate("contents", text)
