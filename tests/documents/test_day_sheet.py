"""The day sheet on paper: every visit in its line, whatever the names are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from hms_desktop.documents.day_sheet import day_sheet
from hms_desktop.domain.dates import BirthDate
from hms_desktop.domain.day_sheet import DaySheet, DayVisit
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.papers import PageSize, PatientOnPaper
from tests.documents.made import DOCTOR, HEAD, NOW, PATIENT, STARTS, WORDS
from tests.support import pdf

ON = date(2026, 11, 23)
BERT = PatientOnPaper("Bert Müller", "H-000017", "male", BirthDate(date(2026, 3, 23)))


def visit(
    patient: PatientOnPaper = PATIENT,
    status: Status = Status.BOOKED,
    note: str = "",
    starts_at: datetime = STARTS,
) -> DayVisit:
    return DayVisit(starts_at, patient, "Follow-up", "98765 43210", note, "Room 4", status)


def sheet(*visits: DayVisit) -> DaySheet:
    return DaySheet(DOCTOR, ON, NOW, visits)


@pytest.mark.feature("JOB-5")
def test_every_visit_has_its_line() -> None:
    later = STARTS + timedelta(hours=7)
    day = sheet(
        visit(note="brings <b>X-rays</b>"),
        visit(BERT, Status.REQUESTED, "fever", later),
        visit(BERT, Status.NO_SHOW, "", later + timedelta(hours=1)),
    )
    paper = day_sheet(HEAD, day, WORDS)
    pdf.check(paper.pdf)
    words = pdf.words(paper.pdf)
    assert paper.title == f"Day sheet, {DOCTOR.name}, 23 November 2026"
    assert paper.file_name.startswith("day-sheet-")
    assert paper.file_name.endswith("2026-11-23.pdf")
    for part in (
        "10:00", "H-002913", "46 years,", "Female", "<b>X-rays</b>", "17:00", "H-000017",
        "8 months,", "Requested", "fever", "18:00", "No-show", "Room 4", "Remarks", "98765 43210",
        "Page 1 of 1", HEAD.name, DOCTOR.name, "24.11.2026, 01:30",
    ):  # fmt: skip
        assert part in words, f"{part!r} is not in {words!r}"
    assert "श्रीमती" in words


@pytest.mark.feature("JOB-5")
def test_a_long_day_goes_on_over_pages_and_loses_nobody() -> None:
    many = [
        visit(replace_name(number), starts_at=STARTS + timedelta(minutes=number), note="x " * 80)
        for number in range(90)
    ]
    for size in PageSize:
        paper = day_sheet(HEAD, sheet(*many), WORDS, size=size)
        pdf.check(paper.pdf)
        pages = pdf.pages(paper.pdf)
        assert len(pages) > 2
        assert all("Time" in page and "Phone" in page for page in pages)
        words = pdf.words(paper.pdf).replace(" ", "").replace("\n", "")
        assert all(f"N{number:03}" in words for number in range(90))


@pytest.mark.feature("JOB-5")
def test_a_day_without_visits_says_so_and_times_are_the_hospitals() -> None:
    american = replace(WORDS, day_first=False, clock_24h=False)
    assert "There are no visits on this day." in pdf.words(day_sheet(HEAD, sheet(), WORDS).pdf)
    words = pdf.words(day_sheet(HEAD, sheet(visit()), american).pdf)
    assert "10:00 am" in words
    assert "November 23, 2026" in words


def replace_name(number: int) -> PatientOnPaper:
    return PATIENT._replace(name=f"N{number:03}")
