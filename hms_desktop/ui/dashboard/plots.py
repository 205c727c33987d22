"""Charts of Qt Charts in the program's look: stacked columns, lines, bars from the left.

Qt Charts draws grid, columns and lines. Labels are painted here: it would cut them short with
dots where many stand side by side, and here the second, the third or the seventh is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCharts import (
    QAbstractBarSeries,
    QAbstractSeries,
    QBarCategoryAxis,
    QBarSet,
    QChart,
    QChartView,
    QHorizontalStackedBarSeries,
    QLineSeries,
    QScatterSeries,
    QStackedBarSeries,
    QValueAxis,
)
from PySide6.QtCore import QMargins, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from hms_desktop.ui.dashboard.cursor import PlotCursor
from hms_desktop.ui.dashboard.figures import Figures, ticks
from hms_desktop.ui.theme import current_theme

_LABEL = 11
"""Size of the letters at the axes (unscaled pixels)."""
_LINE_WIDTH = 2.0
_DOT = 6.0
_BAR_PART = 0.68
_WIDEST = 72
"""A lone day is a bar as well, not a wall (unscaled pixels)."""


class Plot(QChartView):
    """A chart with a cursor; subclasses say how values lie on the plane."""

    low, high = 22, 8
    """Room under and above the plane (unscaled pixels)."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start without values; ``name`` is the accessible name."""
        super().__init__(QChart(), parent)
        self.figures = Figures()
        self._marked: int | None = None
        self._ticks: tuple[float, ...] = (0.0, 1.0)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        chart = self.chart()
        chart.legend().hide()
        chart.setMargins(QMargins())
        chart.setBackgroundRoundness(0)
        self.cursor_ = PlotCursor(self, self, self.viewport())
        current_theme().changed.connect(self._retheme)
        self._draw()

    def set_figures(self, figures: Figures) -> None:
        """Show other values."""
        self.figures = figures
        spoken = [figures.sentence(place) for place in range(len(figures.points))]
        self.setAccessibleDescription("; ".join(spoken))
        self._draw()

    def sizeHint(self) -> QSize:
        """Return a calm size."""
        return QSize(320, current_theme().px(190))

    # ------------------------------------------------------------------- for the cursor
    def count(self) -> int:
        """Return how many points there are."""
        return 0 if self.figures.empty else len(self.figures.points)

    def words(self, place: int) -> tuple[str, str]:
        """Return a point in lines and in a sentence."""
        return "\n".join(self.figures.lines(place)), self.figures.sentence(place)

    def key(self, place: int) -> object:
        """Return what is behind a point; None: nothing."""
        return self.figures.points[place].key

    def mark(self, place: int | None) -> None:
        """Mark a point, or none."""
        self._marked = place
        self.viewport().update()

    def beside(self, place: int, right: int, down: int) -> int | None:
        """Return the neighbour to the left or right."""
        other = place + right
        return other if right and not down and 0 <= other < self.count() else None

    def place_at(self, spot: QPointF) -> int | None:
        """Return the point whose column holds a spot."""
        plane, count = self.plane(), self.count()
        if not count or not plane.left() <= spot.x() < plane.right():
            return None
        return int((spot.x() - plane.left()) * count / plane.width())

    def anchor(self, place: int) -> QPointF:
        """Return the middle of a point's column."""
        slot = self.slot(place)
        return QPointF(slot.right() - slot.width() / 4, slot.center().y())

    # ------------------------------------------------------------------------- geometry
    def plane(self) -> QRectF:
        """Return where values are drawn; the rest belongs to the labels."""
        theme = current_theme()
        left = self._widest(self.figures.told(tick) for tick in self._ticks) + theme.px(8)
        low, high = theme.px(self.low), theme.px(self.high)
        size = self.viewport().size()
        return QRectF(
            left, high, max(10, size.width() - left - 6), max(10, size.height() - low - high)
        )

    def slot(self, place: int) -> QRectF:
        """Return the column of a point."""
        plane = self.plane()
        wide = plane.width() / max(1, len(self.figures.points))
        return QRectF(plane.left() + place * wide, plane.top(), wide, plane.height())

    def _widest(self, texts: Iterable[str]) -> int:
        measure = QFontMetrics(current_theme().font(_LABEL))
        return max(map(measure.horizontalAdvance, texts), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew: Qt Charts leaves the grid where it was when only the height changed."""
        super().resizeEvent(event)
        self._draw()

    # -------------------------------------------------------------------------- drawing
    def most(self) -> float:
        """Return the largest value that must fit."""
        values = [value or 0 for one in self.figures.series for value in one.values]
        return max(values, default=0)

    def make_series(self) -> list[QAbstractSeries]:
        """Return what is drawn, from the figures."""
        return []

    def _retheme(self, _tokens: object) -> None:
        self._draw()

    def _draw(self) -> None:
        chart, tokens = self.chart(), current_theme().tokens
        chart.removeAllSeries()
        for axis in chart.axes():
            chart.removeAxis(axis)
            axis.deleteLater()
        chart.setBackgroundBrush(QColor(tokens.panel))
        chart.setBackgroundPen(Qt.PenStyle.NoPen)
        self.setBackgroundBrush(QColor(tokens.panel))
        self._ticks = ticks(self.most())
        if not self.figures.empty:
            made = self.make_series()
            for one in made:
                chart.addSeries(one)
            self._add_axes(made)
        chart.setPlotArea(self.plane())
        self.cursor_.renew()
        self.viewport().update()

    def _add_axes(self, made: list[QAbstractSeries]) -> None:
        chart = self.chart()
        across, up = self.point_axis(), self.value_axis()
        chart.addAxis(across, Qt.AlignmentFlag.AlignBottom)
        chart.addAxis(up, Qt.AlignmentFlag.AlignLeft)
        for one in made:
            one.attachAxis(across)
            one.attachAxis(up)

    def value_axis(self) -> QValueAxis:
        """Return the axis of the values: the grid alone."""
        axis = QValueAxis()
        axis.setRange(0, self._ticks[-1])
        axis.setTickCount(len(self._ticks))
        axis.setLabelsVisible(False)
        axis.setLineVisible(False)
        axis.setGridLinePen(QPen(QColor(current_theme().tokens.line), 1))
        return axis

    def point_axis(self) -> QBarCategoryAxis | QValueAxis:
        """Return the axis of the points: its line alone."""
        axis = QBarCategoryAxis()
        axis.append([str(place) for place in range(len(self.figures.points))])
        self._calm(axis)
        return axis

    @staticmethod
    def _calm(axis: QBarCategoryAxis | QValueAxis) -> None:
        axis.setLabelsVisible(False)
        axis.setGridLineVisible(False)
        axis.setLinePen(QPen(QColor(current_theme().tokens.line_strong), 1))

    def drawForeground(self, painter: QPainter, _rect: QRectF | QRect) -> None:
        """Paint the labels and the mark over what Qt Charts drew."""
        theme = current_theme()
        painter.setFont(theme.font(_LABEL))
        if self.figures.empty:
            return
        self.paint_labels(painter)
        if self._marked is not None and self._marked < len(self.figures.points):
            painter.setPen(QPen(QColor(theme.tokens.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.slot(self._marked).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def paint_labels(self, painter: QPainter) -> None:
        """Write values at the left and as many points below as there is room for."""
        theme, plane = current_theme(), self.plane()
        painter.setPen(QColor(theme.tokens.dim))
        high = theme.px(16)
        for tick in self._ticks:
            y = plane.bottom() - plane.height() * tick / self._ticks[-1]
            box = QRectF(0, y - high / 2, plane.left() - theme.px(6), high)
            painter.drawText(
                box,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                self.figures.told(tick),
            )
        points = self.figures.points
        wide = self._widest(point.label for point in points) + theme.px(10)
        step = max(1, -(-int(wide) * len(points) // max(1, int(plane.width()))))
        for place in range(0, len(points), step):
            middle = self.slot(place).center().x()
            box = QRectF(middle - wide, plane.bottom() + 3, 2 * wide, theme.px(18))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, points[place].label)


class StackPlot(Plot):
    """Columns, the series stacked in each."""

    def most(self) -> float:
        """Return the largest sum."""
        return max((self.figures.total(place) for place in range(len(self.figures.points))),
                   default=0)  # fmt: skip

    def make_series(self) -> list[QAbstractSeries]:
        """Return one series of stacked bars."""
        bars = _bars(QStackedBarSeries(), self.figures)
        bars.setBarWidth(min(_BAR_PART, current_theme().px(_WIDEST) / self.slot(0).width()))
        return [bars]


class LinePlot(Plot):
    """A line for each series; where nothing was measured it is broken."""

    def make_series(self) -> list[QAbstractSeries]:
        """Return the unbroken pieces of every line."""
        made: list[QAbstractSeries] = []
        for one in self.figures.series:
            pen = QPen(current_theme().tokens.colour(one.role), _LINE_WIDTH)
            if made and one is not self.figures.series[0]:
                pen.setStyle(Qt.PenStyle.DashLine)  # told apart without its colour
            # A point between two that were not measured would not be seen without its dot.
            dots = QScatterSeries()
            dots.setMarkerSize(_DOT)
            dots.setColor(pen.color())
            dots.setBorderColor(pen.color())
            piece: QLineSeries | None = None
            for place, value in enumerate(one.values):
                if value is None:
                    piece = None
                    continue
                if piece is None:
                    piece = QLineSeries()
                    piece.setPen(pen)
                    made.append(piece)
                piece.append(place + 0.5, value)
                dots.append(place + 0.5, value)
            made.append(dots)
        return made

    def point_axis(self) -> QValueAxis:
        """Return an axis on which every point lies in the middle of its column."""
        axis = QValueAxis()
        axis.setRange(0, max(1, len(self.figures.points)))
        self._calm(axis)
        return axis


class SidePlot(Plot):
    """Bars from the left, one under the other, their names before and their sums behind them."""

    low, high = 2, 2
    row = 24
    """Height of a bar with the gap to the next (unscaled pixels)."""
    names = 132

    def most(self) -> float:
        """Return the largest sum."""
        return max((self.figures.total(place) for place in range(len(self.figures.points))),
                   default=0)  # fmt: skip

    def set_figures(self, figures: Figures) -> None:
        """Show other values; the height follows from how many there are."""
        self.setMinimumHeight(current_theme().px(self.row) * max(1, len(figures.points)) + 6)
        super().set_figures(figures)

    def make_series(self) -> list[QAbstractSeries]:
        """Return stacked bars, the first at the top."""
        return [_bars(QHorizontalStackedBarSeries(), self.figures, backwards=True)]

    def _add_axes(self, made: list[QAbstractSeries]) -> None:
        chart = self.chart()
        names, values = self.point_axis(), self.value_axis()
        names.setLineVisible(False)
        values.setRange(0, max(1, self.most()))
        values.setGridLineVisible(False)
        chart.addAxis(names, Qt.AlignmentFlag.AlignLeft)
        chart.addAxis(values, Qt.AlignmentFlag.AlignBottom)
        for one in made:
            one.attachAxis(names)
            one.attachAxis(values)

    def plane(self) -> QRectF:
        """Return the room between names and sums."""
        theme, size = current_theme(), self.viewport().size()
        left = min(theme.px(self.names), size.width() * 2 // 5)
        behind = self._widest([self.figures.told(self.most())]) + theme.px(12)
        return QRectF(
            left, self.high, max(10, size.width() - left - behind),
            max(10, size.height() - self.low - self.high),
        )  # fmt: skip

    def slot(self, place: int) -> QRectF:
        """Return the row of a point."""
        plane = self.plane()
        high = plane.height() / max(1, len(self.figures.points))
        return QRectF(plane.left(), plane.top() + place * high, plane.width(), high)

    def place_at(self, spot: QPointF) -> int | None:
        """Return the point whose row holds a spot; its name belongs to it."""
        plane, count = self.plane(), self.count()
        if not count or not plane.top() <= spot.y() < plane.bottom():
            return None
        return int((spot.y() - plane.top()) * count / plane.height())

    def mark(self, place: int | None) -> None:
        """Mark a point, or none; one that is out of sight is scrolled to."""
        super().mark(place)
        holder = self.parentWidget()
        area = None if holder is None else holder.parentWidget()
        if place is not None and isinstance(area, QScrollArea):
            middle = self.slot(place).center()
            area.ensureVisible(0, int(middle.y()), 0, current_theme().px(self.row))

    def beside(self, place: int, right: int, down: int) -> int | None:
        """Return the neighbour above or below."""
        other = place + down
        return other if down and not right and 0 <= other < self.count() else None

    def anchor(self, place: int) -> QPointF:
        """Return the end of a bar."""
        slot, most = self.slot(place), max(1.0, self.most())
        wide = slot.width() * self.figures.total(place) / most
        return QPointF(slot.left() + wide, slot.center().y())

    def paint_labels(self, painter: QPainter) -> None:
        """Write the names before the bars and the sums behind them."""
        theme, metrics = current_theme(), painter.fontMetrics()
        most = max(1.0, self.most())
        for place, point in enumerate(self.figures.points):
            slot = self.slot(place)
            room = int(slot.left()) - theme.px(8)
            name = metrics.elidedText(point.label, Qt.TextElideMode.ElideRight, room)
            painter.setPen(QColor(theme.tokens.ink))
            painter.drawText(
                QRectF(0, slot.top(), room, slot.height()), Qt.AlignmentFlag.AlignVCenter, name
            )
            painter.setPen(QColor(theme.tokens.dim))
            end = slot.left() + slot.width() * self.figures.total(place) / most
            painter.drawText(
                QRectF(end + theme.px(6), slot.top(), slot.width(), slot.height()),
                Qt.AlignmentFlag.AlignVCenter,
                self.figures.told(self.figures.total(place)),
            )


def _bars(
    bars: QAbstractBarSeries, figures: Figures, *, backwards: bool = False
) -> QAbstractBarSeries:
    """Fill a series of bars; ``backwards`` puts the first point at the axis' far end."""
    bars.setBarWidth(_BAR_PART)
    for one in figures.series:
        part = QBarSet(one.name)
        values = [value or 0 for value in one.values]
        part.append([float(value) for value in (reversed(values) if backwards else values)])
        colour = current_theme().tokens.colour(one.role)
        part.setColor(colour)
        part.setPen(QPen(Qt.PenStyle.NoPen))
        bars.append(part)
    return bars
