"""My profile: one's own name and addresses, password, recovery sheet, and what one may do."""

from __future__ import annotations

import uuid
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.accounts import Profile, UpdateProfile, UserRow
from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.ui.actions import Command
from hms_desktop.ui.buttons import button
from hms_desktop.ui.cards import Card, Column
from hms_desktop.ui.conflict_panel import ConflictPanel
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.password_card import PasswordCard, RecoveryCard
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.second_factor.card import SecondFactorCard
from hms_desktop.ui.top_bar import role_name
from hms_desktop.ui.widgets.avatar import Avatar
from hms_desktop.ui.widgets.field import Field, Form, line

DRAFT = "profile"
NAMES = ("display_name", "email", "phone")


class ProfilePage(Page):
    """The own log-in; what is typed is kept as a draft, passwords never are."""

    entities = ("user_account", "user_role", "role_permission", "recovery_code")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the cards and read the profile."""
        super().__init__(
            desk, QCoreApplication.translate("ProfilePage", "My profile"), "user", parent
        )
        self._row: UserRow | None = None
        self._wish: tuple[UpdateProfile, str] | None = None
        self._draft_shown = False
        self.form = Form()
        self.fields = {name: QLineEdit() for name in NAMES}
        self.conflict = ConflictPanel()
        self.save_button = button(self.tr("&Save"), self.save, kind="primary")
        self.back_button = button(self.tr("Put &back"), self.put_back, kind="quiet")
        self.password = PasswordCard(desk)
        self.second_factor = SecondFactorCard(desk)
        self.recovery = RecoveryCard(desk)
        self.duty = plain_label(role="error", wrap=True)
        self.duty.hide()
        self._person = self._person_card()
        self._rights = Card(
            self.tr("What you may do"), self.tr("An administrator decides this by roles.")
        )
        self._list = plain_label(wrap=True)
        self._rights.add(self._list)
        column = Column()
        for card in (
            self._person,
            self.password,
            self.second_factor,
            self.recovery,
            self._rights,
        ):
            column.add(card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(column)
        self.setFocusProxy(self.fields["display_name"])
        self.commands.add(
            Command("profile.save", self.tr("Save my profile"), self.save, "Ctrl+S", self.title)
        )
        self.conflict.theirs_taken.connect(self.put_back)
        self.conflict.mine_kept.connect(self.save)
        desk.drafts.ready.connect(self._offer_draft)
        self._show_dirty()
        self.reload()

    def _person_card(self) -> Card:
        card = Card("")
        actor = self.desk.actor
        self.avatar = Avatar(actor.name, size=48, accent=True)
        self.heading = plain_label(actor.name, role="title", wrap=True)
        roles = ", ".join(role_name(self, role) for role in actor.roles)
        self.roles = plain_label(roles, role="dim", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.heading)
        words.addWidget(self.roles)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.avatar)
        head.addLayout(words, 1)
        card.body.addLayout(head)
        card.add(self.duty)
        self.form.add("display_name", Field(self.tr("Name"), self.fields["display_name"]))
        self.form.add_row(
            ("email", Field(self.tr("E-mail"), self.fields["email"]), 1),
            ("phone", Field(self.tr("Phone"), self.fields["phone"]), 1),
        )
        for edit in self.fields.values():
            edit.textEdited.connect(lambda _text: self._typed())
            edit.returnPressed.connect(self.save)
        card.add(self.conflict)
        card.add(self.form)
        card.add(line(self.save_button, self.back_button))
        return card

    # ----------------------------------------------------------------------------- reading
    def reload(self) -> None:
        """Read the profile again."""
        services, actor = self.desk.services, self.desk.actor
        self.ask(
            lambda: services.accounts.profile(actor), self._show, failed=self._refused, key="p"
        )

    def _show(self, profile: Profile) -> None:
        clean = self._row is None or not self.is_dirty()
        roles = ", ".join(role_name(self, role) for role in profile.user.roles)
        told = self.tr("{roles} · log-in name {login}")
        self.roles.setText(told.format(roles=roles, login=profile.user.login))
        self.heading.setText(profile.user.display_name)
        self.avatar.set_person(profile.user.display_name)
        self._list.setText("\n".join(f"•  {words}" for _name, words in profile.permissions))
        self.recovery.show_left(profile.recovery_codes_left)
        self.password.set_second_factor(there=profile.user.second_factor_since is not None)
        self.second_factor.show_profile(profile)
        self._show_duty(profile)
        if clean:
            # While something is typed the version it began from stays: saving then compares.
            self._row = profile.user
            self._fill(profile.user)
            self._offer_draft()

    def _show_duty(self, profile: Profile) -> None:
        """Say why nothing else is open, to somebody who must change the password first."""
        self.duty.setText(
            self.tr("Set a new password below: until then nothing else is open to you.")
        )
        self.duty.setVisible(profile.user.must_change)

    def _fill(self, row: UserRow) -> None:
        for name, edit in self.fields.items():
            edit.setText(str(getattr(row, name)))
        self.form.clear_errors()
        self._show_dirty()

    def _offer_draft(self) -> None:
        draft = self.desk.drafts.get(DRAFT)
        if self._row is None or self._draft_shown or draft is None or self.is_dirty():
            return
        self._draft_shown = True
        for name in NAMES:
            self.fields[name].setText(str(draft.get(name, "")))
        # What was typed began from the row of then: if that changed since, saving compares.
        version = draft.get("version")
        if isinstance(version, int) and version != self._row.version:
            self._compare(Stale(current=self._row))
        self._show_dirty()

    # ------------------------------------------------------------------------------ typing
    def values(self) -> dict[str, str]:
        """Return what is typed."""
        return {name: edit.text() for name, edit in self.fields.items()}

    def is_dirty(self) -> bool:
        """Say whether something is typed that is not saved."""
        row = self._row
        return row is not None and any(
            text != str(getattr(row, name)) for name, text in self.values().items()
        )

    def _typed(self) -> None:
        if self._row is not None and self.is_dirty():
            kept: dict[str, Any] = {**self.values(), "version": self._row.version}
            self.desk.drafts.keep(DRAFT, kept)
        else:
            self.desk.drafts.discard(DRAFT)
        self._show_dirty()

    def _show_dirty(self) -> None:
        dirty = self.is_dirty()
        self.save_button.setEnabled(dirty)
        self.back_button.setVisible(dirty)

    def put_back(self) -> None:
        """Forget what was typed and show what is saved."""
        self.desk.drafts.discard(DRAFT)
        self.conflict.clear()
        if self._row is not None:
            self._fill(self._row)
        self.reload()

    # ------------------------------------------------------------------------------ saving
    def save(self) -> None:
        """Save name and addresses."""
        row = self._row
        if row is None or not self.is_dirty() or not self.save_button.isEnabled():
            return
        self.form.clear_errors()
        wish = UpdateProfile(row.version, **self.values())
        if self._wish is None or self._wish[0] != wish:
            self._wish = (wish, str(uuid.uuid4()))
        request_id = self._wish[1]
        services, actor = self.desk.services, self.desk.actor
        self.save_button.setEnabled(False)
        self.ask(
            lambda: services.accounts.update_profile(actor, wish, request_id=request_id),
            self._saved,
            failed=self._refused,
        )

    def _saved(self, profile: Profile) -> None:
        self._wish = None
        self.desk.drafts.discard(DRAFT)
        self._row = profile.user
        self._fill(profile.user)
        self._show(profile)
        self.desk.toasts.show_toast(self.tr("Your profile is saved."), kind="ok")

    def _refused(self, error: Exception) -> None:
        self._show_dirty()
        if isinstance(error, Invalid):
            self.form.show_error(error)
        elif isinstance(error, Stale) and isinstance(error.current, UserRow):
            self._compare(error)
        else:
            self.form.show_message(sentence(error))

    def _compare(self, error: Stale) -> None:
        theirs = error.current
        if not isinstance(theirs, UserRow):
            return
        mine = self.values()
        labels = {name: self.form.field(name).label.text() for name in NAMES}
        self._row = theirs
        self.conflict.show_conflict(
            str(error.values.get("who", "")),
            [
                (labels[name], str(getattr(theirs, name)), mine[name])
                for name in NAMES
                if str(getattr(theirs, name)) != mine[name]
            ],
        )
