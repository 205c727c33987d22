"""Diagnoses, tests and prescription lines by keyboard."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt

from hms_desktop.domain import consultations
from hms_desktop.domain.consultations import Diagnosis, PrescriptionItem, Record
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.consultation.days import read_ahead, read_past
from hms_desktop.ui.consultation.short_lists import counted, frequencies, matching
from tests.ui.consultation.desk import Clinic

TODAY = date(2026, 11, 23)  # a Monday
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
ONE, TWO, THREE = Diagnosis("One", "A00"), Diagnosis("Two"), Diagnosis("Three", "B01")


def labels(here: Clinic) -> list[str]:
    return [chip.diagnosis.text for chip in here.form.diagnoses.chips]


# ------------------------------------------------------------------------------------ diagnoses
@pytest.mark.feature("CLN-1")
def test_an_exact_code_and_enter_is_enough(here: Clinic) -> None:
    here.form.diagnoses.edit.setFocus()
    here.type("i10")
    here.key(Qt.Key.Key_Return)  # before the list came
    here.settle()
    (found,) = here.form.diagnoses.value()
    assert found.code == "I10"
    assert "hypertension" in found.text.lower()


def test_enter_before_the_list_came_takes_nothing_that_nobody_saw(here: Clinic) -> None:
    here.form.diagnoses.edit.setFocus()
    here.type("head")
    here.key(Qt.Key.Key_Return)
    here.settle()
    assert not here.form.diagnoses.chips
    assert here.form.suggestions.isVisible()
    here.key(Qt.Key.Key_Return)
    assert len(here.form.diagnoses.chips) == 1


def test_words_that_were_not_added_are_neither_lost_nor_dropped(here: Clinic) -> None:
    here.form.diagnoses.edit.setFocus()
    here.type("mig")
    here.settle()
    here.key(Qt.Key.Key_Tab)
    assert not here.form.suggestions.isVisible()
    with pytest.raises(Invalid) as refusal:
        here.form.record()
    assert refusal.value.field == "diagnoses"
    assert "not added yet" in here.form.diagnoses.error
    here.through_json()
    assert here.form.diagnoses.edit.text() == "mig"


def test_chips_are_walked_moved_and_removed_by_keyboard(here: Clinic) -> None:
    here.form.show_record(Record(diagnoses=(ONE, TWO, THREE)), None)
    changes: list[int] = []
    here.form.changed.connect(lambda: changes.append(1))
    here.form.diagnoses.edit.setFocus()
    here.key(Qt.Key.Key_Left)
    here.key(Qt.Key.Key_Left, ALT)
    assert labels(here) == ["One", "Three", "Two"]
    here.key(Qt.Key.Key_Home)
    assert labels(here) == ["Three", "One", "Two"]
    assert here.here().accessibleName() == "Main diagnosis: B01 Three"
    here.key(Qt.Key.Key_Right)
    here.key(Qt.Key.Key_Delete)
    assert labels(here) == ["Three", "Two"]
    here.key(Qt.Key.Key_Escape)
    assert here.here() is here.form.diagnoses.edit
    here.key(Qt.Key.Key_Backspace)
    assert labels(here) == ["Three"]
    assert len(changes) == 4
    assert here.form.record().diagnoses == (THREE,)


def test_a_diagnosis_is_not_added_twice(here: Clinic) -> None:
    here.form.diagnoses.add(ONE)
    here.form.diagnoses.add(ONE)
    assert labels(here) == ["One"]


def test_escape_closes_the_list_and_keeps_the_words(here: Clinic) -> None:
    here.form.diagnoses.edit.setFocus()
    here.type("mig")
    here.settle()
    here.key(Qt.Key.Key_Escape)
    assert not here.form.suggestions.isVisible()
    assert here.form.diagnoses.edit.text() == "mig"


# ---------------------------------------------------------------------------------------- tests
def test_lines_of_tests_come_go_and_move_by_keyboard(here: Clinic) -> None:
    part = here.form.tests
    part.lines[0].text.setFocus()
    for text in ("Urea", "Sodium", "Sugar"):
        here.type(text)
        here.key(Qt.Key.Key_Return)
    here.key(Qt.Key.Key_Backspace)  # the empty line goes, the cursor is in the one before
    here.key(Qt.Key.Key_Up, ALT)
    assert [one.text for one in part.value()] == ["Urea", "Sugar", "Sodium"]
    part.lines[0].remove_button.click()
    assert [one.text for one in part.value()] == ["Sugar", "Sodium"]


def test_a_test_done_in_the_future_is_refused_at_its_day(here: Clinic) -> None:
    here.form.show_record(Record(tests=(consultations.TestOrder("Urea", TODAY),)), None)
    line = here.form.tests.lines[0]
    line.day.setText("24.11.2026")
    with pytest.raises(Invalid) as refusal:
        here.form.record()
    assert refusal.value.field == "tests.0.done_on"
    assert here.here() is line.day


def test_a_result_without_a_day_keeps_its_day_open(here: Clinic) -> None:
    record = Record(tests=(consultations.TestOrder("Urea", None, "32"),))
    here.form.show_record(record, None)
    assert here.form.record() == record


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", TODAY),
        ("yesterday", date(2026, 11, 22)),
        ("fri", date(2026, 11, 20)),
        ("24.12", date(2025, 12, 24)),
        ("24 dec", date(2025, 12, 24)),
        ("15.11.2026", date(2026, 11, 15)),
        ("", None),
    ],
)
def test_past_days_are_the_last_of_their_name(text: str, day: date | None) -> None:
    assert read_past(text, TODAY, day_first=True, field="x") == day


@pytest.mark.parametrize("text", ["tomorrow week", "24.12.2026", "+3", "in 2 weeks", "24.12.26"])
def test_days_to_come_are_no_past_days(text: str) -> None:
    with pytest.raises(Invalid):
        read_past(text, TODAY, day_first=True, field="x")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("4w", date(2026, 12, 21)),
        ("2 weeks", date(2026, 12, 7)),
        ("in 10 days", date(2026, 12, 3)),
        ("3m", date(2027, 2, 23)),
        ("1 year", date(2027, 11, 23)),
        ("15 Jan", date(2027, 1, 15)),
        ("fri", date(2026, 11, 27)),
        (" ", None),
    ],
)
def test_days_ahead_are_read(text: str, day: date | None) -> None:
    assert read_ahead(text, TODAY, day_first=True, field="x") == day


# --------------------------------------------------------------------------------- prescription
AMLO = PrescriptionItem("Amlodipine 5 mg tablet", "1", "oral", "once daily", "30 days", "", 7)
PARA = PrescriptionItem("Paracetamol 500 mg tablet", "1", "oral", "when needed", "5 days", "")


def drugs(here: Clinic) -> list[str]:
    return [one.drug for one in here.form.prescription.value()]


@pytest.mark.feature("CLN-2")
def test_drugs_are_moved_and_removed_by_keyboard(here: Clinic) -> None:
    here.form.show_record(Record(prescription=(AMLO, PARA)), None)
    here.form.prescription.lines[1].cells["dose"].setFocus()
    here.key(Qt.Key.Key_Up, ALT)
    assert drugs(here) == [PARA.drug, AMLO.drug]
    assert here.here() is here.form.prescription.lines[0].cells["dose"]
    here.key(Qt.Key.Key_Minus, CTRL)
    assert here.form.record().prescription == (AMLO,)


@pytest.mark.feature("CLN-7")
def test_the_last_prescription_is_asked_for_and_added_once(here: Clinic) -> None:
    here.form.show_record(Record(prescription=(PARA,)), None)
    wanted: list[int] = []
    here.form.repeat_wanted.connect(lambda: wanted.append(1))
    here.form.setFocus()
    here.key(Qt.Key.Key_R, CTRL)
    here.form.prescription.repeat_button.click()
    assert len(wanted) == 2
    here.form.add_items((AMLO, PARA))
    assert drugs(here) == [PARA.drug, AMLO.drug]


def test_other_words_are_no_longer_the_drug_of_the_list(here: Clinic) -> None:
    here.form.show_record(Record(prescription=(AMLO,)), None)
    here.form.prescription.lines[0].cells["drug"].setText("Amlodipine 10 mg")
    assert here.form.prescription.value()[0].drug_id is None


def test_short_lists_match_from_the_beginning_first() -> None:
    assert matching(frequencies(), "1-0")[0] == "1-0-0"
    assert matching(frequencies(), "needed") == ["when needed"]
    assert counted("5") == ["5 days", "5 weeks", "5 months"]
    assert counted("2w") == ["2 weeks"]
    assert counted("1") == ["1 day", "1 week", "1 month"]
    assert counted("until")[0] == "until the next visit"


def test_down_opens_the_whole_list_and_free_text_stays(here: Clinic) -> None:
    here.form.prescription.add_line()
    here.type("x")
    route = here.form.prescription.lines[0].cells["route"]
    route.setFocus()
    here.key(Qt.Key.Key_Down)
    assert here.form.suggestions.choices[0].text == "oral"
    here.key(Qt.Key.Key_Escape)
    here.type("through a mask")
    here.key(Qt.Key.Key_Tab)
    assert route.text() == "through a mask"
