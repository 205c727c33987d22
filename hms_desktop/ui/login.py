"""The log-in screen: one calm card, for every role; codes and changed passwords included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.errors import CodeWanted, HmsError, Invalid
from hms_desktop.domain.passwords import SHORTEST, SHORTEST_WITH_SECOND
from hms_desktop.domain.second_factor import FIELD as SECOND
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.caps_lock import CapsHint
from hms_desktop.ui.widgets.chip import Chip
from hms_desktop.ui.widgets.countdown import Countdown
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.toast import announce

CARD_WIDTH = 400
PASSWORD, CODE = "password", "code"
FIELDS = {
    PASSWORD: ("login", "password"),
    CODE: ("login", "code", "new_password"),
    SECOND: (SECOND,),
}
"""Which fields each way in shows."""
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A log-in of the demo hospital that one click fills in."""

    login: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was typed; with a ``code`` the new password is set first; ``second``: the step after."""

    login: str
    password: str
    code: str = ""
    second: str = ""


class LoginView(QWidget):
    """Asks who is there; the window answers with ``refuse`` or goes on."""

    submitted = Signal(object)  # Credentials

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the card, empty."""
        super().__init__(parent)
        self.setProperty("ground", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.mode = PASSWORD
        self._busy = False
        self._about = ""
        self._waits = ""
        self._heading = plain_label(role="title")
        self._note = plain_label(role="dim", wrap=True)
        self.login = QLineEdit()
        self.password = _secret()
        self.code = QLineEdit()
        self.fresh = _secret()
        self.second = QLineEdit()
        self.form = Form()
        self._add_fields()
        self.caps = CapsHint(self.password, self.fresh)
        self._message = plain_label(role="error", wrap=True)
        self._enter = button(self.tr("&Log in"), self._submit, kind="primary")
        self._enter.setMinimumHeight(36)
        self._other = button("", self._toggle, kind="link")
        self._demo = QWidget()
        self._demo_rows = QVBoxLayout(self._demo)
        self._demo_rows.setContentsMargins(0, 0, 0, 0)
        self._demo_rows.setSpacing(4)
        self.countdown = Countdown(self)
        self.countdown.changed.connect(self._show_wait)
        self.countdown.ended.connect(self._waited)
        self._lay_out()
        for one in self._edits():
            one.returnPressed.connect(self._submit)
            one.textEdited.connect(lambda _text: self._clear())
        self._show_mode()

    def _edits(self) -> tuple[QLineEdit, ...]:
        return self.login, self.password, self.code, self.fresh, self.second

    def _add_fields(self) -> None:
        self.form.add("login", Field(self.tr("Log-in name"), self.login))
        self.form.add("password", Field(self.tr("Password"), self.password))
        hint = self.tr("From an administrator, or from the recovery sheet")
        self.form.add("code", Field(self.tr("One-time code"), self.code, hint=hint))
        self.form.add("new_password", Field(self.tr("New password"), self.fresh))
        hint = self.tr("Six digits, or one of your spare codes")
        self.form.add(SECOND, Field(self.tr("Code of your authenticator"), self.second, hint=hint))
        self.set_lengths(SHORTEST, SHORTEST_WITH_SECOND)

    def set_lengths(self, least: int, with_second: int) -> None:
        """Say how long a new password must be, without and with a second factor."""
        words = self.tr("{n} characters or more; {m} beside a second factor")
        self.form.field("new_password").set_hint(words.format(n=least, m=with_second))

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
        inside.addWidget(self.caps, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._message)
        inside.addSpacing(4)
        inside.addWidget(self._enter)
        inside.addWidget(self._other, 0, Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(self._demo)
        # Stretches instead of an alignment: only so the card grows with a long sentence in it.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(row)
        layout.addStretch(3)

    def set_hospital(self, name: str, note: str, demo: Sequence[DemoLogin] = ()) -> None:
        """Say whose log-in this is; demo log-ins become buttons that fill the fields."""
        self._heading.setText(name or self.tr("Welcome"))
        self._about = note
        self._show_mode()
        while (item := self._demo_rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if not demo:
            return
        chip = Chip(self.tr("Demo hospital: nothing here is real"), "warn")
        self._demo_rows.addSpacing(12)
        self._demo_rows.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        for one in demo:
            self._demo_rows.addWidget(self._demo_row(one))

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
        self.mode = PASSWORD
        self._show_mode()
        self.login.setText(login)
        for one in self._edits()[1:]:
            one.clear()
        self._clear()
        self.set_busy(busy=False)
        target = self.password if login else self.login
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, error: Exception) -> None:
        """Show why it did not work, at its field where there is one; the name stays typed.

        A right password that wants the second step leads there.
        """
        self.set_busy(busy=False)
        if isinstance(error, CodeWanted):
            self._ask_second(error)
            return
        if isinstance(error, Invalid) and "wait_seconds" in error.values:
            self._begin_waiting(int(error.values["wait_seconds"]))
        elif isinstance(error, Invalid) and error.field in FIELDS[self.mode]:
            self.form.show_error(error)
        else:
            self._message.setText(sentence(error))
            self._message.show()
        announce(self, sentence(error))
        secret = {PASSWORD: self.password, SECOND: self.second}.get(self.mode)
        if isinstance(error, HmsError) and secret is not None:
            secret.clear()
            secret.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_second(self, error: CodeWanted) -> None:
        if self.mode == CODE:
            # The one-time code is used up by now: the new password is the password.
            self.password.setText(self.fresh.text())
            self.code.clear()
            self.fresh.clear()
        self.mode = SECOND
        self._show_mode()
        self.second.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, sentence(error))

    # -------------------------------------------------------------------------- waiting
    def _begin_waiting(self, seconds: int) -> None:
        # The button stays: an administrator may unlock meanwhile.
        self._waits = (
            self.tr("Too many wrong tries. This log-in is locked for {left}. Wait, or ask an "
                    "administrator to unlock it.")
            if seconds > 5 * _MINUTE
            else self.tr("Too many wrong tries. Wait {left}, then try again.")
        )  # fmt: skip
        self._message.show()
        self.countdown.start(seconds)

    def _show_wait(self, left: str) -> None:
        self._message.setText(self._waits.format(left=left))

    def _waited(self) -> None:
        self._message.hide()
        announce(self, self.tr("You can try again now."))

    # --------------------------------------------------------------------------- typing
    def set_busy(self, *, busy: bool) -> None:
        """Hold the fields while the log-in is being checked.

        They are not disabled: the cursor would wander off to whatever still takes it.
        """
        self._busy = busy
        for one in self._edits():
            one.setReadOnly(busy)

    def _submit(self) -> None:
        if self._busy:
            return
        self._clear()
        needed = {
            PASSWORD: (self.login, self.password),
            CODE: (self.login, self.code, self.fresh),
            SECOND: (self.second,),
        }[self.mode]
        for one in needed:
            if not one.text().strip():
                one.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.set_busy(busy=True)
        secret = self.fresh if self.mode == CODE else self.password
        code = self.code.text() if self.mode == CODE else ""
        second = self.second.text() if self.mode == SECOND else ""
        self.submitted.emit(Credentials(self.login.text(), secret.text(), code, second))

    def _toggle(self) -> None:
        if self._busy:
            return
        if self.mode == SECOND:
            self.begin(self.login.text())
            return
        self.mode = PASSWORD if self.mode == CODE else CODE
        self._show_mode()
        self._clear()
        target = self.code if self.mode == CODE else self.password
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_mode(self) -> None:
        for name, field in self.form.fields.items():
            field.setVisible(name in FIELDS[self.mode])
        self._demo.setVisible(self.mode != SECOND)
        self._note.setText(
            self.tr("Second step for {login}").format(login=self.login.text().strip())
            if self.mode == SECOND
            else self._about
        )
        self._other.setText({
            PASSWORD: self.tr("I have a one-time code"),
            CODE: self.tr("I know my password"),
            SECOND: self.tr("Back"),
        }[self.mode])  # fmt: skip

    def _clear(self) -> None:
        self.countdown.stop()
        self.form.clear_errors()
        self._message.clear()
        self._message.hide()


def _secret() -> QLineEdit:
    one = QLineEdit()
    one.setEchoMode(QLineEdit.EchoMode.Password)
    return one
