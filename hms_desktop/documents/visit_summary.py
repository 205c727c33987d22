"""The visit summary: the record of one visit as the patient, or another doctor, takes it along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hms_desktop.documents import styles
from hms_desktop.documents.paper import Sheet, notice, pairs
from hms_desktop.documents.people import about, patient_block, sign
from hms_desktop.documents.tables import Column, table
from hms_desktop.documents.words import Words
from hms_desktop.domain.consultations import (
    Diagnosis,
    PrescriptionItem,
    TestOrder,
)
from hms_desktop.domain.papers import PageSize, Paper, VisitOnPaper, file_name
from hms_desktop.domain.vitals import LIMITS, Vitals


def visit_summary(
    visit: VisitOnPaper,
    words: Words,
    now: datetime,
    *,
    size: PageSize = PageSize.A4,
) -> Paper:
    """Return the summary of a visit in its newest version; ``now`` (UTC) is when it is made."""
    record, version = visit.encounter.newest.record, visit.encounter.newest
    patient, doctor = visit.patient, visit.doctor
    day, today = words.local_day(visit.encounter.starts_at), words.local_day(now)
    title = words.say("Visit summary")
    sheet = Sheet(visit.head, title, words, about=about(patient), size=size)
    sheet.title(title, words.long_day(day))
    patient_block(
        sheet,
        patient,
        day,
        [
            (words.say("Visit"), words.moment(visit.encounter.starts_at)),
            (words.say("Kind of visit"), visit.encounter.visit_type_name),
            (words.say("Doctor"), doctor.name),
            (words.say("Department"), visit.encounter.department_name),
        ],
    )
    notice(sheet, words.say("Allergies"), patient.allergies)
    sheet.section(words.say("Known conditions"), patient.conditions)
    sheet.section(words.say("Complaint"), record.complaint)
    vitals_block(sheet, record.vitals)
    diagnoses_block(sheet, record.diagnoses)
    tests_block(sheet, record.tests)
    sheet.section(words.say("Notes"), record.notes)
    sheet.section(words.say("Treatment"), record.treatment)
    medicines_block(sheet, record.prescription)
    sheet.section(words.say("Advice"), record.prescription_note)
    if record.follow_up_on is not None:
        sheet.section(words.say("Follow-up"), words.long_day(record.follow_up_on))
    if version.number > 1:
        sheet.skip(6)
        sheet.text(
            words.say(
                "Version {number} of this record, amended by {author} on {moment}.",
                number=version.number,
                author=version.author,
                moment=words.moment(version.at),
            ),
            styles.QUIET,
        )
    sign(sheet, doctor, today)
    name = file_name("visit-summary", patient.mrn, day.isoformat())
    return Paper(title, name, sheet.pdf())


def vitals_block(sheet: Sheet, vitals: Vitals) -> None:
    """Write the signs that were measured, with their units."""
    if vitals.is_empty:
        return
    words = sheet.words

    def value(name: str, unit: str) -> str:
        number = getattr(vitals, name)
        return "" if number is None else f"{LIMITS[name].text(number)} {unit}"

    pressure = "" if vitals.systolic is None else f"{vitals.systolic}/{vitals.diastolic} mmHg"
    index = vitals.bmi_tenths
    sheet.heading(words.say("Vital signs"), keep=60)
    pairs(
        sheet,
        [
            (words.say("Blood pressure"), pressure),
            (words.say("Pulse"), value("pulse", words.say("a minute"))),
            (words.say("Temperature"), value("temperature_tenths", "°C")),
            (words.say("Oxygen saturation"), value("spo2", "%")),
            (words.say("Breathing"), value("respiratory_rate", words.say("a minute"))),
            (words.say("Weight"), value("weight_grams", "kg")),
            (words.say("Height"), value("height_mm", "cm")),
            (words.say("Body mass index"), "" if index is None else f"{index / 10:.1f} kg/m²"),
        ],
        columns=4,
    )


def diagnoses_block(sheet: Sheet, diagnoses: Sequence[Diagnosis]) -> None:
    """Write the diagnoses with their codes."""
    if diagnoses:
        words = sheet.words
        sheet.heading(words.say("Diagnoses"))
        table(
            sheet,
            (Column(words.say("ICD-10"), 1), Column(words.say("Diagnosis"), 8)),
            [(one.code or "–", one.text) for one in diagnoses],
        )


def tests_block(sheet: Sheet, tests: Sequence[TestOrder]) -> None:
    """Write what was tested with which result, and what is still to be done."""
    if tests:
        words = sheet.words
        sheet.heading(words.say("Tests"))
        table(
            sheet,
            (
                Column(words.say("Test"), 4),
                Column(words.say("Done on"), 2),
                Column(words.say("Result"), 5),
            ),
            [
                (one.text, words.day(one.done_on) if one.done_on else words.say("ordered"),
                 one.result)
                for one in tests
            ],
        )  # fmt: skip


def medicines_block(sheet: Sheet, items: Sequence[PrescriptionItem]) -> None:
    """Write the prescribed medicines as a table."""
    if items:
        words = sheet.words
        sheet.heading(words.say("Medicines"))
        table(
            sheet,
            (
                Column(words.say("Medicine"), 5),
                Column(words.say("Dose"), 3),
                Column(words.say("How often"), 3),
                Column(words.say("How long"), 2),
                Column(words.say("Remarks"), 5),
            ),
            [
                (one.drug, ", ".join(filter(None, (one.dose, one.route))), one.frequency,
                 one.duration, one.instructions)
                for one in items
            ],
        )  # fmt: skip
