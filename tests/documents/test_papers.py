"""Each paper as a file: clean, readable again, with everything that belongs on it."""

from __future__ import annotations

import io
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from hms_desktop.documents.prescription import prescription
from hms_desktop.documents.referral import referral
from hms_desktop.documents.sick_note import sick_note
from hms_desktop.documents.visit_summary import visit_summary
from hms_desktop.documents.words import Words
from hms_desktop.domain.consultations import NOTES_LIMIT, Record
from hms_desktop.domain.papers import PageSize, Paper, Referral, SickNote
from tests.documents.made import DOCTOR, HEAD, NOW, PATIENT, RECORD, WORDS, visit
from tests.support import pdf

pytestmark = [pytest.mark.feature("PRN-1"), pytest.mark.feature("CLN-6")]

NOTE = SickNote(1, date(2026, 11, 23), date(2026, 11, 25), "Light duties afterwards.")
LETTER = Referral(1, "Dr Meera Iyer\nCity Hospital", "Tuberculosis?", "Dear colleague,\nplease.")


def every(size: PageSize = PageSize.A4) -> dict[str, Paper]:
    one = visit()
    return {
        "prescription": prescription(one, WORDS, NOW, size=size),
        "visit-summary": visit_summary(one, WORDS, NOW, size=size),
        "sick-note": sick_note(one, NOTE, WORDS, NOW, size=size),
        "referral": referral(one, LETTER, WORDS, NOW, size=size),
    }


@pytest.mark.parametrize("size", PageSize)
def test_every_paper_is_a_clean_file_with_its_fonts_inside(size: PageSize) -> None:
    for kind, paper in every(size).items():
        pdf.check(paper.pdf)
        assert paper.file_name.startswith(kind)
        assert paper.file_name.endswith(".pdf")
        used = pdf.fonts(paper.pdf)
        assert used
        assert all(used.values()), used
        assert all("Inter" in name or "NotoSansDevanagari" in name for name in used), used
        assert pdf.active(paper.pdf) == []


def test_every_paper_says_who_where_when_and_who_signs() -> None:
    for paper in every().values():
        found = pdf.words(paper.pdf)
        for wanted in (
            HEAD.name,
            "Bengaluru 560038",
            HEAD.phone,
            HEAD.email,
            paper.title,
            PATIENT.name,
            PATIENT.mrn,
            "46 years, Female",
            "12.03.1980",
            DOCTOR.name,
            "Internal medicine, Diabetology",
            "Registration number KMC-45821",
            # 20:00 UTC is the next day in the hospital's zone.
            "Date: 24.11.2026",
            "Page 1 of ",
        ):
            assert wanted in found, (paper.title, wanted)


def test_a_prescription_holds_medicines_allergies_advice_and_follow_up() -> None:
    found = pdf.words(every()["prescription"].pdf)
    for wanted in (
        "Allergies: Penicillin (rash)",
        "1. Paracetamol 500 mg",
        "1 tablet · oral · three times a day · 5 days",
        "खाने के बाद लें",
        "2. Azithromycin 500 mg",
        "Drink plenty of water.",
        "30 November 2026",
        "J06.9 Acute upper respiratory infection; poor sleep",
    ):
        assert wanted in found, wanted


def test_a_summary_holds_the_whole_record() -> None:
    found = pdf.words(every()["visit-summary"].pdf)
    for wanted in (
        "23.11.2026, 10:00",
        "Fever for three days. खाँसी और बुखार।",
        "128/82 mmHg",
        "38.4 °C",
        "68.0 kg",
        "25.3 kg/m²",
        "Hb 12.8",
        "ordered",
        "Throat red. Chest clear.",
        "Rest and fluids.",
        "Diabetes since 2015",
    ):
        assert wanted in found, wanted
    assert "Version" not in found
    amended = pdf.words(visit_summary(visit(version=3), WORDS, NOW).pdf)
    assert f"Version 3 of this record, amended by {DOCTOR.name} on 24.11.2026, 01:30" in amended


def test_a_certificate_keeps_the_illness_to_itself() -> None:
    found = pdf.words(every()["sick-note"].pdf)
    assert "from 23 November 2026 to 25 November 2026 (3 days)" in found
    assert "Light duties afterwards." in found
    for secret in ("J06.9", "respiratory", "Paracetamol", "Penicillin", "Diabetes since"):
        assert secret not in found
    one_day = replace(NOTE, last=NOTE.first)
    assert "on 23 November 2026 (1 day)" in pdf.words(sick_note(visit(), one_day, WORDS, NOW).pdf)


def test_a_referral_tells_the_history_only_when_asked() -> None:
    full = pdf.words(every()["referral"].pdf)
    for wanted in ("Dr Meera Iyer City Hospital", "Tuberculosis?", "R05 Cough", "02.03.2026",
                   "Diabetes since 2015", "Paracetamol"):  # fmt: skip
        assert wanted in full, wanted
    short = replace(LETTER, include_history=False)
    brief = pdf.words(referral(visit(), short, WORDS, NOW).pdf)
    assert "J06.9" in brief
    for left_out in ("R05 Cough", "Paracetamol", "Diabetes since", "128/82"):
        assert left_out not in brief


def test_dates_are_written_as_the_hospital_writes_them() -> None:
    american = Words(day_first=False, clock_24h=False)
    found = pdf.words(visit_summary(visit(), american, NOW).pdf)
    assert "11/23/2026, 4:30 am" in found
    assert "November 23, 2026" in found
    assert "Date: 11/23/2026" in found


def test_words_can_be_translated_and_values_stay_as_they_are() -> None:
    german = {"Prescription": "Rezept", "{count} years": "{count} Jahre", "Page {page} of {pages}":
              "Seite {page} von {pages}", "Female": "weiblich"}  # fmt: skip
    words = Words(translate=lambda text: german.get(text, text))
    patient = PATIENT._replace(name="{page} Prescription")
    found = pdf.words(prescription(visit(patient=patient), words, NOW).pdf)
    for wanted in ("Rezept", "46 Jahre, weiblich", "Seite 1 von 1", "{page} Prescription"):
        assert wanted in found


def test_an_empty_record_is_a_paper_too() -> None:
    bare = visit(Record(), patient=PATIENT._replace(birth=None, sex="unknown", allergies=""))
    for make in (prescription, visit_summary):
        paper = make(bare, WORDS, NOW)
        pdf.check(paper.pdf)
        assert len(pdf.pages(paper.pdf)) == 1
    assert "No medicine was prescribed." in pdf.words(prescription(bare, WORDS, NOW).pdf)


def test_a_long_note_goes_over_pages_that_know_their_number() -> None:
    note = "\n".join(f"Line {n}: the patient says that nothing has changed." for n in range(230))
    paper = visit_summary(visit(replace(RECORD, notes=note)), WORDS, NOW)
    pages = pdf.pages(paper.pdf)
    assert len(pages) >= 5
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert PATIENT.mrn in page
        assert HEAD.name in page
    found = pdf.words(paper.pdf)
    assert all(f"Line {n}: the patient says" in found for n in range(230))


def test_the_longest_note_and_the_longest_word_stay_on_the_sheet() -> None:
    word = "x" * NOTES_LIMIT
    paper = visit_summary(
        visit(replace(RECORD, notes=word, treatment="क्षत्रिय" * 2_500)), WORDS, NOW
    )
    pdf.check(paper.pdf)
    assert pdf.text(paper.pdf).count("x") >= NOTES_LIMIT
    assert pdf.words(paper.pdf).count("क्ष") == 2_500


def test_one_medicine_is_never_torn_over_two_pages() -> None:
    item = replace(RECORD.prescription[0], instructions="with water " * 15)
    many = replace(RECORD, prescription=(item,) * 40)
    pages = pdf.pages(prescription(visit(many), WORDS, NOW).pdf)
    assert len(pages) > 2
    count = sum(page.count("three times a day") for page in pages)
    assert count == 40
    for page in pages:
        words = " ".join(page.split())
        assert words.count("Paracetamol 500 mg") == words.count("three times a day")
        assert words.count("with water") == 15 * words.count("Paracetamol 500 mg")


def test_a_logo_is_drawn() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 100), (10, 90, 100, 128)).save(out, "PNG")
    paper = prescription(visit(head=HEAD._replace(logo=out.getvalue())), WORDS, NOW)
    pdf.check(paper.pdf)
    assert pdf.images(paper.pdf) == 1
    assert pdf.images(prescription(visit(), WORDS, NOW).pdf) == 0


@pytest.mark.parametrize("share", [0.01, 0.5, 0.9])
def test_a_damaged_logo_is_left_out_and_logged(
    share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    log = logging.getLogger("hms_desktop.documents.paper")
    monkeypatch.setattr(log, "exception", told.append)
    out = io.BytesIO()
    Image.effect_noise((300, 100), 90).save(out, "PNG")
    cut = out.getvalue()[: int(len(out.getvalue()) * share)]
    made = prescription(visit(head=HEAD._replace(logo=cut)), WORDS, NOW)
    pdf.check(made.pdf)
    assert pdf.images(made.pdf) == 0
    assert HEAD.name in pdf.words(made.pdf)
    assert len(told) == 1


def test_papers_made_at_the_same_time_do_not_mix() -> None:
    names = [f"रोगी {'क्षत्रिय' * (n % 4)} ज्ञान {n}" for n in range(24)]

    def make(name: str) -> str:
        one = prescription(visit(patient=PATIENT._replace(name=name)), WORDS, NOW)
        pdf.check(one.pdf)
        return pdf.words(one.pdf)

    with ThreadPoolExecutor(6) as pool:
        for name, found in zip(names, pool.map(make, names), strict=True):
            assert "".join(name.split()) in "".join(found.split())
