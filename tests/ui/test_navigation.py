"""The list of pages: a strip of tabs, and a list at the side when there are many."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from hms_desktop.ui.layout_memory import DictMemory
from hms_desktop.ui.navigation import NARROW, WIDE, PageRail, PageTabs
from hms_desktop.ui.page_lines import LINE
from hms_desktop.ui.theme import current_theme

PAGES = (("Front desk", "calendar", "Desk"), ("Patients", "patients", "Desk"))
MORE = (("Audit", "shield", "Oversight"),)


def rail(qtbot: QtBot, memory: DictMemory | None = None) -> PageRail:
    one = PageRail(memory or DictMemory())
    qtbot.addWidget(one)
    for page in (*PAGES, *MORE):
        one.add_page(*page)
    one.resize(WIDE, 400)
    one.show()
    return one


def test_arrows_walk_over_the_headings(qtbot: QtBot) -> None:
    one = rail(qtbot)
    QAbstractItemModelTester(
        one.view.model(), QAbstractItemModelTester.FailureReportingMode.Warning
    )
    shown: list[int] = []
    one.currentChanged.connect(shown.append)
    one.setCurrentIndex(1)
    qtbot.keyClick(one.view, Qt.Key.Key_Down)
    assert (shown, one.currentIndex()) == ([1, 2], 2)
    qtbot.keyClick(one.view, Qt.Key.Key_Home)
    assert one.currentIndex() == 0
    one.setCurrentIndex(-1)
    assert one.currentIndex() == -1
    assert not one.view.selectionModel().hasSelection()


def test_a_page_says_its_key_and_how_much_waits(qtbot: QtBot) -> None:
    one = rail(qtbot)
    one.setTabToolTip(2, "Alt+3")
    one.set_badge(2, 4)
    audit = one.view.model().index(4, 0)
    assert "Audit  Alt+3" in audit.data(Qt.ItemDataRole.ToolTipRole)
    assert audit.data(Qt.ItemDataRole.AccessibleTextRole) == "Audit, 4"
    assert one.tabToolTip(2) == "Alt+3"


def test_the_narrow_list_is_remembered(qtbot: QtBot) -> None:
    memory = DictMemory()
    one = rail(qtbot, memory)
    assert one.width() == WIDE
    one.width_button.click()
    assert one.width() == NARROW
    again = rail(qtbot, memory)
    assert again.is_narrow
    again.width_button.click()
    assert (again.width(), again.is_narrow) == (WIDE, False)


@pytest.mark.parametrize("kind", [PageTabs, PageRail])
def test_a_page_without_a_tab_leaves_none_in_front(
    qtbot: QtBot, kind: type[PageTabs | PageRail]
) -> None:
    one = PageTabs() if kind is PageTabs else PageRail(DictMemory())
    qtbot.addWidget(one)
    for page in PAGES:
        one.add_page(*page)
    one.setCurrentIndex(1)
    one.setCurrentIndex(-1)
    assert one.currentIndex() == -1
    one.setCurrentIndex(1)
    assert one.currentIndex() == 1


def test_all_pages_are_seen_on_a_low_screen(qtbot: QtBot) -> None:
    one = PageRail(DictMemory())
    qtbot.addWidget(one)
    for number in range(24):
        one.add_page(f"Page {number}", "list", f"Group {number // 6}")
    bar = one.view.verticalScrollBar()
    for height in (1000, 726, 800):  # the last two: what windows of 800 and 874 pixels leave
        one.resize(one.width(), height)
        one.show()
        qtbot.waitUntil(lambda: one.view.sizeHintForRow(1) > 0)
        one.view.doItemsLayout()
        assert bar.maximum() == 0, height
    one.resize(one.width(), 1000)
    assert one.view.sizeHintForRow(1) == LINE, "where there is room lines are as high as usual"
    one.toggle()
    one.resize(one.width(), 726)
    one.view.doItemsLayout()
    assert bar.maximum() == 0


def test_all_pages_are_seen_with_large_letters(qtbot: QtBot) -> None:
    theme = current_theme()
    theme.apply(theme.mode, scale=1.3)
    one = PageRail(DictMemory())
    qtbot.addWidget(one)
    for number in range(22):
        one.add_page(f"Page {number}", "list", f"Group {number // 6}")
    one.resize(one.width(), 724)
    one.show()
    one.view.doItemsLayout()
    assert one.view.verticalScrollBar().maximum() == 0
    theme.apply(theme.mode, scale=1.0)
