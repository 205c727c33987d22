"""The form as a whole: what is typed is the record; everything typed survives."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from hms_desktop.domain import consultations
from hms_desktop.domain.consultations import (
    Access,
    Chart,
    Diagnosis,
    PastVitals,
    PrescriptionItem,
    Record,
)
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.vitals import Vitals
from tests.support.strings import naughty_strings
from tests.ui.consultation.desk import Clinic

TODAY = date(2026, 11, 23)
CTRL = Qt.KeyboardModifier.ControlModifier
MARK = "\ufeff"
"""Qt reads a text's first byte order mark as one, and drops it; so does the gate."""
ALT = Qt.KeyboardModifier.AltModifier
PAST = Vitals(152, 94, 80, 367, 97, 16, 72_000, 1_620)

WHOLE = Record(
    complaint="Headache in the mornings,\none week.",
    vitals=Vitals(148, 92, 78, 368, 98, 16, 71_500, 1_620),
    diagnoses=(Diagnosis("Migraine, unspecified", "G43.9"), Diagnosis("Poor sleep")),
    tests=(
        consultations.TestOrder("Creatinine, electrolytes"),
        consultations.TestOrder("Urine albumin", TODAY, "negative"),
    ),
    notes="Adherence good. Home readings 145–150.",
    treatment="Less salt.",
    prescription=(
        PrescriptionItem("Home-made syrup", "5 ml", "oral", "twice daily", "5 days", "after meals"),
        PrescriptionItem("Saline drops", "2", "into the nose", "when needed", "", ""),
    ),
    prescription_note="Come back earlier with fever.",
    follow_up_on=date(2026, 12, 21),
)


def chart(allergies: str = "", vitals: Vitals = PAST) -> Chart:
    past = (PastVitals(datetime(2026, 11, 3, 5, tzinfo=UTC), vitals),)
    return Chart(1, allergies, "", (), past, Access.OWN)


def enter(here: Clinic) -> None:
    here.key(Qt.Key.Key_Return)


def tab(here: Clinic, times: int = 1) -> None:
    for _ in range(times):
        here.key(Qt.Key.Key_Tab)


def type_upper_half(here: Clinic) -> None:
    here.form.setFocus()
    here.type("Headache in the mornings,")
    enter(here)
    here.type("one week.")
    for value in ("148/92", "78", "36,8", "98", "16", "71.5", "162"):
        tab(here)
        here.type(value)
    tab(here)
    here.type("mig")
    here.settle()
    enter(here)
    here.type("Poor sleep")
    here.settle()
    choices = here.form.suggestions.choices
    assert choices[-1].text == "Use as typed: “Poor sleep”"
    here.key(Qt.Key.Key_Up)  # round to the last
    enter(here)


def type_middle(here: Clinic) -> None:
    tab(here)
    here.type("Creatinine, electrolytes")
    enter(here)
    here.type("Urine albumin")
    tab(here)
    here.key(Qt.Key.Key_Space)
    tab(here, 2)
    here.type("negative")
    here.key(Qt.Key.Key_5, CTRL)
    here.type(WHOLE.notes)
    tab(here)
    here.type(WHOLE.treatment)


def type_lower_half(here: Clinic) -> None:
    here.key(Qt.Key.Key_Plus, CTRL)
    for text in ("Home-made syrup", "5 ml", "or", "twice d", "5", "after meals"):
        here.type(text)
        here.settle()
        tab(here)
    here.key(Qt.Key.Key_Plus, CTRL)
    for text in ("Saline drops", "2", "into the no", "when n"):
        here.type(text)
        here.settle()
        tab(here)
    tab(here, 3)  # duration, instructions, the cross
    enter_on = here.here()
    assert enter_on is here.form.prescription.add_button
    tab(here)
    here.type(WHOLE.prescription_note)
    tab(here)
    here.type("4w")
    tab(here)


@pytest.mark.feature("CLN-1", "CLN-2")
def test_a_whole_record_typed_by_keyboard_is_that_record(here: Clinic) -> None:
    form = here.form
    form.show_record(Record(), chart())
    type_upper_half(here)
    assert form.vitals.bmi.edit.text() == "27.2"
    type_middle(here)
    type_lower_half(here)
    assert form.follow_up.shown.text() == "Mon 21 December"
    assert form.record() == WHOLE
    assert form.record().check(TODAY) == WHOLE
    here.through_json()
    assert form.record() == WHOLE
    form.clear()
    assert form.record() == Record()
    form.show_record(WHOLE, chart())
    assert form.record() == WHOLE


@pytest.mark.feature("CLN-1")
def test_impossible_signs_are_refused_at_once_and_kept(here: Clinic) -> None:
    vitals = here.form.vitals
    pulse = vitals.signs["pulse"].edit
    pulse.setFocus()
    QTest.keyClicks(pulse, "780")
    assert "780 cannot be right" in vitals.error
    QTest.keyClick(pulse, Qt.Key.Key_Backspace)
    assert not vitals.error
    pulse.setText("7")
    pulse.editingFinished.emit()
    assert "7 cannot be right" in vitals.error
    with pytest.raises(Invalid) as refusal:
        here.form.record()
    assert refusal.value.field == "vitals.pulse"
    assert here.here() is pulse
    here.through_json()
    assert "7 cannot be right" in vitals.error


@pytest.mark.feature("CLN-1")
def test_unusual_signs_say_so_in_words_beside_the_last_ones(here: Clinic) -> None:
    here.form.show_record(Record(vitals=Vitals(148, 92, 45, 367, 97)), chart())
    notes = {name: field.note.text() for name, field in here.form.vitals.signs.items()}
    assert notes == {
        "pressure": "high  ▼ 152/94",
        "pulse": "low  ▼ 80",
        "temperature_tenths": "= 36.7",
        "spo2": "= 97",
        "respiratory_rate": "last 16",
        "weight_grams": "last 72.0",
        "height_mm": "last 162",
    }
    assert here.form.vitals.signs["pulse"].edit.property("unusual")
    assert not here.form.vitals.signs["spo2"].edit.property("unusual")


def test_the_mass_index_uses_the_last_height_and_says_so(here: Clinic) -> None:
    here.form.show_record(Record(vitals=Vitals(weight_grams=71_500)), chart())
    assert here.form.vitals.bmi.edit.text() == "27.2"
    assert here.form.vitals.bmi.note.text() == "high  last height"


@pytest.mark.feature("CLN-1")
def test_every_refusal_of_a_record_stands_at_its_field(here: Clinic) -> None:
    form = here.form
    form.show_record(WHOLE, chart())
    wanted: dict[str, QWidget] = {
        "complaint": form.complaint.edit,
        "vitals.systolic": form.vitals.signs["pressure"].edit,
        "vitals.height_mm": form.vitals.signs["height_mm"].edit,
        "diagnoses": form.diagnoses.edit,
        "diagnoses.1.text": form.diagnoses.chips[1],
        "tests.1.done_on": form.tests.lines[1].day,
        "tests.1.result": form.tests.lines[1].result,
        "tests.0.text": form.tests.lines[0].text,
        "notes": form.notes.edit,
        "treatment": form.treatment.edit,
        "prescription.1.route": form.prescription.lines[1].cells["route"],
        "prescription.0.drug": form.prescription.lines[0].cells["drug"],
        "prescription_note": form.prescription_note.edit,
        "follow_up_on": form.follow_up.edit,
    }
    for field, editor in wanted.items():
        form.show_error(field, f"wrong {field}")
        assert form.parts[field.partition(".")[0]].error == f"wrong {field}"
        assert here.here() is editor
        assert editor.accessibleDescription() == f"wrong {field}"
        form.clear_errors()


def test_a_follow_up_typed_yesterday_means_the_same_day_today(here: Clinic) -> None:
    here.form.follow_up.edit.setFocus()
    here.type("4w")
    raw = here.form.raw()
    here.place.clock.advance(days=1)
    here.form.restore(raw)
    assert here.form.record().follow_up_on == date(2026, 12, 21)


@pytest.mark.parametrize("text", ["yesterday", "banana", "23.11.2026", "300w", "31.02.2027"])
def test_a_follow_up_that_cannot_be_is_refused_at_the_field(here: Clinic, text: str) -> None:
    here.form.follow_up.edit.setFocus()
    here.type(text)
    tab(here)
    assert here.form.follow_up.error
    with pytest.raises(Invalid) as refusal:
        here.form.record()
    assert refusal.value.field == "follow_up_on"
    assert here.form.raw()["follow_up_on"] == text


def test_the_follow_up_of_an_old_record_need_not_lie_ahead(here: Clinic) -> None:
    old = Record(follow_up_on=date(2025, 1, 2))
    here.form.show_record(old, None)
    assert here.form.record() == old


def test_booking_the_follow_up_carries_the_day(here: Clinic) -> None:
    wanted: list[date] = []
    here.form.follow_up_wanted.connect(wanted.append)
    here.form.follow_up.step_buttons[2].click()
    here.form.follow_up.book_button.click()
    here.form.clear()
    here.form.setFocus()
    here.key(Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert wanted == [date(2026, 12, 23), date(2026, 12, 21)]


# ------------------------------------------------------------------------------ hostile strings
def refusal_of(record: Record) -> str:
    """Return the field at which a record is refused, or an empty text."""
    try:
        record.check(TODAY)
    except Invalid as error:
        return error.field
    return ""


def shown_texts(form: QWidget) -> list[QWidget]:
    return [*form.findChildren(QLineEdit), *form.findChildren(QPlainTextEdit)]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.feature("CLN-1")
def test_hostile_strings_are_kept_exactly_or_refused_at_their_field(here: Clinic) -> None:
    form = here.form
    more = ("a\u00a0b", "tab\there", "a\u2028b", "e\u0301", "x" * 3_000)
    for text in (one.removeprefix(MARK) for one in (*naughty_strings(), *more)):
        word = text if text.strip() else "x"  # lines of blanks alone do not count
        wanted = Record(
            complaint=text,
            diagnoses=(Diagnosis(text),),
            tests=(consultations.TestOrder(word, TODAY, text),),
            notes=text,
            treatment=text,
            prescription=(PrescriptionItem(word, text, text, text, text, text),),
            prescription_note=text,
        )
        form.show_record(wanted, chart(text))
        assert form.record() == wanted
        raw = json.loads(json.dumps(form.raw(), ensure_ascii=False))
        form.restore(raw)
        assert form.raw() == raw
        got = form.record()
        refused = refusal_of(wanted)
        assert refusal_of(got) == refused
        if refused:
            form.show_error(refused, "wrong")
            assert form.parts[refused.partition(".")[0]].error == "wrong"
        else:
            assert got.check(TODAY) == wanted.check(TODAY)
        form.calm.show_record(wanted)
        # As the program's own loop does between two patients.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for label in form.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.slow
def test_hostile_strings_that_are_pasted_arrive_as_the_gate_keeps_them(here: Clinic) -> None:
    form = here.form
    for text in naughty_strings():
        if "\0" in text:
            continue
        QApplication.clipboard().setText(text)
        form.clear()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        form.notes.edit.setFocus()
        form.notes.edit.paste()
        form.complaint.edit.paste()
        once = Record(diagnoses=(Diagnosis("x"),), notes=text, complaint=text)
        got = form.record()
        try:
            wanted = once.check(TODAY)
        except Invalid:
            continue
        checked = Record(diagnoses=(Diagnosis("x"),), notes=got.notes, complaint=got.complaint)
        assert checked.check(TODAY) == wanted


def test_long_notes_stay_quick(here: Clinic) -> None:
    notes = here.form.notes.edit
    text = "Adherence good, no new complaints. " * 570
    notes.set_text(text)
    notes.setFocus()
    notes.moveCursor(notes.textCursor().MoveOperation.End)
    begun = time.perf_counter()
    for letter in "more words at the end " * 2:
        here.type(letter)
        json.dumps(here.form.raw())
    QApplication.processEvents()
    each = (time.perf_counter() - begun) / 44
    assert each < 0.05
    assert here.form.record().notes == text + "more words at the end " * 2


def test_a_hundred_thousand_characters_are_refused_with_a_sentence_not_cut(here: Clinic) -> None:
    text = "word " * 20_000
    here.form.show_record(Record(notes=text, diagnoses=(Diagnosis("x"),)), None)
    assert here.form.record().notes == text
    with pytest.raises(Invalid) as refusal:
        here.form.record().check(TODAY)
    assert refusal.value.field == "notes"
    drug = PrescriptionItem(text)
    here.form.show_record(Record(prescription=(drug,)), None)
    assert here.form.record().prescription == (drug,)


# --------------------------------------------------------------------------------- keys, reading
def test_ctrl_and_a_number_jump_to_the_parts(here: Clinic) -> None:
    form = here.form
    form.setFocus()
    targets = (
        form.complaint.edit,
        form.vitals.signs["pressure"].edit,
        form.diagnoses.edit,
        form.tests.lines[0].text,
        form.notes.edit,
        None,
        form.follow_up.edit,
    )
    for number, target in enumerate(targets, 1):
        here.key(Qt.Key(Qt.Key.Key_0 + number), CTRL)
        assert here.here() is (target or form.prescription.lines[0].cells["drug"])


def test_every_control_has_a_name(here: Clinic) -> None:
    here.form.show_record(WHOLE, chart("Penicillin"))
    for widget in shown_texts(here.form):
        assert widget.accessibleName(), widget
    for kind in ("QPushButton", "QToolButton", "QCheckBox"):
        for widget in here.form.findChildren(QWidget):
            if widget.metaObject().className() == kind:
                assert widget.accessibleName() or widget.text(), widget  # type: ignore[attr-defined]


@pytest.mark.feature("CLN-4")
def test_a_record_is_shown_as_calm_text_with_nothing_to_type_into(here: Clinic) -> None:
    here.form.show_record(WHOLE, chart(), read_only=True)
    here.settle()
    assert not any(widget.isVisible() for widget in shown_texts(here.form))
    words = "\n".join(label.text() for label in here.form.findChildren(QLabel) if label.isVisible())
    for text in (
        "one week.",
        "BP 148/92 (unusual) · pulse 78/min · 36.8 °C",
        "BMI 27.2",
        "G43.9 Migraine, unspecified\nPoor sleep",
        "Creatinine, electrolytes · ordered",
        "Urine albumin · 23.11.2026 · negative",
        "Home-made syrup · 5 ml · oral · twice daily · 5 days · after meals",
        "Mon 21 December 2026",
    ):
        assert text in words
    here.form.show_record(Record(), None, read_only=True)
    here.settle()
    assert "Nothing is written" in here.form.calm.findChildren(QLabel)[-1].text()
