import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hms_desktop.ui.grid.mime import read_visit_id, visit_mime
from hms_desktop.ui.grid.pinboard import Pinboard
from hms_desktop.ui.palette import DARK, LIGHT, Tokens
from hms_desktop.ui.patients.formats import Formats
from tests.ui.grid.desk import USUAL, ZONE, DeskOf, at, make_visit

pytestmark = pytest.mark.feature("APT-5")
FORMATS = Formats(zone=ZONE)


@pytest.fixture
def board(qtbot: QtBot) -> Pinboard:
    widget = Pinboard(LIGHT)
    qtbot.addWidget(widget)
    widget.set_visits((make_visit(1, 1, at(9)), make_visit(2, 2, at(10))), FORMATS)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_it_is_there_only_when_it_holds_or_may_take_something(board: Pinboard) -> None:
    assert board.isVisible()
    board.set_visits((), FORMATS)
    assert not board.isVisible()
    board.set_carried(USUAL[0])
    assert board.isVisible()
    board.set_carried(None)
    assert not board.isVisible()


def test_chips_are_named_for_screen_readers(board: Pinboard) -> None:
    assert board.chips[0].accessibleName() == "Patient 1, Mon 23 Nov 09:00, booked"


def test_keys_pick_and_take_off(board: Pinboard) -> None:
    heard = []
    board.picked.connect(lambda visit: heard.append(("picked", visit.id)))
    board.removed.connect(lambda number: heard.append(("removed", number)))
    QTest.keyClick(board.chips[1], Qt.Key.Key_Return)
    QTest.keyClick(board.chips[0], Qt.Key.Key_Delete)
    assert heard == [("picked", 2), ("removed", 1)]


def test_a_drag_carries_the_id_and_no_patient_data(
    board: Pinboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(QDrag, "exec", lambda self, *_: seen.append(self.mimeData()))
    chip = board.chips[1]
    QTest.mousePress(chip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(9, 9))
    QTest.mouseMove(chip, QPoint(60, 20))
    assert [read_visit_id(data) for data in seen] == [2]
    assert b"Patient" not in b"".join(seen[0].data(f).data() for f in seen[0].formats())


def test_dropping_a_visit_pins_it_once(board: Pinboard) -> None:
    heard = []
    board.pin_requested.connect(heard.append)
    for number in (3, 2):
        mime = visit_mime(make_visit(number, 1, at(9)))
        what = (Qt.DropAction.MoveAction, mime)
        held = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(board, QDragEnterEvent(QPoint(5, 5), *what, *held))
        drop = QDropEvent(QPointF(5, 5), *what, *held, QEvent.Type.Drop)
        QApplication.sendEvent(board, drop)
    assert heard == [3]


def test_focus_stays_on_a_chip_that_stays(board: Pinboard) -> None:
    board.activateWindow()
    board.chips[1].setFocus()
    QTest.qWait(0)
    board.set_visits((make_visit(2, 2, at(11)),), FORMATS)
    assert board.focusWidget() is board.chips[0]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda t: t.name)
def test_a_chip_is_painted_in_its_status_colour(board: Pinboard, tokens: Tokens) -> None:
    board.set_tokens(tokens)
    image = board.chips[0].grab().toImage()
    assert image.pixelColor(image.width() - 5, image.height() // 2).name() == (
        tokens.status_colour("booked").fill
    )


def test_dragging_from_the_grid_onto_the_board_pins(desk_of: DeskOf, qtbot: QtBot) -> None:
    desk = desk_of(size=(600, 500))
    window = QWidget()
    qtbot.addWidget(window)
    board = Pinboard(LIGHT)
    desk.grid.carry_changed.connect(board.set_carried)
    column = QVBoxLayout(window)
    column.addWidget(desk.grid)
    column.addWidget(board)
    board.set_visits((make_visit(70, 1, at(9)),), FORMATS)
    window.resize(700, 700)
    window.show()
    qtbot.waitExposed(window)
    desk.grid.focus_visit(2)
    target = desk.grid.viewport().mapFromGlobal(board.mapToGlobal(board.rect().center()))
    target += QPoint(0, 8)
    desk.drag(desk.spot(2), target)
    assert desk.asked["pin_requested"] == [2]
    assert desk.asked["move_requested"] == []
    # Its fixture closes the grid itself, before the window.
    desk.grid.setParent(None)
