"""A morning at the front desk, by keyboard and mouse alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import open_services
from tests.support import invariants
from tests.support.clock import FakeClock
from tests.ui.front_desk.desk import Place, at, make_clinic

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
MOST_KEYS = 15


class Keys:
    """Presses keys where the focus is, and counts them; it has no mouse."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.count = 0

    def type(self, text: str) -> None:
        self.count += len(text)
        self.place.type(text)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.count += 1
        self.place.press(key, modifier)


@pytest.fixture
def place(qtbot: QtBot, sqlite_url: str, tmp_path: Path) -> Iterator[Place]:
    services = open_services(sqlite_url, clock=FakeClock())
    one = Place(qtbot, services, make_clinic(services), tmp_path / "drafts")
    yield one
    one.close()
    invariants.check(services.context.database)
    services.close()


@pytest.mark.feature("APT-2")
def test_a_known_patient_is_booked_with_15_keys_by_the_line(place: Place) -> None:
    place.page.book.focus_grid()
    keys = Keys(place)
    keys.press(Qt.Key.Key_B, CTRL)
    keys.type("kumar 3pm rao")
    keys.press(Qt.Key.Key_Return)
    place.until(lambda: len(place.visits()) == 1)
    place.settle()
    (row,) = place.visits()
    assert (row.patient_name, row.doctor_name, row.starts_at) == (
        "Kumar Swamy", "Dr Meera Rao", at(15),
    )  # fmt: skip
    assert keys.count <= MOST_KEYS


@pytest.mark.feature("APT-2")
def test_a_known_patient_is_booked_with_15_keys_from_find(place: Place) -> None:
    place.page.book.focus_grid()
    keys = Keys(place)
    keys.press(Qt.Key.Key_F, CTRL)
    keys.type("kumar")
    keys.press(Qt.Key.Key_Return)
    place.until(place.grid.hasFocus)
    while place.grid.target() is None or isinstance(place.grid.target(), int):
        keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Return)
    place.settle()
    keys.press(Qt.Key.Key_Return)
    place.until(lambda: len(place.visits()) == 1)
    place.settle()
    assert place.visits()[0].patient_name == "Kumar Swamy"
    assert keys.count <= MOST_KEYS


@pytest.mark.feature("APT-1")
def test_a_visit_through_the_day(place: Place) -> None:
    keys = Keys(place)
    place.page.book.focus_grid()
    keys.press(Qt.Key.Key_B, CTRL)
    keys.type("anita 2pm khan")
    keys.press(Qt.Key.Key_Return)
    place.until(lambda: len(place.visits()) == 1)
    place.settle()

    # Moved with the mouse, an hour later.
    (row,) = place.visits()
    place.grid.focus_visit(row.id)
    start = place.grid.model.by_id[row.id].rect.center() - place.grid.offset()
    end = start + QPoint(0, round(60 * place.grid.model.scale))
    view = place.grid.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 11):
        QTest.mouseMove(view, start + (end - start) * step / 10)
        QTest.qWait(5)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    place.settle()
    assert place.visits()[0].starts_at == at(15)

    # Moved with the keys to the other doctor.
    place.page.book.focus_grid()
    place.grid.focus_visit(place.visits()[0].id)
    for key in (Qt.Key.Key_M, Qt.Key.Key_Right, Qt.Key.Key_Return):
        keys.press(key)
    place.settle()
    assert place.visits()[0].doctor_name == "Dr Meera Rao"

    # Made longer with the keys, cancelled, brought back, taken away again, brought back.
    place.grid.focus_visit(place.visits()[0].id)
    keys.press(Qt.Key.Key_Down, ALT)
    QTest.keyRelease(place.grid, Qt.Key.Key_Alt)
    place.settle()
    assert place.visits()[0].minutes == 45
    keys.press(Qt.Key.Key_X)
    keys.press(Qt.Key.Key_Return)
    place.settle()
    assert place.visits() == []
    place.undo()
    assert [one.minutes for one in place.visits()] == [45]
    place.redo()
    assert place.visits() == []
    place.undo()

    # Checked in.
    place.grid.focus_visit(place.visits()[0].id)
    place.page.book.focus_grid()
    keys.press(Qt.Key.Key_C)
    place.settle()
    assert place.visits()[0].status is Status.ARRIVED
    assert QApplication.focusWidget() is place.grid
