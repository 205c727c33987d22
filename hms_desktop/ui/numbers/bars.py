"""Stacked bars, painted here: a chart library would cost a third of a second at its first use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.theme import current_theme

_LABEL, _TOP, _LEGEND = 18, 16, 22
_WIDEST = 56
_LEAST_LABEL = 22


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every bar: its name and the colour's role in the theme."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what stands under it, the parts from below, and what resting on it says."""

    label: str
    parts: tuple[int, ...]
    tip: str = ""
    strong: bool = False

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(self.parts)


class BarChart(QWidget):
    """Bars side by side with a legend; screen readers are told all numbers."""

    def __init__(self, name: str, series: Sequence[Series], parent: QWidget | None = None) -> None:
        """Start without bars.

        Args:
            name: accessible name.
            series: parts of a bar, from below.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self.series = tuple(series)
        self.bars: tuple[Bar, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(current_theme().px(130))
        current_theme().changed.connect(self._retheme)

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show other bars."""
        self.bars = tuple(bars)
        spoken = [f"{one.tip or one.label}: {one.total}" for one in self.bars if one.total]
        self.setAccessibleDescription("; ".join(spoken))
        self.update()

    def bar_at(self, spot: QPoint) -> Bar | None:
        """Return the bar over or under a point."""
        for place, one in enumerate(self.bars):
            if self._slot(place).contains(spot):
                return one
        return None

    def sizeHint(self) -> QSize:
        """Return a calm size."""
        return QSize(480, current_theme().px(180))

    def event(self, event: QEvent) -> bool:
        """Say a bar's numbers where the pointer rests."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            one = self.bar_at(event.pos())
            QToolTip.showText(event.globalPos(), self.tip_of(one) if one else "", self)
            return True
        return super().event(event)

    def tip_of(self, bar: Bar) -> str:
        """Return a bar's numbers in words."""
        lines = [bar.tip or bar.label]
        lines += [
            f"{series.name}: {count}"
            for series, count in zip(self.series, bar.parts, strict=True)
            if count
        ]
        return tooltip("\n".join(lines))

    def _retheme(self, _tokens: object) -> None:
        # A method, not a lambda: Qt lets go of it when this widget ends.
        self.update()

    # -------------------------------------------------------------------------- painting
    def _slot(self, place: int) -> QRect:
        count = max(1, len(self.bars))
        left, right = (self.width() * one // count for one in (place, place + 1))
        return QRect(left, 0, right - left, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint bars, labels and legend."""
        painter = QPainter(self)
        theme = current_theme()
        legend = theme.px(_LEGEND) if len(self.series) > 1 else 0
        floor = self.height() - legend - theme.px(_LABEL)
        most = max((one.total for one in self.bars), default=0)
        painter.setPen(QColor(theme.tokens.line))
        painter.drawLine(0, floor, self.width(), floor)
        skip = self._label_step()
        for place, one in enumerate(self.bars):
            slot = self._slot(place)
            self._paint_bar(painter, slot, one, floor, most)
            if place % skip == 0 or one.strong:
                weight = QFont.Weight.DemiBold if one.strong else QFont.Weight.Normal
                painter.setFont(theme.font(11, weight))
                painter.setPen(QColor(theme.tokens.accent_text if one.strong else theme.tokens.dim))
                under = QRect(slot.left() - 12, floor + 2, slot.width() + 24, theme.px(_LABEL) - 2)
                painter.drawText(under, Qt.AlignmentFlag.AlignCenter, one.label)
        if legend:
            self._paint_legend(painter, self.height() - legend)
        painter.end()

    def _label_step(self) -> int:
        """Return that every n-th label has room."""
        wide = self.width() / max(1, len(self.bars))
        return max(1, -(-current_theme().px(_LEAST_LABEL) // max(1, int(wide))))

    def _paint_bar(self, painter: QPainter, slot: QRect, bar: Bar, floor: int, most: int) -> None:
        theme = current_theme()
        top = theme.px(_TOP)
        wide = min(max(3, slot.width() * 2 // 3), theme.px(_WIDEST))
        left = slot.center().x() - wide // 2
        below = floor
        for series, count in zip(self.series, bar.parts, strict=True):
            high = round((floor - top) * count / most) if most else 0
            if count:
                high = max(high, 2)
                painter.fillRect(
                    QRect(left, below - high, wide, high), theme.tokens.colour(series.role)
                )
                below -= high
        if bar.total and slot.width() >= theme.px(_LEAST_LABEL):
            painter.setFont(theme.font(11))
            painter.setPen(QColor(theme.tokens.ink))
            over = QRect(slot.left(), below - top, slot.width(), top)
            painter.drawText(over, Qt.AlignmentFlag.AlignCenter, str(bar.total))

    def _paint_legend(self, painter: QPainter, top: int) -> None:
        theme = current_theme()
        side, x = theme.px(10), 2
        painter.setFont(theme.font(11))
        for series in self.series:
            painter.fillRect(
                QRect(x, top + (theme.px(_LEGEND) - side) // 2 + 2, side, side),
                theme.tokens.colour(series.role),
            )
            x += side + 5
            wide = painter.fontMetrics().horizontalAdvance(series.name)
            painter.setPen(QColor(theme.tokens.dim))
            painter.drawText(
                QRect(x, top + 2, wide + 4, theme.px(_LEGEND)),
                Qt.AlignmentFlag.AlignVCenter,
                series.name,
            )
            x += wide + 18
