"""A small chart of blood pressure over the last visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.consultations import PastVitals
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.theme import current_theme

LEAST_POINTS = 2
_LOW, _HIGH = 50, 180
_PAD_LEFT, _PAD_RIGHT, _PAD_TOP, _PAD_BOTTOM = 30, 34, 8, 20


class PressureChart(QWidget):
    """Two lines, upper and lower pressure, oldest visit at the left; the newest is written out."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Begin empty and hidden."""
        super().__init__(parent)
        self._formats = formats
        self._points: list[tuple[datetime, int, int]] = []
        self.setMinimumHeight(130)
        current_theme().changed.connect(self.update)
        self.hide()

    def sizeHint(self) -> QSize:
        """Return a calm height."""
        return QSize(260, 150)

    def show_past(self, past: Sequence[PastVitals]) -> bool:
        """Show the visits that have a blood pressure; hidden below two. Says whether shown."""
        self._points = [
            (one.starts_at, one.vitals.systolic, one.vitals.diastolic)
            for one in reversed(past)
            if one.vitals.systolic is not None and one.vitals.diastolic is not None
        ]
        shown = len(self._points) >= LEAST_POINTS
        self.setVisible(shown)
        spoken = [
            f"{self._formats.day(self._formats.day_of(at))}: {high}/{low}"
            for at, high, low in self._points
        ]
        self.setAccessibleName(self.tr("Blood pressure over the visits"))
        self.setAccessibleDescription("; ".join(spoken))
        self.update()
        return shown

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint grid, lines, dots and the newest values."""
        if len(self._points) < LEAST_POINTS:
            return
        tokens, theme = current_theme().tokens, current_theme()
        box = QRectF(self.rect()).adjusted(_PAD_LEFT, _PAD_TOP, -_PAD_RIGHT, -_PAD_BOTTOM)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(11))
        least = min(_LOW, *(low for _, _, low in self._points))
        most = max(_HIGH, *(high for _, high, _ in self._points))

        def y(value: int) -> float:
            return box.bottom() - (value - least) / (most - least) * box.height()

        for mark in (80, 120, 160):
            painter.setPen(QPen(tokens.colour("line"), 1))
            painter.drawLine(QPointF(box.left(), y(mark)), QPointF(box.right(), y(mark)))
            painter.setPen(tokens.colour("dim"))
            words = QRectF(0, y(mark) - 8, _PAD_LEFT - 6, 16)
            painter.drawText(words, Qt.AlignmentFlag.AlignRight, str(mark))
        step = box.width() / (len(self._points) - 1)
        upper, lower = [one[1] for one in self._points], [one[2] for one in self._points]
        for values, role in ((upper, "accent"), (lower, "ok")):
            line = [QPointF(box.left() + n * step, y(v)) for n, v in enumerate(values)]
            painter.setPen(QPen(tokens.colour(role), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(line))
            painter.setBrush(tokens.colour(role))
            for point in line:
                painter.drawEllipse(point, 2.5, 2.5)
            painter.setPen(tokens.colour(f"{role}_text"))
            newest = QRectF(box.right() + 7, y(values[-1]) - 8, _PAD_RIGHT, 16)
            painter.drawText(newest, Qt.AlignmentFlag.AlignLeft, str(values[-1]))
        self._dates(painter, box)
        painter.end()

    def _dates(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(current_theme().tokens.colour("dim"))
        words = QRectF(box.left(), box.bottom() + 4, box.width(), 16)
        newest = self._formats.day_of(self._points[-1][0])
        ends = (
            (self._points[0][0], Qt.AlignmentFlag.AlignLeft),
            (self._points[-1][0], Qt.AlignmentFlag.AlignRight),
        )
        for at, side in ends:
            painter.drawText(words, side, self._formats.short(self._formats.day_of(at), newest))
