"""The sick note: from when to when somebody cannot work; the illness stays between the two."""

from __future__ import annotations

from datetime import datetime

from hms_desktop.documents import styles
from hms_desktop.documents.paper import Sheet
from hms_desktop.documents.people import about, patient_block, sign
from hms_desktop.documents.words import Words
from hms_desktop.domain.papers import PageSize, Paper, SickNote, VisitOnPaper, file_name


def sick_note(
    visit: VisitOnPaper,
    wish: SickNote,
    words: Words,
    now: datetime,
    *,
    size: PageSize = PageSize.A4,
) -> Paper:
    """Return a sick note; ``now`` (UTC) is when it is made. Diagnoses are left out on purpose."""
    patient, doctor = visit.patient, visit.doctor
    day, today = words.local_day(visit.encounter.starts_at), words.local_day(now)
    title = words.say("Medical certificate")
    sheet = Sheet(visit.head, title, words, about=about(patient), size=size)
    sheet.title(title, words.long_day(today))
    patient_block(sheet, patient, today)
    sheet.skip(6)
    sheet.text(
        words.say(
            "This is to certify that {name} was seen by {doctor} on {day} and is, in the doctor's "
            "opinion, unfit for work or school:",
            name=patient.name,
            doctor=visit.encounter.doctor_name,
            day=words.long_day(day),
        ),
        styles.BODY,
        after=8,
    )
    span = (
        words.say("on {first}", first=words.long_day(wish.first))
        if wish.first == wish.last
        else words.say(
            "from {first} to {last}",
            first=words.long_day(wish.first),
            last=words.long_day(wish.last),
        )
    )
    days = words.count("{count} day", "{count} days", wish.days)
    sheet.text(f"{span} ({days})", styles.LARGE, after=8)
    sheet.section(words.say("Remarks"), wish.text)
    sign(sheet, doctor, today)
    name = file_name("sick-note", patient.mrn, wish.first.isoformat(), wish.last.isoformat())
    return Paper(title, name, sheet.pdf())
