"""The line over a paper: its title, where it is open, how large; and the way out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.plaintext import plain_label


class PaperHead(QWidget):
    """Tells ``turned`` (-1, 1), ``zoomed`` (-1, 1; 0: as wide as the window), ``close_wanted``."""

    turned = Signal(int)
    zoomed = Signal(int)
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the line without its tools; they come with a paper."""
        super().__init__(parent)
        self.title = plain_label(role="heading")
        self.pages = plain_label(role="dim")
        self.back = icon_button("arrow-up", self.tr("Page before"), lambda: self.turned.emit(-1))
        self.on = icon_button("arrow-down", self.tr("Next page"), lambda: self.turned.emit(1))
        self.smaller = button(
            "–", lambda: self.zoomed.emit(-1), kind="quiet", small=True, name=self.tr("Smaller"),
            tip=self.tr("Smaller (Ctrl+-)"),
        )  # fmt: skip
        self.fit = button(
            self.tr("Fit width"), lambda: self.zoomed.emit(0), kind="quiet", small=True,
            tip=self.tr("As wide as the window (Ctrl+0)"),
        )  # fmt: skip
        self.larger = button(
            "+", lambda: self.zoomed.emit(1), kind="quiet", small=True, name=self.tr("Larger"),
            tip=self.tr("Larger (Ctrl++)"),
        )  # fmt: skip
        self.close_button = icon_button(
            "close", self.tr("Close"), self.close_wanted.emit, shortcut="Esc"
        )
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 8, 0)
        tools.setSpacing(4)
        for one in (self.back, self.pages, self.on, self.smaller, self.fit, self.larger):
            tools.addWidget(one)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 12, 10)
        row.setSpacing(4)
        row.addWidget(self.title, 1)
        row.addWidget(self.tools)
        row.addWidget(self.close_button)

    def show_page(self, page: int, count: int) -> None:
        """Show where the paper is open (from 1)."""
        self.pages.setText(self.tr("Page {page} of {count}").format(page=page, count=count))
        self.back.setEnabled(page > 1)
        self.on.setEnabled(page < count)
