"""A colour from a few good ones or typed, judged on both grounds while it is chosen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from hms_desktop.domain.catalogue import check_colour
from hms_desktop.domain.colours import GROUNDS, weakest
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.plaintext import plain_label, tooltip
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.swatch import swatch

GOOD: tuple[str, ...] = (
    "#3b7dd8",
    "#0e8a9e",
    "#2f9e6e",
    "#6c8f1f",
    "#c2752b",
    "#d1495b",
    "#b6539f",
    "#8e5bc4",
    "#7a7f8c",
)
"""Colours that are told apart and seen in both themes."""
_SIDE = 22


class ColourField(QWidget):
    """Swatches, the six digits, and a mark as it looks on the light and the dark ground."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start with the first of the good ones."""
        super().__init__(parent)
        self.edit = QLineEdit(GOOD[0])
        self.edit.setAccessibleName(name)
        self.edit.setFixedWidth(current_theme().px(96))
        self.buttons: dict[str, QToolButton] = {}
        self._sample = _Sample()
        self._note = plain_label(role="small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        swatches = QHBoxLayout()
        swatches.setSpacing(4)
        for colour in GOOD:
            one = QToolButton()
            one.setIcon(QIcon(swatch(colour, _SIDE)))
            one.setIconSize(QSize(_SIDE, _SIDE))
            one.setCheckable(True)
            one.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            one.setAccessibleName(self.tr("Colour {code}").format(code=colour))
            one.setToolTip(tooltip(colour))
            one.clicked.connect(lambda _on=False, code=colour: self.edit.setText(code))
            self.buttons[colour] = one
            swatches.addWidget(one)
        swatches.addStretch(1)
        typed = QHBoxLayout()
        typed.setSpacing(8)
        typed.addWidget(self.edit)
        typed.addWidget(self._sample)
        typed.addWidget(self._note, 1)
        column.addLayout(swatches)
        column.addLayout(typed)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(lambda _text: self._show())
        self.edit.textChanged.connect(lambda _text: self.changed.emit())
        self._show()

    def value(self) -> str:
        """Return what is typed."""
        return self.edit.text().strip().lower()

    def set_value(self, colour: str) -> None:
        """Show a colour."""
        self.edit.setText(colour)

    def _show(self) -> None:
        colour = self.value()
        for code, one in self.buttons.items():
            one.setChecked(code == colour)
        try:
            check_colour(colour)
        except Invalid:
            known = len(colour) == len(GOOD[0]) and QColor(colour).isValid()
            self._sample.show_colour(colour if known else "")
            words = self.tr("hard to see") if known else ""
        else:
            self._sample.show_colour(colour)
            words = self.tr("seen in both themes, {ratio} : 1").format(
                ratio=f"{weakest(colour)[0]:.1f}"
            )
        self._note.setText(words)


class _Sample(QWidget):
    """A mark of the colour on each ground."""

    def __init__(self) -> None:
        super().__init__()
        self._colour = ""
        self.setFixedSize(64, 26)

    def show_colour(self, colour: str) -> None:
        self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(current_theme().tokens.colour("line_strong"))
        for place, ground in enumerate(GROUNDS):
            box = QRectF(place * 32 + 0.5, 0.5, 30, 25)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(box, 5, 5)
            if self._colour:
                painter.save()
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self._colour))
                painter.drawRoundedRect(box.adjusted(8, 6, -8, -6), 4, 4)
                painter.restore()
        painter.end()
