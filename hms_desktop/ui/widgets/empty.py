"""What stands where a list has nothing: a sentence and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.icons import pixmap
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from collections.abc import Callable


class EmptyState(QWidget):
    """An icon, a sentence, a dim second line and one action."""

    def __init__(
        self,
        text: str,
        *,
        detail: str = "",
        icon: str = "empty",
        action: str = "",
        run: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Say what is not there and offer what to do about it.

        Args:
            text: one sentence.
            detail: a dim second line.
            icon: a name of ``icons.NAMES``.
            action: the button's text; no button when empty.
            run: what the button does.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self._icon_name = icon
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = plain_label(text, role="section", wrap=True)
        self._detail = plain_label(detail, role="dim", wrap=True)
        if not detail:
            self._detail.hide()  # and never shown here: it would be a window of its own
        for label in (self._text, self._detail):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 32, 24, 32)
        layout.setSpacing(6)
        layout.addStretch(1)
        layout.addWidget(self._icon)
        layout.addSpacing(4)
        layout.addWidget(self._text)
        layout.addWidget(self._detail)
        self.action_button: QPushButton | None = None
        if action:
            self.action_button = button(action, run)
            layout.addSpacing(8)
            layout.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    def set_text(self, text: str, detail: str = "") -> None:
        """Say something else."""
        self._text.setText(text)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))

    def _restyle(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, "faint", 32))
