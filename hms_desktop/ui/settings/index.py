"""Where a setting stands: a list of all sections at the side, and a search over every field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.cards import Card
from hms_desktop.ui.icons import bind_icon
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.field import Field

WIDTH = 240


@dataclass(frozen=True, slots=True)
class Entry:
    """One place on the page; ``level`` 0 a group's heading, 1 a card, 2 a section or a field."""

    text: str
    level: int
    widget: QWidget | None = None
    detail: str = ""


class SettingsIndex(QFrame):
    """Reads the cards that are there, whoever made them; ``wanted`` carries the widget to show."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self._groups: list[tuple[str, tuple[Card, ...]]] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search settings"))
        self.search.setAccessibleName(self.tr("Search settings"))
        self.search.setClearButtonEnabled(True)
        glass = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        bind_icon(glass, "search", "dim")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Sections of the settings"))
        self.list.setProperty("flat", True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = plain_label(self.tr("No setting is called so."), role="dim", wrap=True)
        self.nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 24, 0, 16)
        layout.setSpacing(10)
        layout.addWidget(self.search)
        layout.addWidget(self.nothing)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.search)
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.returnPressed.connect(self._first)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        current_theme().changed.connect(self._fill)

    def set_groups(self, groups: Sequence[tuple[str, Sequence[Card]]]) -> None:
        """List the cards of each group."""
        self._groups = [(title, tuple(cards)) for title, cards in groups]
        self._fill()

    def entries(self) -> list[Entry]:
        """Return what the list shows: all sections, or the fields that the search finds."""
        words = self.search.text().casefold().split()
        return self._found(words) if words else self._sections()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the search into the list by the arrow."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
        ):
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            self.list.setCurrentRow(self._next_row(-1))
            return True
        return False

    # -------------------------------------------------------------------------- inside
    def _sections(self) -> list[Entry]:
        found = []
        for title, cards in self._groups:
            found.append(Entry(title, 0))
            for card in cards:
                found.append(Entry(card.accessibleName(), 1, card))
                found += [
                    Entry(label.text(), 2, label)
                    for label in card.findChildren(QLabel)
                    if label.property("role") == "section" and label.text()
                    and label.property("place") is True
                ]  # fmt: skip
        return found

    def _found(self, words: list[str]) -> list[Entry]:
        found = []
        for _title, cards in self._groups:
            for card in cards:
                for field in card.findChildren(Field):
                    name = field.label.text().removesuffix(" *")
                    hint = field.input.accessibleDescription()
                    hay = f"{name} {hint} {card.accessibleName()}".casefold()
                    if name and all(word in hay for word in words):
                        found.append(Entry(name, 1, field, card.accessibleName()))
        return found

    def _fill(self) -> None:
        self.list.clear()
        entries = self.entries()
        self.nothing.setVisible(not entries)
        for one in entries:
            text = one.text if one.level < 2 else f"    {one.text}"  # noqa: PLR2004 - a section
            item = QListWidgetItem(text if not one.detail else f"{text}\n{one.detail}")
            item.setData(Qt.ItemDataRole.UserRole, one.widget)
            if one.widget is None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                item.setFont(current_theme().font(pixels=11, weight=600))
                item.setForeground(current_theme().tokens.colour("dim"))
            elif one.level == 1 and not one.detail:
                item.setFont(current_theme().font(weight=600))
            self.list.addItem(item)

    def _next_row(self, row: int) -> int:
        for place in range(row + 1, self.list.count()):
            if self.list.item(place).flags() & Qt.ItemFlag.ItemIsEnabled:
                return place
        return row

    def _first(self) -> None:
        row = self._next_row(-1)
        if row >= 0:
            self._go(self.list.item(row))

    def _go(self, item: QListWidgetItem) -> None:
        widget = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(widget, QWidget):
            self.wanted.emit(widget)


def top_of(widget: QWidget, inside: QWidget) -> int:
    """Return how far below the top of ``inside`` a widget stands."""
    return widget.mapTo(inside, QPoint(0, 0)).y()
