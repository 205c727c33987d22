from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from hms_desktop.domain.hours import FreeSlot
from hms_desktop.domain.permissions import PATIENT
from hms_desktop.ui.pages.doctors import DoctorsPage
from tests.services.conftest import Hospital
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window


def show(window: Window) -> DoctorsPage:
    page = DoctorsPage(window.desk)
    QVBoxLayout(window).addWidget(page)
    window.resize(1200, 700)
    window.show()
    window.settle()
    return page


@pytest.mark.feature("DEP-3")
def test_from_department_to_doctor_to_slot_by_enter(
    open_window: OpenWindow, hospital: Hospital, qtbot: QtBot
) -> None:
    window = open_window()
    page = show(window)
    page.departments.focus_list()
    qtbot.keyClick(page.departments.view, Qt.Key.Key_Return)
    qtbot.keyClick(page.doctors.view, Qt.Key.Key_Down)
    window.settle()
    chosen = page.current_doctor()
    assert chosen is not None
    assert chosen.id == hospital.doctors[1]
    qtbot.keyClick(page.doctors.view, Qt.Key.Key_Return)
    with qtbot.waitSignal(window.desk.navigate.book_slot) as told:
        qtbot.keyClick(page.slots.view, Qt.Key.Key_Return)
    slot = told.args[0]
    assert isinstance(slot, FreeSlot)
    assert slot.doctor_id == hospital.doctors[1]
    assert slot.starts_at >= window.desk.now()


@pytest.mark.feature("DEP-3")
def test_a_doctor_chosen_elsewhere_is_shown_at_once_and_before_the_list_is_there(
    open_window: OpenWindow, hospital: Hospital
) -> None:
    window = open_window()
    page = DoctorsPage(window.desk)
    QVBoxLayout(window).addWidget(page)
    page.open_doctor(hospital.doctors[1])
    window.show()
    window.settle()
    for wanted in (hospital.doctors[1], hospital.doctors[0]):
        page.open_doctor(wanted)
        window.settle()
        chosen = page.current_doctor()
        assert chosen is not None
        assert chosen.id == wanted


@pytest.mark.feature("DEP-3")
def test_everybody_may_look_and_only_the_desk_may_book(
    open_window: OpenWindow, hospital: Hospital
) -> None:
    window = open_window(PATIENT)
    page = show(window)
    assert len(page.doctors.model.lines) == len(hospital.doctors)
    assert {line.button for line in page.slots.model.lines} <= {""}
    assert window.errors == []
