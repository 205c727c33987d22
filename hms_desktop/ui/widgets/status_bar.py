"""The line at the bottom: connection and its freshness, jobs, messages, last undo."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from hms_desktop.ui.plaintext import menu_text, tooltip
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.toast import announce

Dot = Literal["", "ok", "warn", "alarm", "accent", "faint"]


def dot_icon(colour: QColor, *, ring: bool = False, size: int = 8) -> QIcon:
    """Return a filled dot, or a ring (so that colour alone does not tell)."""
    picture = QPixmap(size * 2, size * 2)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if ring:
        pen = painter.pen()
        pen.setColor(colour)
        pen.setWidthF(1.6)
        painter.setPen(pen)
        painter.drawEllipse(1, 1, size - 2, size - 2)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(0, 0, size, size)
    painter.end()
    return QIcon(picture)


class StatusPart(QPushButton):
    """One part: a dot and a few words; ``clicked`` when it leads somewhere."""

    def __init__(self, *, active: bool = False, parent: QWidget | None = None) -> None:
        """Start hidden, without text; ``active`` parts can be clicked and reached by Tab."""
        super().__init__(parent)
        self._dot: Dot = ""
        self.words = ""
        self.setProperty("statuspart", True)
        self.setAutoDefault(False)
        self.setIconSize(QSize(8, 8))
        self.setEnabled(active)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if active else Qt.FocusPolicy.NoFocus)
        if active:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        current_theme().changed.connect(self._restyle)
        self.hide()

    def set_part(self, text: str, dot: Dot = "", tip: str = "", *, aloud: bool = False) -> None:
        """Show words and a dot; no words hide the part.

        Args:
            text: a few words.
            dot: ok and accent are filled, warn and alarm rings; empty for none.
            tip: what the pointer adds.
            aloud: have a screen reader say it.
        """
        self._dot = dot
        self.words = text
        self.setText(menu_text(text))
        self.setAccessibleName(text)
        self.setToolTip(tooltip(tip))
        self.setVisible(bool(text))
        self._restyle()
        if aloud and text:
            announce(self, text)

    def _restyle(self) -> None:
        if not self._dot:
            self.setIcon(QIcon())
            return
        colour = current_theme().tokens.colour(self._dot)
        icon = dot_icon(colour, ring=self._dot in {"warn", "alarm"})
        picture = icon.pixmap(QSize(8, 8))
        icon.addPixmap(picture, QIcon.Mode.Disabled)  # else Qt greys the dot of a quiet part
        self.setIcon(icon)


class StatusBar(QFrame):
    """Parts by name, from the left or from the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setProperty("statusbar", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Status bar"))
        self.parts: dict[str, StatusPart] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 2, 8, 2)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._left = 0

    def add_part(self, name: str, *, active: bool = False, right: bool = False) -> StatusPart:
        """Add a part; the order of adding is the order on the screen."""
        part = StatusPart(active=active, parent=self)
        self.parts[name] = part
        if right:
            self._row.addWidget(part)
        else:
            self._row.insertWidget(self._left, part)
            self._left += 1
        return part

    def set_part(
        self, name: str, text: str, dot: Dot = "", tip: str = "", *, aloud: bool = False
    ) -> None:
        """Show words in a part (see ``StatusPart.set_part``); KeyError when it is not there."""
        self.parts[name].set_part(text, dot, tip, aloud=aloud)

    def set_live(self, text: str) -> None:
        """Say that what is shown is as it is now (part ``freshness``)."""
        self.set_part("freshness", text, "ok")

    def set_stale(self, text: str, tip: str = "") -> None:
        """Say that what is shown is of some time ago; spoken once when the words change."""
        part = self.parts["freshness"]
        part.set_part(text, "alarm", tip, aloud=part.words != text)
