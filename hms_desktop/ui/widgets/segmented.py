"""A few exclusive choices side by side (Day | Week)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Segment(QPushButton):
    """Left and right choose the neighbour, as in a radio group."""

    step = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.step.emit(step)


class Segmented(QFrame):
    """One of several keys is chosen; ``changed`` tells which after the person chose."""

    changed = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        *,
        name: str,
        value: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Show the options as (key, text); the first is chosen unless ``value`` says other.

        Args:
            options: texts may carry one ``&``.
            name: accessible name of the group.
            value: the key chosen at first.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self.setProperty("segmented", True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._keys = [key for key, _ in options]
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        for number, (_, text) in enumerate(options):
            one = _Segment(text, self)
            one.setCheckable(True)
            one.setAutoDefault(False)
            one.setAccessibleName(f"{name}: {text.replace('&', '')}")
            one.step.connect(lambda step, at=number: self._walk(at + step))
            self._group.addButton(one, number)
            layout.addWidget(one)
        self.set_value(value or self._keys[0])
        self._group.idToggled.connect(self._toggled)

    def _lead_to(self, chosen: int) -> None:
        """Let Tab come to the chosen one; arrows walk to the others."""
        for place, one in enumerate(self._group.buttons()):
            policy = Qt.FocusPolicy
            one.setFocusPolicy(policy.StrongFocus if place == chosen else policy.ClickFocus)
        self.setFocusProxy(self._group.button(chosen))

    def value(self) -> str:
        """Return the chosen key."""
        return self._keys[self._group.checkedId()]

    def set_value(self, key: str) -> None:
        """Choose without telling; an unknown key raises ValueError."""
        place = self._keys.index(key)
        self._group.blockSignals(True)
        self._group.button(place).setChecked(True)
        self._group.blockSignals(False)
        held = self.window().focusWidget() in self._group.buttons()
        self._lead_to(place)
        if held:
            self._group.button(place).setFocus(Qt.FocusReason.OtherFocusReason)

    def set_shown(self, key: str, *, shown: bool) -> None:
        """Show or hide a choice; hide none that is chosen."""
        self._group.button(self._keys.index(key)).setVisible(shown)

    def _walk(self, place: int) -> None:
        one = self._group.button(place % len(self._keys))
        one.setChecked(True)
        one.setFocus(Qt.FocusReason.TabFocusReason)

    def _toggled(self, place: int, chosen: bool) -> None:
        if chosen:
            self._lead_to(place)
            self.changed.emit(self._keys[place])
