"""The blocks that all papers about a patient share: who it is, who signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hms_desktop.documents.paper import Sheet, pairs, signature
from hms_desktop.documents.words import Words
from hms_desktop.domain.papers import DoctorOnPaper, PatientOnPaper


def patient_block(
    sheet: Sheet, patient: PatientOnPaper, on: date, more: Sequence[tuple[str, str]] = ()
) -> None:
    """Write who the paper is about; the age is that of the day ``on``."""
    words = sheet.words
    pairs(
        sheet,
        [
            (words.say("Patient"), patient.name),
            (words.say("Age and sex"), age_and_sex(words, patient, on)),
            (words.say("Hospital number"), patient.mrn),
            (words.say("Born"), words.birth(patient.birth) if patient.birth else ""),
            *more,
        ],
    )


def age_and_sex(words: Words, patient: PatientOnPaper, on: date) -> str:
    """Return age and sex in one line, as far as they are known."""
    age = words.age(patient.birth, on) if patient.birth else ""
    return ", ".join(filter(None, (age, words.sex(patient.sex))))


def about(patient: PatientOnPaper) -> str:
    """Return what tells on every page whose paper it is."""
    return f"{patient.name} · {patient.mrn}"


def sign(sheet: Sheet, doctor: DoctorOnPaper, on: date) -> None:
    """Write the line for the doctor's signature with name and registration number."""
    words = sheet.words
    number = doctor.registration_number
    signature(
        sheet,
        (
            doctor.name,
            doctor.specializations or doctor.department,
            words.say("Registration number {number}", number=number) if number else "",
        ),
        words.say("Date: {day}", day=words.day(on)),
    )
