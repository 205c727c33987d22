import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hms_desktop.ui.grid.day import GridDay
from hms_desktop.ui.grid.view import DayGrid
from hms_desktop.ui.palette import LIGHT, Tokens
from tests.ui.grid.desk import USUAL, Desk, DeskOf, make_day


@pytest.fixture
def desk_of(qtbot: QtBot) -> DeskOf:
    def make(
        day: GridDay | None = None, tokens: Tokens = LIGHT, size: tuple[int, int] = (700, 900)
    ) -> Desk:
        grid = DayGrid(tokens)
        qtbot.addWidget(grid)
        grid.resize(*size)
        grid.set_day(day if day is not None else make_day(*USUAL))
        grid.show()
        qtbot.waitExposed(grid)
        grid.activateWindow()
        grid.setFocus()
        QTest.qWait(0)
        return Desk(grid)

    return make


@pytest.fixture
def desk(desk_of: DeskOf) -> Desk:
    return desk_of()
