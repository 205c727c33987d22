"""Filters kept under a name, per person and workstation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.layout_memory import Memory
from hms_desktop.ui.plaintext import menu_text
from hms_desktop.ui.theme import current_theme

MEMORY = "appointments/saved_filters"
MOST = 20
LONGEST = 40
State = dict[str, Any]
"""What the filters were set to; what JSON can hold."""


class _Name(QLineEdit):
    """Enter keeps, Esc gives up."""

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            return
        super().keyPressEvent(event)


class SavedFilters(QWidget):
    """A button with the kept filters; ``chosen`` carries what one of them was set to."""

    chosen = Signal(object)

    def __init__(
        self, memory: Memory, now: Callable[[], State], parent: QWidget | None = None
    ) -> None:
        """Offer what this person kept; ``now`` tells what the filters are set to."""
        super().__init__(parent)
        self._memory = memory
        self._now = now
        self.open_button = button(self.tr("Saved filters"), icon="star")
        self.open_button.setProperty("hasmenu", True)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.fill)
        self.open_button.setMenu(self._menu)
        self.name = _Name()
        self.name.setMaxLength(LONGEST)
        self.name.setPlaceholderText(self.tr("Name of these filters"))
        self.name.setAccessibleName(self.tr("Name of these filters"))
        self.name.setFixedWidth(current_theme().px(190))
        self.name.returnPressed.connect(self.save)
        self.name.given_up.connect(self._give_up)
        self.name.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.open_button)
        row.addWidget(self.name)

    def saved(self) -> dict[str, State]:
        """Return what is kept, by name; what another version wrote is left out."""
        kept: Any = self._memory.get(MEMORY, {})
        if not isinstance(kept, dict):
            return {}
        return {str(name): one for name, one in kept.items() if isinstance(one, dict)}

    def fill(self) -> QMenu:
        """Fill the menu with what is kept now, and return it."""
        menu, kept = self._menu, self.saved()
        menu.clear()
        for name, state in kept.items():
            action = menu.addAction(menu_text(name))
            action.triggered.connect(lambda _=False, one=state: self.chosen.emit(one))
        if kept:
            menu.addSeparator()
        ask = menu.addAction(self.tr("Save these filters…"))
        ask.triggered.connect(lambda _=False: self.ask())
        if kept:
            remove = menu.addMenu(self.tr("Remove"))
            for name in kept:
                action = remove.addAction(menu_text(name))
                action.triggered.connect(partial(self._remove, name))
        return menu

    def ask(self) -> None:
        """Ask for a name."""
        self.name.clear()
        self.name.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Keep the filters as they are set, under the name that was typed."""
        name = " ".join(self.name.text().split())
        if not name:
            return
        kept = self.saved()
        kept.pop(name, None)
        newest = list(kept.items())[-(MOST - 1) :]
        self._memory.put(MEMORY, {**dict(newest), name: self._now()})
        self._give_up()

    def _remove(self, name: str, _checked: bool = False) -> None:
        kept = self.saved()
        kept.pop(name, None)
        self._memory.put(MEMORY, kept)

    def _give_up(self) -> None:
        self.name.hide()
        self.open_button.setFocus(Qt.FocusReason.OtherFocusReason)
