"""The list of patients, filtered by the database, with the chart beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hms_desktop.ui.pages.patients import PatientsPage
from tests.ui.patients.desk import Place, place


@pytest.fixture
def here(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Place]:
    """A receptionist's desk in a small hospital in India, Monday 10:58."""
    with place(sqlite_url, tmp_path / "drafts") as opened:
        yield opened


def open_page(here: Place) -> PatientsPage:
    page = PatientsPage(here.desk, here.window)
    page.resize(1400, 800)
    here.window.resize(1400, 800)
    here.window.show()
    here.settle()
    return page


def names(page: PatientsPage) -> list[str]:
    return [hit.name for hit in page.table.rows()]


@pytest.mark.feature("PAT-4")
def test_filters_narrow_the_list_and_are_remembered(here: Place) -> None:
    page = open_page(here)
    assert len(names(page)) == 4
    assert page.count.text() == "4 patients"
    page.sex.setCurrentIndex(page.sex.findData("female"))
    here.settle()
    assert sorted(names(page)) == ["Fatima Sheikh", "Kumari Sharma"]
    page.ages.setCurrentIndex(page.ages.findData("child"))
    here.settle()
    assert names(page) == ["Fatima Sheikh"]
    kept = here.desk.memory.get("patients/filters", {})
    assert kept == {"sex": "female", "ages": "child", "state": ""}
    page.box.set_text("nobody")
    page.box.flush()
    here.settle()
    assert names(page) == []


@pytest.mark.feature("PAT-4")
def test_enter_opens_the_chart_beside_the_list(here: Place) -> None:
    page = open_page(here)
    page.table.view.setFocus()
    page.table.select_ids([here.patients[1].id])
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    here.settle()
    assert page.view is not None
    assert page.view.banner.name.text() == "Kumaraswamy Iyer"
    first = page.view
    page.open_patient(here.patients[0].id)
    here.settle()
    assert page.view is not first
    assert page.view.banner.name.text() == "Kumar Swamy"


@pytest.mark.feature("PAT-1")
def test_a_new_patient_is_registered_from_the_list(here: Place) -> None:
    page = open_page(here)
    page.new_patient("asha pillai")
    here.settle()
    editor = page.panel.body
    assert editor is not None
    editor.save()  # type: ignore[attr-defined]
    here.settle()
    assert not page.panel.is_open
    assert "Asha Pillai" in names(page)
    assert page.view is not None
    assert page.view.banner.name.text() == "Asha Pillai"
