"""What messages, ways and placeholders are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.messages import MessageKind
from hms_desktop.services.templates import TemplateRow
from hms_desktop.ui.messages.table import channel_word, kind_word
from hms_desktop.ui.patients.formats import Formats

LANGUAGE_NAMES = {"en": "English", "hi": "हिन्दी"}
_VISITS = """{% for visit in visits %}
{{ visit.time }} {{ visit.doctor_name }}
{% endfor %}"""


def _tr(text: str) -> str:
    return QCoreApplication.translate("MessageTexts", text)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What may be put into a text: its name, what it means, what is typed for it."""

    name: str
    meaning: str
    source: str


def title_of(row: TemplateRow) -> str:
    """Return what a text is called: Booking · mail."""
    return f"{kind_word(row.kind)} · {channel_word(row.channel)}"


def whose_word(row: TemplateRow, formats: Formats, now: datetime) -> str:
    """Return whose text it is, and who changed it when."""
    if not row.version or row.changed_at is None:
        return _tr("The program's own text. What you save here is the hospital's copy.")
    when = formats.moment(row.changed_at, now)
    if not row.changed_by:
        return _tr("The hospital's copy, changed {when}.").format(when=when)
    return _tr("The hospital's copy, changed by {who}, {when}.").format(
        who=row.changed_by, when=when
    )


def placeholders_of(row: TemplateRow) -> tuple[Placeholder, ...]:
    """Return the placeholders that a text may hold."""
    found = []
    for name in row.placeholders:
        several = name == "visits" and row.kind == MessageKind.REMINDER.value
        source = _VISITS if several else f"{{{{ {name} }}}}"
        found.append(Placeholder(name, _meaning(name, several=several), source))
    return tuple(found)


def _meaning(name: str, *, several: bool) -> str:
    if name == "visits":
        return _tr("Every visit of the day") if several else _tr("Number of visits")
    return {
        "hospital_name": _tr("Name of the hospital"),
        "hospital_address": _tr("Its address"),
        "hospital_phone": _tr("Its phone number"),
        "patient_name": _tr("Name of the patient"),
        "mrn": _tr("Hospital number"),
        "doctor_name": _tr("Name of the doctor"),
        "department": _tr("Department"),
        "visit_type": _tr("Type of the visit"),
        "room": _tr("Room"),
        "date": _tr("Date in words"),
        "time": _tr("Time it begins"),
        "end_time": _tr("Time it ends"),
        "old_date": _tr("Date before the move"),
        "old_time": _tr("Time before the move"),
        "reason": _tr("Why it was cancelled"),
        "diagnoses": _tr("Diagnoses, one a line"),
        "treatment": _tr("Treatment"),
        "prescription": _tr("Prescribed drugs, one a line"),
        "follow_up": _tr("Date of the follow-up"),
        "month": _tr("Month of the report"),
        "completed": _tr("Number of completed visits"),
        "no_shows": _tr("Number of no-shows"),
        "user_name": _tr("Who asked for it"),
        "title": _tr("What was exported"),
        "file_name": _tr("Name of the file"),
        "folder": _tr("Folder of the file"),
        "workstation": _tr("Name of the workstation"),
    }.get(name, name.replace("_", " "))
