"""How a list stands in its panel: a bar over it, what went wrong, a rule, the rows, what is below.

One measure for every page, so that they look alike beside each other.
"""

from __future__ import annotations

from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QVBoxLayout,
    QWidget,
)

Part = QWidget | QLayout
_LEAST_CHOICE, _LEAST_SEARCH = 90, 180
SIDE = 14
"""Where words of a panel begin (pixels)."""


def bar_of(*parts: Part | None, wide: Part | None = None) -> QHBoxLayout:
    """Return tools side by side; None is the gap that parts them, ``wide`` takes what is left.

    The main button of a page stands last.
    """
    bar = QHBoxLayout()
    bar.setContentsMargins(12, 10, 12, 10)
    bar.setSpacing(8)
    for part in parts:
        if part is None:
            bar.addStretch(1)
        else:
            _add(bar, part, 1 if part is wide else 0)
        # Choices give way before the search beside them becomes too short to read.
        if isinstance(part, QComboBox):
            part.setMinimumWidth(_LEAST_CHOICE)
    if isinstance(wide, QWidget):
        wide.setMinimumWidth(_LEAST_SEARCH)
    return bar


def rule() -> QFrame:
    """Return a line between the parts of a panel."""
    line = QFrame()
    line.setProperty("rule", True)
    return line


def message(label: QLabel, *, above: int = 0, hidden: bool = True) -> QLabel:
    """Let a label begin where the words of a panel do; hidden until there is something to say."""
    label.setContentsMargins(SIDE, above, SIDE, 8)
    if hidden:
        label.hide()
    return label


def counted(*parts: Part | None) -> QHBoxLayout:
    """Return what stands under a list: how many there are, and the way to more of them."""
    below = bar_of(*parts)
    below.setContentsMargins(SIDE, 6, 10, 6)
    return below


def foot_of(*parts: Part | None, wide: Part | None = None) -> QFrame:
    """Return the steps under a list, parted from it."""
    foot = QFrame()
    foot.setProperty("footer", True)
    row = bar_of(*parts, wide=wide)
    row.setContentsMargins(SIDE, 8, SIDE, 8)
    foot.setLayout(row)
    return foot


def fill(panel: QWidget, *parts: Part, wide: Part, edge: int = 1) -> None:
    """Lay parts out one under the other without gaps; ``wide`` takes the height that is left.

    ``edge`` keeps clear of the panel's own border (pixels).
    """
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(edge, edge, edge, edge)
    layout.setSpacing(0)
    for part in parts:
        _add(layout, part, 1 if part is wide else 0)


def card(*parts: Part, wide: Part) -> QFrame:
    """Return a panel with parts one under the other."""
    panel = QFrame()
    panel.setProperty("panel", True)
    fill(panel, *parts, wide=wide)
    return panel


def fill_page(
    page: QWidget, *parts: Part, wide: Part, across: bool = False, edge: int = 12
) -> None:
    """Lay the panels of a page out, one under the other or ``across`` it."""
    layout: QBoxLayout = QHBoxLayout(page) if across else QVBoxLayout(page)
    layout.setContentsMargins(edge, edge, edge, edge)
    layout.setSpacing(12)
    for part in parts:
        _add(layout, part, 1 if part is wide else 0)


def _add(layout: QBoxLayout, part: Part, stretch: int) -> None:
    if isinstance(part, QLayout):
        layout.addLayout(part, stretch)
    else:
        layout.addWidget(part, stretch)
