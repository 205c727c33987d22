import time as clock
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.booking_line import BookingLine, parse
from hms_desktop.domain.booking_tokens import Meaning
from hms_desktop.domain.booking_vocabulary import PartOfDay, Vocabulary
from tests.support.strings import naughty_strings

TODAY = date(2026, 11, 23)  # a Monday
NOW = datetime(2026, 11, 23, 10, 2)  # noqa: DTZ001 - local time of the hospital, no zone needed
TUESDAY = date(2026, 11, 24)
WORDS = Vocabulary(
    doctors=[(1, "Dr. Sunita Rao"), (2, "Dr Anil Rao"), (3, "Mary Joseph"), (4, "राव सुनील")],
    departments=[(1, "Cardiology"), (2, "General Medicine"), (3, "ENT"), (4, "Orthopaedics")],
    visit_types=[(1, "Consultation"), (2, "Follow-up"), (3, "New patient")],
)


def read(text: str) -> BookingLine:
    return parse(text, WORDS, TODAY, NOW)


def pieces(text: str, meaning: Meaning) -> list[str]:
    return [text[s.begin : s.end] for s in read(text).spans if s.meaning is meaning]


@pytest.mark.feature("APT-2")
def test_the_line_of_the_manual() -> None:
    line = read("kumar 3pm tue dr rao follow-up")
    assert line.patient_words == ("kumar",)
    assert (line.day, line.time) == (TUESDAY, time(15))
    assert (line.doctor_words, line.doctor_ids) == (("rao",), (1, 2))
    assert line.visit_type_id == 2
    assert not line.any_doctor


@pytest.mark.feature("APT-2")
def test_any_order_says_the_same() -> None:
    for text in (
        "dr sunita rao follow up 9.30 tomorrow ravi kumar",
        "ravi kumar tomorrow 9.30 follow-up dr sunita rao",
        "9:30 followup dr.sunita rao tue ravi kumar",
        "Ravi Kumar, tue at 9.30, Dr. Sunita Rao, FOLLOW-UP",
    ):
        line = read(text)
        assert [word.casefold() for word in line.patient_words] == ["ravi", "kumar"], text
        assert (line.day, line.time) == (TUESDAY, time(9, 30)), text
        assert line.doctor_ids == (1,), text
        assert line.visit_type_id == 2, text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H-002913 any doctor cardiology", {"department_id": 1, "any_doctor": True}),
        ("kumar cardiology", {"department_id": 1, "any_doctor": True}),
        ("kumar ent", {"department_id": 3}),
        ("kumar ortho", {"department_id": 4}),
        ("kumar dept general medicine", {"department_id": 2, "patient_words": ("kumar",)}),
        ("kumar general medicine", {"department_id": 2, "patient_words": ("kumar",)}),
        ("kumar cardiology dr joseph", {"any_doctor": False, "doctor_ids": (3,)}),
        ("kumar dr nobody", {"doctor_words": ("nobody",), "doctor_ids": ()}),
        ("kumar dr follow-up", {"doctor_words": (), "visit_type_id": 2}),
        ("kumar new patient", {"visit_type_id": 3, "patient_words": ("kumar",)}),
        ("kumar consult", {"visit_type_id": 1}),
        ("kumar first free", {"first_free": True, "patient_words": ("kumar",)}),
        ("kumar asap", {"first_free": True}),
        ("kumar in 2 weeks", {"day": date(2026, 12, 7), "patient_words": ("kumar",)}),
        ("kumar next tue 1500", {"day": date(2026, 12, 1), "time": time(15)}),
        ("kumar +3", {"day": date(2026, 11, 26)}),
        ("kumar 24 dec 4", {"day": date(2026, 12, 24), "time": time(16)}),
        ("kumar 24.12 10.15", {"day": date(2026, 12, 24), "time": time(10, 15)}),
        ("kumar tomorrow morning", {"day": TUESDAY, "part_of_day": PartOfDay.MORNING}),
        ("kumar this evening", {"day": TODAY, "part_of_day": PartOfDay.EVENING}),
        ("kumar now", {"day": TODAY, "time": time(10, 5)}),
        ("kumar in 30 min", {"day": TODAY, "time": time(10, 35), "minutes": None}),
        ("kumar 20min", {"minutes": 20, "time": None}),
        ("kumar for 1h on fri", {"minutes": 60, "day": date(2026, 11, 27)}),
        ("kumar 1h30", {"minutes": 90}),
        ("sun li tue", {"day": TUESDAY, "patient_words": ("sun", "li")}),
        ("kumar 9am 10am", {"time": time(10), "patient_words": ("kumar", "9am")}),
        ("98765 43210 tue 9", {"patient_words": ("98765", "43210"), "time": time(9)}),
        ("987 654 3210 3pm", {"patient_words": ("987", "654", "3210"), "time": time(15)}),
        ("+91 98765 43210 tue", {"patient_words": ("+91", "98765", "43210"), "day": TUESDAY}),
        ("h-002913 tue", {"patient_words": ("h-002913",), "day": TUESDAY}),
        ('kumar "bring reports" tue', {"note": "bring reports", "day": TUESDAY}),
        ("kumar tue note: 3pm dr x", {"note": "3pm dr x", "time": None, "doctor_words": ()}),
        ('kumar "3pm', {"patient_words": ("kumar", '"3pm')}),
        ("कुमार ३pm tue dr राव", {"patient_words": ("कुमार",), "doctor_ids": (4,)}),
        ("", {"patient_words": (), "spans": ()}),
    ],
)
def test_what_a_line_says(text: str, expected: dict[str, object]) -> None:
    line = read(text)
    assert {name: getattr(line, name) for name in expected} == expected


def test_spans_say_what_was_understood() -> None:
    text = 'kumar at 3pm next tue "x y" dr rao'
    assert pieces(text, Meaning.PATIENT) == ["kumar"]
    assert pieces(text, Meaning.TIME) == ["at", "3pm"]
    assert pieces(text, Meaning.DAY) == ["next", "tue"]
    assert pieces(text, Meaning.NOTE) == ['"x y"']
    assert pieces(text, Meaning.DOCTOR) == ["dr", "rao"]


def check_any(text: str) -> None:
    line = read(text)
    ends = 0
    for span in line.spans:
        assert ends <= span.begin < span.end <= len(text)
        ends = span.end
    assert line.minutes is None or line.minutes > 0
    assert all(word in text for word in line.patient_words)
    covered = "".join(text[s.begin : s.end] for s in line.spans)
    if len(text) <= 500 and '"' not in text:
        assert len(covered.split()) <= len(text.split())


SPOKEN = ("kumar", "3pm", "tue", "dr", "rao", "follow-up", "next", "in", "2", "weeks", "at", "9.30",
          "24.12", "first", "free", "any", "doctor", "note:", '"', "now", "20min", "+3", "this",
          "morning", "dept", "cardiology", "1500", "98765", "h-12", "for", "may", "३")  # fmt: skip


@given(st.lists(st.sampled_from(SPOKEN), max_size=12).map(" ".join))
def test_any_mix_of_words_is_read(text: str) -> None:
    check_any(text)


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=80))
def test_any_text_is_read(text: str) -> None:
    check_any(text)


@pytest.mark.feature("SEC-3")
def test_naughty_strings_are_read() -> None:
    for text in naughty_strings():
        check_any(text)


@pytest.mark.parametrize(
    "piece", ['"', "dr ", "dr rao ", "1 ", "in 2 ", "note:", "«", "follow ", "9.9."]
)
def test_a_pasted_page_takes_no_time(piece: str) -> None:
    started = clock.process_time()
    read(piece * 100_000)
    assert clock.process_time() - started < 0.5
