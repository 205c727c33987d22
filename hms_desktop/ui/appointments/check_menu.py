"""A button that opens a list of ticks: any number of choices in the room of one word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from hms_desktop.ui.plaintext import menu_text
from hms_desktop.ui.theme import current_theme

_LEFT, _RIGHT = 12, 26
"""Room beside the words: the edge, the arrow (pixels)."""


class CheckMenu(QPushButton):
    """``changed`` comes after every tick; the menu stays open until Esc or a click outside."""

    changed = Signal()

    def __init__(self, everything: str, name: str, parent: QWidget | None = None) -> None:
        """Begin with nothing to choose, which means everything.

        Args:
            everything: shown while nothing is ticked, e.g. ``All doctors``.
            name: accessible name, and shown before the number of ticks.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self._everything = everything
        self._title = name
        self._wanted: set[object] = set()
        self._menu = QMenu(self)
        self._menu.installEventFilter(self)
        self._clear = self._menu.addAction(everything)
        self._clear.triggered.connect(self.clear)
        self._menu.addSeparator()
        self._choices: dict[object, QAction] = {}
        self.setMenu(self._menu)
        self.setAutoDefault(False)
        self.setProperty("hasmenu", True)
        self._name()

    def set_choices(self, choices: Sequence[tuple[object, str]]) -> None:
        """Offer other choices as (key, text); ticks of those that stay are kept."""
        for action in self._choices.values():
            self._menu.removeAction(action)
            action.deleteLater()
        self._choices = {}
        for key, text in choices:
            action = self._menu.addAction(menu_text(text))
            action.setCheckable(True)
            action.setChecked(key in self._wanted)
            action.toggled.connect(lambda ticked, one=key: self._toggle(one, ticked=ticked))
            self._choices[key] = action
        self._name()

    def values(self) -> tuple[object, ...]:
        """Return what is ticked, in the order shown; before the choices came, what was wanted."""
        if not self._choices:
            return tuple(self._wanted)
        return tuple(key for key in self._choices if key in self._wanted)

    def set_values(self, keys: Sequence[object]) -> None:
        """Tick without telling; also before the choices are known."""
        self._wanted = set(keys)
        for key, action in self._choices.items():
            action.blockSignals(True)
            action.setChecked(key in self._wanted)
            action.blockSignals(False)
        self._name()

    def clear(self) -> None:
        """Take all ticks away, and tell."""
        if self._wanted:
            self.set_values(())
            self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the words at the left, as the choice boxes beside it have them."""
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        text, option.text = option.text, ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        theme = current_theme()
        painter.setPen(theme.tokens.colour("ink" if self.isEnabled() else "off"))
        painter.setFont(theme.font(weight=500))
        room = self.rect().adjusted(_LEFT, 0, -_RIGHT, 0)
        words = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, room.width(), Qt.TextFlag.TextShowMnemonic
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, int(flags) | Qt.TextFlag.TextHideMnemonic, words)
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the menu open while choices are ticked."""
        if watched is not self._menu:
            return False
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        kind: object = event.type()
        meant = kind == QEvent.Type.MouseButtonRelease
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            meant = event.key() in keys
        if meant:
            action = self._menu.activeAction()
            if action in tuple(self._choices.values()):
                action.trigger()
                return True
        return False

    def _toggle(self, key: object, *, ticked: bool) -> None:
        if ticked:
            self._wanted.add(key)
        else:
            self._wanted.discard(key)
        self._name()
        self.changed.emit()

    def _name(self) -> None:
        chosen = [self._choices[key].text() for key in self._choices if key in self._wanted]
        if not chosen:
            text = self._everything
        elif len(chosen) == 1:
            text = chosen[0]
        else:
            text = f"{self._title}: {len(chosen)}"
        self.setText(text)
        spoken = ", ".join(chosen).replace("&&", "&") or self._everything
        self.setAccessibleName(f"{self._title}: {spoken}")
