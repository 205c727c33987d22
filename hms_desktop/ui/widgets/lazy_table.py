"""A table over as many rows as the database has: their ids are known, rows come when looked at."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.widgets.rows import DISPLAY, Column, RowModel
from hms_desktop.ui.widgets.table import RowTable

R = TypeVar("R")
_Index = QModelIndex | QPersistentModelIndex

AHEAD = 60
"""Rows read above and below those in sight."""
MOST_KEPT = 4_000
"""Rows kept; those longest out of use go first."""
MOST_CHOSEN = 2_000
"""How many rows may be chosen for one step."""
REST_MS = 15
"""How long the list must stand still before its rows are asked for."""
NO_IDS: array[int] = array("q")
WAITING = "…"


class LazyModel(RowModel[R]):
    """Knows the id of every row in order (8 bytes each); rows are put in as they arrive."""

    def __init__(
        self, columns: Sequence[Column[R]], id_of: Callable[[R], int], parent: QWidget | None = None
    ) -> None:
        """Start empty."""
        super().__init__(columns, id_of, parent)
        self.ids = NO_IDS
        self._kept: OrderedDict[object, R] = OrderedDict()

    def set_ids(self, ids: array[int]) -> None:
        """Show other rows in the order of these ids; rows that stay are known already."""
        self.beginResetModel()
        self.ids = ids
        self.endResetModel()

    def put(self, rows: Iterable[R], *, keep: Sequence[int] = ()) -> None:
        """Take rows that were read; ``keep`` are ids that must not be let go."""
        for row in rows:
            key = self.id_of(row)
            self._kept[key] = row
            self._kept.move_to_end(key)
        for key in keep:
            if key in self._kept:
                self._kept.move_to_end(key)
        while len(self._kept) > max(MOST_KEPT, len(keep)):
            self._kept.popitem(last=False)

    def redraw(self, first: int, last: int) -> None:
        """Say that rows of these places (both inside) may look different."""
        if first <= last < len(self.ids):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def forget(self) -> None:
        """Let go of every row: all of them may have changed."""
        self._kept.clear()

    def known(self, key: int) -> R | None:
        """Return a row that is here by its id."""
        return self._kept.get(key)

    def row_at(self, place: int) -> R | None:
        """Return the row at a place, None while it is not here."""
        return self._kept.get(self.ids[place]) if 0 <= place < len(self.ids) else None

    def row_of(self, row_id: object) -> int:
        """Return where a row stands, -1 when it is not there."""
        try:
            return self.ids.index(row_id) if isinstance(row_id, int) else -1
        except ValueError:
            return -1

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Note the order that is wanted; the database sorts."""
        descending = order == Qt.SortOrder.DescendingOrder
        self.sorted_by = (column, descending) if 0 <= column < len(self.columns) else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows; a sign while the row is on its way."""
        if role == DISPLAY:
            row = self.row_at(index.row())
            return WAITING if row is None else self.columns[index.column()].text(row)
        return super().data(index, role)


class LazyTable(RowTable[R]):
    """A ``RowTable`` for lists of any length.

    ``rows_wanted`` (tuple of ids) asks for rows; the page reads them and calls ``put``.
    ``order_changed`` asks for the same list in another ``order``.
    """

    rows_wanted = Signal(object)
    order_changed = Signal()
    model: LazyModel[R]

    def __init__(
        self,
        columns: Sequence[Column[R]],
        id_of: Callable[[R], int],
        *,
        orders: Container[str] = (),
        **options: Any,  # noqa: ANN401 - RowTable's own, unchanged
    ) -> None:
        """Start empty.

        Args:
            columns: as of ``RowTable``.
            id_of: gives a row's id.
            orders: the columns that the list can be sorted by.
            options: as of ``RowTable``.
        """
        self._asked: set[object] = set()
        self._orders = orders
        self._ready = False
        super().__init__(columns, id_of, **options)
        self._ready = True
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask)
        self.view.verticalScrollBar().valueChanged.connect(self._moved)
        self.view.verticalScrollBar().rangeChanged.connect(self._moved)

    def _make_model(self, columns: Sequence[Column[R]], id_of: Callable[[R], Any]) -> LazyModel[R]:
        return LazyModel(columns, id_of)

    # ------------------------------------------------------------------------------ order
    def order(self) -> tuple[str, bool]:
        """Return the column to sort by (empty: the usual order), and whether downwards."""
        by = self.model.sorted_by
        return ("", False) if by is None else (self.model.columns[by[0]].key, by[1])

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Ask for another order; a column that the list cannot be sorted by changes nothing."""
        if key and key not in self._orders:
            key, descending = self.order()
            super().sort_by(key, descending=descending)
            return
        super().sort_by(key, descending=descending)
        if self._ready:
            self.order_changed.emit()

    # ------------------------------------------------------------------------------- rows
    def set_ids(self, ids: array[int]) -> None:
        """Show another list; selection, current row and scroll position stay where they can.

        Rows in sight are asked for anew, old ones shown meanwhile.
        """
        self._asked.clear()
        self._keep_place(lambda: self.model.set_ids(ids))
        self._show_empty()
        self._ask(anew=True)

    def put(self, rows: Sequence[R]) -> None:
        """Take rows that were asked for."""
        for row in rows:
            self._asked.discard(self.model.id_of(row))
        seen = self._seen(AHEAD)
        chosen = self.selected_ids() if self.selected_count() <= MOST_CHOSEN else ()
        keep = (*self.model.ids[seen.start : seen.stop], *chosen)
        self.model.put(rows, keep=keep)
        self.model.redraw(seen.start, seen.stop - 1)
        if chosen:
            self.selected.emit(chosen)

    def rows(self) -> tuple[R, ...]:
        """Return the rows that are here, in the order shown."""
        found = (self.model.known(one) for one in self.model.ids)
        return tuple(row for row in found if row is not None)

    def _seen(self, more: int = 0) -> range:
        """Return the places in sight, and some above and below."""
        total = self.model.rowCount()
        if not total:
            return range(0)
        tall = max(1, self.view.rowHeight(0))
        first = self.view.verticalScrollBar().value() // tall
        last = first + self.view.viewport().height() // tall + 1
        return range(max(0, min(first, total) - more), min(total, last + 1 + more))

    def _moved(self) -> None:
        seen = self._seen()
        if any(self.model.row_at(place) is None for place in seen) or (
            seen
            and any(
                self.model.row_at(min(max(0, place), self.model.rowCount() - 1)) is None
                for place in (seen.start - AHEAD // 2, seen.stop + AHEAD // 2)
            )
        ):
            self._rest.start()

    def _ask(self, *, anew: bool = False) -> None:
        seen = self._seen(AHEAD)
        ids = self.model.ids
        wanted = [ids[place] for place in seen]
        if not anew:
            wanted = [
                one for one in wanted if self.model.known(one) is None and one not in self._asked
            ]
        self._want(wanted)

    def _want(self, wanted: Sequence[int]) -> None:
        if wanted:
            self._asked.update(wanted)
            self.rows_wanted.emit(tuple(wanted))

    def refresh(self) -> None:
        """Ask anew for the rows in sight: they may have changed."""
        self._ask(anew=True)

    def not_read(self) -> None:
        """Say that reading failed: what was asked for may be asked for again."""
        self._asked.clear()

    # -------------------------------------------------------------------------- selection
    def _chosen(self) -> set[tuple[int, int]]:
        """Return the first and last place of each run of selected rows."""
        parts = self.view.selectionModel().selection().toList()
        return {(part.top(), part.bottom()) for part in parts}

    def selected_count(self) -> int:
        """Return how many rows are selected."""
        return sum(last - first + 1 for first, last in self._chosen())

    def selected_ids(self) -> tuple[int, ...]:
        """Return the ids of the selected rows, in the order shown; none of more than 2,000."""
        if self.selected_count() > MOST_CHOSEN:
            return ()
        runs = sorted(self._chosen())
        return tuple(
            self.model.ids[place] for first, last in runs for place in range(first, last + 1)
        )

    def selected_rows(self) -> tuple[R, ...]:
        """Return the selected rows, in the order shown; none while one of them is not here."""
        rows = [self.model.known(one) for one in self.selected_ids()]
        found = tuple(row for row in rows if row is not None)
        return found if len(found) == len(rows) else ()

    def _on_selection(self) -> None:
        ids = self.selected_ids()
        self._want([
            one for one in ids if self.model.known(one) is None and one not in self._asked
        ])  # fmt: skip
        self.selected.emit(ids)
