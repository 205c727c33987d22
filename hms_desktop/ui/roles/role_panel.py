"""One role: its name, what it is for, whether it asks for a second factor; copied, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from hms_desktop.domain.accounts import RoleRow, SaveRole
from hms_desktop.domain.errors import Conflict, Invalid, Stale
from hms_desktop.domain.role_effect import RoleEffect
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.roles.draft import as_wish
from hms_desktop.ui.top_bar import role_name
from hms_desktop.ui.users.boxes import ConfirmBox
from hms_desktop.ui.widgets.field import Field, Form, line
from hms_desktop.ui.widgets.side_panel import SidePanel

EMPTY = SaveRole("", "", frozenset({"session.own"}))


class RolePanel(SidePanel):
    """``saved`` carries the role (None: it is gone)."""

    saved = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=440)
        self._desk = desk
        self._row: RoleRow | None = None
        self._base = EMPTY
        self._request = ""
        self.name = QLineEdit()
        self.description = QPlainTextEdit()
        self.description.setTabChangesFocus(True)
        self.second = QCheckBox(self.tr("Whoever has this role needs a &second factor"))
        self.note = plain_label(role="small", wrap=True)
        self.form = Form()
        self.form.add("name", Field(self.tr("Name"), self.name, required=True))
        self.form.add("description", Field(self.tr("What it is for"), self.description))
        self.form.add_widget(self.second)
        self.form.add_widget(self.note)
        self.copy_button = button(self.tr("&Copy…"), self.copy_role, icon="copy")
        self.delete_button = button(self.tr("&Delete…"), self.ask_delete, kind="danger")
        self.more = line(self.copy_button, self.delete_button)
        self.confirm = ConfirmBox()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for part in (self.form, self.more, self.confirm):
            column.addWidget(part)
        self.set_body(body)
        self.save_button = button(self.tr("&Save"), self.save, kind="primary")
        self.set_footer([button(self.tr("Close"), self.close_panel), self.save_button])
        self.second.toggled.connect(lambda _on: self._show_note())
        self.name.textEdited.connect(lambda _text: self._begin_anew())

    # ----------------------------------------------------------------------------- opening
    def begin_new(self) -> None:
        """Open the form for a new role without permissions."""
        self._open(None, EMPTY, self.tr("New role"))

    def open_role(self, row: RoleRow) -> None:
        """Open a role."""
        self._open(row, as_wish(row), role_name(self, row.name))

    def copy_role(self) -> None:
        """Open the form for a new role with the permissions of the one that is shown."""
        name = self.tr("Copy of {name}").format(name=role_name(self, self._base.name))
        wish = replace(self._base, name=name, role_id=None, version=None)
        self._open(None, wish, self.tr("New role"))

    def _open(self, row: RoleRow | None, base: SaveRole, title: str) -> None:
        self._row, self._base = row, base
        self._begin_anew()
        many = "" if row is None else self.tr("{n} people have it").format(n=row.users)
        self.set_title(title, many)
        self.name.setText(base.name)
        self.description.setPlainText(base.description)
        self.second.setChecked(base.needs_second_factor)
        self.more.setVisible(row is not None)
        self.delete_button.setEnabled(row is not None and not row.members)
        tip = self.tr("Only a role that nobody has can be deleted")
        self.delete_button.setToolTip("" if self.delete_button.isEnabled() else tip)
        self.confirm.hide()
        self.form.clear_errors()
        self.save_button.setText(self.tr("&Make") if row is None else self.tr("&Save"))
        self._show_note()
        self.open_panel(self.name)
        if row is None:
            self.name.selectAll()

    def _begin_anew(self) -> None:
        self._request = str(uuid.uuid4())

    def _show_note(self) -> None:
        """Say what a newly asked second factor means for the people who have the role."""
        asked = self.second.isChecked() and not self._base.needs_second_factor
        self.note.setText(
            self.tr("They set it up at their next log-in, before anything else.") if asked else ""
        )
        if not asked or self._row is None:
            return
        accounts, actor = self._desk.services.accounts, self._desk.actor
        wish = replace(self._base, needs_second_factor=True)

        def show(effect: RoleEffect) -> None:
            words = self.tr(
                "{n} people have none yet and set it up at their next log-in, before anything else."
            )
            if self.second.isChecked():
                self.note.setText(words.format(n=effect.enrolling))

        self._desk.runner.run(
            lambda: accounts.role_effect(actor, wish),
            owner=self,
            done=show,
            failed=self._refused,
            key="effect",
        )

    # ------------------------------------------------------------------------------ saving
    def wish(self) -> SaveRole:
        """Return what is typed."""
        return replace(
            self._base,
            name=self.name.text(),
            description=self.description.toPlainText(),
            needs_second_factor=self.second.isChecked(),
        )

    def save(self) -> None:
        """Make or save the role."""
        wish, request = self.wish(), self._request
        accounts, actor = self._desk.services.accounts, self._desk.actor
        self.form.clear_errors()
        self._run(lambda: accounts.save_role(actor, wish, request_id=request), self._done)

    def ask_delete(self) -> None:
        """Ask whether the role is to go."""
        words = self.tr("Nobody has the role {name}. It is deleted for good.")
        self.confirm.ask(
            words.format(name=role_name(self, self._base.name)),
            self.tr("Delete"),
            lambda _reason: self._delete(),
            back=self.delete_button,
        )

    def _delete(self) -> None:
        row, request = self._row, str(uuid.uuid4())
        if row is None:
            return
        accounts, actor = self._desk.services.accounts, self._desk.actor
        self._run(
            lambda: accounts.delete_role(actor, row.id, row.version, request_id=request),
            lambda _none: self._done(None),
        )

    def _run(self, work: Callable[[], object], done: Callable[[object], None]) -> None:
        self.save_button.setEnabled(False)
        self._desk.runner.run(work, owner=self, done=done, failed=self._refused)

    def _done(self, row: object) -> None:
        self.save_button.setEnabled(True)
        self.close_panel()
        words = self.tr("The role is deleted.") if row is None else self.tr("The role is saved.")
        self._desk.toasts.show_toast(words, kind="ok")
        self.saved.emit(row)

    def _refused(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        self._begin_anew()
        if isinstance(error, Invalid):
            self.form.show_error(error)
        elif isinstance(error, Conflict) and error.kind == "name":
            self.form.show_error(Invalid("name", error.template, **error.values))
        else:
            self.form.show_message(sentence(error))
            if isinstance(error, Stale) and isinstance(error.current, RoleRow):
                # What is typed stays; saving once more takes it over what is there now.
                self._row, self._base = error.current, as_wish(error.current)
