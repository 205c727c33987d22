from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages.appointments import AppointmentsPage
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window


def show(window: Window) -> AppointmentsPage:
    page = AppointmentsPage(window.desk)
    (window.layout() or QVBoxLayout(window)).addWidget(page)
    window.resize(1200, 700)
    window.show()
    window.settle()
    return page


@pytest.mark.feature("APT-9")
def test_filters_and_order_go_to_the_query(
    open_window: OpenWindow, visits: tuple[int, ...]
) -> None:
    window = open_window()
    page = show(window)
    assert [row.id for row in page.table.rows()] == list(visits)
    page.table.sort_by("starts_at", descending=True)
    window.settle()
    assert [row.id for row in page.table.rows()] == list(reversed(visits))
    doctor = page.table.rows()[0].doctor_id
    page.filters.doctors.set_values([doctor])
    page.filters.doctors.changed.emit()
    window.settle()
    assert {row.doctor_id for row in page.table.rows()} == {doctor}
    page.filters.period.set_value("tomorrow")
    page.filters.period.changed.emit("tomorrow")
    window.settle()
    assert page.table.rows() == ()
    page.filters.reset()
    window.settle()
    assert len(page.table.rows()) == len(visits)


@pytest.mark.feature("APT-9")
def test_filters_are_kept_under_a_name_and_taken_again(
    open_window: OpenWindow, visits: tuple[int, ...], qtbot: QtBot
) -> None:
    window = open_window()
    page = show(window)
    saved, doctor = page.filters.saved, page.table.rows()[0].doctor_id
    page.filters.doctors.set_values([doctor])
    page.filters.period.set_value("custom")
    page.filters.period.changed.emit("custom")
    window.settle()
    days = page.filters.days()
    saved.ask()
    qtbot.keyClicks(saved.name, " Dr R & co ")
    qtbot.keyClick(saved.name, Qt.Key.Key_Return)
    assert not saved.name.isVisible()
    page.filters.reset()
    window.settle()
    again = show(window)
    menu = again.filters.saved.fill()
    assert menu.actions()[0].text() == "Dr R && co"
    menu.actions()[0].trigger()
    window.settle()
    assert again.filters.days() == days
    assert again.filters.doctors.values() == (doctor,)
    again.filters.set_state({"statuses": [["?"]], "doctors": "x", "first": 3, "period": "?"})
    assert not again.filters.narrowed(), "what another version wrote does no harm"
    remove = again.filters.saved.fill().actions()[-1].menu()
    assert remove is not None
    remove.actions()[0].trigger()
    assert again.filters.saved.saved() == {}


@pytest.mark.feature("APT-7")
def test_many_are_confirmed_checked_in_and_cancelled(
    open_window: OpenWindow, visits: tuple[int, ...], services: Services
) -> None:
    window = open_window()
    page = show(window)

    def statuses() -> list[Status]:
        actor = window.desk.actor
        return [services.appointments.get(actor, one).status for one in visits]

    page.table.select_ids(visits)
    page.step(Status.CONFIRMED)
    window.settle()
    assert statuses() == [Status.CONFIRMED] * 3
    page.table.select_ids(visits[:2])
    page.step(Status.ARRIVED)
    window.settle()
    assert statuses() == [Status.ARRIVED, Status.ARRIVED, Status.CONFIRMED]
    newest = window.desk.history.take()
    assert newest is not None
    services.undo.undo(window.desk.actor, newest[0])
    page.reload()
    window.settle()
    assert statuses() == [Status.CONFIRMED] * 3
    page.table.select_ids(visits)
    page.step(Status.CANCELLED)
    page.cancel_panel.reason.setCurrentIndex(1)
    page.cancel_panel.yes.click()
    window.settle()
    assert statuses() == [Status.CANCELLED] * 3
    assert window.errors == []


@pytest.mark.feature("APT-9")
def test_enter_opens_the_appointment(
    open_window: OpenWindow, visits: tuple[int, ...], qtbot: QtBot
) -> None:
    window = open_window()
    page = show(window)
    page.table.select_ids([visits[1]])
    with qtbot.waitSignal(window.desk.navigate.appointment) as told:
        qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert told.args == [visits[1]]


@pytest.mark.feature("APT-9")
def test_what_is_filtered_is_exported(
    open_window: OpenWindow, visits: tuple[int, ...], tmp_path: Path
) -> None:
    window = open_window()
    page = show(window)
    path = tmp_path / "list.csv"
    page.export_line.export_to(path, page.filters.wish())
    window.settle()
    assert "3 appointments exported" in window.toast()
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1 + len(visits)
    assert not page.export_line.isVisible()


def test_a_doctor_sees_own_visits_and_no_export(
    open_window: OpenWindow, visits: tuple[int, ...], services: Services
) -> None:
    reader = open_window().desk.actor
    own = services.appointments.get(reader, visits[0]).doctor_id
    window = open_window(frozenset({"appointments.read_own", "doctors.read"}), own)
    page = show(window)
    assert {row.doctor_id for row in page.table.rows()} == {own}
    assert not page.export_button.isVisible()
    assert not page.filters.doctors.isVisible()
