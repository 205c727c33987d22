"""One box finds patients as somebody types; below, the next free slots."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from hms_desktop.domain.hours import FreeSlot
from hms_desktop.domain.patients import PatientHit
from hms_desktop.ui.patients.find_panel import FindPanel
from hms_desktop.ui.patients.hits import NewPatient
from tests.support.strings import naughty_strings
from tests.ui.patients.desk import Place


def open_panel(here: Place) -> FindPanel:
    panel = FindPanel(here.desk, here.window)
    panel.resize(300, 860)
    here.window.resize(400, 900)
    here.window.show()
    here.settle()
    return panel


def rows(panel: FindPanel) -> list[str]:
    return [row.title if isinstance(row, NewPatient) else row.name for row in panel.list.hits.rows]


@pytest.mark.feature("PAT-2")
def test_typing_arrows_and_enter_choose_a_patient_without_leaving_the_box(here: Place) -> None:
    panel = open_panel(here)
    chosen: list[PatientHit] = []
    panel.patient_chosen.connect(chosen.append)
    panel.focus_search()
    QTest.keyClicks(panel.box.edit, "kumar")
    panel.box.flush()
    here.settle()
    assert rows(panel)[0] == "Kumar Swamy"
    assert rows(panel)[-1] == "New patient “kumar”"
    QTest.keyClick(panel.box.edit, Qt.Key.Key_Down)
    assert panel.box.edit.hasFocus()
    QTest.keyClick(panel.box.edit, Qt.Key.Key_Return)
    assert [hit.name for hit in chosen] == ["Kumaraswamy Iyer"]


@pytest.mark.feature("PAT-2")
def test_enter_typed_ahead_waits_for_the_answer_to_what_was_typed(here: Place) -> None:
    panel = open_panel(here)
    chosen: list[PatientHit] = []
    panel.patient_chosen.connect(chosen.append)
    QTest.keyClicks(panel.box.edit, "fatima")
    QTest.keyClick(panel.box.edit, Qt.Key.Key_Return)
    assert not chosen
    here.settle()
    assert [hit.name for hit in chosen] == ["Fatima Sheikh"]


@pytest.mark.feature("PAT-1")
def test_nobody_found_says_what_to_do_and_enter_registers(here: Place) -> None:
    panel = open_panel(here)
    wanted: list[str] = []
    panel.new_patient_wanted.connect(wanted.append)
    panel.set_text("qqqq wwww")
    here.settle()
    assert "register a new patient" in panel.note.text()
    panel.list.choose_current()
    panel.want_new()
    assert wanted == ["qqqq wwww", "qqqq wwww"]


@pytest.mark.feature("PAT-2")
def test_an_empty_box_shows_who_was_opened_last(here: Place) -> None:
    here.services.patients.open(here.actor, here.patients[2].id)
    panel = open_panel(here)
    assert rows(panel) == ["Kumari Sharma"]
    assert panel.heading.isVisible()


def test_a_row_tells_patients_apart(here: Place) -> None:
    panel = open_panel(here)
    panel.set_text("kumar")
    here.settle()
    lines = {line[0]: line for line in map(panel.list.hits.lines, panel.list.hits.rows)}
    kumar = here.patients[0]
    name, person, phone, chip = lines["Kumar Swamy"]
    assert (name, person) == ("Kumar Swamy", f"M 46 · 12.03.1980 · {kumar.mrn}")
    assert (phone, chip) == (kumar.phones[0], "never")
    assert lines["Kumaraswamy Iyer"][3] == "today 11:30"


def test_the_model_is_sound(here: Place) -> None:
    panel = open_panel(here)
    models: list[QAbstractItemModel] = [panel.list.hits, panel.next_free.list.slots]
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(model, mode) for model in models]
    panel.set_text("kumar")
    here.settle()
    panel.set_text("")
    here.settle()
    assert len(testers) == 2


@pytest.mark.feature("APT-4")
def test_the_next_free_slots_follow_the_choices_and_enter_takes_one(here: Place) -> None:
    panel = open_panel(here)
    free = panel.next_free
    slots: list[FreeSlot] = []
    panel.slot_chosen.connect(slots.append)
    first = free.list.slots.rows[0]
    assert free.list.slots.when(first) == "Today 11:00"
    free.who.setCurrentIndex(free.who.findText("Dr Meera Rao"))
    here.settle()
    assert {slot.doctor_name for slot in free.list.slots.rows} == {"Dr Meera Rao"}
    assert "DR MEERA RAO" in free.heading.text()
    for day in free.days[:3]:
        day.setChecked(False)
    free.part._walk(2)
    here.settle()
    shown = [free.list.slots.when(slot) for slot in free.list.slots.rows]
    assert shown[0] == "Thu 12:00"
    QTest.keyClick(free.list, Qt.Key.Key_Down)
    QTest.keyClick(free.list, Qt.Key.Key_Return)
    assert slots == [free.list.slots.rows[1]]
    again = FindPanel(here.desk, here.window)
    here.settle()
    assert again.next_free.wish() == free.wish()


@pytest.mark.feature("APT-4")
def test_a_search_without_an_answer_says_so(here: Place) -> None:
    panel = open_panel(here)
    for day in panel.next_free.days[:6]:
        day.setChecked(False)
    here.settle()
    assert "Nothing is free" in panel.next_free.note.text()


def test_no_text_is_read_as_anything_but_text(here: Place) -> None:
    panel = open_panel(here)
    for text in naughty_strings()[::7]:
        hit = PatientHit(1, "H-1", text, "male", None, "", text, False, True)
        new = NewPatient(text)
        panel.list.show_rows((hit,), new, here.clock())
        assert panel.list.hits.lines(hit)[0] == text
        assert not panel.list.grab().isNull()
