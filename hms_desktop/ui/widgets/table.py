"""A table over a tuple of frozen rows: fast, sorted on the tuple, selection kept by id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.layout_memory import Memory
from hms_desktop.ui.plaintext import menu_text
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.busy import BusyVeil
from hms_desktop.ui.widgets.columns import ColumnFit, ColumnMemory
from hms_desktop.ui.widgets.rows import Column, RowModel

R = TypeVar("R")


class _View(QTableView):
    """Enter opens; Tab leaves the table instead of walking its cells."""

    entered_row = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit()
            return
        super().keyPressEvent(event)


class _Painter(QStyledItemDelegate):
    """A selected row keeps the colours of its words: Qt would paint all of them in one."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Let the colour that the model gives count on the selection as well."""
        super().initStyleOption(option, index)
        if option.state & QStyle.StateFlag.State_Selected:
            role = QPalette.ColorRole
            # Set by Qt from the model's colour; without one it is the ordinary ink.
            option.palette.setColor(role.HighlightedText, option.palette.color(role.Text))


class RowTable(QWidget, Generic[R]):
    """The table that pages use.

    Signals: ``opened`` (row; double click or Enter), ``selected`` (tuple of ids),
    ``menu_wanted`` (global point; right click on a row or the menu key).
    """

    opened = Signal(object)
    selected = Signal(object)
    menu_wanted = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[R]],
        id_of: Callable[[R], object],
        *,
        name: str,
        multi: bool = False,
        row_height: int = 36,
        memory: Memory | None = None,
        memory_key: str = "",
        empty: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Start empty.

        Args:
            columns: in their usual order; the person can hide, move and resize them.
            id_of: gives a row's identity, which the selection follows.
            name: accessible name.
            multi: several rows can be selected.
            row_height: in unscaled pixels, the same for all rows.
            memory: keeps widths, order, hidden columns and sorting.
            memory_key: under which name.
            empty: shown instead of an empty table (see ``EmptyState``).
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self.model: RowModel[R] = self._make_model(columns, id_of)
        self.model.setParent(self)
        self._empty = empty
        self._memory: ColumnMemory | None = None
        self.view = _View(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Painter(self.view))
        self.columns = ColumnFit(self.view, self.model.columns)
        self.view.setAccessibleName(name)
        self._set_up(multi=multi, row_height=row_height)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.view)
        if empty is not None:
            self._stack.addWidget(empty)
            self._stack.setCurrentWidget(empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(holder)
        self.setFocusProxy(self.view)
        self._veil = BusyVeil(self)
        if memory is not None and memory_key:
            kept = ColumnMemory(self, memory, memory_key)
            kept.restore()
            self._memory = kept

    def _make_model(
        self, columns: Sequence[Column[R]], id_of: Callable[[R], object]
    ) -> RowModel[R]:
        return RowModel(columns, id_of)

    def _set_up(self, *, multi: bool, row_height: int) -> None:
        view, mode = self.view, QAbstractItemView.SelectionMode
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(mode.ExtendedSelection if multi else mode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setSortingEnabled(False)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._menu_at)
        view.doubleClicked.connect(lambda _index: self._open())
        view.entered_row.connect(self._open)
        vertical = view.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(current_theme().px(row_height))
        head = view.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsMovable(True)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setMinimumSectionSize(40)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._choose_columns)
        head.sectionClicked.connect(self._head_clicked)
        head.sectionResized.connect(lambda *_: self._remember())
        head.sectionMoved.connect(lambda *_: self._remember())
        view.selectionModel().selectionChanged.connect(self._on_selection)

    # ------------------------------------------------------------------------------- rows
    def set_rows(self, rows: Sequence[R]) -> None:
        """Show other rows; selection, current row and scroll position stay where they can."""
        self._keep_place(lambda: self.model.set_rows(rows))
        self._show_empty()

    def _show_empty(self) -> None:
        if self._empty is not None:
            self._stack.setCurrentWidget(self.view if self.model.rowCount() else self._empty)

    def rows(self) -> tuple[R, ...]:
        """Return the rows in the order shown."""
        return self.model.rows

    def set_loading(self, loading: bool) -> None:
        """Grey the old content while new content is on its way."""
        self._veil.set_busy(loading)

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Sort by a column; an empty key goes back to the order given."""
        place = self.place_of(key) if key else -1
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.view.horizontalHeader().setSortIndicator(place, order)
        self._keep_place(lambda: self.model.sort(place, order))
        self._remember()

    # -------------------------------------------------------------------------- selection
    def selected_ids(self) -> tuple[object, ...]:
        """Return the ids of the selected rows, in the order shown."""
        return tuple(self.model.id_of(row) for row in self.selected_rows())

    def selected_rows(self) -> tuple[R, ...]:
        """Return the selected rows, in the order shown."""
        places = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return tuple(self.model.rows[place] for place in places if place < len(self.model.rows))

    def current_row(self) -> R | None:
        """Return the row with the cursor."""
        return self.model.row_at(self.view.currentIndex().row())

    def select_ids(self, ids: Sequence[object]) -> None:
        """Select rows by id; those that are not there are left out."""
        places = [place for one in ids if (place := self.model.row_of(one)) >= 0]
        self._select(places, places[0] if places else -1)
        if places:
            self.view.scrollTo(self.model.index(places[0], 0))

    def _select(self, places: Sequence[int], current: int) -> None:
        chosen = QItemSelection()
        last = len(self.model.columns) - 1
        for place in places:
            chosen.select(self.model.index(place, 0), self.model.index(place, last))
        flags = QItemSelectionModel.SelectionFlag
        marks = self.view.selectionModel()
        if current >= 0:
            marks.setCurrentIndex(self.model.index(current, 0), flags.NoUpdate)
        marks.select(chosen, flags.ClearAndSelect)

    def _keep_place(self, change: Callable[[], None]) -> None:
        before = self.selected_ids()
        row = self.current_row()
        current = None if row is None else self.model.id_of(row)
        scroll = self.view.verticalScrollBar().value()
        marks = self.view.selectionModel()
        marks.blockSignals(True)
        change()
        marks.blockSignals(False)
        places = [place for one in before if (place := self.model.row_of(one)) >= 0]
        at = self.model.row_of(current) if current is not None else -1
        marks.blockSignals(True)
        self._select(places, at)
        marks.blockSignals(False)
        self.view.verticalScrollBar().setValue(scroll)
        self.view.viewport().update()
        if self.selected_ids() != before:
            self.selected.emit(self.selected_ids())

    def _on_selection(self) -> None:
        self.selected.emit(self.selected_ids())

    def _open(self) -> None:
        row = self.current_row()
        if row is not None:
            self.opened.emit(row)

    def _menu_at(self, point: QPoint) -> None:
        if self.current_row() is not None:
            self.menu_wanted.emit(self.view.viewport().mapToGlobal(point))

    # ---------------------------------------------------------------------------- columns
    def place_of(self, key: str) -> int:
        """Return where a column stands in the model; KeyError when there is none."""
        for number, column in enumerate(self.model.columns):
            if column.key == key:
                return number
        raise KeyError(key)

    def _head_clicked(self, place: int) -> None:
        now = self.model.sorted_by
        key = self.model.columns[place].key
        if now is None or now[0] != place:
            self.sort_by(key)
        elif not now[1]:
            self.sort_by(key, descending=True)
        else:
            self.sort_by("")

    def _choose_columns(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, column in enumerate(self.model.columns):
            action = menu.addAction(menu_text(column.title or column.key))
            action.setCheckable(True)
            action.setChecked(self.columns.is_shown(number))
            action.setEnabled(number > 0)
            action.toggled.connect(lambda shown, key=column.key: self.show_column(key, shown=shown))
        menu.popup(self.view.horizontalHeader().mapToGlobal(point))

    def show_column(self, key: str, *, shown: bool) -> None:
        """Show or hide a column and remember it."""
        self.columns.choose(self.place_of(key), shown=shown)
        self._remember()

    def _remember(self) -> None:
        if self._memory is not None:
            self._memory.keep()


__all__ = ["Column", "RowModel", "RowTable"]
