"""A sentence in the middle of the window, with buttons for what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label


def notice_page(
    text: str, detail: str, actions: Sequence[tuple[str, Callable[[], object]]]
) -> QWidget:
    """Return a page with a sentence, what more there is to say, and buttons."""
    page = QWidget()
    page.setAccessibleName(text)
    layout = QVBoxLayout(page)
    layout.addStretch(2)
    for words, role in ((text, "title"), (detail, "dim")):
        if not words:
            continue
        label = plain_label(words, role=role, wrap=True, selectable=role == "dim")
        label.setFixedWidth(560)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        # In a row of its own and not aligned: only so is it as high as its lines are many.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(label)
        middle.addStretch(1)
        layout.addLayout(middle)
    row = QHBoxLayout()
    row.addStretch(1)
    for number, (words, run) in enumerate(actions):
        row.addWidget(button(words, run, kind="secondary" if number else "primary"))
    row.addStretch(1)
    layout.addSpacing(16)
    layout.addLayout(row)
    layout.addStretch(3)
    return page
