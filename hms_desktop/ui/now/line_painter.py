"""Paints the lines of a list of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from hms_desktop.ui.icons import pixmap
from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from hms_desktop.ui.now.lines import Line

_PAD = 14
_LEAD = 50
_GAP = 8
_HIGH = 51
_HIGHER = 68
_VCENTER = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | _VCENTER
_LEFT = Qt.AlignmentFlag.AlignLeft | _VCENTER


class LinePainter(QStyledItemDelegate):
    """Draws one line: lead, name with marks, dim line, warning line, right side or button."""

    def __init__(self, parent: QObject) -> None:
        """Begin with the usual width of the lead."""
        super().__init__(parent)
        self.hot = -1
        self._lead = _LEAD

    def measure(self, lines: Sequence[Line]) -> None:
        """Make the first column as wide as its widest words."""
        wide = [_metrics(17 if one.lead_large else 13).horizontalAdvance(one.lead) for one in lines]
        if any(wide) or not lines:
            self._lead = max([current_theme().px(_LEAD), *(one + 12 for one in wide)])
        else:
            self._lead = 0

    def height(self, line: Line) -> int:
        """Return a line's height in pixels."""
        return current_theme().px(_HIGHER if line.flag else _HIGH)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the line's height; the list gives the width."""
        line: Line = index.data(Qt.ItemDataRole.UserRole)
        return QSize(option.rect.width(), self.height(line))

    def button_rect(self, row: QRect, line: Line) -> QRect:
        """Return where the button of a row is."""
        theme = current_theme()
        width = _metrics(12, QFont.Weight.Medium).horizontalAdvance(line.button) + theme.px(20)
        high = theme.px(26)
        top = row.top() + (row.height() - high) // 2
        return QRect(row.right() - _PAD - width + 1, top, width, high)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one line."""
        line: Line = index.data(Qt.ItemDataRole.UserRole)
        theme, row = current_theme(), QRect(option.rect)
        tokens = theme.tokens
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(row, tokens.colour("accent_soft"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, tokens.colour("hover"))
        painter.fillRect(QRect(row.left(), row.bottom(), row.width(), 1), tokens.colour("line"))
        if selected and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(tokens.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(row).adjusted(2, 2, -2, -3), 4, 4)
        self._lead_words(painter, row, line)
        if line.button:
            right = self._button(painter, row, line, hot=index.row() == self.hot)
        else:
            right = self._right_words(painter, row, line)
        left = row.left() + _PAD + self._lead
        self._words(painter, QRect(left, row.top(), right - _GAP - left, row.height()), line)
        painter.restore()

    def _lead_words(self, painter: QPainter, row: QRect, line: Line) -> None:
        theme = current_theme()
        painter.setFont(_font(17 if line.lead_large else 13, QFont.Weight.DemiBold))
        painter.setPen(theme.tokens.colour("dim" if line.faint else line.lead_role))
        box = QRect(row.left() + _PAD, row.top(), self._lead, row.height() - 1)
        painter.drawText(box, _LEFT, line.lead)

    def _words(self, painter: QPainter, box: QRect, line: Line) -> None:
        theme = current_theme()
        tokens = theme.tokens
        lines = 3 if line.flag else 2
        high = theme.px(17)
        top = box.top() + (box.height() - 1 - lines * high) // 2
        side = theme.px(14)
        painter.setFont(_font(13, QFont.Weight.DemiBold))
        painter.setPen(tokens.colour("dim" if line.faint else "ink"))
        room = box.width() - len(line.marks) * (side + 4)
        words = painter.fontMetrics().elidedText(line.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(box.left(), top, room, high), _LEFT, words)
        at = box.left() + painter.fontMetrics().horizontalAdvance(words) + 5
        for icon, role in line.marks:
            painter.drawPixmap(at, top + (high - side) // 2, pixmap(icon, role, side))
            at += side + 4
        painter.setFont(_font(12))
        painter.setPen(tokens.colour("dim"))
        metrics = painter.fontMetrics()
        room = max(0, box.width() - metrics.horizontalAdvance(line.detail_end))
        detail = metrics.elidedText(line.detail, Qt.TextElideMode.ElideRight, room)
        words = detail + line.detail_end
        painter.drawText(QRect(box.left(), top + high, box.width(), high), _LEFT, words)
        if line.flag:
            painter.drawPixmap(
                box.left(), top + 2 * high + (high - side) // 2, pixmap("alert", "warn_text", side)
            )
            painter.setPen(tokens.colour("warn_text"))
            room = box.width() - side - 4
            flag = metrics.elidedText(line.flag, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(box.left() + side + 4, top + 2 * high, room, high), _LEFT, flag)

    def _right_words(self, painter: QPainter, row: QRect, line: Line) -> int:
        """Paint what stands at the right; returns where it begins."""
        theme = current_theme()
        tokens = theme.tokens
        high, edge = theme.px(17), row.right() - _PAD + 1
        lines = 2 if line.right_detail else 1
        top = row.top() + (row.height() - 1 - lines * high) // 2
        begins = edge
        if line.right:
            painter.setFont(_font(13, QFont.Weight.DemiBold))
            painter.setPen(tokens.colour("dim" if line.faint else line.right_role))
            width = painter.fontMetrics().horizontalAdvance(line.right)
            painter.drawText(QRect(edge - width, top, width, high), _RIGHT, line.right)
            begins = edge - width
            if line.right_icon:
                side = theme.px(14)
                begins -= side + 4
                mark = pixmap(line.right_icon, line.right_role, side)
                painter.drawPixmap(begins, top + (high - side) // 2, mark)
        elif line.right_icon:
            side = theme.px(18)
            begins -= side
            middle = row.top() + (row.height() - 1 - side) // 2
            painter.drawPixmap(begins, middle, pixmap(line.right_icon, line.right_role, side))
        if line.right_detail:
            painter.setFont(_font(12))
            painter.setPen(tokens.colour("dim"))
            metrics = painter.fontMetrics()
            words = metrics.elidedText(line.right_detail, Qt.TextElideMode.ElideRight, theme.px(72))
            width = metrics.horizontalAdvance(words)
            painter.drawText(QRect(edge - width, top + high, width, high), _RIGHT, words)
            begins = min(begins, edge - width)
        return begins

    def _button(self, painter: QPainter, row: QRect, line: Line, *, hot: bool) -> int:
        tokens = current_theme().tokens
        box = self.button_rect(row, line)
        painter.setPen(QPen(tokens.colour("line_strong"), 1))
        painter.setBrush(tokens.colour("hover" if hot else "panel"))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setFont(_font(12, QFont.Weight.Medium))
        painter.setPen(tokens.colour("ink"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line.button)
        return box.left()


def _font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    return current_theme().font(pixels, weight)


def _metrics(pixels: int, weight: QFont.Weight = QFont.Weight.DemiBold) -> QFontMetrics:
    return QFontMetrics(_font(pixels, weight))
