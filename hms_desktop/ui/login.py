"""The log-in screen: one calm card, for every role; codes and changed passwords included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.errors import HmsError, Invalid
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.chip import Chip
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.toast import announce

CARD_WIDTH = 400


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A log-in of the demo hospital that one click fills in."""

    login: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was typed; with a ``code`` the new password is set first."""

    login: str
    password: str
    code: str = ""


class LoginView(QWidget):
    """Asks who is there; the window answers with ``refuse`` or goes on."""

    submitted = Signal(object)  # Credentials

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the card, empty."""
        super().__init__(parent)
        self.setProperty("ground", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._with_code = False
        self._busy = False
        self._heading = plain_label(role="title")
        self._note = plain_label(role="dim", wrap=True)
        self.login = QLineEdit()
        self.password = _secret()
        self.code = QLineEdit()
        self.fresh = _secret()
        self.form = Form()
        self.form.add("login", Field(self.tr("Log-in name"), self.login))
        self.form.add("password", Field(self.tr("Password"), self.password))
        self.form.add(
            "code",
            Field(
                self.tr("One-time code"),
                self.code,
                hint=self.tr("From an administrator, or from the recovery sheet"),
            ),
        )
        self.form.add(
            "new_password",
            Field(self.tr("New password"), self.fresh, hint=self.tr("15 characters or more")),
        )
        self._message = plain_label(role="error", wrap=True)
        self._enter = button(self.tr("&Log in"), self._submit, kind="primary")
        self._enter.setMinimumHeight(36)
        self._other = button("", self._toggle, kind="link")
        self._demo = QVBoxLayout()
        self._demo.setSpacing(4)
        self._lay_out()
        for one in (self.login, self.password, self.code, self.fresh):
            one.returnPressed.connect(self._submit)
            one.textEdited.connect(lambda _text: self._clear())
        self._show_mode()

    def _lay_out(self) -> None:
        card = QFrame()
        card.setProperty("panel", True)
        card.setFixedWidth(CARD_WIDTH)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(32, 28, 32, 24)
        inside.setSpacing(8)
        inside.addWidget(self._heading)
        inside.addWidget(self._note)
        inside.addSpacing(8)
        inside.addWidget(self.form)
        inside.addWidget(self._message)
        inside.addSpacing(4)
        inside.addWidget(self._enter)
        inside.addWidget(self._other, 0, Qt.AlignmentFlag.AlignCenter)
        inside.addLayout(self._demo)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)

    def set_hospital(self, name: str, note: str, demo: Sequence[DemoLogin] = ()) -> None:
        """Say whose log-in this is; demo log-ins become buttons that fill the fields."""
        self._heading.setText(name or self.tr("Welcome"))
        self._note.setText(note)
        while (item := self._demo.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if not demo:
            return
        chip = Chip(self.tr("Demo hospital: nothing here is real"), "warn")
        self._demo.addSpacing(12)
        self._demo.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        for one in demo:
            self._demo.addWidget(self._demo_row(one))

    def _demo_row(self, one: DemoLogin) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        words = plain_label(f"{one.login} · {one.password}", role="dim", selectable=True)
        layout.addWidget(words, 1)
        name = self.tr("Log in as {role}").format(role=one.role)
        role = one.role[:1].upper() + one.role[1:]
        layout.addWidget(button(role, lambda: self._as_demo(one), small=True, name=name))
        return row

    def _as_demo(self, one: DemoLogin) -> None:
        if self._busy:
            return
        self.login.setText(one.login)
        self.password.setText(one.password)
        self._submit()

    def begin(self, login: str = "") -> None:
        """Empty the secrets and put the cursor where typing begins."""
        self._with_code = False
        self._show_mode()
        self.login.setText(login)
        for one in (self.password, self.code, self.fresh):
            one.clear()
        self._clear()
        self.set_busy(busy=False)
        target = self.password if login else self.login
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, error: Exception) -> None:
        """Show why it did not work, at its field where there is one; the name stays typed."""
        self.set_busy(busy=False)
        if isinstance(error, Invalid) and self.form.show_error(error):
            announce(self, sentence(error))
        else:
            words = sentence(error)
            self._message.setText(words)
            self._message.show()
            announce(self, words)
        if isinstance(error, HmsError) and not self._with_code:
            self.password.clear()
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, *, busy: bool) -> None:
        """Hold the fields while the log-in is being checked.

        They are not disabled: the cursor would wander off to whatever still takes it.
        """
        self._busy = busy
        for one in (self.login, self.password, self.code, self.fresh):
            one.setReadOnly(busy)

    def _submit(self) -> None:
        if self._busy:
            return
        self._clear()
        if not self.login.text().strip():
            self.login.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        secret = self.fresh if self._with_code else self.password
        if self._with_code and not self.code.text().strip():
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not secret.text():
            secret.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.set_busy(busy=True)
        code = self.code.text() if self._with_code else ""
        self.submitted.emit(Credentials(self.login.text(), secret.text(), code))

    def _toggle(self) -> None:
        if self._busy:
            return
        self._with_code = not self._with_code
        self._show_mode()
        self._clear()
        (self.code if self._with_code else self.password).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_mode(self) -> None:
        self.form.field("password").setVisible(not self._with_code)
        for name in ("code", "new_password"):
            self.form.field(name).setVisible(self._with_code)
        self._other.setText(
            self.tr("I know my password") if self._with_code else self.tr("I have a one-time code")
        )

    def _clear(self) -> None:
        self.form.clear_errors()
        self._message.clear()
        self._message.hide()


def _secret() -> QLineEdit:
    one = QLineEdit()
    one.setEchoMode(QLineEdit.EchoMode.Password)
    return one
