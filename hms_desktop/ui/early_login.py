"""The log-in screen while the database behind it is still being opened: typing begins at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from hms_desktop.ui.login import Credentials, LoginView
from hms_desktop.ui.window import MainWindow


def holds_something(address: str) -> bool:
    """Say whether a database may be there: a server's always, a file's when it is."""
    scheme, mark, rest = address.partition("://")
    if not mark:
        return Path(address).exists()
    return not scheme.startswith("sqlite") or Path(rest.removeprefix("/")).exists()


class EarlyLogin(QObject):
    """Keeps what is typed and sent until somebody can look at it."""

    def __init__(self, window: MainWindow) -> None:
        """Show nothing yet."""
        super().__init__(window)
        self._window = window
        self._view: LoginView | None = None
        self._sent: Credentials | None = None

    def open(self, address: str) -> None:
        """Show a log-in for the database at an address, or only a notice where there is none."""
        if holds_something(address):
            self._show()
        else:
            self._window.show_notice(self.tr("Opening…"))

    def _show(self) -> LoginView:
        view = self._view = LoginView()
        view.set_hospital("", self.tr("Opening…"))
        view.submitted.connect(self._keep)
        self._window.show_view(view)
        view.begin()
        return view

    def _keep(self, typed: Credentials) -> None:
        self._sent = typed

    def hand_over(self) -> tuple[LoginView, Credentials | None]:
        """Give the screen away, with what was typed into it and what was sent."""
        view, sent = self._view or self._show(), self._sent
        view.submitted.disconnect(self._keep)
        self._view = self._sent = None
        return view, sent

    def drop(self) -> None:
        """Take the screen down with everything typed: somebody else may try again later."""
        if self._view is not None:
            self._window.drop_view(self._view)
        self._view = self._sent = None
