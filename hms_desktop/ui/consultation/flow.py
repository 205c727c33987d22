"""Lays widgets out like words: side by side, then on the next line; the last takes the rest."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

_LEAST_REST = 140
"""Pixels that the last widget (the field to type in) needs; with less it begins a line."""


class Flow(QLayout):
    """A flow layout whose last item stretches to the end of its line."""

    def __init__(self, parent: QWidget, gap: int = 6) -> None:
        """Start empty."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap

    def addItem(self, item: QLayoutItem) -> None:
        """Put an item at the end."""
        self._items.append(item)

    def insert(self, place: int, widget: QWidget) -> None:
        """Put a widget somewhere before the last."""
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, or None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove an item and return it."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Want no more height than the lines need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        """Return the least that is needed."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size of the largest item with the margins."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        wide = margins.left() + margins.right()
        return size + QSize(wide, margins.top() + margins.bottom())

    def setGeometry(self, rect: QRect) -> None:
        """Place everything."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _place(self, rect: QRect, *, move: bool) -> int:
        margins = self.contentsMargins()
        left, right = rect.left() + margins.left(), rect.right() - margins.right()
        x, y, tall = left, rect.top() + margins.top(), 0
        row: list[tuple[QLayoutItem, QRect]] = []

        def finish() -> None:
            for item, box in row:
                if move:
                    item.setGeometry(box.translated(0, (tall - box.height()) // 2))
            row.clear()

        for number, item in enumerate(self._items):
            last = number == len(self._items) - 1
            hint = item.sizeHint()
            width = min(hint.width(), right - left + 1)
            if row and x + (_LEAST_REST if last else width) > right + 1:
                finish()
                x, y, tall = left, y + tall + self._gap, 0
            if last:
                width = max(0, right - x + 1)
            tall = max(tall, hint.height())
            row.append((item, QRect(x, y, width, hint.height())))
            x += width + self._gap
        finish()
        return y + tall + margins.bottom() - rect.top()
