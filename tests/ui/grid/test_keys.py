from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hms_desktop.ui.grid.day import CellRef, MoveWish, ResizeWish, StatusWish
from tests.ui.grid.desk import USUAL, Desk, DeskOf, at, make_day, make_visit

pytestmark = pytest.mark.feature("APT-1")
Key = Qt.Key
ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def test_arrows_go_by_slot_into_and_out_of_visits(desk: Desk) -> None:
    grid = desk.grid
    assert grid.focus_time(1, at(9, 30))
    assert grid.target() == CellRef("d1", 1, at(9, 30), 15)
    desk.key(Key.Key_Down)
    assert grid.target() == CellRef("d1", 1, at(9, 45), 15)
    desk.key(Key.Key_Down)
    assert grid.target() == 2
    desk.key(Key.Key_Down)
    assert grid.target() == 3
    desk.key(Key.Key_Down)
    assert grid.target() == CellRef("d1", 1, at(10, 45), 15)
    desk.key(Key.Key_Up, times=4)
    assert grid.target() == CellRef("d1", 1, at(9, 30), 15)
    desk.key(Key.Key_Up, times=3)
    assert grid.target() == 1


def test_going_sideways_keeps_the_row(desk: Desk) -> None:
    grid = desk.grid
    grid.focus_time(1, at(10, 45))
    desk.key(Key.Key_Right)
    assert grid.target() == CellRef("d2", 2, at(10, 45), 15)
    desk.key(Key.Key_Up)
    assert grid.target() == 4
    desk.key(Key.Key_Right)
    assert grid.target() == CellRef("d3", 3, at(10), 15)
    desk.key(Key.Key_Right)
    assert grid.target() == CellRef("d3", 3, at(10), 15)


def test_sideways_walks_through_lanes(desk_of: DeskOf) -> None:
    desk = desk_of(make_day(make_visit(1, 1, at(10)), make_visit(2, 1, at(10), lane=100)))
    desk.grid.focus_visit(1)
    desk.key(Key.Key_Right)
    assert desk.grid.target() == 2
    desk.key(Key.Key_Right)
    assert desk.grid.target() == CellRef("d2", 2, at(10), 15)
    desk.key(Key.Key_Left)
    assert desk.grid.target() == 2


def test_tab_walks_all_visits_then_leaves(desk: Desk) -> None:
    grid = desk.grid
    grid.focus_time(1, at(9, 30))
    seen = []
    for _ in range(4):
        desk.key(Key.Key_Tab)
        seen.append(grid.target())
    assert seen == [2, 3, 4, 5]
    assert not grid._keys.tab(1)
    desk.key(Key.Key_Backtab)
    assert grid.target() == 4


def test_home_end_and_now(desk: Desk) -> None:
    desk.grid.focus_time(2, at(12))
    desk.key(Key.Key_Home)
    assert desk.grid.target() == CellRef("d2", 2, at(9), 15)
    desk.key(Key.Key_End)
    assert desk.grid.target() == CellRef("d2", 2, at(17, 45), 15)
    desk.key(Key.Key_Down)
    assert desk.grid.target() == CellRef("d2", 2, at(17, 45), 15)
    desk.key(Key.Key_Home, CTRL)
    assert desk.grid.target() == CellRef("d2", 2, at(10, 45), 15)


def test_enter_books_a_cell_and_opens_a_visit(desk: Desk) -> None:
    desk.grid.focus_time(1, at(12))
    desk.key(Key.Key_Return)
    assert desk.asked["book_requested"] == [CellRef("d1", 1, at(12), 15)]
    desk.grid.focus_visit(4)
    desk.key(Key.Key_Enter)
    assert desk.asked["open_requested"] == [4]


def test_shift_and_arrows_choose_a_longer_time(desk: Desk) -> None:
    desk.grid.focus_time(1, at(12))
    desk.key(Key.Key_Down, SHIFT, times=2)
    desk.key(Key.Key_Return)
    assert desk.asked["book_requested"] == [CellRef("d1", 1, at(12), 45)]
    desk.key(Key.Key_Escape)
    assert desk.grid.scene.span is None


def test_a_longer_time_ends_where_a_visit_begins(desk: Desk) -> None:
    desk.grid.focus_time(1, at(9, 30))
    desk.key(Key.Key_Down, SHIFT, times=9)
    desk.key(Key.Key_Return)
    assert desk.asked["book_requested"] == [CellRef("d1", 1, at(9, 30), 30)]


@pytest.mark.feature("APT-7")
@pytest.mark.parametrize(
    ("key", "action"),
    [
        (Key.Key_C, "check_in"),
        (Key.Key_X, "cancel"),
        (Key.Key_N, "no_show"),
        (Key.Key_F, "confirm"),
    ],
)
def test_letters_ask_for_a_status(desk: Desk, key: Qt.Key, action: str) -> None:
    desk.grid.focus_visit(2)
    desk.key(key)
    desk.grid.select([1, 4, 999])
    desk.key(key)
    assert desk.asked["status_requested"] == [StatusWish((2,), action), StatusWish((1, 4), action)]


def test_a_letter_without_a_visit_gives_a_hint(desk: Desk) -> None:
    desk.grid.focus_time(1, at(12))
    desk.key(Key.Key_X)
    assert desk.asked["status_requested"] == []
    assert desk.asked["hint"] == ["Put the cursor on a visit first."]


def test_shift_arrows_and_space_select_visits(desk: Desk) -> None:
    desk.grid.focus_visit(2)
    desk.key(Key.Key_Down, SHIFT)
    assert desk.grid.selected_ids() == (2, 3)
    desk.key(Key.Key_Space)
    assert desk.grid.selected_ids() == (2,)
    desk.key(Key.Key_A, CTRL)
    assert desk.grid.selected_ids() == (1, 2, 3)
    desk.key(Key.Key_Escape)
    assert desk.asked["selection_changed"][-1] == ()


def test_m_carries_by_arrows_and_enter_drops(desk: Desk) -> None:
    desk.grid.focus_visit(2)
    desk.key(Key.Key_M)
    desk.key(Key.Key_Down, times=8)
    desk.key(Key.Key_Right, times=2)
    desk.key(Key.Key_Down, ALT)
    assert desk.asked["move_requested"] == []
    desk.key(Key.Key_Return)
    assert desk.asked["move_requested"] == [MoveWish(2, 3, 3, at(12, 5))]
    assert [visit and visit.id for visit in desk.asked["carry_changed"]] == [2, None]


def test_escape_puts_back_and_letters_do_nothing_while_carrying(desk: Desk) -> None:
    desk.grid.focus_visit(2)
    desk.key(Key.Key_M)
    desk.key(Key.Key_Down)
    desk.key(Key.Key_X)
    desk.key(Key.Key_Escape)
    assert desk.grid.scene.carry is None
    assert desk.asked["move_requested"] == []
    assert desk.asked["status_requested"] == []
    assert desk.grid.target() == 2


def test_dropping_where_it_was_asks_for_nothing(desk: Desk) -> None:
    desk.grid.focus_visit(2)
    desk.key(Key.Key_M)
    desk.key(Key.Key_Return)
    assert desk.asked["move_requested"] == []


def test_a_carried_visit_stays_inside_the_day(desk: Desk) -> None:
    desk.grid.focus_visit(1)
    desk.key(Key.Key_M)
    desk.key(Key.Key_Up, times=3)
    desk.key(Key.Key_Left)
    desk.key(Key.Key_Down, times=60)
    desk.key(Key.Key_Return)
    assert desk.asked["move_requested"] == [MoveWish(1, 3, 1, at(17, 30))]


@pytest.mark.parametrize("key", [Key.Key_M, Key.Key_P])
def test_a_visit_that_ended_is_not_picked_up(desk: Desk, key: Qt.Key) -> None:
    desk.grid.focus_visit(5)
    desk.key(key)
    assert desk.grid.scene.carry is None
    assert desk.asked["pin_requested"] == []
    assert "keeps its time" in desk.asked["hint"][0]


def test_p_pins_also_what_is_carried(desk: Desk) -> None:
    desk.grid.focus_visit(2)
    desk.key(Key.Key_P)
    desk.key(Key.Key_M)
    desk.key(Key.Key_P)
    assert desk.asked["pin_requested"] == [2, 2]
    assert desk.grid.scene.carry is None


def test_a_pinned_visit_is_carried_to_another_day(desk: Desk) -> None:
    pinned = make_visit(77, 2, at(9) - timedelta(days=3), 30)
    desk.grid.focus_time(1, at(12))
    desk.grid.carry(pinned)
    desk.key(Key.Key_Down)
    desk.key(Key.Key_Return)
    assert desk.asked["move_requested"] == [MoveWish(77, 3, 1, at(12, 15))]


def test_carrying_survives_another_day(desk: Desk) -> None:
    desk.grid.focus_visit(2)
    desk.key(Key.Key_M)
    desk.key(Key.Key_PageDown)
    assert desk.asked["day_step"] == [1]
    later = at(9) + timedelta(days=1)
    columns = tuple(
        type(c)(c.key, c.doctor_id, c.title, c.subtitle, c.department, later.date())
        for c in desk.grid.day.columns
    )
    desk.grid.set_day(make_day(on=later.date(), columns=columns))
    desk.key(Key.Key_Return)
    assert desk.asked["move_requested"] == [MoveWish(2, 3, 1, at(10) + timedelta(days=1))]


def test_alt_arrows_change_the_length_when_alt_is_let_go(desk: Desk) -> None:
    desk.grid.focus_visit(2)
    QTest.keyPress(desk.grid, Key.Key_Down, ALT)
    QTest.keyPress(desk.grid, Key.Key_Down, ALT)
    assert desk.asked["resize_requested"] == []
    QTest.keyRelease(desk.grid, Key.Key_Alt)
    assert desk.asked["resize_requested"] == [ResizeWish(2, 3, at(11))]


def test_a_changed_length_is_asked_for_after_a_pause(desk: Desk, qtbot: QtBot) -> None:
    desk.grid.focus_visit(2)
    QTest.keyPress(desk.grid, Key.Key_Up, ALT)
    qtbot.waitUntil(lambda: bool(desk.asked["resize_requested"]), timeout=20_000)
    assert desk.asked["resize_requested"] == [ResizeWish(2, 3, at(10, 15))]


def test_escape_forgets_the_changed_length(desk: Desk) -> None:
    desk.grid.focus_visit(2)
    QTest.keyPress(desk.grid, Key.Key_Down, ALT)
    desk.key(Key.Key_Escape)
    QTest.keyRelease(desk.grid, Key.Key_Alt)
    assert desk.asked["resize_requested"] == []


def test_days_are_stepped_through(desk: Desk) -> None:
    desk.key(Key.Key_PageUp)
    desk.key(Key.Key_Right, CTRL)
    desk.key(Key.Key_Left, CTRL)
    assert desk.asked["day_step"] == [-1, 1, -1]


def test_ctrl_plus_zooms(desk: Desk) -> None:
    before = desk.grid.zoom
    desk.key(Key.Key_Plus, CTRL)
    assert desk.grid.zoom > before
    desk.key(Key.Key_0, CTRL)
    assert desk.grid.zoom == before


def test_a_closed_cell_is_asked_about_when_focused(desk: Desk) -> None:
    desk.grid.focus_time(3, at(12, 45))
    assert desk.asked["closed_asked"] == []
    desk.key(Key.Key_Down)
    assert desk.asked["closed_asked"] == [CellRef("d3", 3, at(13), 15)]


def test_the_cursor_follows_what_was_booked_under_it(desk: Desk) -> None:
    desk.grid.focus_time(1, at(12))
    desk.grid.set_day(make_day(*USUAL, make_visit(9, 1, at(12))))
    assert desk.grid.target() == 9
    desk.grid.set_day(make_day(*USUAL))
    assert desk.grid.target() == CellRef("d1", 1, at(12), 15)


def test_selection_forgets_what_is_gone(desk: Desk) -> None:
    desk.grid.select([1, 2])
    desk.grid.set_day(make_day(*USUAL[1:]))
    assert desk.grid.selected_ids() == (2,)
    assert desk.asked["selection_changed"] == [(1, 2), (2,)]


def test_an_empty_grid_leaves_keys_alone(desk_of: DeskOf) -> None:
    desk = desk_of(make_day(columns=()))
    desk.key(Key.Key_Down)
    desk.key(Key.Key_Return)
    assert desk.grid.target() is None
    assert all(not heard for heard in desk.asked.values())


@pytest.mark.feature("OPS-4")
def test_a_screen_reader_hears_visit_cell_and_reason(desk_of: DeskOf) -> None:
    desk = desk_of(
        make_day(make_visit(1, 1, at(10, 15), patient_name="Ravi Menon", status="arrived"))
    )
    desk.grid.focus_visit(1)
    assert desk.grid.accessibleDescription() == "Dr Rao, 10:15, Ravi Menon, arrived, Follow-up"
    desk.key(Key.Key_Down)
    assert desk.grid.accessibleDescription() == "Dr Rao, 10:45, free"
    desk.grid.focus_time(3, at(13))
    assert desk.grid.accessibleDescription() == "Dr Iyer, 13:00, closed: Lunch of Dr Iyer, daily"
