"""The columns of a table: which have room, and how somebody left them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHeaderView, QTableView

from hms_desktop.ui.layout_memory import Memory
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.rows import Column

if TYPE_CHECKING:
    from hms_desktop.ui.widgets.table import RowTable

log = logging.getLogger(__name__)

_NARROWEST = 40
_SQUEEZED = 2 / 3
"""To what part of its least width a column goes before the table is scrolled sideways."""


class ColumnFit(QObject):
    """Leaves out what matters least while a table is narrow; what somebody chose stays.

    What was left out comes back with the room, and is not remembered as hidden.
    """

    def __init__(self, view: QTableView, columns: Sequence[Column[Any]]) -> None:
        """Set widths and columns as usual, and watch the width of the table."""
        super().__init__(view)
        self._view = view
        self._columns = tuple(columns)
        self._shown = [one.visible for one in columns]
        self._chosen = [False] * len(self._columns)
        self._fitting = False
        px = current_theme().px
        self._widths = [px(one.width or one.least) for one in columns]
        head = view.horizontalHeader()
        for number, column in enumerate(columns):
            if column.width:
                view.setColumnWidth(number, self._widths[number])
            view.setColumnHidden(number, not column.visible)
        head.sectionResized.connect(self._resized)
        view.viewport().installEventFilter(self)
        self.fit()

    def is_shown(self, number: int) -> bool:
        """Say whether a column is wanted, be there room for it or not."""
        return self._shown[number]

    def is_chosen(self, number: int) -> bool:
        """Say whether a person asked for a column: it is never left out."""
        return self._chosen[number]

    def width(self, number: int) -> int:
        """Return a column's width, as it is or will be when there is room for it (pixels)."""
        return self._widths[number]

    def choose(self, number: int, *, shown: bool) -> None:
        """Show or hide a column for somebody who asked for it."""
        self._shown[number], self._chosen[number] = shown, shown
        self.fit()

    def set_width(self, number: int, width: int) -> None:
        """Make a column as wide as somebody left it; the one that takes the rest stays that."""
        if self._columns[number].width:
            self._widths[number] = max(_NARROWEST, width)
            self._view.setColumnWidth(number, self._widths[number])

    def fit(self) -> None:
        """Leave out columns, those that yield first before others, until the rest has room."""
        room = self._view.viewport().width()
        shown = [number for number, wanted in enumerate(self._shown) if wanted]
        yielding = sorted(
            (
                number
                for number in shown
                if self._columns[number].yields and not self._chosen[number]
            ),
            key=lambda number: self._columns[number].yields,
        )
        while yielding and sum(self._widths[number] for number in shown) > room:
            shown.remove(yielding.pop(0))
        # A name that is a little short is better than a table that must be scrolled sideways.
        lowest = sum(
            self._widths[number] * (1 if self._columns[number].width else _SQUEEZED)
            for number in shown
        )
        enough = lowest <= room
        self._fitting = True
        head = self._view.horizontalHeader()
        for number, column in enumerate(self._columns):
            self._view.setColumnHidden(number, number not in shown)
            if not column.width:
                mode = QHeaderView.ResizeMode
                head.setSectionResizeMode(number, mode.Stretch if enough else mode.Fixed)
                if not enough:
                    self._view.setColumnWidth(number, self._widths[number])
        self._fitting = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit again whenever the table becomes narrower or wider."""
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    def _resized(self, number: int, _before: int, now: int) -> None:
        if now and not self._fitting and self._columns[number].width:
            self._widths[number] = now


class ColumnMemory:
    """Keeps a table's widths, order, hidden columns and sorting."""

    def __init__(self, table: RowTable[Any], memory: Memory, key: str) -> None:
        """Keep them under ``table/<key>``."""
        self._table = table
        self._memory = memory
        self._key = f"table/{key}"

    def keep(self) -> None:
        """Keep how the table looks now."""
        fit, model = self._table.columns, self._table.model
        head = self._table.view.horizontalHeader()
        by = model.sorted_by
        state = {
            "columns": [
                {
                    "key": column.key,
                    "place": head.visualIndex(number),
                    "width": fit.width(number),
                    "shown": fit.is_shown(number),
                    "chosen": fit.is_chosen(number),
                }
                for number, column in enumerate(model.columns)
            ],
            "sort": [model.columns[by[0]].key, by[1]] if by is not None else [],
        }
        self._memory.put(self._key, state)

    def restore(self) -> None:
        """Make the table look as it was kept; what another version wrote is forgotten."""
        state = self._memory.get(self._key, None)
        if not isinstance(state, dict):
            return
        try:
            self._apply(state)
        except (KeyError, TypeError, ValueError):
            log.info("the kept columns of %s do not fit and are forgotten", self._key)
            self._memory.put(self._key, None)

    def _apply(self, state: dict[str, Any]) -> None:
        fit, columns = self._table.columns, self._table.model.columns
        head = self._table.view.horizontalHeader()
        known = {column.key for column in columns}
        for one in sorted(state["columns"], key=lambda item: int(item["place"])):
            if one["key"] not in known:
                continue
            number = self._table.place_of(one["key"])
            head.moveSection(head.visualIndex(number), min(int(one["place"]), head.count() - 1))
            if int(one["width"]):
                fit.set_width(number, int(one["width"]))
            if one.get("chosen") or bool(one["shown"]) is not columns[number].visible:
                fit.choose(number, shown=bool(one["shown"]))
        if state["sort"] and state["sort"][0] in known:
            self._table.sort_by(str(state["sort"][0]), descending=bool(state["sort"][1]))
