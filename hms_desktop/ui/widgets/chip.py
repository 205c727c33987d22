"""Small labels: chips with a meaning, key caps, counting badges."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from hms_desktop.ui.buttons import icon_button, native_keys
from hms_desktop.ui.icons import paint_status, pixmap
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme, set_look

ChipKind = Literal["neutral", "accent", "alarm", "ok", "warn"]
_TEXT_ROLE: dict[str, str] = {
    "neutral": "dim",
    "accent": "accent_text",
    "alarm": "alarm_text",
    "ok": "ok_text",
    "warn": "warn_text",
}


class Chip(QWidget):
    """A short word on a coloured ground, with an icon and a cross if wanted."""

    removed = Signal()

    def __init__(
        self,
        text: str,
        kind: ChipKind = "neutral",
        *,
        icon: str = "",
        removable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Show the text as it is.

        Args:
            text: one to three words.
            kind: neutral, accent, alarm, ok or warn.
            icon: a name of ``icons.NAMES``; colour alone never carries the meaning.
            removable: with a cross; ``removed`` tells.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self._kind: ChipKind = kind
        self._icon_name = icon
        self._icon = QLabel(self)
        self._label = plain_label(text, parent=self)
        self._label.setProperty("chipword", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(7, 1, 7, 2)
        layout.setSpacing(4)
        layout.addWidget(self._icon)
        layout.addWidget(self._label)
        self._cross = None
        if removable:
            self._cross = icon_button("close", self.tr("Remove {text}").format(text=text))
            self._cross.setIconSize(QSize(10, 10))
            self._cross.setProperty("tiny", True)
            self._cross.setFixedSize(18, 18)
            self._cross.clicked.connect(self.removed)
            layout.addWidget(self._cross)
            layout.setContentsMargins(7, 0, 1, 0)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(text)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def text(self) -> str:
        """The words."""
        return self._label.text()

    def set_text(self, text: str) -> None:
        """Show other words."""
        self._label.setText(text)
        self.setAccessibleName(text)

    def set_kind(self, kind: ChipKind, icon: str = "") -> None:
        """Change the meaning."""
        self._kind = kind
        self._icon_name = icon
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the ground."""
        tokens = current_theme().tokens
        fill = "hover" if self._kind == "neutral" else f"{self._kind}_soft"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.colour(fill))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        painter.end()

    def _restyle(self) -> None:
        set_look(self._label, chipword=self._kind)
        self._icon.setVisible(bool(self._icon_name))
        if self._icon_name:
            self._icon.setPixmap(pixmap(self._icon_name, _TEXT_ROLE[self._kind], 13))
        self.update()


class StatusChip(QWidget):
    """An appointment's status: its mark and its word in its colours."""

    def __init__(
        self, status: str, text: str, *, compact: bool = False, parent: QWidget | None = None
    ) -> None:
        """Show a status.

        Args:
            status: its key (booked, confirmed, arrived…).
            text: its word in the person's language; the accessible name too.
            compact: the mark only, the word as tooltip.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self._compact = compact
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_status(status, text)

    def set_status(self, status: str, text: str) -> None:
        """Show another status."""
        self.status = status
        self.text = text
        self.setAccessibleName(text)
        self.setToolTip(text if self._compact else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for mark and word."""
        theme = current_theme()
        if self._compact:
            return QSize(theme.px(28), theme.px(22))
        self.ensurePolished()
        words = self.fontMetrics().horizontalAdvance(self.text)
        return QSize(words + theme.px(32), theme.px(22))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint ground, edge, mark and word."""
        theme = current_theme()
        colours = theme.tokens.status_colour(self.status)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(Qt.PenStyle.NoPen))
        painter.setBrush(QColor(colours.fill))
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, 5, 5)
        size = theme.px(11)
        left = (box.width() - size) / 2 if self._compact else theme.px(8)
        mark = QRectF(left, (box.height() - size) / 2, size, size)
        paint_status(painter, self.status, mark, QColor(colours.edge))
        if not self._compact:
            painter.setPen(QColor(colours.ink))
            words = box.adjusted(theme.px(24), 0, 0, 0)
            painter.drawText(
                words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text
            )
        painter.end()


class KeyCap(QLabel):
    """A shortcut as a little key, in the system's spelling."""

    def __init__(self, shortcut: str, parent: QWidget | None = None) -> None:
        """Show a shortcut such as ``Ctrl+K``."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("keycap", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.set_shortcut(shortcut)

    def set_shortcut(self, shortcut: str) -> None:
        """Show another shortcut."""
        self.setText(native_keys(shortcut) or shortcut)


class Badge(QLabel):
    """A count beside a title; hidden at nought."""

    def __init__(self, count: int = 0, parent: QWidget | None = None) -> None:
        """Show a count."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("badge", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.set_count(count)

    def set_count(self, count: int) -> None:
        """Show another count."""
        self.setText(str(count))
        self.setVisible(count > 0)
