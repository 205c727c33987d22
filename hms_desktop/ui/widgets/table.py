"""A table over a tuple of frozen rows: fast, sorted on the tuple, selection kept by id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.layout_memory import Memory
from hms_desktop.ui.plaintext import menu_text, tooltip
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.busy import BusyVeil

R = TypeVar("R")
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """How one column is made from a row.

    ``key`` names it for memory; ``text`` gives the words; ``sort`` a comparable value (None last;
    the text when not given); ``tone`` a colour token; ``icon`` and ``tip`` what they say.
    ``width`` is in pixels, 0 takes what is left.
    """

    key: str
    title: str
    text: Callable[[R], str]
    sort: Callable[[R], Any] | None = None
    width: int = 120
    right: bool = False
    bold: bool = False
    tone: Callable[[R], str] | None = None
    icon: Callable[[R], QIcon | None] | None = None
    tip: Callable[[R], str] | None = None
    visible: bool = True


class RowModel(QAbstractTableModel, Generic[R]):
    """Rows as they are; never asks a database, never raises in ``data``."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        id_of: Callable[[R], object],
        parent: QWidget | None = None,
    ) -> None:
        """Start empty."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self.id_of = id_of
        self.rows: tuple[R, ...] = ()
        self._given: tuple[R, ...] = ()
        self._place: dict[object, int] = {}
        self.sorted_by: tuple[int, bool] | None = None

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show other rows, in the order that is chosen."""
        self.beginResetModel()
        self._given = tuple(rows)
        self._arrange()
        self.endResetModel()

    def row_of(self, row_id: object) -> int:
        """Return where a row stands, -1 when it is not there."""
        return self._place.get(row_id, -1)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 goes back to the order in which the rows were given."""
        self.beginResetModel()
        descending = order == Qt.SortOrder.DescendingOrder
        self.sorted_by = (column, descending) if 0 <= column < len(self.columns) else None
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        rows = list(self._given)
        if self.sorted_by is not None:
            place, descending = self.sorted_by
            column = self.columns[place]
            value = column.sort or (lambda row: column.text(row).casefold())
            known = [row for row in rows if value(row) is not None]
            missing = [row for row in rows if value(row) is None]
            rows = sorted(known, key=value, reverse=descending) + missing
        self.rows = tuple(rows)
        self._place = {self.id_of(row): number for number, row in enumerate(self.rows)}

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._align(column)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        if not index.isValid() or not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        column = self.columns[index.column()]
        answer: object = None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            answer = column.text(row)
        elif role == Qt.ItemDataRole.TextAlignmentRole:
            answer = self._align(column)
        elif role == Qt.ItemDataRole.ForegroundRole and column.tone is not None:
            tone = column.tone(row)
            answer = current_theme().tokens.colour(tone) if tone else None
        elif role == Qt.ItemDataRole.FontRole and column.bold:
            answer = current_theme().font(weight=600)
        elif role == Qt.ItemDataRole.DecorationRole and column.icon is not None:
            answer = column.icon(row)
        elif role == Qt.ItemDataRole.ToolTipRole:
            answer = tooltip(column.tip(row) if column.tip is not None else column.text(row))
        elif role == Qt.ItemDataRole.UserRole:
            answer = row
        return answer

    @staticmethod
    def _align(column: Column[Any]) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class _View(QTableView):
    """Enter opens; Tab leaves the table instead of walking its cells."""

    entered_row = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit()
            return
        super().keyPressEvent(event)


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
        self.model: RowModel[R] = RowModel(columns, id_of)
        self.model.setParent(self)
        self._memory = memory
        self._key = memory_key
        self._empty = empty
        self._restoring = False
        self.view = _View(self)
        self.view.setModel(self.model)
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
        self._restore()

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
        for number, column in enumerate(self.model.columns):
            if column.width:
                view.setColumnWidth(number, current_theme().px(column.width))
            else:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
            view.setColumnHidden(number, not column.visible)
        head.sectionClicked.connect(self._head_clicked)
        head.sectionResized.connect(lambda *_: self._remember())
        head.sectionMoved.connect(lambda *_: self._remember())
        view.selectionModel().selectionChanged.connect(self._on_selection)

    # ------------------------------------------------------------------------------- rows
    def set_rows(self, rows: Sequence[R]) -> None:
        """Show other rows; selection, current row and scroll position stay where they can."""
        self._keep_place(lambda: self.model.set_rows(rows))
        if self._empty is not None:
            self._stack.setCurrentWidget(self.view if self.model.rows else self._empty)

    def rows(self) -> tuple[R, ...]:
        """Return the rows in the order shown."""
        return self.model.rows

    def set_loading(self, loading: bool) -> None:
        """Grey the old content while new content is on its way."""
        self._veil.set_busy(loading)

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Sort by a column; an empty key goes back to the order given."""
        place = self._place_of(key) if key else -1
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
        place = self.view.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

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
    def _place_of(self, key: str) -> int:
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
            action.setChecked(not self.view.isColumnHidden(number))
            action.setEnabled(number > 0)
            action.toggled.connect(lambda shown, key=column.key: self.show_column(key, shown=shown))
        menu.popup(self.view.horizontalHeader().mapToGlobal(point))

    def show_column(self, key: str, *, shown: bool) -> None:
        """Show or hide a column and remember it."""
        self.view.setColumnHidden(self._place_of(key), not shown)
        self._remember()

    def _remember(self) -> None:
        if self._memory is None or not self._key or self._restoring:
            return
        head = self.view.horizontalHeader()
        by = self.model.sorted_by
        state = {
            "columns": [
                {
                    "key": column.key,
                    "place": head.visualIndex(number),
                    "width": head.sectionSize(number),
                    "shown": not self.view.isColumnHidden(number),
                }
                for number, column in enumerate(self.model.columns)
            ],
            "sort": [self.model.columns[by[0]].key, by[1]] if by is not None else [],
        }
        self._memory.put(f"table/{self._key}", state)

    def _restore(self) -> None:
        if self._memory is None or not self._key:
            return
        state = self._memory.get(f"table/{self._key}", None)
        if not isinstance(state, dict):
            return
        self._restoring = True
        try:
            self._restore_columns(state)
        except (KeyError, TypeError, ValueError):  # written by another version: the usual look
            self._memory.put(f"table/{self._key}", None)
        finally:
            self._restoring = False

    def _restore_columns(self, state: dict[str, Any]) -> None:
        head = self.view.horizontalHeader()
        known = {column.key for column in self.model.columns}
        for one in sorted(state["columns"], key=lambda item: int(item["place"])):
            if one["key"] not in known:
                continue
            number = self._place_of(one["key"])
            head.moveSection(head.visualIndex(number), min(int(one["place"]), head.count() - 1))
            self.view.setColumnHidden(number, not one["shown"])
            if one["shown"] and self.model.columns[number].width:
                self.view.setColumnWidth(number, max(40, int(one["width"])))
        if state["sort"] and state["sort"][0] in known:
            self.sort_by(str(state["sort"][0]), descending=bool(state["sort"][1]))


__all__ = ["Column", "QColor", "RowModel", "RowTable"]
