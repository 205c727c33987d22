"""Drawn shapes of the grid: one icon for each status, small marks, the hatch of closed time.

Shapes, not colour alone, tell a status: a form that is read without seeing the colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.grid.places import ALERT, ALIKE, NOTE, OVERBOOKED, WALK_IN

if TYPE_CHECKING:
    from hms_desktop.ui.palette import Tokens

ICON = 10
"""Side of a status icon and of a mark, in pixels at text size 1."""
_TILE = 12
_SOLID = {Status.ARRIVED, Status.IN_CONSULTATION}


def status_path(status: str) -> QPainterPath:
    """Return a status' icon in a box of 10 x 10; filled for who is in the house."""
    path = QPainterPath()
    if status == Status.BOOKED:
        path.addRoundedRect(QRectF(1.2, 1.2, 7.6, 7.6), 1.5, 1.5)
    elif status == Status.REQUESTED:
        path.addEllipse(QRectF(1.2, 1.2, 7.6, 7.6))
        path.moveTo(5, 3)
        path.lineTo(5, 5.2)
        path.lineTo(6.6, 6.2)
    elif status == Status.CONFIRMED:
        _check(path)
    elif status == Status.ARRIVED:
        path.addEllipse(QRectF(1, 1, 8, 8))
    elif status == Status.IN_CONSULTATION:
        path.addPolygon(QPolygonF([QPointF(1.8, 0.8), QPointF(9.2, 5), QPointF(1.8, 9.2)]))
        path.closeSubpath()
    elif status == Status.COMPLETED:
        _check(path)
        path.moveTo(0.6, 9.4)
        path.lineTo(9.4, 9.4)
    elif status == Status.NO_SHOW:
        path.moveTo(1.6, 1.6)
        path.lineTo(8.4, 8.4)
        path.moveTo(8.4, 1.6)
        path.lineTo(1.6, 8.4)
    else:  # cancelled, entered in error: crossed out
        path.addEllipse(QRectF(1.2, 1.2, 7.6, 7.6))
        path.moveTo(2.4, 7.6)
        path.lineTo(7.6, 2.4)
    return path


def _check(path: QPainterPath) -> None:
    path.moveTo(1, 5.2)
    path.lineTo(3.8, 8)
    path.lineTo(9, 1.8)


def draw_status(painter: QPainter, status: str, x: float, y: float, ink: QColor) -> None:
    """Paint a status' icon with its top left corner at x, y."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(x, y)
    if status in _SOLID:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
    else:
        width = 2.0 if status in {Status.CONFIRMED, Status.NO_SHOW} else 1.5
        painter.setPen(_round_pen(ink, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(status_path(status))
    painter.restore()


def draw_mark(painter: QPainter, mark: int, x: float, y: float, tokens: Tokens) -> None:
    """Paint one mark (alert, note, look-alike, overbooked, walk-in) at x, y."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(x, y)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark == ALERT:
        path = QPainterPath(QPointF(5, 0.4))
        path.lineTo(9.8, 9.2)
        path.lineTo(0.2, 9.2)
        path.closeSubpath()
        painter.setPen(_round_pen(QColor(tokens.alarm_text), 1))
        painter.setBrush(QColor(tokens.alarm_text))
        painter.drawPath(path)
        painter.setPen(_round_pen(QColor(tokens.panel), 1.3))
        painter.drawLine(QPointF(5, 3.8), QPointF(5, 6))
        painter.drawPoint(QPointF(5, 7.8))
    elif mark == NOTE:
        painter.setPen(_round_pen(QColor(tokens.status_colour("booked").dim), 1.2))
        path = QPainterPath(QPointF(1.8, 0.8))
        for point in ((6, 0.8), (8.4, 3.2), (8.4, 9.2), (1.8, 9.2)):
            path.lineTo(*point)
        path.closeSubpath()
        painter.drawPath(path)
        painter.drawLine(QPointF(3.8, 4.8), QPointF(6.4, 4.8))
        painter.drawLine(QPointF(3.8, 6.8), QPointF(6.4, 6.8))
    elif mark == ALIKE:
        painter.setPen(_round_pen(QColor(tokens.warn_text), 1.4))
        painter.drawEllipse(QRectF(0.8, 2, 5.6, 5.6))
        painter.drawEllipse(QRectF(3.8, 2, 5.6, 5.6))
    elif mark == OVERBOOKED:
        painter.setPen(_round_pen(QColor(tokens.status_colour("booked").ink), 1.5))
        painter.drawLine(QPointF(5, 1.6), QPointF(5, 8.4))
        painter.drawLine(QPointF(1.6, 5), QPointF(8.4, 5))
    elif mark == WALK_IN:
        painter.setPen(_round_pen(QColor(tokens.status_colour("booked").ink), 1.4))
        painter.drawLine(QPointF(0.8, 5), QPointF(6, 5))
        painter.drawPolyline(QPolygonF([QPointF(3.8, 2.4), QPointF(6.4, 5), QPointF(3.8, 7.6)]))
        painter.drawLine(QPointF(9, 1.2), QPointF(9, 8.8))
    painter.restore()


def hatch_tile(tokens: Tokens, ratio: float) -> QPixmap:
    """Return the seamless tile of closed time: stripes at 45 degrees."""
    tile = QPixmap(round(_TILE * ratio), round(_TILE * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(QColor(tokens.panel))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.hatch), 4.2))
    for shift in (-_TILE, 0, _TILE):
        painter.drawLine(QPointF(shift - 2, _TILE + 2), QPointF(shift + _TILE + 2, -2))
    painter.end()
    return tile


def _round_pen(colour: QColor, width: float) -> QPen:
    return QPen(
        colour,
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )
