"""The monthly report on paper: its numbers are found again, its charts are drawn."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from reportlab.graphics.shapes import Line, Rect, String

from hms_desktop.documents import charts
from hms_desktop.documents.doctor_month import month_report
from hms_desktop.documents.words import Words
from hms_desktop.domain.doctor_month import (
    COUNTED,
    DayCounts,
    DiagnosisCount,
    DoctorMonth,
    Month,
    MonthFigures,
)
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.papers import Letterhead
from tests.support import pdf

OCTOBER = Month(2026, 10)
HEAD = Letterhead("Lakeside Hospital", "12 Lake Road\n560001 Bengaluru", "+91 80 5550 1234")
WORDS = Words(zone=ZoneInfo("Asia/Kolkata"))


def figures(month: Month, **statuses: int) -> MonthFigures:
    counts = {Status(name): count for name, count in statuses.items()}
    return MonthFigures(
        month=month,
        statuses=tuple(counts.get(status, 0) for status in COUNTED),
        came=counts.get(Status.COMPLETED, 0),
        new_patients=87,
        returning_patients=206,
        wait_minutes=18,
        consultation_minutes=None,
        booked_minutes=8_360,
        offered_minutes=12_480,
    )


def report(**changes: object) -> DoctorMonth:
    days = tuple(
        DayCounts(date(2026, 10, 1) + timedelta(days=n), 11 if n < 30 else 36, 0, n % 2, 1)
        for n in range(31)
    )
    plain = DoctorMonth(
        doctor_id=7,
        doctor_name="Dr. Zoë Müller",
        registration_number="KMC-48213",
        department_name="General medicine",
        zone="Asia/Kolkata",
        made_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        figures=figures(OCTOBER, completed=366, no_show=15, cancelled=31),
        before=figures(OCTOBER.before, completed=360, no_show=20, cancelled=28),
        days=days,
        hours=(0,) * 9 + (200, 212) + (0,) * 13,
        codes=(DiagnosisCount("I10", "Essential (primary) hypertension", 48),),
        free_texts=(DiagnosisCount("", "कमर दर्द <b>&amp;</b>", 4),),
        records=251,
        diagnoses_shown=True,
        over=True,
    )
    return replace(plain, **changes)


def text_of(made: bytes) -> str:
    pdf.check(made)
    return pdf.text(made)


@pytest.mark.feature("DOC-5")
def test_the_numbers_are_found_in_the_pdf() -> None:
    paper = month_report(HEAD, report(), WORDS)
    assert paper.file_name == "activity-dr-zoe-muller-2026-10.pdf"
    assert paper.title == "Activity report, Dr. Zoë Müller, October 2026"
    text = text_of(paper.pdf)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for line in (
        "All visits 412 408 +4",
        "Completed 366 360 +6",
        "Cancelled 31 28 +3",
        "No-show 15 20 −5",
        "No-show rate 3.9 % 5.3 % −1.3 points",
        "New patients 87 87 ±0",
        "Average wait 18 min 18 min ±0",
        "Average consultation – – –",
        "Booked time 139 h 20 min 139 h 20 min ±0",
        "Offered time 208 h 208 h ±0",
        "Utilisation 67.0 % 67.0 % ±0 points",
        "I10 Essential (primary) hypertension 48",
        "From 251 records, in their newest versions.",
    ):
        assert line in lines, f"{line!r} is not in\n{text}"
    assert "कमर दर्द <b>&amp;</b>" in text
    assert "Lakeside Hospital" in text
    assert "23.11.2026, 14:30" in text
    assert "Page 1 of 2" in text
    assert "Completed 366" in lines[next(n for n, s in enumerate(lines) if "Open 0" in s)]
    # Above the bars: the last day's sum, the sums of the two hours.
    assert {"37", "200", "212"} <= set(text.split())


@pytest.mark.feature("DOC-5")
def test_every_font_is_embedded() -> None:
    fonts = pdf.fonts(month_report(HEAD, report(), WORDS).pdf)
    assert len(fonts) >= 4
    assert all(fonts.values()), fonts


def test_a_month_without_visits_is_a_page_of_zeros() -> None:
    empty = MonthFigures(
        month=OCTOBER,
        statuses=(0,) * len(COUNTED),
        came=0,
        new_patients=0,
        returning_patients=0,
        wait_minutes=None,
        consultation_minutes=None,
        booked_minutes=0,
        offered_minutes=0,
    )
    days = tuple(DayCounts(date(2026, 10, n)) for n in range(1, 32))
    found = report(
        figures=empty, days=days, hours=(0,) * 24, codes=(), free_texts=(), records=0, over=False
    )
    text = text_of(month_report(HEAD, found, WORDS).pdf)
    assert "There were no visits in this month." in text
    assert "No diagnosis was recorded in this month." in text
    assert "This month is not over yet" in text


def test_diagnoses_that_may_not_be_told_are_not_on_paper() -> None:
    found = report(codes=(), free_texts=(), diagnoses_shown=False)
    text = text_of(month_report(HEAD, found, WORDS).pdf)
    assert "Diagnoses are shown only to those who may read clinical records." in text
    assert "hypertension" not in text


def test_the_words_are_translated_and_the_numbers_kept() -> None:
    words = replace(WORDS, translate=lambda text: text.replace("Visits by", "Besuche nach"))
    text = text_of(month_report(HEAD, report(), words).pdf)
    assert "Besuche nach day of the month" in text


def test_long_and_hostile_names_stay_on_the_sheet() -> None:
    name = "Dr. " + "Wolfeschlegelsteinhausen" * 8 + "<script>{0}%s\\"
    diagnoses = tuple(DiagnosisCount("", f"{n} " + "very long words " * 12, 1) for n in range(10))
    found = report(doctor_name=name, free_texts=diagnoses)
    paper = month_report(HEAD, found, WORDS)
    text = text_of(paper.pdf)
    assert "<script>{0}%s\\" in "".join(text.split())
    assert "Page 3 of 3" in text or "Page 2 of 2" in text


# ------------------------------------------------------------------------------------ charts
@pytest.mark.parametrize("most", [0, 1, 3, 4, 5, 9, 17, 40, 99, 101, 1_234, 99_999])
def test_an_axis_has_few_whole_numbers_and_room_for_all(most: int) -> None:
    found = charts.ticks(most)
    assert found[0] == 0
    assert found[-1] >= max(most, 1)
    assert 2 <= len(found) <= 6
    steps = {b - a for a, b in itertools.pairwise(found)}
    assert len(steps) == 1
    assert str(steps.pop()).rstrip("0") in {"1", "2", "5"}


def test_bars_are_as_high_as_their_values_and_begin_at_zero() -> None:
    tones = (charts.DARK, charts.HATCHED)
    drawing = charts.stacked_bars([(3, 1), (0, 0), (0, 8)], ["1", "2", ""], tones, 300, 100)
    boxes = [one for one in drawing.contents if isinstance(one, Rect)]
    assert len(boxes) == 3
    unit = boxes[0].height / 3
    assert boxes[1].height == pytest.approx(unit)
    assert boxes[2].height == pytest.approx(8 * unit)
    assert boxes[1].y == pytest.approx(boxes[0].y + boxes[0].height)
    assert boxes[2].y == boxes[0].y
    axis = next(one for one in drawing.contents if isinstance(one, Line) and one.y1 == boxes[0].y)
    assert axis.y2 == axis.y1
    texts = [one.text for one in drawing.contents if isinstance(one, String)]
    assert texts == ["0", "2", "4", "6", "8", "4", "1", "2", "8"]


def test_hatching_stays_in_its_box() -> None:
    drawing = charts.stacked_bars([(7,), (1,)], ["1", "2"], (charts.HATCHED,), 200, 90)
    boxes = [one for one in drawing.contents if isinstance(one, Rect)]
    hatches = [
        one for one in drawing.contents if isinstance(one, Line) and one.y1 != one.y2
    ]  # the axis lies
    assert len(hatches) > 10
    for line in hatches:
        assert any(
            box.x - 1e-6 <= x <= box.x + box.width + 1e-6
            and box.y - 1e-6 <= y <= box.y + box.height + 1e-6
            for box in boxes
            for x, y in ((line.x1, line.y1),)
        )
        assert line.x2 - line.x1 == pytest.approx(line.y2 - line.y1)


def test_tones_differ_on_a_black_and_white_printer() -> None:
    def grey(tone: charts.Tone) -> float:
        red, green, blue = tone.fill
        return 0.299 * red + 0.587 * green + 0.114 * blue

    looks = {(round(grey(tone), 1), tone.hatched) for tone in
             (charts.DARK, charts.MIDDLE, charts.HATCHED, charts.WHITE)}  # fmt: skip
    assert len(looks) == 4
    assert grey(charts.MIDDLE) - grey(charts.DARK) > 0.3


def test_a_flat_bar_is_cut_in_proportion() -> None:
    drawing = charts.flat_bar((1, 0, 3), (charts.DARK, charts.WHITE, charts.MIDDLE), 101, 10)
    one, two = [shape for shape in drawing.contents if isinstance(shape, Rect)]
    assert two.width == pytest.approx(3 * one.width)
    assert two.x == pytest.approx(one.x + one.width)
