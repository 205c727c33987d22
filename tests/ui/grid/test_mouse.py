import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hms_desktop.domain.appointments import HoldRow
from hms_desktop.ui.grid.day import CellRef, MoveWish, ResizeWish
from hms_desktop.ui.grid.mime import VISIT_MIME, visit_mime
from tests.ui.grid.desk import USUAL, Desk, DeskOf, at, make_day, make_visit

pytestmark = pytest.mark.feature("APT-1")
ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def test_dragging_a_visit_asks_to_move_it(desk: Desk) -> None:
    desk.drag(desk.spot(2), desk.spot(2) + desk.cell(2, at(12)) - desk.cell(1, at(10)))
    assert desk.asked["move_requested"] == [MoveWish(2, 3, 2, at(12))]
    assert desk.grid.scene.carry is None


def test_alt_snaps_to_five_minutes(desk: Desk) -> None:
    ten = QPoint(0, desk.grid.model.y_of(10))
    desk.drag(desk.spot(2), desk.spot(2) + ten, ALT)
    assert desk.asked["move_requested"] == [MoveWish(2, 3, 1, at(10, 10))]


def test_escape_aborts_a_drag(desk: Desk) -> None:
    desk.press(desk.spot(2))
    desk.move(desk.spot(2) + QPoint(0, 80))
    assert desk.grid.scene.carry is not None
    desk.key(Qt.Key.Key_Escape)
    desk.move(desk.spot(2) + QPoint(0, 120))
    QTest.mouseRelease(
        desk.grid.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        desk.spot(2) + QPoint(0, 120),
    )
    assert desk.grid.scene.carry is None
    assert desk.asked["move_requested"] == []


def test_a_small_shake_is_no_drag(desk: Desk) -> None:
    desk.drag(desk.spot(2), desk.spot(2) + QPoint(2, 2))
    assert desk.asked["move_requested"] == []
    assert desk.grid.target() == 2


def test_a_visit_that_ended_is_not_dragged(desk: Desk) -> None:
    desk.drag(desk.spot(5), desk.spot(5) + QPoint(0, 120))
    assert desk.asked["move_requested"] == []
    assert len(desk.asked["hint"]) == 1


def test_the_bottom_edge_changes_the_length(desk: Desk) -> None:
    rect = desk.grid.model.by_id[2].rect
    begin = QPoint(rect.center().x(), rect.bottom() - 1) - desk.grid.offset()
    desk.grid.set_day(make_day(*(v for v in USUAL if v.id != 3)))
    desk.drag(begin, desk.cell(1, at(11)))
    assert desk.asked["resize_requested"] == [ResizeWish(2, 3, at(11))]
    assert desk.asked["move_requested"] == []


def test_dragging_over_free_cells_books_that_length(desk: Desk) -> None:
    desk.drag(desk.cell(1, at(12)), desk.cell(1, at(12, 45)))
    assert desk.asked["book_requested"] == [CellRef("d1", 1, at(12), 60)]


def test_dragging_free_cells_upwards_stops_at_a_visit(desk: Desk) -> None:
    desk.drag(desk.cell(1, at(11)), desk.cell(1, at(9, 30)))
    assert desk.asked["book_requested"] == [CellRef("d1", 1, at(10, 45), 30)]


def test_double_click_books_or_opens(desk: Desk) -> None:
    view = desk.grid.viewport()
    QTest.mouseDClick(
        view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, desk.cell(2, at(12))
    )
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, desk.spot(4))
    assert desk.asked["book_requested"] == [CellRef("d2", 2, at(12), 15)]
    assert desk.asked["open_requested"] == [4]


@pytest.mark.feature("APT-7")
def test_ctrl_and_shift_select_several(desk: Desk) -> None:
    desk.click(desk.spot(1))
    desk.click(desk.spot(4), CTRL)
    assert desk.grid.selected_ids() == (1, 4)
    desk.click(desk.spot(4), CTRL)
    assert desk.grid.selected_ids() == (1,)
    desk.click(desk.spot(1))
    desk.click(desk.spot(3), SHIFT)
    assert desk.grid.selected_ids() == (1, 2, 3)
    desk.click(desk.cell(2, at(12)))
    assert desk.asked["selection_changed"][-1] == ()


def test_the_menu_is_asked_for_what_is_under_the_pointer(desk: Desk) -> None:
    view = desk.grid.viewport()
    spot = desk.spot(4)
    QApplication.sendEvent(
        view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, view.mapToGlobal(spot))
    )
    ask = desk.asked["menu_requested"][0]
    assert ask.target == 4
    assert QPoint(ask.x, ask.y) == view.mapToGlobal(spot)


def test_hovering_over_closed_time_asks_once(desk: Desk) -> None:
    QTest.mouseMove(desk.grid.viewport(), desk.cell(3, at(13)))
    QTest.mouseMove(desk.grid.viewport(), desk.cell(3, at(13, 30)))
    QTest.mouseMove(desk.grid.viewport(), desk.cell(3, at(12)))
    assert desk.asked["closed_asked"] == [CellRef("d3", 3, at(13), 15)]


def test_tips_tell_visit_reason_and_hold(desk_of: DeskOf) -> None:
    hold = HoldRow("t", 2, at(15), at(15, 30), "Anil", "Desk 1", at(16))
    desk = desk_of(make_day(*USUAL, holds=(hold,)))
    assert desk.grid.tip_text(desk.spot(2)).splitlines() == [
        "Patient 2",
        "H-000002 · Follow-up",
        "10:00 - 10:30 · confirmed",
    ]
    assert desk.grid.tip_text(desk.cell(3, at(13))) == "closed: Lunch of Dr Iyer, daily"
    assert desk.grid.tip_text(desk.cell(2, at(15))) == "Held by Anil"
    assert desk.grid.tip_text(desk.cell(2, at(16))) == ""


def test_dragging_at_the_edge_scrolls(desk_of: DeskOf, qtbot: QtBot) -> None:
    desk = desk_of(size=(500, 300))
    desk.grid.verticalScrollBar().setValue(0)
    desk.press(desk.spot(1))
    bottom = QPoint(desk.spot(1).x(), desk.grid.viewport().height() - 3)
    desk.move(bottom)
    bar = desk.grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum(), timeout=20_000)
    QTest.mouseRelease(
        desk.grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, bottom
    )
    (wish,) = desk.asked["move_requested"]
    assert wish.starts_at >= at(17)


def test_ctrl_wheel_zooms_around_the_pointer(desk: Desk) -> None:
    view = desk.grid.viewport()
    spot = desk.cell(1, at(12))
    before = desk.grid.zoom
    minute = desk.grid.model.minute_at(spot.y() + desk.grid.offset().y())
    wheel = QWheelEvent(
        QPointF(spot),
        QPointF(view.mapToGlobal(spot)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, wheel)
    assert desk.grid.zoom > before
    after = desk.grid.model.minute_at(spot.y() + desk.grid.offset().y())
    assert abs(after - minute) < 2


def test_a_click_drops_what_the_keyboard_carries(desk: Desk) -> None:
    desk.grid.focus_visit(2)
    desk.key(Qt.Key.Key_M)
    desk.click(desk.cell(3, at(11)))
    assert desk.asked["move_requested"] == [MoveWish(2, 3, 3, at(11))]


def _drop(desk: Desk, mime: QMimeData, spot: QPoint) -> tuple[bool, bool]:
    view = desk.grid.viewport()
    what = (Qt.DropAction.MoveAction, mime)
    buttons = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(spot, *what, *buttons)
    QApplication.sendEvent(view, enter)
    drop = QDropEvent(QPointF(spot), *what, *buttons, QEvent.Type.Drop)
    QApplication.sendEvent(view, drop)
    return enter.isAccepted(), drop.isAccepted()


def test_a_pinned_visit_is_dropped_on_the_grid(desk_of: DeskOf) -> None:
    pinned = make_visit(77, 2, at(9), 30)
    desk = desk_of(make_day(*USUAL, pinboard=(pinned,)))
    assert _drop(desk, visit_mime(pinned), desk.cell(1, at(12))) == (True, True)
    assert desk.asked["move_requested"] == [MoveWish(77, 3, 1, at(12))]


def test_foreign_drops_are_refused(desk: Desk) -> None:
    words = QMimeData()
    words.setText("77")
    bad = QMimeData()
    bad.setData(VISIT_MIME, b"77; DROP")
    unknown = visit_mime(make_visit(4_711, 1, at(9)))
    for mime in (words, bad, unknown):
        assert _drop(desk, mime, desk.cell(1, at(12)))[0] is False
    assert desk.asked["move_requested"] == []
    assert desk.asked["carry_changed"] == []


def test_dragging_out_again_forgets_it(desk_of: DeskOf) -> None:
    pinned = make_visit(77, 2, at(9), 30)
    desk = desk_of(make_day(*USUAL, pinboard=(pinned,)))
    mime = visit_mime(pinned)
    enter = QDragEnterEvent(
        desk.cell(1, at(12)),
        Qt.DropAction.MoveAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(desk.grid.viewport(), enter)
    assert desk.grid.scene.carry is not None
    QApplication.sendEvent(desk.grid.viewport(), QDragLeaveEvent())
    assert desk.grid.scene.carry is None
    assert desk.asked["move_requested"] == []
