"""B5: painting the day grid: 50 columns x 96 rows x 1,500 visits, offscreen.

The limit paints the same boxes (fill, edge, the same words as static texts) in one paint event
of a bare widget of the same size; ours adds closed time, lines, icons, marks and rounding.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.measure import Row, alternate, at_most, p50
from hms_desktop.domain.appointments import GridVisit
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.grid.day import ClosedBand, GridColumn, GridDay
from hms_desktop.ui.grid.layout import wall_instant
from hms_desktop.ui.grid.view import DayGrid
from hms_desktop.ui.palette import LIGHT
from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from hms_desktop.ui.grid.boxes import BoxPainter
    from hms_desktop.ui.grid.model import Box

COLUMNS, ROWS, VISITS = 50, 96, 1_500
_SLOT = 15
_WIDE, _HIGH = 60 + COLUMNS * 132, 120 + ROWS * 18
_ON = date(2026, 11, 23)
_ZONE = ZoneInfo("Asia/Kolkata")
_FIRST = ("Asha", "Ravi", "Fatima", "Thomas", "Meera", "Imran", "Lakshmi", "Karthik", "Zara")
_LAST = ("Pillai", "Menon", "Sheikh", "Nambiar", "Iyer", "Joshi", "D'Souza", "Verma", "Das")
_TYPES = {1: "Follow-up", 2: "Review", 3: "New visit", 4: "Vaccination"}


def busy_day(seed: int = 5) -> GridDay:
    """Return a full day: believable lengths, statuses, alerts, lunch breaks."""
    dice = random.Random(seed)
    midnight = wall_instant(_ON, 0, _ZONE)
    columns = tuple(
        GridColumn(f"d{i}", i, f"Dr {_LAST[i % 9]} {i}", f"Room {i}", f"Department {i // 5}", _ON)
        for i in range(COLUMNS)
    )
    visits: list[GridVisit] = []
    each = VISITS // COLUMNS
    for doctor in range(COLUMNS):
        starts = sorted(dice.sample(range(ROWS // 2 - 2), each))
        for number, half_hour in enumerate(starts):
            begins = midnight + timedelta(minutes=30 * half_hour)
            minutes = dice.choice((15, 30, 30))
            visits.append(_visit(doctor * each + number, doctor, begins, minutes, dice))
    closed = {
        column.key: (
            _band(midnight, 0, 90, "Closed"),
            _band(midnight, 13 * 60, 30, "Lunch"),
        )
        for column in columns
    }
    now = midnight + timedelta(hours=11)
    return GridDay(_ON, _ZONE, columns, now, tuple(visits), closed, (), _SLOT, 0, 24 * 60, _TYPES)


def _visit(
    number: int, doctor: int, begins: datetime, minutes: int, dice: random.Random
) -> GridVisit:
    return GridVisit(
        id=number,
        version=1,
        doctor_id=doctor,
        patient_id=number,
        room_id=None,
        visit_type_id=dice.choice(tuple(_TYPES)),
        starts_at=begins.astimezone(UTC),
        ends_at=(begins + timedelta(minutes=minutes)).astimezone(UTC),
        lane=0,
        status=dice.choice(tuple(Status)[:6]),
        patient_name=f"{dice.choice(_FIRST)} {dice.choice(_LAST)}",
        mrn=f"H-{number:06d}",
        sex="F",
        birth_date=None,
        has_alert=dice.random() < 0.1,
        has_note=dice.random() < 0.2,
        token=None,
        arrived_at=None,
    )


def _band(midnight: datetime, start: int, minutes: int, label: str) -> ClosedBand:
    begins = midnight + timedelta(minutes=start)
    return ClosedBand(begins, begins + timedelta(minutes=minutes), label)


class Bare(QWidget):
    """The limit: nothing but the boxes, each two fills and its static texts."""

    def __init__(self, boxes: list[Box], painter: BoxPainter) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.fonts = painter.fonts
        self.ink = QColor(LIGHT.status_colour("booked").ink)
        self.dim = QColor(LIGHT.status_colour("booked").dim)
        self.fills = [
            (
                box.rect,
                box.rect.adjusted(0, 0, 3 - box.rect.width(), 0),
                QColor(LIGHT.status_colour(box.visit.status).fill),
                QColor(LIGHT.status_colour(box.visit.status).edge),
            )
            for box in boxes
        ]
        self.names = [box.texts.name for box in boxes if box.texts.name is not None]
        self.details = [detail for box in boxes for detail in box.texts.details]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - an override of Qt's
        """Paint everything, always."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), Qt.GlobalColor.white)
        for rect, edge, fill, line in self.fills:
            painter.fillRect(rect, fill)
            painter.fillRect(edge, line)
        painter.setFont(self.fonts.name)
        painter.setPen(self.ink)
        draw = painter.drawStaticText
        for piece in self.names:
            draw(*piece)
        painter.setFont(self.fonts.detail)
        painter.setPen(self.dim)
        for piece in self.details:
            draw(*piece)
        painter.end()


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - what every benchmark is called with
    """Measure a full repaint and the repaint after one changed visit."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # A plain list: Qt would keep a reference to the arguments of this run.
    app = QApplication.instance() or QApplication(["benchmark"])
    theme = current_theme()
    theme.apply("light")
    rounds = 25 if quick else 100
    day = busy_day()
    grid = DayGrid(theme.tokens)
    grid.resize(_WIDE, _HIGH)
    grid.set_day(day)
    grid.show()
    app.processEvents()
    shown = grid.grab()
    boxes = [box for column in grid.model.boxes for box in column]
    assert len(boxes) == VISITS, "every visit must have a box"
    assert all(box.texts is not None for box in boxes), "every visit must be painted"
    assert not shown.isNull(), "something must be painted"
    bare = Bare(boxes, grid.frame_state.painter.boxes)
    bare.resize(grid.viewport().size())
    bare.show()
    app.processEvents()

    ours, limit = alternate(grid.viewport().repaint, bare.repaint, rounds)
    rows = [at_most("full repaint, p50", p50(ours), p50(limit), 1.6)]

    days = cycle(_other_days(day, 8))
    painted = grid.painted_boxes

    def change_one() -> None:
        grid.set_day(next(days))
        app.processEvents()

    ours, limit = alternate(change_one, bare.repaint, rounds)
    each = (grid.painted_boxes - painted) / (rounds + 3)
    assert 0 < each < 12, "one changed visit repaints its own place only"
    rows.append(at_most("one changed visit, p50", p50(ours), p50(limit), 0.3))
    grid.close()
    bare.close()
    return rows


def _other_days(day: GridDay, count: int) -> list[GridDay]:
    """Return days that each differ from the one before in a single visit's status.

    Every row is a new object, as after a reload from the database.
    """
    days = []
    for number in range(count):
        visits = [GridVisit(*visit) for visit in day.visits]
        place = (number // 2) * 97
        if number % 2 == 0:
            visits[place] = visits[place]._replace(status=Status.NO_SHOW)
        days.append(
            GridDay(
                day.on,
                day.zone,
                day.columns,
                day.now,
                tuple(visits),
                day.closed,
                day.holds,
                day.slot_minutes,
                day.first_minute,
                day.last_minute,
                day.visit_types,
            )
        )
    return days
