"""The referral letter: to whom, what is asked, what was found, what came before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hms_desktop.documents import styles
from hms_desktop.documents.paper import Sheet, notice
from hms_desktop.documents.people import about, patient_block, sign
from hms_desktop.documents.tables import Column, table
from hms_desktop.documents.visit_summary import (
    diagnoses_block,
    medicines_block,
    tests_block,
    vitals_block,
)
from hms_desktop.documents.words import Words
from hms_desktop.domain.consultations import EncounterLine
from hms_desktop.domain.papers import PageSize, Paper, Referral, VisitOnPaper, file_name


def referral(
    visit: VisitOnPaper,
    wish: Referral,
    words: Words,
    now: datetime,
    *,
    size: PageSize = PageSize.A4,
) -> Paper:
    """Return a referral letter; ``now`` (UTC) is when it is made."""
    record = visit.encounter.newest.record
    patient, doctor = visit.patient, visit.doctor
    day, today = words.local_day(visit.encounter.starts_at), words.local_day(now)
    title = words.say("Referral")
    sheet = Sheet(visit.head, title, words, about=about(patient), size=size)
    sheet.text(words.say("To"), styles.LABEL, after=0)
    sheet.text(wish.to, styles.LARGE, after=10)
    sheet.title(title, words.long_day(today))
    patient_block(sheet, patient, today, [(words.say("Seen on"), words.day(day)),
                                          (words.say("Referred by"), doctor.name)])  # fmt: skip
    notice(sheet, words.say("Allergies"), patient.allergies)
    sheet.section(words.say("Question"), wish.question)
    sheet.text(wish.text, after=6)
    diagnoses_block(sheet, record.diagnoses)
    if wish.include_history:
        sheet.section(words.say("Complaint"), record.complaint)
        vitals_block(sheet, record.vitals)
        tests_block(sheet, record.tests)
        sheet.section(words.say("Treatment so far"), record.treatment)
        medicines_block(sheet, record.prescription)
        sheet.section(words.say("Known conditions"), patient.conditions)
        _history(sheet, visit.history)
    sheet.skip(8)
    sheet.text(words.say("Thank you for seeing this patient."))
    sign(sheet, doctor, today)
    name = file_name("referral", patient.mrn, today.isoformat())
    return Paper(title, name, sheet.pdf())


def _history(sheet: Sheet, visits: Sequence[EncounterLine]) -> None:
    if visits:
        words = sheet.words
        sheet.heading(words.say("Earlier visits"))
        table(
            sheet,
            (
                Column(words.say("Date"), 2),
                Column(words.say("Doctor"), 4),
                Column(words.say("Diagnoses"), 7),
            ),
            [
                (words.day(words.local_day(one.starts_at)), one.doctor_name, one.diagnoses)
                for one in visits
            ],
        )
