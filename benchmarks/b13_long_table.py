"""B13: a table of 1,000,000 rows: scrolling by steps and by jumps, offscreen, and its memory.

The limit is a model that answers from the number of the row and keeps nothing, in a plain table
view of the same size and look; ours asks for rows, waits for them, and keeps the nearest.
"""

from __future__ import annotations

import os
import random
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTableView

from benchmarks.measure import Row, alternate, at_most, below, p50
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.lazy_table import LazyTable
from hms_desktop.ui.widgets.rows import Column

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 1_000_000
STEPS, QUICK_STEPS = 200, 60
COLUMNS = 8
_HIGH = 36
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Visit:
    id: int


def _text(row: int, column: int) -> str:
    return f"Row {row} · {column}"


class _Bare(QAbstractTableModel):
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: ARG002, B008, N802
        return ROWS

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: ARG002, B008, N802
        return COLUMNS

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(index.row(), index.column())
        return None


def _bare() -> QTableView:
    view = QTableView()
    view.setModel(_Bare(view))
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(current_theme().px(_HIGH))
    return view


def _ours() -> LazyTable[_Visit]:
    def column(number: int) -> Column[_Visit]:
        return Column(str(number), str(number), lambda row: _text(row.id, number), width=110)

    table: LazyTable[_Visit] = LazyTable(
        [column(number) for number in range(COLUMNS)], lambda row: row.id, name="Rows"
    )
    table.rows_wanted.connect(lambda ids: table.put([_Visit(one) for one in ids]))
    return table


def _resident() -> float:
    """Return the megabytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_048_576


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Scroll both by the same ways."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    current_theme().apply("light")
    rounds = QUICK_STEPS if quick else STEPS
    before = _resident()
    table, bare = _ours(), _bare()
    for one in (table, bare):
        one.resize(1_000, 800)
        one.show()
    table.set_ids(array("q", range(ROWS)))
    app.processEvents()
    rows = []
    for name, places, most in (
        ("a step of a wheel, p50", [120 * number for number in range(rounds + 3)], 1.4),
        ("a jump anywhere, p50", random.Random(13).sample(range(ROWS * _HIGH), rounds + 3), 1.5),
    ):
        ours, limit = alternate(_mover(table.view, places), _mover(bare, places), rounds)
        app.processEvents()
        rows.append(at_most(name, p50(ours), p50(limit), most))
    table._ask()
    assert table.model.row_at(table._seen().start) is not None, "what is in sight is there"
    rows.append(below("resident memory that the table adds", _resident() - before, 250, "MB"))
    for one in (table, bare):
        one.close()
    return rows


def _mover(view: QTableView, places: list[int]) -> Callable[[], None]:
    left = iter(places)

    def move() -> None:
        view.verticalScrollBar().setValue(next(left))
        view.viewport().repaint()
        QApplication.processEvents()

    return move
