"""A chart is bound to one patient and says who it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import RegisterPatient
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.ui.patients.view import PatientView
from tests.support.strings import naughty_strings
from tests.ui.patients.desk import Place, place


def open_view(here: Place, patient_id: int) -> PatientView:
    view = PatientView(here.desk, patient_id, here.window)
    here.window.resize(500, 900)
    here.window.show()
    here.settle()
    return view


@pytest.mark.feature("PAT-5")
def test_the_banner_names_the_patient_and_warns(here: Place) -> None:
    row = here.patients[0]
    banner = open_view(here, row.id).banner
    assert banner.name.text() == "Kumar Swamy"
    assert banner.person.text() == "Male · 46 years · 12.03.1980"
    assert banner.mrn.text == row.mrn
    assert "Penicillin" in banner.allergies.label.text()
    assert banner.allergies.isVisible()
    assert not banner.look_alike.isVisible()


@pytest.mark.feature("PAT-5")
def test_a_name_easily_taken_for_one_on_todays_list_is_flagged(here: Place) -> None:
    twin = here.services.patients.register(here.actor, RegisterPatient(Name("Kumaraswami", "Iyer")))
    view = open_view(here, twin.id)
    assert "Kumaraswamy Iyer" in view.banner.look_alike.label.text()


@pytest.mark.feature("PAT-4")
def test_visits_stand_as_a_timeline_and_open(here: Place) -> None:
    view = open_view(here, here.patients[1].id)
    assert [visit.doctor_name for visit in view.timeline.visits] == ["Dr Meera Rao"]
    opened: list[object] = []
    here.desk.navigate.appointment.connect(opened.append)
    view.timeline.opened.emit(view.timeline.visits[0])
    assert opened == [view.timeline.visits[0].id]
    booked: list[object] = []
    here.desk.navigate.book_for.connect(booked.append)
    view.book_button.click()
    assert booked == [here.patients[1].id]


@pytest.mark.feature("PAT-4")
def test_a_chart_is_retired_with_a_reason_and_brought_back(
    qapp: QApplication, sqlite_url: str, tmp_path: Path
) -> None:
    with place(sqlite_url, tmp_path, permissions=RECEPTIONIST | ADMINISTRATOR) as here:
        view = open_view(here, here.patients[2].id)
        view.retire_button.click()
        view.confirm_button.click()
        here.settle()
        assert view.reason.detail.text()
        assert view.row is not None
        assert not view.row.retired
        view.reason_line.setText("registered twice")
        view.confirm_button.click()
        here.settle()
        assert view.row.retired
        assert view.banner.retired.isVisible()
        assert not view.book_button.isVisible()
        view.retire_button.click()
        view.confirm_button.click()
        here.settle()
        assert not view.row.retired


def test_a_desk_without_the_right_sees_no_retiring(here: Place) -> None:
    view = open_view(here, here.patients[2].id)
    assert not view.retire_button.isVisible()
    assert view.edit_button.isVisible()


def test_a_patient_who_is_not_there_is_said(here: Place) -> None:
    assert open_view(here, 999_999).note.isVisible()


def test_no_text_is_read_as_anything_but_text(here: Place) -> None:
    from dataclasses import replace

    view = open_view(here, here.patients[0].id)
    for text in naughty_strings()[::11]:
        assert view.row is not None
        row = replace(view.row, display_name=text, allergies=text, notes=text)
        view.banner.show_patient(row, here.desk.today(), look_alikes=(text,))
        view._show_data(row)
        assert view.banner.name.text() == text
    for label in view.findChildren(QLabel):
        assert label.textFormat().name == "PlainText"
