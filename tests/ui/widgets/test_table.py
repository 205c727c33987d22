"""The table sorts the tuple, keeps the selection by id, remembers its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from hms_desktop.ui.layout_memory import DictMemory
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.table import Column, RowModel, RowTable

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@dataclass(frozen=True)
class Row:
    number: int
    name: str
    age: int | None = None


ROWS = (Row(1, "zoe", 30), Row(2, "Anna"), Row(3, "Max <b>x</b> & y", 4))
COLUMNS: tuple[Column[Row], ...] = (
    Column("name", "Name", lambda r: r.name, width=0),
    Column("age", "Age", lambda r: str(r.age or ""), lambda r: r.age, 80, right=True),
    Column("id", "No.", lambda r: str(r.number), lambda r: r.number, 60),
)


def make(qtbot: QtBot, **more: object) -> RowTable[Row]:
    one: RowTable[Row] = RowTable(COLUMNS, lambda r: r.number, name="People", **more)  # type: ignore[arg-type]
    qtbot.addWidget(one)
    one.resize(600, 300)
    return one


def shown(table: RowTable[Row]) -> list[int]:
    return [row.number for row in table.rows()]


def test_the_model_is_sound(qtbot: QtBot) -> None:
    model: RowModel[Row] = RowModel(COLUMNS, lambda r: r.number)
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, mode)
    model.set_rows(ROWS)
    for column in (0, 1, 2, -1):
        model.sort(column, Qt.SortOrder.DescendingOrder)
    model.set_rows(ROWS[:1])
    model.set_rows(())
    assert tester.model() is model
    assert model.data(model.index(0, 0)) is None


def test_sorting_ignores_case_and_puts_the_unknown_last(qtbot: QtBot) -> None:
    table = make(qtbot)
    table.set_rows(ROWS)
    assert shown(table) == [1, 2, 3]
    table.sort_by("name")
    assert shown(table) == [2, 3, 1]
    table.sort_by("age")
    assert shown(table) == [3, 1, 2]
    table.sort_by("age", descending=True)
    assert shown(table) == [1, 3, 2]
    table.sort_by("")
    assert shown(table) == [1, 2, 3]


def test_a_click_on_a_head_sorts_up_down_and_not(qtbot: QtBot) -> None:
    table = make(qtbot)
    table.set_rows(ROWS)
    orders = []
    for _ in range(3):
        table._head_clicked(0)
        orders.append(shown(table))
    assert orders == [[2, 3, 1], [1, 3, 2], [1, 2, 3]]


def test_the_selection_follows_ids_through_reset_and_sort(qtbot: QtBot) -> None:
    table = make(qtbot, multi=True)
    table.set_rows(ROWS)
    table.select_ids([1, 3, 99])
    told: list[object] = []
    table.selected.connect(told.append)
    table.sort_by("name")
    assert set(table.selected_ids()) == {1, 3}
    table.set_rows((*ROWS, Row(4, "Bo")))
    assert set(table.selected_ids()) == {1, 3}
    told.clear()
    table.set_rows(ROWS[1:])
    assert table.selected_ids() == (3,)
    assert told == [(3,)]


def test_single_choice_replaces(qtbot: QtBot) -> None:
    table = make(qtbot)
    table.set_rows(ROWS)
    table.select_ids([2])
    assert table.current_row() == ROWS[1]
    assert table.selected_rows() == (ROWS[1],)


def test_enter_and_double_click_open(qtbot: QtBot) -> None:
    table = make(qtbot)
    table.set_rows(ROWS)
    table.show()
    table.select_ids([2])
    with qtbot.waitSignal(table.opened) as enter:
        qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert enter.args == [ROWS[1]]
    with qtbot.waitSignal(table.opened):
        table.view.doubleClicked.emit(table.view.currentIndex())


def test_columns_are_remembered(qtbot: QtBot) -> None:
    memory = DictMemory()
    table = make(qtbot, memory=memory, memory_key="people")
    table.set_rows(ROWS)
    table.show_column("age", shown=False)
    table.view.setColumnWidth(2, 99)
    table.view.horizontalHeader().moveSection(2, 0)
    table.sort_by("name", descending=True)
    again = make(qtbot, memory=memory, memory_key="people")
    again.set_rows(ROWS)
    assert again.view.isColumnHidden(1)
    assert again.view.columnWidth(2) == 99
    assert again.view.horizontalHeader().visualIndex(2) == 0
    assert shown(again) == [1, 3, 2]


@pytest.mark.parametrize("spoilt", [12, {}, {"columns": [{"key": "name"}], "sort": []}])
def test_a_spoilt_memory_gives_the_usual_columns(qtbot: QtBot, spoilt: object) -> None:
    memory = DictMemory()
    memory.put("table/people", spoilt)
    table = make(qtbot, memory=memory, memory_key="people")
    table.set_rows(ROWS)
    assert not table.view.isColumnHidden(1)


def test_an_empty_table_says_what_to_do(qtbot: QtBot) -> None:
    state = EmptyState("Nobody here.", action="Add", run=lambda: None)
    table = make(qtbot, empty=state)
    table.show()
    assert state.isVisible()
    table.set_rows(ROWS)
    assert not state.isVisible()
    assert table.view.isVisible()
    table.set_rows(())
    assert state.isVisible()


def test_ten_thousand_rows_are_shown_quickly_and_keep_their_place(qtbot: QtBot) -> None:
    table = make(qtbot)
    rows = tuple(Row(n, f"Name {n % 977}", n % 90) for n in range(10_000))
    table.set_rows(rows)
    table.show()
    table.select_ids([5_000])
    before = table.view.verticalScrollBar().value()
    assert before > 0
    table.set_rows(rows)
    assert table.view.verticalScrollBar().value() == before
    assert table.selected_ids() == (5_000,)


def test_loading_greys_the_old_rows(qtbot: QtBot) -> None:
    table = make(qtbot)
    table.set_rows(ROWS)
    table.show()
    table.set_loading(True)
    qtbot.waitUntil(lambda: not table._veil.isHidden())
    assert shown(table) == [1, 2, 3]
    table.set_loading(False)
    assert table._veil.isHidden()
