"""The lines of the list of pages, and how they are painted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from hms_desktop.ui.icons import icon
from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.theme import current_theme

LINE, HEADING, GAP = 34, 30, 13
AIR = 4
"""What the lowest lines have beside their letters (pixels), so that all pages are seen at once."""
MARGIN = 8
ICON = 18
_Index = QModelIndex | QPersistentModelIndex


@dataclass(slots=True)
class PageLine:
    """One page (``number`` from 0) or, without one, the heading of a group."""

    text: str
    icon: str = ""
    number: int = -1
    badge: int = 0
    tip: str = ""


class PageLines(QAbstractListModel):
    """Headings of groups and the pages under them."""

    def __init__(self, parent: QWidget) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.lines: list[PageLine] = []

    def add(self, line: PageLine) -> None:
        """Add a line at the end."""
        place = len(self.lines)
        self.beginInsertRows(QModelIndex(), place, place)
        self.lines.append(line)
        self.endInsertRows()

    def renew(self, row: int) -> None:
        """Say that a line looks different now."""
        place = self.index(row)
        self.dataChanged.emit(place, place)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a line's words, its tooltip with its key, or the line itself."""
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.text}, {line.badge}" if line.badge else line.text
        if role == Qt.ItemDataRole.ToolTipRole and line.number >= 0:
            return tooltip(f"{line.text}  {line.tip}".rstrip())
        if role == Qt.ItemDataRole.UserRole:
            return line
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let pages be chosen, headings not."""
        if not index.isValid() or self.lines[index.row()].number < 0:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class LinePainter(QStyledItemDelegate):
    """Draws a heading in small letters, a page with its icon, and how much waits there."""

    narrow = False
    line, heading = LINE, HEADING
    """How high a page and a heading are."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        """Return the height of a page or a heading."""
        line: PageLine = index.data(Qt.ItemDataRole.UserRole)
        return QSize(0, self.line if line.number >= 0 else self.heading)

    def fit(self, pages: int, headings: int, room: int) -> None:
        """Make lines as high as usual, or so low that all of them have room."""
        theme = current_theme()
        usual, high = theme.px(GAP if self.narrow else HEADING), theme.px(LINE)
        low = max(ICON, QFontMetrics(theme.font()).height()) + AIR
        least = usual if self.narrow else QFontMetrics(theme.font(11)).height() + AIR
        wanted, lowest = high * pages + usual * headings, low * pages + least * headings
        # 1 where there is room, 0 where the lowest lines just fit.
        part = min(1.0, max(0.0, (room - lowest) / max(1, wanted - lowest)))
        self.line = low + int((high - low) * part)
        self.heading = least + int((usual - least) * part)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one line."""
        line: PageLine = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.number < 0:
            self._heading(painter, line, box)
        else:
            self._page(painter, line, box, option.state)
        painter.restore()

    def _heading(self, painter: QPainter, line: PageLine, box: QRect) -> None:
        theme = current_theme()
        if self.narrow:
            if box.top() <= 0:
                return  # nothing above it to be parted from
            painter.setPen(QPen(theme.tokens.colour("line"), 1))
            middle = box.center().y()
            painter.drawLine(box.left() + MARGIN, middle, box.right() - MARGIN, middle)
            return
        font = theme.font(11, 600)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.5)
        painter.setFont(font)
        painter.setPen(theme.tokens.colour("dim"))
        place = box.adjusted(MARGIN + 4, 0, -MARGIN, -box.height() // 5)
        painter.drawText(
            place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, line.text.upper()
        )

    def _page(self, painter: QPainter, line: PageLine, box: QRect, state: QStyle.StateFlag) -> None:
        theme = current_theme()
        tokens = theme.tokens
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        inside = box.adjusted(MARGIN, 1, -MARGIN, -1)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("accent_soft" if chosen else "hover"))
            painter.drawRoundedRect(inside, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(tokens.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside.adjusted(1, 1, -1, -1), 5, 5)
        tone = "accent_text" if chosen else "dim"
        left = inside.center().x() - ICON // 2 if self.narrow else inside.left() + 10
        picture = QRect(left, inside.center().y() - ICON // 2 + 1, ICON, ICON)
        if line.icon:
            icon(line.icon, tone).paint(painter, picture)
        if self.narrow:
            if line.badge:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.colour("accent"))
                painter.drawEllipse(picture.right() - 1, picture.top() - 2, 7, 7)
            return
        end = self._badge(painter, line.badge, inside)
        font = theme.font(weight=600 if chosen else 500)
        painter.setFont(font)
        painter.setPen(tokens.colour("accent_text" if chosen else "ink"))
        words = QRect(
            picture.right() + 10, inside.top(), end - picture.right() - 14, inside.height()
        )
        text = painter.fontMetrics().elidedText(
            line.text, Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _badge(painter: QPainter, count: int, inside: QRect) -> int:
        """Draw how much waits; return where it begins."""
        if not count:
            return inside.right()
        theme = current_theme()
        painter.setFont(theme.font(11, 600))
        text = str(count)
        wide = max(20, painter.fontMetrics().horizontalAdvance(text) + 12)
        pill = QRect(inside.right() - wide - 6, inside.center().y() - 8, wide, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tokens.colour("line"))
        painter.drawRoundedRect(pill, 9, 9)
        painter.setPen(theme.tokens.colour("ink"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return pill.left()
