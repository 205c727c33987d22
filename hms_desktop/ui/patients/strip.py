"""A coloured strip in a panel that says something and offers what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.avatar import Avatar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QPushButton

    from hms_desktop.domain.patients import PatientHit
    from hms_desktop.ui.patients.formats import Formats

StripKind = Literal["warn", "alarm", "accent", "ok"]


class Strip(QFrame):
    """A sentence on a soft ground, with rows and buttons below it."""

    def __init__(self, kind: StripKind = "accent", parent: QWidget | None = None) -> None:
        """Start hidden and empty."""
        super().__init__(parent)
        self._kind: StripKind = kind
        self.label = plain_label("", role="section", wrap=True)
        self.detail = plain_label("", role="small", wrap=True)
        self.detail.hide()
        self.rows = QVBoxLayout()
        self.rows.setSpacing(6)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        layout.addWidget(self.label)
        layout.addWidget(self.detail)
        layout.addLayout(self.rows)
        layout.addLayout(self._buttons)
        current_theme().changed.connect(self.update)
        self.hide()

    def say(self, text: str, detail: str = "") -> None:
        """Show a sentence; an empty one hides the strip."""
        self.label.setText(text)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.setVisible(bool(text))

    def set_kind(self, kind: StripKind) -> None:
        """Change the colour."""
        self._kind = kind
        self.update()

    def add_button(
        self, text: str, run: Callable[[], object], *, primary: bool = False
    ) -> QPushButton:
        """Add a small button at the left and return it."""
        one = button(text, run, kind="primary" if primary else "secondary", small=True)
        while (last := self._buttons.itemAt(self._buttons.count() - 1)) and last.spacerItem():
            self._buttons.takeAt(self._buttons.count() - 1)
        self._buttons.addWidget(one)
        self._buttons.addStretch(1)
        return one

    def clear_rows(self) -> None:
        """Take the rows away."""
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current_theme().tokens.colour(f"{self._kind}_soft"))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.end()


class Duplicates(Strip):
    """*Is it one of these?* with the charts that look like what is being typed."""

    open_wanted = Signal(object)  # PatientHit
    MOST = 3

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__("warn", parent)
        self._formats = formats
        self.shown: tuple[PatientHit, ...] = ()

    def show_hits(self, hits: Sequence[PatientHit], now: datetime) -> None:
        """Show the likeliest charts; none hides the strip."""
        hits = tuple(hits[: self.MOST])
        if hits == self.shown:
            return
        self.shown = hits
        self.clear_rows()
        for hit in hits:
            self.rows.addWidget(self._row(hit, now))
        self.say(QCoreApplication.translate("strip", "Is it one of these?") if hits else "")

    def _row(self, hit: PatientHit, now: datetime) -> QWidget:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(plain_label(hit.name, role="strong", wrap=True))
        person = self._formats.person(hit, self._formats.day_of(now))
        more = " · ".join(one for one in (person, hit.phone) if one)
        words.addWidget(plain_label(more, role="small", wrap=True))
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(Avatar(hit.name, size=32, square=True))
        layout.addLayout(words, 1)
        opens = QCoreApplication.translate("strip", "Open")
        layout.addWidget(
            button(
                opens,
                lambda: self.open_wanted.emit(hit),
                small=True,
                name=f"{opens}: {hit.name}",
            )
        )
        return row
