"""The one-time code of a new log-in: shown once, to be handed over in person."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.accounts import ResetCode
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.side_panel import SidePanel


class CodePanel(SidePanel):
    """Forgets the code when it is closed."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden and without a code."""
        super().__init__(host, width=420, title="")
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.login = plain_label(role="heading", wrap=True, selectable=True)
        self.code = plain_label(role="title", selectable=True)
        self.note = plain_label(role="small", wrap=True)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(plain_label(self.tr("Log-in name"), role="small"))
        column.addWidget(self.login)
        column.addSpacing(6)
        column.addWidget(plain_label(self.tr("One-time code"), role="small"))
        column.addWidget(self.code)
        column.addWidget(self.note)
        self.set_body(body)
        self.copy_button = button(self.tr("&Copy both"), self.copy, icon="copy")
        self.done_button = button(self.tr("&Handed over"), self.close_panel, kind="primary")
        self.set_footer([self.copy_button, self.done_button])
        self.closed.connect(self._forget)

    def show_code(self, name: str, code: ResetCode) -> None:
        """Show somebody's code."""
        self.set_title(
            self.tr("Log-in of {name}").format(name=name),
            self.tr("Shown once: write it down or hand it over now."),
        )
        self.login.setText(code.login)
        self.code.setText(code.code)
        self.code.setAccessibleName(self.tr("One-time code {code}").format(code=code.code))
        on = self._formats.long(self._formats.day_of(code.expires_at), self._desk.today())
        until = f"{on} {self._formats.at(code.expires_at)}"
        self.note.setText(
            self.tr(
                "On the log-in screen choose “I have a one-time code” and set a password. "
                "Good until {until}."
            ).format(until=until)
        )
        self.open_panel(self.done_button)

    def copy(self) -> None:
        """Put log-in name and code into the clipboard."""
        QGuiApplication.clipboard().setText(f"{self.login.text()}\n{self.code.text()}")
        self._desk.toasts.show_toast(self.tr("Log-in name and code copied."), kind="ok")

    def _forget(self) -> None:
        for label in (self.login, self.code, self.note):
            label.setText("")
        self.code.setAccessibleName("")
