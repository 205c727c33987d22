"""Painting of the grid's body: ground, closed time, lines, visits, what lies above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QBrush, QColor, QPainter

from hms_desktop.ui.grid import layout
from hms_desktop.ui.grid.boxes import BoxPainter
from hms_desktop.ui.grid.shapes import hatch_tile
from hms_desktop.ui.grid.topping import Topping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont

    from hms_desktop.ui.grid.day import ClosedBand, GridDay
    from hms_desktop.ui.grid.model import GridModel
    from hms_desktop.ui.grid.places import Box
    from hms_desktop.ui.grid.scene import Scene
    from hms_desktop.ui.palette import Tokens

_MANY_PLACES = 24
"""From this many separate places on, one pass over their common frame is cheaper."""
_BAND_PAD = 9
_LEAST_ROW = 9
_HALF_HOUR = 30


class BodyPainter:
    """Paints the body of one theme and font."""

    def __init__(
        self, model: GridModel, scene: Scene, tokens: Tokens, font: QFont, ratio: float
    ) -> None:
        self.model = model
        self.boxes = BoxPainter(tokens, font, ratio)
        self.topping = Topping(model, scene, tokens, self.boxes)
        self._panel = QColor(tokens.panel)
        self._line = QColor(tokens.line)
        # Mixed beforehand: a see-through colour costs a blend for every pixel of every line.
        self._soft_line = _mixed(self._line, self._panel)
        self._strong_line = QColor(tokens.line_strong)
        self._dim = QColor(tokens.dim)
        self._now = QColor(tokens.alarm)
        self._hatch = QBrush(hatch_tile(tokens, ratio))

    def paint(self, painter: QPainter, places: Sequence[QRect]) -> None:
        """Paint the given places; the painter is in the grid's own coordinates."""
        if len(places) > _MANY_PLACES:
            whole = QRect()
            for place in places:
                whole = whole.united(place)
            places = [whole]
            painter.setClipRect(whole)
        for place in places:
            painter.fillRect(place, self._panel)
        day = self.model.day
        if day is None or not day.columns:
            return
        for place in places:
            self._paint_ground(painter, place, day)
        boxes = self._boxes_in(places)
        crossed = self._paint_now(painter, places, day)
        self.boxes.paint_frames(painter, boxes)
        self._paint_now_over(painter, boxes, crossed)
        self.boxes.paint_words(painter, boxes, day)
        self.topping.paint(painter, places)

    def now_rects(self) -> list[QRect]:
        """Return the places of the now-line, one for each column of today."""
        day = self.model.day
        if day is None:
            return []
        today = day.now.astimezone(day.zone).date()
        found = []
        for index, column in enumerate(day.columns):
            axis = self.model.axes[index]
            minute = axis.minute_of(day.now)
            if column.on_date == today and 0 <= minute <= axis.minutes:
                left = self.model.edges[index]
                width = self.model.edges[index + 1] - left
                found.append(QRect(left, self.model.y_of(minute) - 1, width, 2))
        return found

    # ------------------------------------------------------------------ ground
    def _paint_ground(self, painter: QPainter, place: QRect, day: GridDay) -> None:
        model = self.model
        columns = columns_in(place, model.edges)
        if not columns:
            return
        first = model.axes[columns[0]]
        if (
            all(model.axes[c].minutes == first.minutes for c in columns)
            and len({day.columns[c].on_date for c in columns}) == 1
        ):
            left, right = model.edges[columns[0]], model.edges[columns[-1] + 1]
            self._paint_rows(painter, place, day, first, (left, right))
        else:
            for column in columns:
                reach = (model.edges[column], model.edges[column + 1])
                self._paint_rows(painter, place, day, model.axes[column], reach)
        for column in columns:
            for band in day.closed.get(day.columns[column].key, ()):
                rect = model.band_rect(column, band)
                if rect.intersects(place) and not rect.isEmpty():
                    self._paint_band(painter, rect, rect & place, band)
        high = min(place.bottom(), model.height) - place.top() + 1
        for column in (*columns, columns[-1] + 1):
            x = model.edges[column]
            border = 0 < column < len(day.columns) and (
                day.columns[column].department != day.columns[column - 1].department
            )
            colour = self._strong_line if border else self._line
            painter.fillRect(x, place.top(), 1, high, colour)

    def _paint_rows(
        self,
        painter: QPainter,
        place: QRect,
        day: GridDay,
        axis: layout.Axis,
        reach: tuple[int, int],
    ) -> None:
        left, right = max(reach[0], place.left()), min(reach[1], place.right() + 1)
        if left >= right:
            return
        top, bottom = place.top(), place.bottom()
        scale = self.model.scale
        dense = day.slot_minutes * scale < _LEAST_ROW
        for tick in layout.ticks_of(axis, day.zone, day.slot_minutes):
            y = round(tick.minute * scale)
            if top <= y <= bottom:
                # Fills, not lines: Qt fills a row of pixels thirty times as fast.
                if tick.on_hour:
                    painter.fillRect(left, y, right - left, 1, self._line)
                elif not dense or tick.past == _HALF_HOUR:
                    painter.fillRect(left, y, right - left, 1, self._soft_line)

    def _paint_band(self, painter: QPainter, rect: QRect, part: QRect, band: ClosedBand) -> None:
        painter.fillRect(part, self._hatch)
        words = self.boxes.details
        room = rect.width() - 2 * _BAND_PAD
        high = self.boxes.fonts.detail_height
        if not band.label or room < high or rect.height() < high:
            return
        text = words.wrapped(band.label, room)
        if text.size().height() > rect.height() - 6:
            text = words.line(band.label, room)
        top = rect.y() + (5 if rect.height() > high + 8 else (rect.height() - high) // 2)
        painter.setFont(self.boxes.fonts.detail)
        painter.setPen(self._dim)
        painter.drawStaticText(rect.x() + _BAND_PAD, top, text)

    # ------------------------------------------------------------------ now
    def _paint_now(
        self, painter: QPainter, places: Sequence[QRect], day: GridDay
    ) -> dict[int, QRect]:
        """Paint the now-line below the visits; return its place by column."""
        lines = self.now_rects()
        crossed: dict[int, QRect] = {}
        for line in lines:
            if any(line.intersects(place) for place in places):
                painter.fillRect(line, self._now)
                column = layout.column_at(self.model.edges, line.left())
                if column is not None and column < len(day.columns):
                    crossed[column] = line
        return crossed

    def _paint_now_over(
        self, painter: QPainter, boxes: Sequence[Box], crossed: dict[int, QRect]
    ) -> None:
        """Let the line shine through the visits it crosses: below their words, and faint."""
        if not crossed:
            return
        painter.setOpacity(0.3)
        for box in boxes:
            line = crossed.get(box.column)
            if line is not None:
                both = box.rect & line
                if not both.isEmpty():
                    painter.fillRect(both, self._now)
        painter.setOpacity(1.0)

    # ------------------------------------------------------------------ visits
    def _boxes_in(self, places: Sequence[QRect]) -> list[Box]:
        found: list[Box] = []
        edges = self.model.edges
        columns = {column for place in places for column in columns_in(place, edges)}
        for column in sorted(columns):
            left, right = edges[column], edges[column + 1]
            mine = [p for p in places if p.left() < right and p.right() >= left]
            high = self.model.height
            if any(p.top() <= 0 and p.bottom() >= high for p in mine):
                found += self.model.boxes[column]
                continue
            if len(mine) == 1:
                place = mine[0]
                found += [box for box in self.model.boxes[column] if place.intersects(box.rect)]
                continue
            found.extend(
                box
                for box in self.model.boxes[column]
                if any(box.rect.intersects(place) for place in mine)
            )
        return found


def columns_in(place: QRect, edges: Sequence[int]) -> range:
    """Return the columns that a place touches."""
    if place.right() < edges[0] or place.left() >= edges[-1]:
        return range(0)
    first = layout.column_at(edges, max(place.left(), edges[0]))
    last = layout.column_at(edges, min(place.right(), edges[-1] - 1))
    return range(first or 0, (last or 0) + 1)


def _mixed(one: QColor, other: QColor) -> QColor:
    """Return a third of one colour in two thirds of another."""
    return QColor(
        (one.red() + 2 * other.red()) // 3,
        (one.green() + 2 * other.green()) // 3,
        (one.blue() + 2 * other.blue()) // 3,
    )
