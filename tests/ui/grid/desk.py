from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.appointments import GridVisit
from hms_desktop.ui.grid.day import ClosedBand, GridColumn, GridDay
from hms_desktop.ui.grid.view import DayGrid

ON = date(2026, 11, 23)
ZONE = ZoneInfo("Asia/Kolkata")
PLAIN = Qt.KeyboardModifier.NoModifier


def at(hour: int, minute: int = 0, on: date = ON) -> datetime:
    local = datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZONE)
    return local.astimezone(UTC)


def make_visit(
    number: int, doctor: int, starts: datetime, minutes: int = 30, **more: object
) -> GridVisit:
    values: dict[str, Any] = {
        "id": number,
        "version": 3,
        "doctor_id": doctor,
        "patient_id": 1_000 + number,
        "room_id": None,
        "visit_type_id": 1,
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=minutes),
        "lane": 0,
        "status": "booked",
        "patient_name": f"Patient {number}",
        "mrn": f"H-{number:06d}",
        "sex": "F",
        "birth_date": None,
        "has_alert": False,
        "has_note": False,
        "token": None,
        "arrived_at": None,
    }
    return GridVisit(**(values | more))


COLUMNS = (
    GridColumn("d1", 1, "Dr Rao", "Gen. medicine - Room 2", "General medicine", ON),
    GridColumn("d2", 2, "Dr Khan", "Gen. medicine - Room 3", "General medicine", ON),
    GridColumn("d3", 3, "Dr Iyer", "Cardiology - Room 7", "Cardiology", ON),
)


def make_day(*visits: GridVisit, **more: object) -> GridDay:
    values: dict[str, Any] = {
        "on": ON,
        "zone": ZONE,
        "columns": COLUMNS,
        "now": at(10, 58),
        "visits": visits,
        "closed": {"d3": (ClosedBand(at(13), at(14), "Lunch", "Lunch of Dr Iyer, daily"),)},
        "slot_minutes": 15,
        "first_minute": 9 * 60,
        "last_minute": 18 * 60,
        "visit_types": {1: "Follow-up", 2: "Review"},
    }
    return GridDay(**(values | more))


USUAL = (
    make_visit(1, 1, at(9), 30),
    make_visit(2, 1, at(10), 30, status="confirmed"),
    make_visit(3, 1, at(10, 30), 15),
    make_visit(4, 2, at(10), 45),
    make_visit(5, 3, at(9, 30), 30, status="completed"),
)


class Desk:
    """A grid in a window, with everything it asked for."""

    NAMES = (
        "book_requested",
        "open_requested",
        "move_requested",
        "resize_requested",
        "pin_requested",
        "status_requested",
        "closed_asked",
        "menu_requested",
        "cursor_changed",
        "day_step",
        "carry_changed",
        "selection_changed",
        "hint",
    )

    def __init__(self, grid: DayGrid) -> None:
        self.grid = grid
        self.asked: dict[str, list[Any]] = {name: [] for name in self.NAMES}
        for name, heard in self.asked.items():
            getattr(grid, name).connect(heard.append)

    def key(self, key: Qt.Key, mods: Qt.KeyboardModifier = PLAIN, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.grid, key, mods)

    def spot(self, visit_id: int) -> QPoint:
        return self.grid.model.by_id[visit_id].rect.center() - self.grid.offset()

    def cell(self, doctor_id: int, when: datetime) -> QPoint:
        model = self.grid.model
        column = model.column_of(doctor_id, when)
        assert column is not None
        minute = model.axes[column].minute_of(when)
        x = (model.edges[column] + model.edges[column + 1]) // 2
        return QPoint(x, model.y_of(minute) + 4) - self.grid.offset()

    def drag(self, begin: QPoint, end: QPoint, mods: Qt.KeyboardModifier = PLAIN) -> None:
        self.press(begin, mods)
        self.move(begin + (end - begin) / 2, mods)
        self.move(end, mods)
        QTest.mouseRelease(self.grid.viewport(), Qt.MouseButton.LeftButton, mods, end)

    def press(self, spot: QPoint, mods: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.mousePress(self.grid.viewport(), Qt.MouseButton.LeftButton, mods, spot)

    def click(self, spot: QPoint, mods: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.mouseClick(self.grid.viewport(), Qt.MouseButton.LeftButton, mods, spot)

    def move(self, spot: QPoint, mods: Qt.KeyboardModifier = PLAIN) -> None:

        view = self.grid.viewport()
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(spot),
            QPointF(view.mapToGlobal(spot)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            mods,
        )
        QApplication.sendEvent(view, event)


DeskOf = Callable[..., Desk]
