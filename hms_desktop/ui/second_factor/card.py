"""The card of the profile for the second factor: set up, moved, spare codes, turned off."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from hms_desktop.domain.accounts import Profile
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.second_factor import FIELD
from hms_desktop.ui.buttons import button
from hms_desktop.ui.cards import Card
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.password_card import secret_field
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.second_factor.steps import EnrolSteps
from hms_desktop.ui.widgets.chip import Chip
from hms_desktop.ui.widgets.field import Field, Form, line

FEW = 3
"""So few spare codes left are said in another colour."""


class SecondFactorCard(Card):
    """The password proves who asks; turning it off takes a code as well."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the card; the page says how things stand."""
        title = QCoreApplication.translate("SecondFactorCard", "Second factor")
        super().__init__(title, "", parent)
        self._desk = desk
        self._profile: Profile | None = None
        self._request = ""
        self.state = Chip("")
        self.needed = Chip(self.tr("your role asks for it"), "accent", icon="shield")
        self.left = Chip("")
        self.password = secret_field()
        self.code = QLineEdit()
        self.code.setMaxLength(40)
        self.form = Form()
        self.form.add_row(
            ("password", Field(self.tr("Password of now"), self.password), 1),
            (FIELD, Field(self.tr("Code"), self.code, hint=self.tr("Only to turn it off")), 1),
        )
        self.set_up_button = button(self.tr("Set &up…"), self.set_up, icon="shield")
        self.spare_button = button(self.tr("New spare codes"), self.make_spare)
        self.off_button = button(self.tr("Turn off"), self.turn_off, kind="danger")
        self.steps = EnrolSteps(desk.runner, desk.services)
        self.add(line(self.state, self.needed, self.left))
        self.add(self.form)
        self._buttons = line(self.set_up_button, self.spare_button, self.off_button)
        self.add(self._buttons)
        self.add(self.steps)
        self.password.returnPressed.connect(self.set_up)
        self.steps.refused.connect(self._refused)
        self.steps.offered.connect(self._offered)
        self.steps.finished.connect(self._finished)
        self.set_detail(
            self.tr("A code of your phone besides the password. A shorter password is enough then.")
        )

    def show_profile(self, profile: Profile) -> None:
        """Say how things stand; steps that are under way stay."""
        self._profile = profile
        since, needed = profile.user.second_factor_since, profile.user.needs_second_factor
        on = since is not None
        if since is not None:
            day = Formats.of(self._desk.settings).day(self._desk.local(since).date())
            self.state.set_text(self.tr("on since {day}").format(day=day))
        else:
            self.state.set_text(self.tr("off"))
        self.state.set_kind("ok" if on else "neutral", "shield" if on else "")
        self.needed.setVisible(needed)
        many = profile.second_codes_left
        self.left.set_text(self.tr("{n} spare codes left").format(n=many))
        self.left.set_kind("warn" if many <= FEW else "neutral", "alert" if many <= FEW else "")
        self.left.setVisible(on)
        self.set_up_button.setText(
            self.tr("Move to another &phone…") if on else self.tr("Set &up…")
        )
        self.spare_button.setVisible(on)
        self.off_button.setVisible(on and not needed)
        self.form.field(FIELD).setVisible(on and not needed)

    # ------------------------------------------------------------------------------ doing
    def set_up(self) -> None:
        """Begin with a new key; the one of before counts until the new one is confirmed."""
        if self._has_password():
            self._hold(busy=True)
            self.steps.begin(self._desk.actor, self.password.text())

    def make_spare(self) -> None:
        """Ask for new spare codes; the old ones end."""
        profile = self._profile
        if profile is None or not self._has_password():
            return
        accounts, actor = self._desk.services.accounts, self._desk.actor
        typed, request = self.password.text(), self._new_request()
        self._run(
            lambda: accounts.new_spare_codes(actor, typed, request_id=request),
            lambda codes: self._spare_made(profile.user.login, codes),
        )

    def turn_off(self) -> None:
        """Take the second factor away."""
        if not self._has_password():
            return
        if not self.code.text().strip():
            self._wrong(FIELD, self.tr("Type a code of your authenticator, or a spare code."))
            return
        accounts, actor = self._desk.services.accounts, self._desk.actor
        typed, code, request = self.password.text(), self.code.text(), self._new_request()
        self._run(
            lambda: accounts.remove_second_factor(actor, typed, code, request_id=request),
            lambda _none: self._turned_off(),
        )

    # ----------------------------------------------------------------------------- inside
    def _run(self, work: Callable[[], object], done: Callable[[object], None]) -> None:
        self._hold(busy=True)
        self._desk.runner.run(work, owner=self, done=done, failed=self._refused)

    def _has_password(self) -> bool:
        self.form.clear_errors()
        if not self.set_up_button.isEnabled():
            return False
        if self.password.text():
            return True
        self._wrong("password", self.tr("Type the password you have now."))
        return False

    def _wrong(self, name: str, words: str) -> None:
        field = self.form.field(name)
        field.set_error(words)
        self.form.focus_field(field)

    def _new_request(self) -> str:
        self._request = self._request or str(uuid.uuid4())
        return self._request

    def _hold(self, *, busy: bool) -> None:
        for one in (self.set_up_button, self.spare_button, self.off_button):
            one.setEnabled(not busy)

    def _offered(self) -> None:
        self._clear()
        self._show_form(shown=False)

    def _spare_made(self, login: str, codes: object) -> None:
        if isinstance(codes, tuple):
            self._clear()
            self._show_form(shown=False)
            self.steps.show_spare(login, codes)

    def _turned_off(self) -> None:
        self._clear()
        self._desk.toasts.show_toast(self.tr("Your second factor is off."), kind="ok")

    def _finished(self) -> None:
        self.steps.clear()
        self._show_form(shown=True)
        self.password.setFocus()

    def _show_form(self, *, shown: bool) -> None:
        self.form.setVisible(shown)
        self._buttons.setVisible(shown)

    def _clear(self) -> None:
        self._request = ""
        self._hold(busy=False)
        self.password.clear()
        self.code.clear()

    def _refused(self, error: object) -> None:
        self._hold(busy=False)
        if isinstance(error, Invalid):
            self._request = ""
            self.form.show_error(error)
        elif isinstance(error, Exception):
            self.form.show_message(sentence(error))
