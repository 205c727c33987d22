"""The one window: whatever is in front of it, from the first paint to the last."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label

FIRST_SIZE = QSize(1440, 900)
LEAST_SIZE = QSize(1024, 680)


class MainWindow(QMainWindow):
    """Holds one view at a time; light enough to be painted before anything else is loaded."""

    closing = Signal()

    def __init__(self, title: str) -> None:
        """Show nothing yet."""
        super().__init__()
        self.setWindowTitle(title)
        self.resize(FIRST_SIZE)
        self.setMinimumSize(LEAST_SIZE)
        self.stack = QStackedWidget()
        self.stack.setProperty("ground", True)
        self.stack.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCentralWidget(self.stack)
        self._notice: QWidget | None = None

    def show_view(self, view: QWidget) -> None:
        """Bring a view to the front; a notice that stood there goes."""
        if self.stack.indexOf(view) < 0:
            self.stack.addWidget(view)
        self.stack.setCurrentWidget(view)
        if self._notice is not None and self._notice is not view:
            self.stack.removeWidget(self._notice)
            self._notice.deleteLater()
            self._notice = None

    def drop_view(self, view: QWidget) -> None:
        """Take a view down for good."""
        self.stack.removeWidget(view)
        view.deleteLater()

    def show_notice(
        self, text: str, detail: str = "", *actions: tuple[str, Callable[[], object]]
    ) -> None:
        """Show a sentence in the middle, with buttons for what can be done."""
        page = QWidget()
        page.setAccessibleName(text)
        layout = QVBoxLayout(page)
        layout.addStretch(2)
        for words, role in ((text, "title"), (detail, "dim")):
            if not words:
                continue
            label = plain_label(words, role=role, wrap=True, selectable=role == "dim")
            label.setFixedWidth(560)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addStretch(1)
        for number, (words, run) in enumerate(actions):
            row.addWidget(button(words, run, kind="secondary" if number else "primary"))
        row.addStretch(1)
        layout.addSpacing(16)
        layout.addLayout(row)
        layout.addStretch(3)
        self.show_view(page)
        self._notice = page

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the program put everything away first."""
        self.closing.emit()
        super().closeEvent(event)
