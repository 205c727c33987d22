"""A patient is registered from the keyboard alone: typed once, checked, saved, shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hms_desktop.ui.pages.patients import PatientsPage
from tests.ui.patients.desk import Place, place


@pytest.fixture
def here(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Place]:
    with place(sqlite_url, tmp_path / "drafts") as opened:
        yield opened


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@pytest.mark.feature("PAT-1")
def test_from_the_box_to_the_chart_without_a_mouse(here: Place) -> None:
    page = PatientsPage(here.desk, here.window)
    page.resize(1400, 800)
    here.window.resize(1400, 800)
    here.window.show()
    here.window.activateWindow()
    here.settle()
    control = Qt.KeyboardModifier.ControlModifier
    page.focus_search()
    QTest.keyClicks(focused(), "asha pillai 9845012345")
    QTest.keyClick(focused(), Qt.Key.Key_N, control)
    here.settle()
    editor = page.panel.body
    assert editor is not None
    assert editor.isAncestorOf(focused())
    # The name is there already: the cursor waits in the birth date.
    QTest.keyClicks(focused(), "12.3.1980")
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    QTest.keyClick(focused(), Qt.Key.Key_F)
    QTest.keyClick(focused(), Qt.Key.Key_Return, control)
    here.settle()
    assert page.view is not None
    assert page.view.banner.name.text() == "Asha Pillai"
    assert page.view.banner.person.text() == "Female · 46 years · 12.03.1980"
    assert page.view.row is not None
    assert page.view.row.phones == ("098450 12345",)
