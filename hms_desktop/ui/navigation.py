"""Where the pages of a workbench are listed: tabs on top for few, a list at the side for many."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.buttons import button
from hms_desktop.ui.icons import icon
from hms_desktop.ui.layout_memory import Memory
from hms_desktop.ui.plaintext import menu_text, tooltip
from hms_desktop.ui.theme import current_theme

WIDE, NARROW = 188, 56
LINE, HEADING, GAP = 34, 30, 13
MARGIN = 8
ICON = 18
NARROW_KEY = "window/pages_narrow"
_Index = QModelIndex | QPersistentModelIndex


@dataclass(slots=True)
class _Line:
    """One page (``number`` from 0) or, without one, the heading of a group."""

    text: str
    icon: str = ""
    number: int = -1
    badge: int = 0
    tip: str = ""


class _Lines(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[_Line] = []

    def add(self, line: _Line) -> None:
        place = len(self.lines)
        self.beginInsertRows(QModelIndex(), place, place)
        self.lines.append(line)
        self.endInsertRows()

    def renew(self, row: int) -> None:
        place = self.index(row)
        self.dataChanged.emit(place, place)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
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
        if not index.isValid() or self.lines[index.row()].number < 0:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _View(QListView):
    def moveCursor(
        self, action: QListView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Let Home go to the first page: the heading above it cannot be chosen."""
        if action == QListView.CursorAction.MoveHome and self.model().rowCount() > 1:
            return self.model().index(1, 0)
        return super().moveCursor(action, modifiers)


class _Painter(QStyledItemDelegate):
    """Draws a heading in small letters, a page with its icon, and how much waits there."""

    narrow = False

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        line: _Line = index.data(Qt.ItemDataRole.UserRole)
        heading = GAP if self.narrow else HEADING
        return QSize(0, LINE if line.number >= 0 else heading)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line: _Line = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.number < 0:
            self._heading(painter, line, box)
        else:
            self._page(painter, line, box, option.state)
        painter.restore()

    def _heading(self, painter: QPainter, line: _Line, box: QRect) -> None:
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
        place = box.adjusted(MARGIN + 4, 0, -MARGIN, -6)
        painter.drawText(
            place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, line.text.upper()
        )

    def _page(self, painter: QPainter, line: _Line, box: QRect, state: QStyle.StateFlag) -> None:
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


class PageTabs(QFrame):
    """The pages side by side, on a strip of their own."""

    currentChanged = Signal(int)  # noqa: N815 - as QTabBar's
    tabBarClicked = Signal(int)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without pages."""
        super().__init__(parent)
        self.setProperty("bar", True)
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self._titles: list[str] = []
        self._away = False
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.bar)
        row.addStretch(1)
        self.setFocusProxy(self.bar)
        self.bar.currentChanged.connect(self.currentChanged)
        self.bar.tabBarClicked.connect(self._clicked)

    def setAccessibleName(self, name: str) -> None:
        """Name the bar for screen readers."""
        super().setAccessibleName(name)
        self.bar.setAccessibleName(name)

    def add_page(self, title: str, _icon: str, _group: str) -> int:
        """Add a page; return its number, from 0."""
        self._titles.append(title)
        return self.bar.addTab(menu_text(title))

    def setTabToolTip(self, number: int, tip: str) -> None:
        """Say the key of a page."""
        self.bar.setTabToolTip(number, tip)

    def tabToolTip(self, number: int) -> str:
        """Return the key of a page."""
        return self.bar.tabToolTip(number)

    def set_badge(self, number: int, count: int) -> None:
        """Show how much waits on a page; 0 shows nothing."""
        title = menu_text(self._titles[number])
        self.bar.setTabText(number, f"{title}  {count}" if count else title)

    def currentIndex(self) -> int:
        """Return the number of the page in front, -1 when none of them is."""
        return -1 if self._away else self.bar.currentIndex()

    def setCurrentIndex(self, number: int) -> None:
        """Bring a page forward; -1 says that none of them is in front."""
        self._set_away(away=number < 0)
        if number >= 0:
            self.bar.setCurrentIndex(number)

    def _clicked(self, number: int) -> None:
        self._set_away(away=False)
        self.tabBarClicked.emit(number)

    def _set_away(self, *, away: bool) -> None:
        """Take the mark from the tab in front: a tab bar itself always has one."""
        if away != self._away:
            self._away = away
            self.bar.setProperty("away", away)
            self.bar.style().unpolish(self.bar)
            self.bar.style().polish(self.bar)
            self.bar.update()


class PageRail(QFrame):
    """The pages one below the other, in groups; speaks like a tab bar.

    Arrows move at once, as tabs do. It can be made narrow: icons alone; that is remembered.
    """

    currentChanged = Signal(int)  # noqa: N815 - as QTabBar's
    tabBarClicked = Signal(int)  # noqa: N815

    def __init__(self, memory: Memory, parent: QWidget | None = None) -> None:
        """Begin without pages."""
        super().__init__(parent)
        self._memory = memory
        self.setProperty("rail", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lines = _Lines(self)
        self._rows: list[int] = []
        """Where each page stands among the lines."""
        self._group = ""
        self._painter = _Painter(self)
        self.view = _View()
        self.view.setModel(self._lines)
        self.view.setItemDelegate(self._painter)
        self.view.setProperty("flat", True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.width_button = button("", self.toggle, kind="quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 6)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.width_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setFocusProxy(self.view)
        self.view.selectionModel().currentChanged.connect(self._moved)
        self.view.clicked.connect(self._clicked)
        current_theme().changed.connect(self._restyle)
        self._set_narrow(narrow=memory.get(NARROW_KEY, False) is True)

    # ----------------------------------------------------------------------- as a tab bar
    def setAccessibleName(self, name: str) -> None:
        """Name the list for screen readers."""
        super().setAccessibleName(name)
        self.view.setAccessibleName(name)

    def add_page(self, title: str, icon_name: str, group: str) -> int:
        """Add a page, under the heading of its group if that begins here; return its number."""
        if group != self._group:
            self._group = group
            self._lines.add(_Line(group))
        number = len(self._rows)
        self._rows.append(len(self._lines.lines))
        self._lines.add(_Line(title, icon_name, number))
        return number

    def setTabToolTip(self, number: int, tip: str) -> None:
        """Say the key of a page."""
        self._lines.lines[self._rows[number]].tip = tip

    def tabToolTip(self, number: int) -> str:
        """Return the key of a page."""
        return self._lines.lines[self._rows[number]].tip

    def set_badge(self, number: int, count: int) -> None:
        """Show how much waits on a page; 0 shows nothing."""
        self._lines.lines[self._rows[number]].badge = count
        self._lines.renew(self._rows[number])

    def currentIndex(self) -> int:
        """Return the number of the page in front, -1 when none of them is."""
        place = self.view.currentIndex()
        return self._lines.lines[place.row()].number if place.isValid() else -1

    def setCurrentIndex(self, number: int) -> None:
        """Bring a page forward; -1 says that none of them is in front."""
        if 0 <= number < len(self._rows):
            self.view.setCurrentIndex(self._lines.index(self._rows[number]))
        else:
            self.view.setCurrentIndex(QModelIndex())
            self.view.clearSelection()

    # ------------------------------------------------------------------------------ width
    @property
    def is_narrow(self) -> bool:
        """Whether icons stand alone."""
        return self._painter.narrow

    def toggle(self) -> None:
        """Make the list narrow, or wide again."""
        self._set_narrow(narrow=not self.is_narrow)
        self._memory.put(NARROW_KEY, self.is_narrow)

    def _set_narrow(self, *, narrow: bool) -> None:
        self._painter.narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        text = self.tr("Show the names of the pages") if narrow else self.tr("Icons alone")
        self.width_button.setToolTip(tooltip(text))
        self.width_button.setAccessibleName(text)
        self._restyle()
        self.view.scheduleDelayedItemsLayout()

    # ----------------------------------------------------------------------------- events
    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.currentChanged.emit(self._lines.lines[now.row()].number)

    def _clicked(self, place: QModelIndex) -> None:
        number = self._lines.lines[place.row()].number
        if number >= 0:
            self.tabBarClicked.emit(number)

    def _restyle(self) -> None:
        self.width_button.setIcon(icon("arrow-right" if self.is_narrow else "arrow-left", "dim"))
        self.view.viewport().update()
