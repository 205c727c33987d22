"""The hospital's drug list, allergies and snippets, as the form uses them."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.consultations import PrescriptionItem, Record
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.snippets import SaveSnippet
from tests.ui.consultation.desk import Clinic
from tests.ui.consultation.test_form import chart

ADVICE = "Less salt, walk daily, measure at home.\nCome back in 4 weeks."


# --------------------------------------------------------------------------------- the drug list
@pytest.mark.feature("CLN-2")
def test_a_drug_of_the_list_brings_its_route_and_its_id(here: Clinic) -> None:
    here.form.show_record(Record(), chart())
    here.form.setFocus()
    here.key(Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    here.type("amlod")
    here.settle()
    offered = here.form.suggestions.current
    here.key(Qt.Key.Key_Return)
    line = here.form.prescription.lines[0]
    assert here.here() is line.cells["dose"]
    (item,) = here.form.prescription.value()
    assert item.drug == offered.text
    assert item.drug.startswith("Amlodipine")
    assert item.route == "oral"
    assert item.drug_id == offered.value.id
    here.through_json()
    assert here.form.prescription.value() == (item,)


# ------------------------------------------------------------------------------------ allergies
def prescribe(here: Clinic, text: str) -> None:
    here.form.prescription.add_line()
    here.type(text)
    here.settle()


@pytest.mark.feature("CLN-2")
def test_a_known_allergy_wants_an_answer_before_the_record_passes(here: Clinic) -> None:
    here.form.show_record(Record(), chart("penicillin"))
    prescribe(here, "amoxicillin 500")
    here.key(Qt.Key.Key_Return)
    here.settle()
    line = here.form.prescription.lines[0]
    assert line.warned
    assert "penicillin" in line.warning.label.text()
    with pytest.raises(Invalid) as refusal:
        here.form.record()
    assert refusal.value.field == "prescription.0.allergy_answer"
    assert here.here() is line.reason
    here.type("rash thirty years ago, tolerated since")
    assert here.form.record().prescription[0].allergy_answer.startswith("rash thirty years")
    here.through_json()
    assert here.form.record().prescription[0].allergy_answer.startswith("rash thirty years")


def test_an_answer_is_given_for_one_drug(here: Clinic) -> None:
    item = PrescriptionItem("Amoxicillin 500 mg capsule", allergy_answer="tolerated")
    here.form.show_record(Record(prescription=(item,)), chart("penicillin"))
    assert here.form.record().prescription == (item,)
    cell = here.form.prescription.lines[0].cells["drug"]
    cell.setFocus()
    cell.selectAll()
    here.type("Ampicillin")
    here.settle()
    here.key(Qt.Key.Key_Escape)
    assert not here.form.prescription.lines[0].answered
    cell.selectAll()
    here.type("Paracetamol")
    here.settle()
    assert not here.form.prescription.lines[0].warned
    assert here.form.record().prescription[0].allergy_answer == ""


def test_repeated_drugs_are_answered_for_anew(here: Clinic) -> None:
    here.form.show_record(Record(), chart("penicillin"))
    here.form.add_items((PrescriptionItem("Amoxicillin 500 mg", allergy_answer="once"),))
    here.settle()
    assert not here.form.prescription.lines[0].answered


def test_what_only_the_drug_list_knows_is_warned_of_too(here: Clinic) -> None:
    (row,) = here.place.services.drugs.search(here.place.actor, "amoxicillin 500 mg", 1)
    item = PrescriptionItem("The white capsule", drug_id=row.id)
    here.form.show_record(Record(prescription=(item,)), chart("penicillin"))
    here.settle()
    assert here.form.prescription.lines[0].warned


def test_a_refusal_of_the_service_opens_the_field_for_the_answer(here: Clinic) -> None:
    here.form.show_record(Record(prescription=(PrescriptionItem("Cream"),)), None)
    here.form.show_error("prescription.0.allergy_answer", "meets an allergy")
    here.settle()
    assert here.form.prescription.lines[0].reason.isVisible()
    assert here.here() is here.form.prescription.lines[0].reason


# ------------------------------------------------------------------------------------- snippets
@pytest.fixture
def snippets(here: Clinic) -> Clinic:
    service, actor = here.place.services.snippets, here.place.actor
    service.save(actor, SaveSnippet("bpadvice", ADVICE))
    service.save(actor, SaveSnippet("bpok", "Blood pressure well controlled."))
    for _ in range(20):  # the form hears of it and reads again
        QApplication.processEvents()
        time.sleep(0.003)
        here.settle()
    return here


@pytest.mark.feature("CLN-7")
@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Tab])
def test_a_blank_or_tab_expands_the_word(snippets: Clinic, key: Qt.Key) -> None:
    here = snippets
    notes = here.form.notes.edit
    notes.set_text("𝒜dherence good. 😀 later")
    notes.setFocus()
    cursor = notes.textCursor()
    cursor.setPosition(len("𝒜dherence good. 😀 ".encode("utf-16-le")) // 2)
    notes.setTextCursor(cursor)
    here.type(".bpadvice")
    here.key(Qt.Key.Key_Escape)
    here.key(key)
    blank = " " if key == Qt.Key.Key_Space else ""
    assert notes.text() == f"𝒜dherence good. 😀 {ADVICE}{blank}later"
    assert here.here() is notes
    for _ in range(2 if blank else 1):
        notes.undo()
    assert notes.text() == "𝒜dherence good. 😀 .bpadvicelater"


@pytest.mark.feature("CLN-7")
def test_after_a_dot_the_words_are_offered(snippets: Clinic) -> None:
    here = snippets
    here.form.treatment.edit.setFocus()
    here.type("x .bp")
    assert [one.lead for one in here.form.suggestions.choices] == [".bpadvice", ".bpok"]
    here.key(Qt.Key.Key_Down)
    here.key(Qt.Key.Key_Return)
    assert here.form.treatment.value() == "x Blood pressure well controlled."
    here.type(" 3.b")
    assert not here.form.suggestions.isVisible()


def test_tab_without_a_keyword_goes_on(snippets: Clinic) -> None:
    here = snippets
    here.form.notes.edit.setFocus()
    here.type("nothing special.")
    here.key(Qt.Key.Key_Tab)
    assert here.here() is here.form.treatment.edit


def test_expanding_in_a_long_text_is_quick(snippets: Clinic) -> None:
    here = snippets
    notes = here.form.notes.edit
    notes.set_text("one long paragraph, " * 1_000)
    notes.setFocus()
    notes.moveCursor(QTextCursor.MoveOperation.End)
    here.type(".bpok")
    begun = time.perf_counter()
    here.key(Qt.Key.Key_Space)
    assert time.perf_counter() - begun < 0.2
    assert notes.text().endswith("Blood pressure well controlled. ")
