"""The day sheet: whom a doctor expects when, with room to write beside each name."""

from __future__ import annotations

from hms_desktop.documents import styles
from hms_desktop.documents.fonts import Weight
from hms_desktop.documents.paper import Sheet, pairs
from hms_desktop.documents.people import age_and_sex
from hms_desktop.documents.styles import TextStyle
from hms_desktop.documents.tables import Column, table
from hms_desktop.documents.words import Words
from hms_desktop.domain.day_sheet import DaySheet, DayVisit
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.papers import Letterhead, PageSize, Paper, file_name

_TIME = TextStyle(8.5, 11.5, Weight.SEMIBOLD)
_STATES = {Status.REQUESTED: "Requested", Status.NO_SHOW: "No-show"}
"""What the sheet must tell of a visit: that it is not certain, or that nobody came."""


def day_sheet(
    head: Letterhead, day: DaySheet, words: Words, *, size: PageSize = PageSize.A4
) -> Paper:
    """Return the sheet as it is printed; ages are those of its day."""
    title, on = words.say("Day sheet"), words.long_day(day.on)
    sheet = Sheet(head, title, words, about=f"{day.doctor.name} · {on}", size=size)
    sheet.title(title, on)
    rooms = ", ".join(sorted({visit.room for visit in day.visits if visit.room}))
    pairs(
        sheet,
        [
            (words.say("Doctor"), day.doctor.name),
            (words.say("Department"), day.doctor.department),
            (words.say("Room"), rooms),
            (words.say("Visits"), str(len(day.visits))),
            (words.say("Made on"), words.moment(day.made_at)),
        ],
    )
    if day.visits:
        columns = (
            Column(words.say("Time"), 1.25, style=_TIME),
            Column(words.say("Patient"), 2.2),
            Column(words.say("MRN"), 1.6),
            Column(words.say("Age, sex"), 1.3),
            Column(words.say("Type"), 1.5),
            Column(words.say("Phone"), 1.9),
            Column(words.say("Note"), 2.1),
            Column(words.say("Remarks"), 1.8),
        )
        table(sheet, columns, [_row(words, day, visit) for visit in day.visits])
    else:
        sheet.text(words.say("There are no visits on this day."), styles.QUIET)
    name = file_name("day-sheet", day.doctor.name, day.on.isoformat())
    return Paper(f"{title}, {day.doctor.name}, {on}", name, sheet.pdf())


def _row(words: Words, day: DaySheet, visit: DayVisit) -> tuple[str, ...]:
    state = words.say(_STATES[visit.status]) if visit.status in _STATES else ""
    return (
        words.time(visit.starts_at),
        visit.patient.name,
        visit.patient.mrn,
        age_and_sex(words, visit.patient, day.on),
        visit.visit_type,
        visit.phone,
        " · ".join(filter(None, (state, visit.note))),
        "",
    )
