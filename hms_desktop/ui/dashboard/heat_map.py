"""Own painted charts: visits by weekday and hour, and by age and sex."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hms_desktop.domain.colours import contrast
from hms_desktop.ui.dashboard.cursor import PlotCursor
from hms_desktop.ui.dashboard.figures import Figures
from hms_desktop.ui.numbers.words import tr
from hms_desktop.ui.theme import current_theme

_LABEL = 11
_GAP = 2
_LEAST_WIDE, _LEAST_HIGH = 26, 16
"""From this size of a cell on its number is written into it (unscaled pixels)."""
_BOTH = 2
_INKS = ("#000000", "#ffffff")


class OwnPlot(QWidget):
    """A painted chart with a cursor, as the ones of Qt Charts have."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start without values; ``name`` is the accessible name."""
        super().__init__(parent)
        self.figures = Figures()
        self.marked: int | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.cursor_ = PlotCursor(self, self, self)
        current_theme().changed.connect(self._retheme)

    def set_figures(self, figures: Figures) -> None:
        """Show other values."""
        self.figures = figures
        told = [place for place in range(len(figures.points)) if figures.total(place)]
        self.setAccessibleDescription("; ".join(map(figures.sentence, told)))
        self.cursor_.renew()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a calm size."""
        return QSize(320, current_theme().px(190))

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
        self.marked = place
        self.update()

    def box(self, place: int) -> QRectF:
        """Return where a point is: one under the other, unless a chart lays them otherwise."""
        high = self.height() / max(1, len(self.figures.points))
        return QRectF(0, place * high, self.width(), high)

    def beside(self, place: int, right: int, down: int) -> int | None:
        """Return the neighbour above or below."""
        other = place + down
        return other if down and not right and 0 <= other < self.count() else None

    def place_at(self, spot: QPointF) -> int | None:
        """Return the point under a spot."""
        for place in range(self.count()):
            if self.box(place).contains(spot):
                return place
        return None

    def anchor(self, place: int) -> QPointF:
        """Return the right end of a point."""
        box = self.box(place)
        return QPointF(box.right(), box.center().y())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bubble beside its point."""
        super().resizeEvent(event)
        self.cursor_.renew()

    def paint_mark(self, painter: QPainter) -> None:
        """Paint the frame of the marked point."""
        if self.marked is not None and self.marked < self.count():
            painter.setPen(QPen(QColor(current_theme().tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.box(self.marked), 3, 3)

    def _retheme(self, _tokens: object) -> None:
        # A method, not a lambda: Qt lets go of it when this widget ends.
        self.update()


class HeatMap(OwnPlot):
    """Rows are weekdays, columns hours; the points come row by row, ``columns`` to a row."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start without values."""
        super().__init__(name, parent)
        self.columns = 1
        self._rows: tuple[str, ...] = ()
        self._heads: tuple[str, ...] = ()

    def set_heads(self, rows: tuple[str, ...], heads: tuple[str, ...]) -> None:
        """Name rows and columns; the figures that fit come next."""
        self.columns, self._rows, self._heads = max(1, len(heads)), rows, heads

    def beside(self, place: int, right: int, down: int) -> int | None:
        """Return the neighbour in any of the four directions."""
        column = place % self.columns + right
        other = place + right + down * self.columns
        return other if 0 <= column < self.columns and 0 <= other < self.count() else None

    def box(self, place: int) -> QRectF:
        """Return the cell of a point."""
        plane = self._plane()
        row, column = divmod(place, self.columns)
        wide, high = plane.width() / self.columns, plane.height() / max(1, len(self._rows))
        return QRectF(
            plane.left() + column * wide, plane.top() + row * high, wide - _GAP, high - _GAP
        )

    def _plane(self) -> QRectF:
        theme = current_theme()
        measure = QFontMetrics(theme.font(_LABEL))
        left = max(map(measure.horizontalAdvance, self._rows), default=0) + theme.px(8)
        low = theme.px(20)
        return QRectF(left, 2, max(10, self.width() - left), max(10, self.height() - low - 2))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the cells, the fuller the stronger, with their numbers where there is room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = current_theme()
        if not self.figures.empty:
            most = max(self.figures.total(place) for place in range(self.count()))
            for place in range(self.count()):
                self._paint_cell(painter, place, most)
            self._paint_heads(painter)
            self.paint_mark(painter)
        else:
            painter.fillRect(self.rect(), QColor(theme.tokens.panel))
        painter.end()

    def _paint_cell(self, painter: QPainter, place: int, most: float) -> None:
        theme = current_theme()
        value, box = self.figures.total(place), self.box(place)
        colour = _mix(theme.tokens.hover, theme.tokens.accent, value / most)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(box, 2, 2)
        if not value or box.width() < theme.px(_LEAST_WIDE) or box.height() < theme.px(_LEAST_HIGH):
            return
        # Black or white: with any softer pair the numbers of some middle tone cannot be read.
        painter.setPen(QColor(max(_INKS, key=lambda ink: contrast(ink, colour))))
        painter.setFont(theme.font(10))
        text = self.figures.told(value)
        if painter.fontMetrics().horizontalAdvance(text) <= box.width() - 2:
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_heads(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.setFont(theme.font(_LABEL))
        painter.setPen(QColor(theme.tokens.dim))
        plane, high = self._plane(), theme.px(18)
        for row, word in enumerate(self._rows):
            box = self.box(row * self.columns)
            painter.drawText(
                QRectF(0, box.top(), plane.left() - theme.px(6), box.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                word,
            )
        wide = plane.width() / self.columns
        step = max(1, -(-theme.px(30) // max(1, int(wide))))
        for column in range(0, self.columns, step):
            left = plane.left() + column * wide
            box = QRectF(left - wide, plane.bottom() + 1, wide * 3 - _GAP, high)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._heads[column])


class Pyramid(OwnPlot):
    """Age groups, the oldest at the top; the first series to the left, the second to the right.

    Each side of a group is a point of its own: left, right, then the next group.
    """

    def count(self) -> int:
        """Return how many points there are."""
        return super().count() * _BOTH

    def words(self, place: int) -> tuple[str, str]:
        """Return one side of a group in lines and in a sentence."""
        group, side = divmod(place, _BOTH)
        one = self.figures.series[side]
        value = tr("{name}: {value}").format(
            name=one.name, value=self.figures.told(one.values[group] or 0)
        )
        long = self.figures.points[group].long
        return f"{long}\n{value}", f"{long}, {value}"

    def key(self, place: int) -> object:
        """Return what is behind one side of a group."""
        group, side = divmod(place, _BOTH)
        keys = self.figures.points[group].key
        return keys[side] if isinstance(keys, tuple) else None

    def beside(self, place: int, right: int, down: int) -> int | None:
        """Return the other side, or the group above or below."""
        side = place % _BOTH + right
        other = place + right + down * _BOTH
        return other if 0 <= side < _BOTH and 0 <= other < self.count() else None

    def box(self, place: int) -> QRectF:
        """Return one side of the row of a group, without its name in the middle."""
        row = self._row(place // _BOTH)
        half = (row.width() - self._middle()) / _BOTH
        left = row.right() - half if place % _BOTH else row.left()
        return QRectF(left, row.top(), half, row.height())

    def anchor(self, place: int) -> QPointF:
        """Return the outer end of a side."""
        box = self.box(place)
        return QPointF(box.right() if place % _BOTH else box.left(), box.center().y())

    def _middle(self) -> float:
        """Return the room of the names between the sides."""
        theme = current_theme()
        measure = QFontMetrics(theme.font(_LABEL))
        widest = (measure.horizontalAdvance(one.label) for one in self.figures.points)
        return max(widest, default=0) + theme.px(16)

    def _row(self, group: int) -> QRectF:
        theme = current_theme()
        high = (self.height() - theme.px(18)) / max(1, len(self.figures.points))
        return QRectF(1, theme.px(18) + group * high, self.width() - 2, high - 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint two bars a row, the group between them, the numbers at their ends."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.figures.empty and len(self.figures.series) >= _BOTH:
            self._paint(painter)
            self.paint_mark(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.setFont(theme.font(_LABEL))
        measure = painter.fontMetrics()
        sides = self.figures.series[:_BOTH]
        most = max((value or 0 for one in sides for value in one.values), default=0) or 1
        middle = self._middle()
        ends = measure.horizontalAdvance(self.figures.told(most)) + theme.px(8)
        half = max(10.0, (self.width() - middle) / 2 - ends)
        left, right = (self.width() - middle) / 2, (self.width() + middle) / 2
        head = QRectF(0, 0, left, theme.px(16))
        painter.setPen(QColor(theme.tokens.dim))
        painter.setFont(theme.font(_LABEL, QFont.Weight.DemiBold))
        painter.drawText(head, Qt.AlignmentFlag.AlignRight, sides[0].name)
        painter.drawText(head.translated(right, 0), Qt.AlignmentFlag.AlignLeft, sides[1].name)
        painter.setFont(theme.font(_LABEL))
        for place, point in enumerate(self.figures.points):
            box = self._row(place)
            painter.setPen(QColor(theme.tokens.dim))
            between = QRectF(left, box.top(), middle, box.height())
            painter.drawText(between, Qt.AlignmentFlag.AlignCenter, point.label)
            inner = box.adjusted(0, box.height() * 0.14, 0, -box.height() * 0.14)
            for side, one in enumerate(sides):
                value = one.values[place] or 0
                long = half * value / most
                start = right if side else left - long
                painter.fillRect(
                    QRectF(start, inner.top(), long, inner.height()),
                    theme.tokens.colour(one.role),
                )
                if value:
                    edge = right + long + 4 if side else left - long - ends - 4
                    align = Qt.AlignmentFlag.AlignLeft if side else Qt.AlignmentFlag.AlignRight
                    painter.drawText(
                        QRectF(edge, box.top(), ends, box.height()),
                        align | Qt.AlignmentFlag.AlignVCenter,
                        self.figures.told(value),
                    )


def _mix(low: str, high: str, part: float) -> str:
    """Return a colour between two; a little is already seen (square root)."""
    share = max(0.0, min(1.0, part)) ** 0.5
    one, other = QColor(low), QColor(high)
    return QColor(
        *(
            round(a + (b - a) * share)
            for a, b in (
                (one.red(), other.red()),
                (one.green(), other.green()),
                (one.blue(), other.blue()),
            )
        )
    ).name()
