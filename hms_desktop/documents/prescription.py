"""The prescription: what to take, how, and for how long."""

from __future__ import annotations

from datetime import datetime

from hms_desktop.documents import styles
from hms_desktop.documents.paper import Sheet, notice
from hms_desktop.documents.people import about, patient_block, sign
from hms_desktop.documents.words import Words
from hms_desktop.domain.consultations import PrescriptionItem
from hms_desktop.domain.papers import PageSize, Paper, VisitOnPaper, file_name

_INDENT = 22.0


def prescription(
    visit: VisitOnPaper,
    words: Words,
    now: datetime,
    *,
    size: PageSize = PageSize.A4,
) -> Paper:
    """Return the prescription of a visit; ``now`` (UTC) is when it is made."""
    record = visit.encounter.newest.record
    patient, doctor = visit.patient, visit.doctor
    day, today = words.local_day(visit.encounter.starts_at), words.local_day(now)
    title = words.say("Prescription")
    sheet = Sheet(visit.head, title, words, about=about(patient), size=size)
    sheet.title(title, words.long_day(day))
    patient_block(sheet, patient, day, [(words.say("Doctor"), doctor.name)])
    notice(sheet, words.say("Allergies"), patient.allergies)
    diagnoses = "; ".join(one.label for one in record.diagnoses)
    sheet.section(words.say("Diagnosis"), diagnoses)
    _sign(sheet)
    for number, item in enumerate(record.prescription, 1):
        _item(sheet, number, item)
    if not record.prescription:
        sheet.text(words.say("No medicine was prescribed."), styles.QUIET)
    sheet.section(words.say("Advice"), record.prescription_note)
    if record.follow_up_on is not None:
        sheet.section(words.say("Follow-up"), words.long_day(record.follow_up_on))
    sign(sheet, doctor, today)
    name = file_name("prescription", patient.mrn, day.isoformat())
    return Paper(title, name, sheet.pdf())


def _sign(sheet: Sheet) -> None:
    """Write the sign that prescriptions begin with; the first medicine stays with it."""
    style = styles.TITLE
    sheet.skip(6)
    sheet.need(style.leading + 60)
    sheet.y = sheet.put_lines(["℞"], style, sheet.left)
    sheet.skip(3)


def _item(sheet: Sheet, number: int, item: PrescriptionItem) -> None:
    how = " · ".join(filter(None, (item.dose, item.route, item.frequency, item.duration)))
    most = sheet.inner - _INDENT
    blocks = [
        (style, sheet.lines(text, style, most))
        for style, text in (
            (styles.LARGE, item.drug),
            (styles.BODY, how),
            (styles.BODY, item.instructions),
        )
        if text
    ]
    # One medicine is never torn over two pages: half of it could be read as all of it.
    sheet.need(sum(style.leading * len(lines) for style, lines in blocks))
    base = sheet.y - styles.LARGE.leading * 0.75
    sheet.put(f"{number}.", styles.LARGE, sheet.left, base, colour=styles.ACCENT)
    for style, lines in blocks:
        sheet.y = sheet.put_lines(lines, style, sheet.left + _INDENT)
    sheet.skip(7)
