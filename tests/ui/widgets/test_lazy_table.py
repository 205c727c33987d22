"""The table of any length: rows come when they are looked at."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from hms_desktop.ui.layout_memory import DictMemory
from hms_desktop.ui.widgets.lazy_table import AHEAD, MOST_CHOSEN, MOST_KEPT, WAITING, LazyTable
from hms_desktop.ui.widgets.rows import Column

MILLION = 1_000_000


@dataclass(frozen=True)
class Row:
    id: int
    name: str


class Shelf:
    """Where the rows are, and what was asked for."""

    def __init__(self, qtbot: QtBot, memory: DictMemory | None = None) -> None:
        self.asked: list[tuple[int, ...]] = []
        columns: tuple[Column[Row], ...] = (
            Column("name", "Name", lambda row: row.name, width=200),
            Column("id", "Number", lambda row: str(row.id), width=100),
        )
        self.table: LazyTable[Row] = LazyTable(
            columns,
            lambda row: row.id,
            name="Rows",
            multi=True,
            memory=memory,
            memory_key="rows",
            orders={"name"},
        )
        qtbot.addWidget(self.table)
        self.table.rows_wanted.connect(self.asked.append)
        self.table.resize(400, 400)
        self.table.show()

    def answer(self) -> None:
        asked = tuple(self.asked)
        self.asked.clear()
        for ids in asked:
            self.table.put([Row(one, f"Row {one}") for one in ids])

    def text(self, place: int) -> object:
        return self.table.model.index(place, 0).data(Qt.ItemDataRole.DisplayRole)


@pytest.fixture
def shelf(qtbot: QtBot) -> Shelf:
    return Shelf(qtbot)


def test_the_model_is_sound(qtbot: QtBot) -> None:
    shelf = Shelf(qtbot)
    QAbstractItemModelTester(
        shelf.table.model, QAbstractItemModelTester.FailureReportingMode.Warning
    )
    shelf.table.set_ids(array("q", range(50)))
    shelf.answer()
    shelf.table.set_ids(array("q", range(10, 30)))
    assert shelf.text(0) == "Row 10", "known rows are there at once"


def test_only_what_is_in_sight_is_read(qtbot: QtBot, shelf: Shelf) -> None:
    shelf.table.set_ids(array("q", range(MILLION)))
    assert len(shelf.asked) == 1
    assert len(shelf.asked[0]) < AHEAD + 20
    assert shelf.text(0) == WAITING
    shelf.answer()
    assert shelf.text(0) == "Row 0"
    bar = shelf.table.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > MILLION)
    bar.setValue(bar.maximum() // 2)
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: bool(shelf.asked))
    (wanted,) = shelf.asked
    assert wanted[-1] == MILLION - 1
    shelf.answer()
    assert shelf.text(MILLION - 1) == f"Row {MILLION - 1}"
    assert shelf.text(MILLION // 2) == WAITING, "what was flown over was never asked for"


def test_a_long_journey_keeps_a_bounded_number_of_rows(shelf: Shelf) -> None:
    shelf.table.set_ids(array("q", range(MILLION)))
    for first in range(0, 3 * MOST_KEPT, 500):
        shelf.table.put([Row(one, "") for one in range(first, first + 500)])
    assert len(shelf.table.model._kept) <= MOST_KEPT


def test_selection_follows_ids_also_of_rows_that_are_not_here(shelf: Shelf) -> None:
    table = shelf.table
    table.set_ids(array("q", range(5_000)))
    shelf.answer()
    table.select_ids([3, 4_000])
    assert table.selected_ids() == (3, 4_000)
    assert table.selected_rows() == (), "no half of a choice"
    assert any(4_000 in ids for ids in shelf.asked)
    shelf.answer()
    assert [row.id for row in table.selected_rows()] == [3, 4_000]
    table.set_ids(array("q", range(4_999, -1, -1)))
    assert sorted(table.selected_ids()) == [3, 4_000]


def test_more_than_may_be_stepped_at_once_are_counted_and_not_given(shelf: Shelf) -> None:
    table = shelf.table
    table.set_ids(array("q", range(MILLION)))
    table.view.selectAll()
    assert table.selected_count() == MILLION
    assert table.selected_ids() == ()
    table.view.clearSelection()
    flags = QItemSelectionModel.SelectionFlag
    for place in range(MOST_CHOSEN):
        index = table.model.index(place * 2, 0)
        table.view.selectionModel().select(index, flags.Select | flags.Rows)
        if place > 20:
            break
    assert len(table.selected_ids()) == 22


def test_a_head_asks_for_an_order_that_the_database_can_give(qtbot: QtBot) -> None:
    memory = DictMemory()
    shelf = Shelf(qtbot, memory)
    asked: list[tuple[str, bool]] = []
    shelf.table.order_changed.connect(lambda: asked.append(shelf.table.order()))
    shelf.table.sort_by("name", descending=True)
    shelf.table.sort_by("id")
    assert asked == [("name", True)]
    assert shelf.table.order() == ("name", True)
    assert Shelf(qtbot, memory).table.order() == ("name", True), "remembered"


def test_rows_in_sight_are_read_again_and_the_old_ones_stay_meanwhile(shelf: Shelf) -> None:
    shelf.table.set_ids(array("q", range(1_000)))
    shelf.answer()
    shelf.table.refresh()
    assert shelf.text(0) == "Row 0"
    shelf.table.put([Row(0, "Renamed")])
    assert shelf.text(0) == "Renamed"
    shelf.asked.clear()
    shelf.table.not_read()
    shelf.table.refresh()
    assert len(shelf.asked) == 1
