"""How the booking line looks: a field, a sentence, a chip with the proposal, a key."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from hms_desktop.ui.icons import pixmap
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import set_look
from hms_desktop.ui.widgets.chip import Chip, KeyCap
from hms_desktop.ui.widgets.desk_line import DeskLine

_LONGEST = 300


class LineFrame(QFrame):
    """The line's parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build them."""
        super().__init__(parent)
        self._fill()

    def _fill(self) -> None:
        self.setProperty("searchbox", True)
        self.setProperty("tone", "sunken")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.edit = DeskLine()
        self.edit.setProperty("bare", True)
        self.edit.setMaxLength(_LONGEST)
        self.edit.setAccessibleName(self.tr("Booking line"))
        self.edit.setPlaceholderText(self.tr("Book: kumar 3pm tue dr rao follow-up"))
        self.edit.setToolTip(
            self.tr("Patient, time, day, doctor and kind of visit in any order; Enter books.")
        )
        self._icon = plain_label()
        self._icon.setPixmap(pixmap("calendar", "dim", 16))
        self.said = plain_label(role="small")
        self.said.setMaximumWidth(420)
        self.chip = Chip("", "accent")
        self.chip.hide()
        self.keys = KeyCap("Ctrl+B")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.edit, 1)
        row.addWidget(self.said)
        row.addWidget(self.chip)
        row.addWidget(self.keys)
        self.setFocusProxy(self.edit)

    def say(self, text: str, *, alarm: bool = False) -> None:
        """Show a few words in the line."""
        self.said.setText(text)
        self.said.setToolTip(text)
        set_look(self.said, role="error" if alarm else "small")

    def restyle(self) -> None:
        """Follow the theme."""
        self._icon.setPixmap(pixmap("calendar", "dim", 16))
