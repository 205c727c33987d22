"""Panels with a heading, and tiles in a row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.tile import Tile


def panel(title: str, *parts: QWidget, stretch: QWidget | None = None, pad: int = 14) -> QFrame:
    """Return a card with a heading; ``stretch`` is the part that takes the room."""
    card = QFrame()
    card.setProperty("panel", True)
    card.setAccessibleName(title)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(1, 1, 1, 1 if stretch is not None and not pad else 10)
    layout.setSpacing(4)
    head = plain_label(title, role="section")
    head.setContentsMargins(14, 12, 14, 4)
    layout.addWidget(head)
    for part in parts:
        holder = part
        if pad:
            holder = QWidget()
            inside = QVBoxLayout(holder)
            inside.setContentsMargins(pad, 0, pad, 0)
            inside.addWidget(part)
        layout.addWidget(holder, 1 if part is stretch else 0)
    return card


class TileRow(QFrame):
    """Tiles side by side in one panel, as many in a line as ``columns`` says."""

    def __init__(self, tiles: Sequence[Tile], *, columns: int = 0, framed: bool = True) -> None:
        """Take the tiles in; without ``columns`` all stand in one line."""
        super().__init__()
        if framed:
            self.setProperty("panel", True)
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        wide = columns or max(1, len(tiles))
        for place, tile in enumerate(tiles):
            layout.addWidget(tile, place // wide, place % wide)
