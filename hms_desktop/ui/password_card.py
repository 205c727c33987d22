"""Cards of the profile that deal in secrets: a new password, a new recovery sheet."""

from __future__ import annotations

import uuid

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import normal
from hms_desktop.ui.buttons import button
from hms_desktop.ui.cards import Card
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.recovery_sheet import RecoverySheet
from hms_desktop.ui.widgets.field import Field, Form, line


def _tr(text: str) -> str:
    return QCoreApplication.translate("password_card", text)


def secret_field(name: str = "") -> QLineEdit:
    """Return a field that shows dots; what is typed there is never kept as a draft."""
    one = QLineEdit()
    one.setEchoMode(QLineEdit.EchoMode.Password)
    one.setAccessibleName(name)
    return one


class PasswordCard(Card):
    """Old password, new password, new password again."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the card, empty."""
        super().__init__(_tr("Password"), "", parent)
        self.set_detail(
            self.tr("A new password ends your log-ins on all other workstations; this one stays.")
        )
        self._desk = desk
        self._request = ""
        self._least = desk.settings.password_least
        self.old, self.new, self.again = secret_field(), secret_field(), secret_field()
        self.form = Form()
        self.form.add("old", Field(self.tr("Password of now"), self.old))
        self.form.add_row(
            (
                "new",
                Field(self.tr("New password"), self.new),
                1,
            ),
            ("again", Field(self.tr("New password again"), self.again), 1),
        )
        self.change_button = button(self.tr("&Change password"), self.change)
        self.add(self.form)
        self.add(line(self.change_button))
        for one in (self.old, self.new, self.again):
            one.returnPressed.connect(self.change)
            one.textEdited.connect(lambda _text: self._begin_anew())
        self.new.textChanged.connect(self._show_length)
        self._show_length("")

    def set_second_factor(self, *, there: bool) -> None:
        """Ask for fewer characters where a second factor is set up."""
        policy = self._desk.settings.password_policy
        self._least = policy.shortest(second_factor=there)
        self._show_length(self.new.text())

    def _show_length(self, typed: str) -> None:
        # Counted as the service counts, so that both say the same of composed letters.
        count = len(normal(typed))
        if not count:
            words = self.tr("{n} characters or more; several words are easy to type")
        elif count < self._least:
            words = self.tr("{count} of at least {n} characters")
        else:
            words = self.tr("{count} characters: long enough")
        self.form.field("new").set_hint(words.format(n=self._least, count=count))

    def _begin_anew(self) -> None:
        self._request = ""

    def change(self) -> None:
        """Check what can be seen from here, then ask the service."""
        if not self.change_button.isEnabled():
            return
        self.form.clear_errors()
        if not self.old.text():
            self._wrong("old", self.tr("Type the password you have now."))
        elif not self.new.text():
            self._wrong("new", self.tr("Type the new password."))
        elif self.new.text() != self.again.text():
            self._wrong("again", self.tr("The two new passwords differ. Nothing was saved."))
        else:
            self._ask()

    def _wrong(self, name: str, words: str) -> None:
        field = self.form.field(name)
        field.set_error(words)
        self.form.focus_field(field)

    def _ask(self) -> None:
        services, actor = self._desk.services, self._desk.actor
        old, new = self.old.text(), self.new.text()
        self._request = request = self._request or str(uuid.uuid4())
        self.change_button.setEnabled(False)
        self._desk.runner.run(
            lambda: services.accounts.change_password(actor, old, new, request_id=request),
            owner=self,
            done=self._changed,
            failed=self._refused,
        )

    def _changed(self, _actor: Actor) -> None:
        self._request = ""
        self.change_button.setEnabled(True)
        for one in (self.old, self.new, self.again):
            one.clear()
        self._desk.toasts.show_toast(self.tr("Your password is changed."), kind="ok")

    def _refused(self, error: Exception) -> None:
        self.change_button.setEnabled(True)
        if isinstance(error, Invalid):
            self._request = ""
            self.form.show_error(error)
        else:
            self.form.show_message(sentence(error))


class RecoveryCard(Card):
    """How many recovery codes are left, and a new sheet of them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the card without codes."""
        super().__init__(_tr("Recovery sheet"), "", parent)
        self._desk = desk
        self.password = secret_field()
        self.form = Form()
        self.form.add(
            "password",
            Field(
                self.tr("Password of now"),
                self.password,
                hint=self.tr("To make a new sheet; the codes of the old one end."),
            ),
        )
        self.make_button = button(self.tr("&Make a new sheet"), self.make)
        self.sheet = RecoverySheet(desk.runner)
        self.sheet.hide()
        self.add(self.form)
        self.add(line(self.make_button))
        self.add(self.sheet)
        self.password.returnPressed.connect(self.make)

    def show_left(self, count: int) -> None:
        """Say how many codes of the last sheet are unused."""
        if count:
            words = self.tr("{n} codes are left on your sheet. One sets a new password if you lose "
                            "yours.").format(n=count)  # fmt: skip
        else:
            words = self.tr(
                "You have no recovery codes. If you lose your password, an administrator must "
                "give you a code."
            )
        self.set_detail(words)

    def make(self) -> None:
        """Ask for new codes; the password proves who asks."""
        if not self.make_button.isEnabled():
            return
        self.form.clear_errors()
        if not self.password.text():
            self.form.field("password").set_error(self.tr("Type the password you have now."))
            self.form.focus_field(self.form.field("password"))
            return
        services, actor, typed = self._desk.services, self._desk.actor, self.password.text()

        def work() -> tuple[str, tuple[str, ...]]:
            login = services.accounts.profile(actor).user.login
            return login, services.accounts.new_recovery_codes(actor, typed)

        self.make_button.setEnabled(False)
        self._desk.runner.run(work, owner=self, done=self._made, failed=self._refused)

    def _made(self, made: tuple[str, tuple[str, ...]]) -> None:
        login, codes = made
        self.make_button.setEnabled(True)
        self.password.clear()
        self.sheet.show_codes(self._desk.settings.hospital_name, login, codes)
        self.sheet.show()
        self.show_left(len(codes))
        self.sheet.print_button.setFocus()

    def _refused(self, error: Exception) -> None:
        self.make_button.setEnabled(True)
        if isinstance(error, Invalid):
            self.form.show_error(error)
        else:
            self.form.show_message(sentence(error))
