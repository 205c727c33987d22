"""The monthly activity report of one doctor: figures, charts, and the month before beside them."""

from __future__ import annotations

from collections.abc import Sequence

from hms_desktop.documents import styles
from hms_desktop.documents.month_parts import (
    cards,
    comparison,
    days_chart,
    explained,
    hours_and_patients,
    month_word,
)
from hms_desktop.documents.paper import Sheet, pairs
from hms_desktop.documents.tables import Column, table
from hms_desktop.documents.words import Words
from hms_desktop.domain.doctor_month import DiagnosisCount, DoctorMonth
from hms_desktop.domain.papers import Letterhead, Paper, file_name


def month_report(head: Letterhead, report: DoctorMonth, words: Words) -> Paper:
    """Return the report as it is printed; all texts in the language and formats of ``words``."""
    title = words.say("Activity report")
    month = month_word(words, report.month)
    sheet = Sheet(head, title, words, about=f"{report.doctor_name} · {month}")
    sheet.title(title, month)
    pairs(
        sheet,
        [
            (words.say("Doctor"), report.doctor_name),
            (words.say("Department"), report.department_name),
            (words.say("Registration number"), report.registration_number),
            (words.say("Month"), month),
            (words.say("Made on"), words.moment(report.made_at)),
            (words.say("Time zone"), report.zone),
        ],
    )
    if not report.over:
        sheet.text(
            words.say("This month is not over yet: the figures are those up to now."),
            styles.STRONG,
        )
    cards(sheet, report)
    days_chart(sheet, report)
    note = words.say("New: the first visit ever to this doctor to which the patient came.")
    hours_and_patients(sheet, report, note)
    comparison(sheet, report)
    _diagnoses(sheet, report)
    explained(sheet)
    name = file_name("activity", report.doctor_name, str(report.month))
    return Paper(f"{title}, {report.doctor_name}, {month}", name, sheet.pdf())


def _diagnoses(sheet: Sheet, report: DoctorMonth) -> None:
    words = sheet.words
    sheet.heading(words.say("Diagnoses"), keep=60)
    if not report.diagnoses_shown:
        text = words.say("Diagnoses are shown only to those who may read clinical records.")
        sheet.text(text, styles.QUIET)
        return
    if not (report.codes or report.free_texts):
        sheet.text(words.say("No diagnosis was recorded in this month."), styles.QUIET)
        return
    sheet.text(
        words.count(
            "From {count} record, in its newest version.",
            "From {count} records, in their newest versions.",
            report.records,
        ),
        styles.QUIET,
    )
    if report.codes:
        table(
            sheet,
            (
                Column(words.say("ICD-10"), 1),
                Column(words.say("Most frequent diagnoses with a code"), 6),
                Column(words.say("Records"), 1, right=True),
            ),
            [(one.code, one.text, str(one.records)) for one in report.codes],
        )
    if report.free_texts:
        _free_texts(sheet, report.free_texts)


def _free_texts(sheet: Sheet, found: Sequence[DiagnosisCount]) -> None:
    words = sheet.words
    table(
        sheet,
        (
            Column(words.say("Most frequent diagnoses in free text"), 7),
            Column(words.say("Records"), 1, right=True),
        ),
        [(one.text, str(one.records)) for one in found],
    )
