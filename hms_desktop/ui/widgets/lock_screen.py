"""Locks the window: everything is out of sight, nothing that was typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import set_look
from hms_desktop.ui.widgets.avatar import Avatar
from hms_desktop.ui.widgets.caps_lock import CapsHint
from hms_desktop.ui.widgets.toast import announce

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEYS = (QEvent.Type.Shortcut, QEvent.Type.KeyPress, QEvent.Type.KeyRelease)


class LockScreen(QWidget):
    """Covers a window; the widgets behind are hidden from eyes, pictures and screen readers.

    ``unlock_requested`` carries the password, ``switch_requested`` says that somebody else wants
    the desk. The window decides and calls ``unlock`` or ``refuse``.
    """

    unlock_requested = Signal(str)
    switch_requested = Signal()
    locked = Signal()
    unlocked = Signal()

    def __init__(self, window: QWidget) -> None:
        """Start open."""
        super().__init__(window)
        self._window = window
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        self._on = False
        self.setProperty("lockscreen", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Locked"))
        self._build()
        window.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        self._avatar = Avatar(size=64, accent=True)
        self._name = plain_label(role="heading")
        self._note = plain_label(role="dim", wrap=True)
        self._error = plain_label(role="error", wrap=True)
        for label in (self._name, self._note, self._error):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(self.tr("Password"))
        self.password.setAccessibleName(self.tr("Password"))
        self.password.textEdited.connect(lambda _text: self._show_error(""))
        self.password.returnPressed.connect(self._ask)
        self.caps = CapsHint(self.password)
        self.unlock_button = button(self.tr("&Unlock"), self._ask, kind="primary", icon="unlock")
        self.switch_button = button(
            self.tr("&Switch user"), self.switch_requested.emit, icon="swap"
        )
        card = QFrame()
        card.setProperty("lockcard", True)
        card.setFixedWidth(360)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(32, 32, 32, 24)
        inside.setSpacing(8)
        inside.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignCenter)
        inside.addSpacing(4)
        inside.addWidget(self._name)
        inside.addWidget(self._note)
        inside.addSpacing(8)
        inside.addWidget(self.password)
        inside.addWidget(self.caps, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._error)
        row = QHBoxLayout()
        row.addWidget(self.switch_button)
        row.addWidget(self.unlock_button, 1)
        inside.addLayout(row)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)

    @property
    def is_locked(self) -> bool:
        """Say whether the window is covered."""
        return self._on

    def lock(self, name: str, contents: Sequence[QWidget], note: str = "") -> None:
        """Cover the window.

        Args:
            name: who locked it.
            contents: everything in the window that shows data; hidden, not destroyed.
            note: a sentence; the usual one when empty.
        """
        if self._on:
            return
        self._on = True
        self._focus = QApplication.focusWidget()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        QToolTip.hideText()
        others = [one for one in QApplication.topLevelWidgets() if self._belongs(one)]
        self._hidden = [one for one in (*contents, *others) if not one.isHidden()]
        for one in self._hidden:
            one.hide()
        self._avatar.set_person(name)
        self._name.setText(name)
        self._note.setText(note or self.tr("Locked. Your work is kept exactly as you left it."))
        self.set_busy(False)
        self._show_error("")
        self.password.clear()
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self.resize(self._window.size())
        self.show()
        self.raise_()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        self.locked.emit()

    def unlock(self) -> None:
        """Show everything again; the cursor goes back to where it was."""
        if not self._on:
            return
        self._on = False
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.password.clear()
        self.hide()
        for one in self._hidden:
            if shiboken6.isValid(one):
                one.show()
        self._hidden = []
        focus, self._focus = self._focus, None
        if focus is not None and shiboken6.isValid(focus):
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.unlocked.emit()

    def refuse(self, text: str) -> None:
        """Say why the password did not unlock; it is cleared and may be typed again."""
        self.set_busy(False)
        self.password.clear()
        self._show_error(text)
        announce(self, text)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, busy: bool) -> None:
        """Hold the fields while the password is being checked."""
        for widget in (self.password, self.unlock_button, self.switch_button):
            widget.setEnabled(not busy)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size; let no key through to what lies behind."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.resize(self._window.size())
        if not self._on or event.type() not in _KEYS:
            return False
        if event.type() == QEvent.Type.Shortcut:
            # The buttons' own Alt keys arrive here too.
            return not self._is_ours(watched)
        return isinstance(watched, QWidget) and not self._is_ours(watched)

    def _is_ours(self, watched: QObject) -> bool:
        # Not isAncestorOf: the menu of the password field is a window of its own.
        one: QObject | None = watched
        while one is not None and one is not self:
            one = one.parent()
        return one is self

    def _belongs(self, one: QWidget) -> bool:
        return (
            one is not self._window
            and not one.isHidden()
            and one.windowType() in (Qt.WindowType.Dialog, Qt.WindowType.Tool)
        )

    def _ask(self) -> None:
        if self.password.text():
            self.set_busy(True)
            self.unlock_requested.emit(self.password.text())
        else:
            self._show_error(self.tr("Type your password."))
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))
        set_look(self.password, invalid=bool(text))
