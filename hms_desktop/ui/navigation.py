"""Where the pages of a workbench are listed: tabs on top for few, a list at the side for many."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.buttons import button
from hms_desktop.ui.icons import icon
from hms_desktop.ui.layout_memory import Memory
from hms_desktop.ui.page_lines import LinePainter, PageLine, PageLines
from hms_desktop.ui.plaintext import menu_text, tooltip
from hms_desktop.ui.theme import current_theme

WIDE, NARROW = 188, 56
NARROW_KEY = "window/pages_narrow"


class _View(QListView):
    def moveCursor(
        self, action: QListView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Let Home go to the first page: the heading above it cannot be chosen."""
        if action == QListView.CursorAction.MoveHome and self.model().rowCount() > 1:
            return self.model().index(1, 0)
        return super().moveCursor(action, modifiers)


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
        self._lines = PageLines(self)
        self._rows: list[int] = []
        """Where each page stands among the lines."""
        self._group = ""
        self._painter = LinePainter(self)
        self.view = _View()
        self.view.setModel(self._lines)
        self.view.setItemDelegate(self._painter)
        self.view.setProperty("flat", True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.viewport().installEventFilter(self)
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
            self._lines.add(PageLine(group))
        number = len(self._rows)
        self._rows.append(len(self._lines.lines))
        self._lines.add(PageLine(title, icon_name, number))
        self._fit()
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
        text = self.tr("Show the names of the pages") if narrow else self.tr("Icons alone")
        self.width_button.setToolTip(tooltip(text))
        self.width_button.setAccessibleName(text)
        self._restyle()

    def _fit(self) -> None:
        pages = len(self._rows)
        room = self.view.viewport().height()
        self._painter.fit(pages, len(self._lines.lines) - pages, room)
        self.view.scheduleDelayedItemsLayout()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make lines as high as there is room for."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    # ----------------------------------------------------------------------------- events
    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.currentChanged.emit(self._lines.lines[now.row()].number)

    def _clicked(self, place: QModelIndex) -> None:
        number = self._lines.lines[place.row()].number
        if number >= 0:
            self.tabBarClicked.emit(number)

    def _restyle(self) -> None:
        self.setFixedWidth(NARROW if self.is_narrow else current_theme().px(WIDE))
        self._fit()
        self.width_button.setIcon(icon("arrow-right" if self.is_narrow else "arrow-left", "dim"))
        self.view.viewport().update()
