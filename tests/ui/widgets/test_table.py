"""The table sorts the tuple, keeps the selection by id, remembers its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from hms_desktop.ui.layout_memory import DictMemory
from hms_desktop.ui.theme import Mode, current_theme
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


WIDE: tuple[Column[Row], ...] = (
    Column("name", "Name", lambda r: r.name, width=0, least=150),
    Column("age", "Age", lambda r: str(r.age or ""), width=80),
    Column("id", "No.", lambda r: str(r.number), width=60, yields=1),
    Column("again", "Again", lambda r: r.name, width=100, yields=2),
    Column("more", "More", lambda r: r.name, width=90, visible=False, yields=1),
)


def narrow(qtbot: QtBot, width: int, memory: DictMemory | None = None) -> RowTable[Row]:
    table: RowTable[Row] = RowTable(
        WIDE, lambda r: r.number, name="People", memory=memory, memory_key="wide"
    )
    qtbot.addWidget(table)
    table.set_rows(ROWS)
    table.resize(width, 300)
    table.show()
    return table


def keys_shown(table: RowTable[Row]) -> list[str]:
    return [
        column.key
        for number, column in enumerate(table.model.columns)
        if not table.view.isColumnHidden(number)
    ]


def test_a_narrow_table_leaves_out_what_matters_least(qtbot: QtBot) -> None:
    table = narrow(qtbot, 420)
    assert keys_shown(table) == ["name", "age", "id", "again"]
    assert table.view.columnWidth(0) >= 150
    table.resize(350, 300)
    assert keys_shown(table) == ["name", "age", "again"]
    table.resize(250, 300)
    assert keys_shown(table) == ["name", "age"]
    table.resize(200, 300)
    assert table.view.horizontalScrollBar().maximum() == 0
    assert 100 <= table.view.columnWidth(0) < 150
    table.resize(170, 300)
    assert keys_shown(table) == ["name", "age"]
    assert (table.view.columnWidth(0), table.view.columnWidth(1)) == (150, 80)
    assert table.view.horizontalScrollBar().maximum() > 0, "what has no room is scrolled to"
    table.resize(420, 300)
    assert keys_shown(table) == ["name", "age", "id", "again"]
    assert table.view.columnWidth(2) == 60
    assert table.view.horizontalScrollBar().maximum() == 0


def test_a_column_that_somebody_chose_is_never_left_out(qtbot: QtBot) -> None:
    memory = DictMemory()
    table = narrow(qtbot, 300, memory)
    assert keys_shown(table) == ["name", "age"]
    table.show_column("id", shown=True)
    table.show_column("more", shown=True)
    table.show_column("age", shown=False)
    assert keys_shown(table) == ["name", "id", "more"]
    again = narrow(qtbot, 200, memory)
    assert keys_shown(again) == ["name", "id", "more"]
    assert again.view.horizontalScrollBar().maximum() > 0
    again.resize(600, 300)
    assert keys_shown(again) == ["name", "id", "again", "more"], "no room is not a choice"


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_selected_row_keeps_the_colours_of_its_words(qtbot: QtBot, look: Mode) -> None:
    theme = current_theme()
    mode = theme.mode
    theme.apply(look)
    column: Column[Row] = Column("name", "Name", lambda _r: "████", tone=lambda _r: "alarm_text")
    table: RowTable[Row] = RowTable((column,), lambda r: r.number, name="People")
    qtbot.addWidget(table)
    table.set_rows(ROWS)
    table.resize(300, 200)
    table.show()
    table.select_ids([2])
    picture = table.view.viewport().grab().toImage()
    seen = []
    for row in (0, 1):
        top = table.view.rowViewportPosition(row) + 4
        spots = [(x, y) for x in range(8, 60) for y in range(top, top + 28)]
        seen.append({picture.pixelColor(*spot).name() for spot in spots})
    assert theme.tokens.alarm_text in seen[0]
    assert theme.tokens.alarm_text in seen[1]
    assert theme.tokens.accent_soft in seen[1], "it is selected"
    theme.apply(mode)
