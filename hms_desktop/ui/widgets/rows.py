"""Rows and columns as a Qt model, sorted on the tuple."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.theme import current_theme

R = TypeVar("R")
_Index = QModelIndex | QPersistentModelIndex
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
"""What Qt asks a model for, as the plain number it comes as."""
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_COLOUR = int(Qt.ItemDataRole.ForegroundRole)
_FONT = int(Qt.ItemDataRole.FontRole)
_ICON = int(Qt.ItemDataRole.DecorationRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_ROW = int(Qt.ItemDataRole.UserRole)
_ROLES = frozenset({DISPLAY, _SPOKEN, _ALIGN, _COLOUR, _FONT, _ICON, _TIP, _ROW})


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """How one column is made from a row.

    ``key`` names it for memory; ``text`` gives the words; ``sort`` a comparable value (None last;
    the text when not given); ``tone`` a colour token; ``icon`` and ``tip`` what they say.
    ``width`` is in pixels, 0 takes what is left and at least ``least``. Where not all have room,
    columns with ``yields`` are left out, 1 before 2; none of those with 0.
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
    least: int = 110
    yields: int = 0


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

    def row_at(self, place: int) -> R | None:
        """Return the row at a place, None when there is none."""
        return self.rows[place] if 0 <= place < len(self.rows) else None

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
        # Plain numbers: a repaint asks thousands of times, and comparing members is slow.
        if role not in _ROLES:
            return None
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = self.columns[index.column()]
        if role in (DISPLAY, _SPOKEN):
            return column.text(row)
        answer: object = None
        if role == _ALIGN:
            answer = self._align(column)
        elif role == _COLOUR:
            tone = column.tone(row) if column.tone is not None else ""
            answer = current_theme().tokens.colour(tone) if tone else None
        elif role == _FONT:
            answer = current_theme().font(weight=600) if column.bold else None
        elif role == _ICON:
            answer = column.icon(row) if column.icon is not None else None
        elif role == _TIP:
            answer = tooltip(column.tip(row) if column.tip is not None else column.text(row))
        elif role == _ROW:
            answer = row
        return answer

    @staticmethod
    def _align(column: Column[Any]) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
