"""One diagnosis as a chip that the keyboard can move and take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen

from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.chip import Chip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from hms_desktop.domain.consultations import Diagnosis

_SHOWN = 60
"""Characters that a chip shows; the tooltip has them all."""


class DiagnosisChip(Chip):
    """The first is the main diagnosis. Arrows walk, Alt with an arrow moves, Delete removes.

    ``walked`` and ``moved`` carry -1 or 1 (or -1000 for the very front).
    """

    walked = Signal(int)
    moved = Signal(int)

    def __init__(self, diagnosis: Diagnosis, parent: QWidget | None = None) -> None:
        """Show a diagnosis."""
        label = " ".join(diagnosis.label.split())
        short = label if len(label) <= _SHOWN else label[: _SHOWN - 1].rstrip() + "…"
        super().__init__(short, "accent", removable=True, parent=parent)
        self.diagnosis = diagnosis
        self._full = label
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        if self._cross is not None:
            self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_main(main=False)

    def set_main(self, *, main: bool) -> None:
        """Say whether this is the main diagnosis."""
        coded = main or bool(self.diagnosis.code)
        self.set_kind("accent" if coded else "neutral", "star" if main else "")
        words = self.tr("Main diagnosis: {text}") if main else self.tr("Diagnosis: {text}")
        self.setAccessibleName(words.format(text=self._full))
        hint = self.tr("Alt+Left and Alt+Right move it, Delete takes it away.")
        self.setToolTip(tooltip(f"{words.format(text=self._full)}\n{hint}"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, move, remove."""
        key = event.key()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            by = -1 if key == Qt.Key.Key_Left else 1
            (self.moved if alt else self.walked).emit(by)
        elif key == Qt.Key.Key_Home:
            self.moved.emit(-1000)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.walked.emit(1000)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Show the ring."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.update()

    def focusOutEvent(self, event: object) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring of the focus over the ground."""
        super().paintEvent(event)
        if not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(current_theme().tokens.colour("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()
