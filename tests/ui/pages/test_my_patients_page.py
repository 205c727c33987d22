"""A doctor's patients with their numbers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from hms_desktop.domain.errors import Unreachable
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages import my_patients
from hms_desktop.ui.pages.my_patients import MyPatientsPage
from tests.services.conftest import Hospital
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window
from tests.ui.pages.doctor_month import make_month


def show(window: Window) -> MyPatientsPage:
    page = MyPatientsPage(window.desk, window)
    page.resize(1280, 700)
    window.resize(1280, 700)
    window.show()
    window.settle()
    return page


@pytest.fixture
def page(open_window: OpenWindow, services: Services, hospital: Hospital) -> MyPatientsPage:
    make_month(services, hospital)
    return show(open_window(DOCTOR, hospital.doctors[0]))


def settle(page: MyPatientsPage) -> Window:
    window = page.window()
    assert isinstance(window, Window)
    window.settle()
    return window


def shown(page: MyPatientsPage, key: str) -> list[str]:
    column = page.table.model.columns[page.table.place_of(key)]
    return [column.text(row) for row in page.table.rows()]


@pytest.mark.feature("DOC-3")
def test_each_patient_has_numbers_and_all_together(
    page: MyPatientsPage, hospital: Hospital
) -> None:
    ids = [row.patient_id for row in page.table.rows()]
    assert ids == [hospital.patients[0], hospital.patients[1], hospital.patients[2]]
    assert shown(page, "visits") == ["2", "1", "0"]
    assert shown(page, "no_shows") == ["1 · 33 %", "0", "0"]
    assert shown(page, "cancelled") == ["0", "1", "0"]
    assert shown(page, "last_visit") == ["Tue 13 Oct 10:00", "Mon 5 Oct 10:00", "–"]
    assert shown(page, "next_visit") == ["–", "–", "Fri 4 Dec 09:00"]
    assert page.patients.value == "3"
    assert page.visits.value == "3"
    assert page.no_shows.value == "1"
    assert "25 %" in page.no_shows.accessibleName()
    assert page.count.text() == "1–3 of 3"


@pytest.mark.feature("DOC-3")
def test_search_and_order_go_to_the_query(
    page: MyPatientsPage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = page.table.rows()[2].name
    page.box.set_text(page.table.rows()[2].mrn)
    page.box.flush()
    settle(page)
    assert [row.name for row in page.table.rows()] == [name]
    page.box.set_text("%_' nobody")
    page.box.flush()
    settle(page)
    assert page.table.rows() == ()
    assert page.empty.isVisible()
    page.box.set_text("")
    page.box.flush()
    settle(page)
    page.table.sort_by("visits")
    settle(page)
    assert shown(page, "visits") == ["0", "1", "2"]
    page.table.sort_by("visits", descending=True)
    settle(page)
    assert shown(page, "visits") == ["2", "1", "0"]
    monkeypatch.setattr(my_patients, "PAGE_ROWS", 2)
    page.reload()
    window = settle(page)
    assert page.count.text() == "1–2 of 3"
    page.later.click()
    settle(page)
    assert page.count.text() == "3–3 of 3"
    assert not page.later.isEnabled()
    assert window.errors == []


@pytest.mark.feature("DOC-3")
def test_enter_opens_the_patient(page: MyPatientsPage, hospital: Hospital, qtbot: QtBot) -> None:
    page.table.select_ids([hospital.patients[1]])
    with qtbot.waitSignal(page.desk.navigate.patient) as told:
        qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert told.args == [hospital.patients[1]]


def test_another_doctors_patients_are_not_there(
    open_window: OpenWindow, services: Services, hospital: Hospital
) -> None:
    make_month(services, hospital)
    page = show(open_window(DOCTOR, hospital.doctors[1]))
    assert page.table.rows() == ()
    assert page.patients.value == "0"


def test_what_cannot_be_read_is_told(
    page: MyPatientsPage, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise Unreachable("The database is away.")

    monkeypatch.setattr(type(services.doctor_numbers), "my_patients", away)
    page.reload()
    settle(page)
    assert page.trouble.text() == "The database is away."
    assert len(page.table.rows()) == 3, "what was read stays readable"
