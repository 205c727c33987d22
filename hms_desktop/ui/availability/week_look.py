"""How the week of hours is laid out and painted: columns are days, rows are steps of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from hms_desktop.domain.week_hours import DAYS, Day, Stretch
from hms_desktop.domain.zones import MINUTES_A_DAY
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.theme import Tokens, current_theme

HOUR = 60
LEAST_HOUR, LEAST_STEP = 26, 13
"""Least height of an hour and of a step (unscaled pixels)."""


class Cell(NamedTuple):
    """A step of a day: weekday (0 = Monday) and number of the step."""

    day: int
    row: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The geometry: viewport size, step in minutes, how far it is scrolled (all in pixels)."""

    width: int
    height: int
    step: int
    scroll: int = 0

    @property
    def gutter(self) -> int:
        """Width of the hours at the left."""
        return current_theme().px(58)

    @property
    def head(self) -> int:
        """Height of the names of the days."""
        return current_theme().px(30)

    @property
    def rows(self) -> int:
        """Number of steps of a day."""
        return -(-MINUTES_A_DAY // self.step)

    @property
    def hour(self) -> float:
        """Height of an hour: the whole day where it fits, never too small to hit."""
        px = current_theme().px
        least = max(px(LEAST_HOUR), px(LEAST_STEP) * HOUR / self.step)
        return max(least, (self.height - self.head - 1) / 24)

    @property
    def full(self) -> int:
        """Height of all hours without the head."""
        return round(self.hour * 24) + 1

    @property
    def column(self) -> float:
        """Width of a day."""
        return (self.width - self.gutter - 1) / 7

    def span(self, row: int) -> tuple[int, int]:
        """Return the minutes of a step."""
        return row * self.step, min(MINUTES_A_DAY, (row + 1) * self.step)

    def y(self, minute: int) -> float:
        """Return where a minute lies in the viewport."""
        return self.head + minute * self.hour / HOUR - self.scroll

    def rect(self, day: int, start: int, end: int) -> QRectF:
        """Return the box of some minutes of a day."""
        left = self.gutter + day * self.column
        return QRectF(left, self.y(start), self.column, self.y(end) - self.y(start))

    def cell_at(self, x: float, y: float) -> Cell:
        """Return the step under a point; points beside count as the nearest."""
        day = int((x - self.gutter) // self.column) if self.column > 0 else 0
        minute = (y - self.head + self.scroll) * HOUR / self.hour
        row = int(minute // self.step)
        return Cell(min(6, max(0, day)), min(self.rows - 1, max(0, row)))


@dataclass(frozen=True, slots=True)
class Look:
    """What is shown: hours of the days, the chosen steps, the cursor, what a drag would do."""

    days: Sequence[Day]
    chosen: tuple[Cell, Cell]
    focus: bool
    erasing: bool | None
    names: Sequence[str]


def paint_week(painter: QPainter, sheet: Sheet, look: Look, formats: Formats) -> None:
    """Paint the whole viewport."""
    tokens = current_theme().tokens
    painter.fillRect(QRectF(0, 0, sheet.width, sheet.height), tokens.colour("panel"))
    painter.save()
    painter.setClipRect(QRectF(0, sheet.head, sheet.width, sheet.height - sheet.head))
    _paint_lines(painter, sheet, formats, tokens)
    for day, stretches in enumerate(look.days):
        for one in stretches:
            _paint_stretch(painter, sheet, day, one, formats, tokens)
    _paint_chosen(painter, sheet, look, tokens)
    painter.restore()
    _paint_head(painter, sheet, look, tokens)


def _paint_lines(painter: QPainter, sheet: Sheet, formats: Formats, tokens: Tokens) -> None:
    theme = current_theme()
    fine = QColor(tokens.colour("line"))
    fine.setAlpha(120)
    for row in range(sheet.rows):
        start, _end = sheet.span(row)
        y = sheet.y(start)
        whole = start % HOUR == 0
        painter.setPen(tokens.colour("line") if whole else fine)
        painter.drawLine(sheet.gutter, round(y), sheet.width, round(y))
    painter.setFont(theme.font(11))
    painter.setPen(tokens.colour("dim"))
    for hour in range(24):
        box = QRectF(0, sheet.y(hour * HOUR) + 1, sheet.gutter - theme.px(8), theme.px(16))
        painter.drawText(
            box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, formats.minute(hour * 60)
        )
    painter.setPen(tokens.colour("line"))
    for day in DAYS:
        x = round(sheet.gutter + day * sheet.column)
        painter.drawLine(x, sheet.head, x, sheet.height)


def _paint_stretch(
    painter: QPainter, sheet: Sheet, day: int, one: Stretch, formats: Formats, tokens: Tokens
) -> None:
    theme = current_theme()
    colours = tokens.status_colour("booked")
    box = sheet.rect(day, one.start, one.end).adjusted(3, 1, -3, -1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.fill))
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(QColor(colours.edge))
    painter.drawRoundedRect(QRectF(box.left(), box.top(), 3, box.height()), 1.5, 1.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    text = box.adjusted(9, 2, -4, -2)
    line = theme.px(16)
    if text.height() < line - 4:
        return
    painter.setPen(QColor(colours.ink))
    painter.setFont(theme.font(12, 600))
    words = f"{formats.minute(one.start)}–{formats.minute(one.end)}"
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
    painter.drawText(QRectF(text.left(), text.top(), text.width(), line), flags, words)
    more = stretch_words(one)
    if more and text.height() >= 2 * line:
        painter.setPen(QColor(colours.dim))
        painter.setFont(theme.font(11))
        painter.drawText(QRectF(text.left(), text.top() + line, text.width(), line), flags, more)


def stretch_words(one: Stretch) -> str:
    """Return slot length and places of hours where they are not the usual ones."""
    parts = []
    if one.slot is not None:
        parts.append(QCoreApplication.translate("week", "{n} min").format(n=one.slot))
    if one.capacity != 1:
        parts.append(QCoreApplication.translate("week", "{n} at once").format(n=one.capacity))
    return " · ".join(parts)


def _paint_chosen(painter: QPainter, sheet: Sheet, look: Look, tokens: Tokens) -> None:
    first, last = look.chosen
    days = range(min(first.day, last.day), max(first.day, last.day) + 1)
    low, high = min(first.row, last.row), max(first.row, last.row)
    start, end = sheet.span(low)[0], sheet.span(high)[1]
    if look.erasing is not None:
        wash = QColor(tokens.colour("alarm" if look.erasing else "accent"))
        wash.setAlpha(70)
        for day in days:
            painter.fillRect(sheet.rect(day, start, end).adjusted(2, 0, -2, 0), wash)
    if not look.focus and look.erasing is None:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(tokens.colour("alarm" if look.erasing else "accent"), 2))
    box = sheet.rect(days[0], start, end).united(sheet.rect(days[-1], start, end))
    painter.drawRect(box.adjusted(2, 1, -2, -1))


def _paint_head(painter: QPainter, sheet: Sheet, look: Look, tokens: Tokens) -> None:
    theme = current_theme()
    painter.fillRect(QRectF(0, 0, sheet.width, sheet.head), tokens.colour("panel"))
    painter.setPen(tokens.colour("line_strong"))
    painter.drawLine(0, sheet.head - 1, sheet.width, sheet.head - 1)
    painter.setFont(theme.font(12, 600))
    for day in DAYS:
        box = QRectF(sheet.gutter + day * sheet.column, 0, sheet.column, sheet.head - 1)
        painter.setPen(tokens.colour("ink" if look.days[day] else "off"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, look.names[day])
