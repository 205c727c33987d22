"""The person behind a log-in, typed and saved: drafts kept, edits of others compared."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.accounts import ResetCode, RoleRow, UserRow
from hms_desktop.domain.errors import Conflict, Invalid, Stale
from hms_desktop.ui.conflict_panel import ConflictPanel
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.users.person_form import NAMES, PersonForm, values_of

NEW = "user/new"


class PersonPart(QWidget):
    """``made`` carries a new log-in and its one-time code, ``saved`` one that was edited.

    ``typed`` comes whenever it may have changed whether there is something to save.
    """

    made = Signal(object, object)  # UserRow, ResetCode
    saved = Signal(object)  # UserRow
    typed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the form, empty."""
        super().__init__(parent)
        self._desk = desk
        self._row: UserRow | None = None
        self._wish: tuple[object, str] | None = None
        self._busy = False
        self.form = PersonForm()
        self.conflict = ConflictPanel()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.conflict)
        column.addWidget(self.form)
        column.addStretch(1)
        self.form.changed.connect(self._keep)
        self.conflict.theirs_taken.connect(self._put_back)
        self.conflict.mine_kept.connect(self.save)

    def set_roles(self, roles: tuple[RoleRow, ...]) -> None:
        """Offer these roles."""
        dirty = self.is_dirty()
        self.form.roles.set_roles(roles)
        if self._row is not None and not dirty:
            self.form.set_values(values_of(self._row, self.form.roles.boxes))

    def begin_new(self) -> None:
        """Show the form for a new log-in, with what was typed before and not saved."""
        self._begin(None)
        self.form.set_values(self._desk.drafts.get(NEW) or {})

    def begin_edit(self, row: UserRow) -> None:
        """Show a log-in, with what was typed of it before and not saved."""
        self._begin(row)
        self.form.set_values(values_of(row, self.form.roles.boxes))
        draft = self._desk.drafts.get(f"user/{row.id}")
        if draft is not None:
            self.form.set_values(draft)
            # What was typed began from the row of then: if that changed since, saving compares.
            if draft.get("version") != row.version:
                self._compare(Stale(current=row))

    def refresh(self, row: UserRow) -> None:
        """Show the log-in as it is now; what is typed stays, and the version it began from."""
        if not self.is_dirty():
            self._row = row
            self.form.set_values(values_of(row, self.form.roles.boxes))

    def _begin(self, row: UserRow | None) -> None:
        self._row = row
        self._wish = None
        self._busy = False
        self.conflict.clear()
        self.form.clear_errors()
        may = row is None or self._desk.actor.may("roles.manage")
        self.form.roles.setEnabled(may)
        hint = "" if may else self.tr("Whoever edits roles may change them.")
        self.form.fields["roles"].set_hint(hint)

    # ------------------------------------------------------------------------------ typing
    def is_dirty(self) -> bool:
        """Say whether something of a known log-in is typed and not saved."""
        return self._row is not None and self.form.differs(self._row)

    def can_save(self) -> bool:
        """Say whether there is something to save."""
        return not self._busy and (self._row is None or self.is_dirty())

    def _keep(self) -> None:
        drafts, row = self._desk.drafts, self._row
        if row is None:
            drafts.keep(NEW, self.form.values())
        elif self.is_dirty():
            drafts.keep(f"user/{row.id}", {**self.form.values(), "version": row.version})
        else:
            drafts.discard(f"user/{row.id}")
        self.typed.emit()

    def _put_back(self) -> None:
        if self._row is not None:
            self._desk.drafts.discard(f"user/{self._row.id}")
            self.form.set_values(values_of(self._row, self.form.roles.boxes))
            self.typed.emit()

    # ------------------------------------------------------------------------------ saving
    def save(self) -> None:
        """Make the log-in, or save what was changed."""
        if not self.can_save():
            return
        self.form.clear_errors()
        row, typed = self._row, self.form.values()
        if self._wish is None or self._wish[0] != (row, typed):
            self._wish = ((row, typed), str(uuid.uuid4()))
        if row is None:
            self._make(self._wish[1])
        else:
            self._change(row, self._wish[1])

    def _make(self, request: str) -> None:
        accounts, actor = self._desk.services.accounts, self._desk.actor
        wish = self.form.created()

        def make() -> tuple[UserRow, ResetCode]:
            made = accounts.create_user(actor, wish, request_id=request)
            return made, accounts.start_reset(actor, made.id)

        self._run(make, self._made)

    def _change(self, row: UserRow, request: str) -> None:
        accounts, actor = self._desk.services.accounts, self._desk.actor
        wish, roles = self.form.updated(row), self.form.roles.value()

        def work() -> UserRow:
            fresh = accounts.update_user(actor, wish, request_id=request)
            if set(roles) == set(fresh.roles):
                return fresh
            return accounts.set_roles(
                actor, row.id, roles, version=fresh.version, request_id=f"{request}/roles"
            )

        self._run(work, self._saved)

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._busy = True
        self.typed.emit()
        self._desk.runner.run(work, owner=self, done=done, failed=self._refused)

    def _made(self, made: tuple[UserRow, ResetCode]) -> None:
        self._busy = False
        self._desk.drafts.discard(NEW)
        self.made.emit(*made)

    def _saved(self, row: UserRow) -> None:
        self._busy = False
        self._wish = None
        self._row = row
        self._desk.drafts.discard(f"user/{row.id}")
        self.conflict.clear()
        self.form.set_values(values_of(row, self.form.roles.boxes))
        self._desk.toasts.show_toast(
            self.tr("{name} is saved.").format(name=row.display_name), kind="ok"
        )
        self.saved.emit(row)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self.typed.emit()
        if isinstance(error, Invalid):
            self.form.show_error(error)
        elif isinstance(error, Conflict) and error.kind == "login":
            self.form.show_error(Invalid("login", error.template, **error.values))
        elif isinstance(error, Stale) and isinstance(error.current, UserRow):
            self._compare(error)
        else:
            self.form.show_message(sentence(error))

    def _compare(self, error: Stale) -> None:
        theirs = error.current
        if not isinstance(theirs, UserRow):
            return
        mine, known = self.form.values(), values_of(theirs, self.form.roles.boxes)
        self._row = theirs
        self.conflict.show_conflict(
            str(error.values.get("who", "")),
            [
                (self.form.field(name).label.text(), _shown(known[name]), _shown(mine[name]))
                for name in (*NAMES, "roles")
                if known[name] != mine[name]
            ],
        )


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
