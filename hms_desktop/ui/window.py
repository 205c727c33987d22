"""The one window: whatever is in front of it, from the first paint to the last."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

FIRST_SIZE = QSize(1440, 900)
LEAST_SIZE = QSize(1024, 680)
UNSEEN_MS = 500
"""How long the first paint is waited for; a window that starts minimised has none."""


class MainWindow(QMainWindow):
    """Holds one view at a time; light enough to be painted before anything else is loaded."""

    closing = Signal()
    painted = Signal()
    """Once, after the first paint."""

    def __init__(self, title: str) -> None:
        """Show nothing yet."""
        super().__init__()
        self.setWindowTitle(title)
        self.resize(FIRST_SIZE)
        self.setMinimumSize(LEAST_SIZE)
        self.stack = QStackedWidget()
        self.stack.setProperty("ground", True)
        self.setCentralWidget(self.stack)
        self._notice: QWidget | None = None
        self._waits_for_paint = True
        self._unseen = QTimer(self)
        self._unseen.setSingleShot(True)
        self._unseen.setInterval(UNSEEN_MS)
        self._unseen.timeout.connect(self._tell_painted)

    def greet(self, text: str) -> None:
        """Show the window with a text of the program, before its look and widgets are loaded."""
        page = QWidget()
        page.setAccessibleName(text)
        row = QHBoxLayout()
        row.addStretch(1)
        # Not plain_label(): to name Qt's text formats costs as much as the window itself.
        row.addWidget(QLabel(text))
        row.addStretch(1)
        layout = QVBoxLayout(page)
        layout.addStretch(2)
        layout.addLayout(row)
        layout.addStretch(3)
        self.show_view(page)
        self._notice = page
        self.show()
        self._unseen.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint."""
        super().paintEvent(event)
        if self._waits_for_paint:
            QTimer.singleShot(0, self, self._tell_painted)

    def _tell_painted(self) -> None:
        if self._waits_for_paint:
            self._waits_for_paint = False
            self._unseen.stop()
            self.painted.emit()

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
        # Behind the first paint: it loads icons, fonts and the look.
        from hms_desktop.ui.notice import notice_page  # noqa: PLC0415

        page = notice_page(text, detail, actions)
        self.show_view(page)
        self._notice = page

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the program put everything away first."""
        self.closing.emit()
        super().closeEvent(event)
