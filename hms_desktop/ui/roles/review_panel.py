"""What the changed ticks mean, before they are saved."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.accounts import SaveRole
from hms_desktop.domain.errors import Conflict, Invalid, NotFound, Stale
from hms_desktop.domain.role_effect import RoleEffect
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.roles.words import permission_word
from hms_desktop.ui.top_bar import role_name
from hms_desktop.ui.widgets.side_panel import SidePanel


class ReviewPanel(SidePanel):
    """Lists, role by role, what is added and taken, and for how many people; ``saved`` at the end.

    Roles are saved one after the other: when one is refused, those before it are saved and the
    rest stays a draft.
    """

    saved = Signal()

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=440)
        self._desk = desk
        self._wishes: tuple[SaveRole, ...] = ()
        self._requests: dict[SaveRole, str] = {}
        self.set_title(
            self.tr("Save changed roles"), self.tr("They count at once for everybody logged in.")
        )
        self.save_button = button(self.tr("&Save"), self.save, kind="primary")
        self.set_footer([button(self.tr("Back"), self.close_panel), self.save_button])
        self.trouble = plain_label(role="error", wrap=True)
        self.texts: tuple[str, ...] = ()

    def review(self, wishes: tuple[SaveRole, ...]) -> None:
        """Read the effect of the wishes and show it."""
        accounts, actor = self._desk.services.accounts, self._desk.actor
        self._wishes = wishes
        self._requests = {wish: str(uuid.uuid4()) for wish in wishes}
        self.save_button.setEnabled(False)

        def work() -> tuple[RoleEffect, ...]:
            return tuple(accounts.role_effect(actor, wish) for wish in wishes)

        self._desk.runner.run(
            work, owner=self, done=self._show_effects, failed=self._failed, key="effects"
        )
        self._show_parts([])
        self.open_panel(self.close_button)

    def save(self) -> None:
        """Save role after role."""
        if not self.save_button.isEnabled():
            return
        accounts, actor = self._desk.services.accounts, self._desk.actor
        wishes, requests = self._wishes, self._requests
        self.save_button.setEnabled(False)

        def work() -> None:
            for wish in wishes:
                accounts.save_role(actor, wish, request_id=requests[wish])

        self._desk.runner.run(
            work, owner=self, done=lambda _none: self._done(), failed=self._failed
        )

    def _done(self) -> None:
        self.close_panel()
        self._desk.toasts.show_toast(self.tr("The roles are saved."), kind="ok")
        self.saved.emit()

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()
        # What was refused is decided anew over what is there now; the rest may be tried again.
        self.save_button.setEnabled(not isinstance(error, Conflict | Invalid | NotFound | Stale))
        self.saved.emit()

    # ----------------------------------------------------------------------------- showing
    def _show_effects(self, effects: Sequence[RoleEffect]) -> None:
        parts = []
        for wish, effect in zip(self._wishes, effects, strict=True):
            column = QWidget()
            inside = QVBoxLayout(column)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(4)
            inside.addWidget(plain_label(role_name(self, wish.name), role="section"))
            inside.addWidget(plain_label(self._people(effect), role="dim", wrap=True))
            for sign, names in (("+", effect.added), ("−", effect.removed)):
                for name in names:
                    words = f"{sign}  {permission_word(name)}"
                    inside.addWidget(plain_label(words, wrap=True))
            parts.append(column)
        self._show_parts(parts)
        self.save_button.setEnabled(True)
        self.save_button.setFocus()

    def _people(self, effect: RoleEffect) -> str:
        tr = self.tr
        words = []
        if effect.gaining:
            words.append(
                tr("1 person may do more.")
                if effect.gaining == 1
                else tr("{n} people may do more.").format(n=effect.gaining)
            )
        if effect.losing:
            words.append(
                tr("1 person may do less.")
                if effect.losing == 1
                else tr("{n} people may do less.").format(n=effect.losing)
            )
        return " ".join(words) or tr("Nobody who can log in notices.")

    def _show_parts(self, parts: Sequence[QWidget]) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.trouble = plain_label(role="error", wrap=True, parent=body)
        self.trouble.hide()
        column.addWidget(self.trouble)
        for part in parts:
            column.addWidget(part)
        self.set_body(body)
