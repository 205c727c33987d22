"""Short notes at the bottom of the window, with *Undo*; they go by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from hms_desktop.ui.buttons import native_keys
from hms_desktop.ui.icons import pixmap
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.shadow import add_shadow

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QEnterEvent

ToastKind = Literal["info", "ok", "warn", "alarm"]
SECONDS = 8.0
_ICONS = {"ok": "check", "warn": "alert", "alarm": "error"}
_GAP = 8
_MOST = 3


def announce(widget: QObject, text: str) -> None:
    """Have a screen reader say something that appears without taking the focus."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


class Toast(QFrame):
    """One note; the pointer or the focus on it stops its clock."""

    closed = Signal()

    def __init__(
        self,
        text: str,
        *,
        undo: Callable[[], object] | None = None,
        undo_text: str = "",
        shortcut: str = "",
        kind: ToastKind = "info",
        seconds: float = SECONDS,
        parent: QWidget | None = None,
    ) -> None:
        """Build the note; the stack shows it.

        Args:
            text: plain text, one or two lines.
            undo: called when the button is pressed; the note goes.
            undo_text: the button's text, *Undo* when empty.
            shortcut: shown on the button, e.g. ``Ctrl+Z``.
            kind: info, ok, warn or alarm.
            seconds: time on the screen; 0 stays until closed.
            parent: the window's content.
        """
        super().__init__(parent)
        self.text = text
        self.setProperty("toast", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(text)
        add_shadow(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 9, 12, 9)
        layout.setSpacing(12)
        if kind in _ICONS:
            mark = QLabel()
            mark.setPixmap(pixmap(_ICONS[kind], "toast_accent"))
            layout.addWidget(mark)
        self._label = plain_label(text)
        if self._label.sizeHint().width() > 520:  # noqa: PLR2004 - two calm lines, not one long
            self._label.setWordWrap(True)
            self._label.setMinimumWidth(520)
        layout.addWidget(self._label)
        self.undo_button: QPushButton | None = None
        if undo is not None:
            words = undo_text or self.tr("Undo")
            self.undo_button = QPushButton(f"{words}  {native_keys(shortcut)}".rstrip())
            self.undo_button.setAccessibleName(f"{words}: {text}")
            self.undo_button.setCursor(Qt.CursorShape.PointingHandCursor)
            self.undo_button.clicked.connect(self.dismiss)
            self.undo_button.clicked.connect(lambda _checked=False: undo())
            layout.addWidget(self.undo_button)
        else:
            layout.setContentsMargins(16, 10, 16, 10)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(seconds * 1000))
        self._timer.timeout.connect(self._time_over)
        self._lasting = seconds <= 0

    def begin(self) -> None:
        """Show the note, start its clock, say it aloud."""
        self.show()
        self.raise_()
        if not self._lasting:
            self._timer.start()
        announce(self, self.text)

    def dismiss(self) -> None:
        """Take the note away."""
        self._timer.stop()
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stop the clock while the pointer rests on the note."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Start the clock again."""
        if not self._lasting:
            self._timer.start()
        super().leaveEvent(event)

    def _time_over(self) -> None:
        if self.undo_button is not None and self.undo_button.hasFocus():
            self._timer.start()
            return
        self.dismiss()


class ToastStack(QObject):
    """Shows notes over the bottom of a widget, newest lowest, at most three."""

    def __init__(self, host: QWidget, *, bottom: int = 40) -> None:
        """Follow the host's size; ``bottom`` keeps clear of the status bar (pixels)."""
        super().__init__(host)
        self._host = host
        self._bottom = bottom
        self._toasts: list[Toast] = []
        host.installEventFilter(self)

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """The notes on the screen, oldest first."""
        return tuple(self._toasts)

    def show_toast(
        self,
        text: str,
        *,
        undo: Callable[[], object] | None = None,
        undo_text: str = "",
        shortcut: str = "Ctrl+Z",
        kind: ToastKind = "info",
        seconds: float = SECONDS,
    ) -> Toast:
        """Show a note (see ``Toast``); the oldest of more than three goes."""
        for older in self._toasts:
            if older.undo_button is not None and undo is not None:
                # Only the newest change can be undone by the shortcut that the button names.
                older.undo_button.hide()
        toast = Toast(
            text,
            undo=undo,
            undo_text=undo_text,
            shortcut=shortcut,
            kind=kind,
            seconds=seconds,
            parent=self._host,
        )
        toast.closed.connect(lambda: self._forget(toast))
        self._toasts.append(toast)
        while len(self._toasts) > _MOST:
            self._toasts[0].dismiss()
        toast.begin()
        self._place()
        return toast

    def clear(self) -> None:
        """Take all notes away (before the screen is locked)."""
        for toast in tuple(self._toasts):
            toast.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _forget(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
        self._place()

    def _place(self) -> None:
        if not shiboken6.isValid(self._host):
            return
        bottom = self._host.height() - self._bottom
        for toast in reversed(self._toasts):
            toast.adjustSize()
            toast.move(QPoint((self._host.width() - toast.width()) // 2, bottom - toast.height()))
            bottom -= toast.height() + _GAP
