"""The grid's edges that stay in place: doctors on top, the time at the left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.grid import layout
from hms_desktop.ui.grid.painter import columns_in
from hms_desktop.ui.grid.texts import clock, tr
from hms_desktop.ui.patients.formats import Formats

if TYPE_CHECKING:
    from hms_desktop.ui.grid.day import GridDay
    from hms_desktop.ui.grid.model import GridModel
    from hms_desktop.ui.grid.painter import BodyPainter
    from hms_desktop.ui.palette import Tokens

_PAD = 10
_BAND_SPACE = 8
_EVERY_SLOT = 2.4
_WIDEST = time(0, 0)


@dataclass(slots=True)
class Frame:
    """What the strips share with the grid: its model, painter, colours and scroll position."""

    model: GridModel
    painter: BodyPainter
    tokens: Tokens
    x: int = 0
    y: int = 0
    marked: float | None = None
    """Minute that the gutter marks: where the cursor or a carried visit is."""
    marked_column: int | None = None


class Corner(QWidget):
    """The place above the gutter, left of the header."""

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        super().__init__(parent)
        self.frame = frame
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and the line below."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.frame.tokens.panel))
        painter.setPen(QPen(QColor(self.frame.tokens.line_strong), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()


class HeaderStrip(QWidget):
    """Names of the columns, below the names of their departments."""

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        super().__init__(parent)
        self.frame = frame
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def wanted_height(self) -> int:
        """Return the height that the names need, in pixels."""
        fonts = self.frame.painter.boxes.fonts
        names = fonts.name_height + fonts.detail_height + 14
        return names + (self._band_height() if self._grouped() else 0)

    def _band_height(self) -> int:
        return self.frame.painter.boxes.fonts.small_height + _BAND_SPACE

    def _grouped(self) -> bool:
        """Departments get a row of their own when one of them spans several columns."""
        day = self.frame.model.day
        if day is None:
            return False
        names = [column.department for column in day.columns]
        return len(set(names)) > 1 and len(set(names)) < len(names)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the columns that are in sight."""
        painter = QPainter(self)
        tokens = self.frame.tokens
        painter.fillRect(event.rect(), QColor(tokens.panel))
        day = self.frame.model.day
        if day is not None and day.columns:
            painter.translate(-self.frame.x, 0)
            place = event.rect().translated(self.frame.x, 0)
            shown = columns_in(place, self.frame.model.edges)
            top = 0
            if self._grouped():
                top = self._band_height()
                self._paint_departments(painter, day, shown)
            for column in shown:
                self._paint_column(painter, day, column, top)
            painter.resetTransform()
        painter.setPen(QPen(QColor(tokens.line_strong), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()

    def _paint_departments(self, painter: QPainter, day: GridDay, shown: range) -> None:
        edges = self.frame.model.edges
        fonts = self.frame.painter.boxes.fonts
        high = self._band_height()
        begin = 0
        while begin < len(day.columns):
            name = day.columns[begin].department
            end = begin
            while end < len(day.columns) and day.columns[end].department == name:
                end += 1
            if begin <= shown.stop and end >= shown.start:
                # The name stays in sight for as long as any column of its group is.
                left = max(edges[begin], self.frame.x)
                rect = QRect(left + _PAD, 0, edges[end] - left - 2 * _PAD, high)
                painter.setFont(fonts.small)
                painter.setPen(QColor(self.frame.tokens.dim))
                if rect.width() > fonts.small_height:
                    said = painter.fontMetrics().elidedText(
                        name.upper(), Qt.TextElideMode.ElideRight, rect.width()
                    )
                    painter.drawText(
                        rect,
                        Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
                        said,
                    )
                painter.setPen(QPen(QColor(self.frame.tokens.line), 1))
                painter.drawLine(edges[begin], high - 1, edges[end], high - 1)
                if begin:
                    painter.setPen(QPen(QColor(self.frame.tokens.line_strong), 1))
                    painter.drawLine(edges[begin], 0, edges[begin], self.height())
            begin = end

    def _paint_column(self, painter: QPainter, day: GridDay, column: int, top: int) -> None:
        edges = self.frame.model.edges
        tokens = self.frame.tokens
        boxes = self.frame.painter.boxes
        shown = day.columns[column]
        left, room = edges[column] + _PAD, edges[column + 1] - edges[column] - 2 * _PAD
        if column and day.columns[column - 1].department == shown.department:
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(edges[column], top, edges[column], self.height())
        elif column:
            painter.setPen(QPen(QColor(tokens.line_strong), 1))
            painter.drawLine(edges[column], top, edges[column], self.height())
        y = top + 6
        painter.setFont(boxes.fonts.name)
        here = column == self.frame.marked_column
        painter.setPen(QColor(tokens.accent_text if here else tokens.ink))
        title = shown.title
        week = day.columns[0].on_date != day.columns[-1].on_date
        if week and boxes.names.width(title) > room:
            title = title.rsplit(" ", 1)[0]  # the day without its month
        painter.drawStaticText(left, y, boxes.names.line(title, room))
        painter.setFont(boxes.fonts.detail)
        painter.setPen(QColor(tokens.dim))
        painter.drawStaticText(
            left, y + boxes.fonts.name_height + 1, boxes.details.line(shown.subtitle, room)
        )
        if here:
            painter.fillRect(
                QRect(edges[column] + 1, self.height() - 3, room + 2 * _PAD - 1, 2),
                QColor(tokens.accent),
            )


class GutterStrip(QWidget):
    """The hospital's clock along the rows, with clock changes, the cursor and the time now."""

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        super().__init__(parent)
        self.frame = frame
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def wanted_width(self) -> int:
        """Return the width that times need, in pixels."""
        day = self.frame.model.day
        widest = Formats(clock_24h=day is None or day.clock_24h).clock(_WIDEST)
        return self.frame.painter.boxes.details.width(widest) + 22

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the times that are in sight."""
        painter = QPainter(self)
        tokens = self.frame.tokens
        painter.fillRect(event.rect(), QColor(tokens.panel))
        model, day = self.frame.model, self.frame.model.day
        axis = model.gutter
        if day is not None and axis is not None:
            painter.translate(0, -self.frame.y)
            fonts = self.frame.painter.boxes.fonts
            now = self._now_minute(day, axis)
            marked = self.frame.marked
            taken = [m for m in (now, marked) if m is not None]
            clear = fonts.detail_height / model.scale
            place = event.rect().translated(0, self.frame.y)
            every = self._every()
            for tick in layout.ticks_of(axis, day.zone, day.slot_minutes):
                if not (tick.on_hour or tick.turn is not layout.Turn.NONE or every):
                    continue
                y = model.y_of(tick.minute)
                if not place.top() - 40 <= y <= place.bottom() + 40:
                    continue
                if all(abs(tick.minute - minute) > clear for minute in taken):
                    self._paint_tick(painter, tick, y, clock(axis.at(tick.minute), day))
            if marked is not None:
                self._pill(
                    painter,
                    model.y_of(marked),
                    clock(axis.at(marked), day),
                    (tokens.accent_soft, tokens.accent_text),
                )
            if now is not None:
                self._paint_now(painter, model.y_of(now), clock(day.now, day))
            painter.resetTransform()
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        painter.end()

    def _every(self) -> bool:
        """Every slot gets its time where rows are high enough."""
        day = self.frame.model.day
        high = self.frame.painter.boxes.fonts.detail_height
        return day is not None and day.slot_minutes * self.frame.model.scale >= _EVERY_SLOT * high

    @staticmethod
    def _now_minute(day: GridDay, axis: layout.Axis) -> float | None:
        minute = axis.minute_of(day.now)
        today = day.now.astimezone(day.zone).date()
        shown = any(column.on_date == today for column in day.columns)
        if not shown:
            return None
        if not 0 <= minute <= axis.minutes:
            # The week of one doctor: the gutter shows the chosen day, now is on another.
            first = next(c for c in day.columns if c.on_date == today)
            other = layout.axis_of(first.on_date, day.zone, day.first_minute, day.last_minute)
            minute = other.minute_of(day.now)
            if not 0 <= minute <= other.minutes:
                return None
        return minute

    def _paint_tick(self, painter: QPainter, tick: layout.Tick, y: int, when: str) -> None:
        tokens = self.frame.tokens
        fonts = self.frame.painter.boxes.fonts
        painter.setFont(fonts.detail)
        painter.setPen(QColor(tokens.ink if tick.on_hour and self._every() else tokens.dim))
        words = self.frame.painter.boxes.details
        top = max(y - fonts.detail_height // 2, 1)
        left = self.width() - words.width(when) - 11
        painter.drawStaticText(left, top, words.line(when, 200))
        if tick.turn is not layout.Turn.NONE:
            said = tr("ahead") if tick.turn is layout.Turn.JUMP else tr("again")
            painter.setFont(fonts.small)
            painter.setPen(QColor(tokens.alarm_text))
            painter.drawText(
                QRect(0, top + fonts.detail_height - 1, self.width() - 9, fonts.small_height),
                Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine,
                said,
            )

    def _paint_now(self, painter: QPainter, y: int, said: str) -> None:
        tokens = self.frame.tokens
        self._pill(painter, y, said, (tokens.alarm_text, tokens.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.alarm))
        painter.drawEllipse(QPointF(self.width() - 4, y), 4, 4)

    def _pill(self, painter: QPainter, y: int, said: str, colours: tuple[str, str]) -> None:
        fill, ink = colours
        fonts = self.frame.painter.boxes.fonts
        words = self.frame.painter.boxes.details
        width = words.width(said) + 10
        high = fonts.detail_height + 2
        left, top = self.width() - width - 7, max(y - high // 2, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(QRectF(left, top, width, high), 4, 4)
        painter.setFont(fonts.detail)
        painter.setPen(QColor(ink))
        painter.drawStaticText(left + 5, top + 1, words.line(said, 200))
        painter.restore()
