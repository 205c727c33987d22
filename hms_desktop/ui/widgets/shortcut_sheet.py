"""F1: all keys that work here, by scope and group."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import icon_button, native_keys
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.chip import KeyCap
from hms_desktop.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hms_desktop.ui.actions import Command

_COLUMNS = 2


class ShortcutSheet(Overlay):
    """Lists commands that have keys; ``open_sheet`` takes ``CommandSet.reachable()``."""

    def __init__(self, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host)
        self.setAccessibleName(self.tr("Keyboard shortcuts"))
        self._close = icon_button("close", self.tr("Close"), self.close_overlay, shortcut="Esc")
        head = QHBoxLayout()
        head.setContentsMargins(24, 16, 16, 8)
        head.addWidget(plain_label(self.tr("Keyboard shortcuts"), role="title"), 1)
        head.addWidget(self._close)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        layout = QVBoxLayout(self.sheet)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        self._shown: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The texts listed, in reading order."""
        return self._shown

    def open_sheet(self, scopes: Sequence[tuple[str, Sequence[Command]]]) -> None:
        """Show the keys of these scopes, the innermost first."""
        blocks: list[tuple[str, list[Command]]] = []
        for title, commands in scopes:
            keyed = [command for command in commands if command.all_keys()]
            for group, members in groupby(keyed, key=lambda one: one.group or title):
                there = next((block for name, block in blocks if name == group), None)
                if there is None:
                    blocks.append((group, list(members)))
                else:
                    there.extend(members)
        self._shown = tuple(command.text for _, block in blocks for command in block)
        self._scroll.takeWidget()
        self._scroll.setWidget(self._content(blocks))
        self.open_over(self._close)

    def place(self) -> None:
        """Take up to 880 × 640 pixels of the window."""
        content = self._scroll.widget()
        wanted = content.sizeHint().height() + 72 if content is not None else 640
        self.sheet.resize(
            min(880, self.width() - 48), max(200, min(wanted, 640, self.height() - 48))
        )
        super().place()

    def _content(self, blocks: list[tuple[str, list[Command]]]) -> QWidget:
        holder = QWidget()
        holder.setProperty("plain", True)
        row = QHBoxLayout(holder)
        row.setContentsMargins(24, 4, 24, 24)
        row.setSpacing(40)
        columns: list[tuple[QVBoxLayout, list[int]]] = []
        for _ in range(_COLUMNS):
            column = QVBoxLayout()
            column.setSpacing(16)
            row.addLayout(column, 1)
            columns.append((column, [0]))
        for title, commands in blocks:
            column, height = min(columns, key=lambda one: one[1][0])
            column.addWidget(self._block(title, commands))
            height[0] += len(commands) + 2
        for column, _ in columns:
            column.addStretch(1)
        return holder

    @staticmethod
    def _block(title: str, commands: list[Command]) -> QWidget:
        block = QWidget()
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, 1)
        grid.addWidget(plain_label(title, role="section"), 0, 0, 1, 2)
        for number, command in enumerate(commands, start=1):
            caps = QWidget()
            keys = QHBoxLayout(caps)
            keys.setContentsMargins(0, 0, 0, 0)
            keys.setSpacing(4)
            # Return and the number pad's Enter read the same.
            for key in dict.fromkeys(map(native_keys, command.all_keys())):
                keys.addWidget(KeyCap(key))
            grid.addWidget(plain_label(command.text, role="dim"), number, 0)
            grid.addWidget(caps, number, 1, Qt.AlignmentFlag.AlignRight)
        return block
