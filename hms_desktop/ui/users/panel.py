"""The side panel of a log-in: the person, the access, the history; and a new log-in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.accounts import ResetCode, RoleRow, UserRow
from hms_desktop.domain.errors import Stale
from hms_desktop.domain.user_lists import PurgeUser, SessionRow, UserEvent
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.top_bar import role_name
from hms_desktop.ui.users.access_part import AccessPart
from hms_desktop.ui.users.history_part import HistoryPart
from hms_desktop.ui.users.person_part import PersonPart
from hms_desktop.ui.widgets.field import line
from hms_desktop.ui.widgets.segmented import Segmented
from hms_desktop.ui.widgets.side_panel import SidePanel

PERSON, ACCESS, HISTORY = "person", "access", "history"


@dataclass(frozen=True, slots=True)
class _Found:
    row: UserRow
    sessions: tuple[SessionRow, ...]
    events: tuple[UserEvent, ...]


class UserPanel(SidePanel):
    """``saved`` carries the log-in as it is now; ``gone`` tells that it was deleted or purged."""

    saved = Signal(object)
    gone = Signal()

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the parts; the page opens it."""
        super().__init__(host, width=500)
        self._desk = desk
        self._row: UserRow | None = None
        self.person = PersonPart(desk)
        self.access = AccessPart(desk)
        self.history = HistoryPart(desk)
        self._parts = {PERSON: self.person, ACCESS: self.access, HISTORY: self.history}
        self.trouble = plain_label(role="error", wrap=True)
        self.trouble.hide()
        self.parts = Segmented(
            [
                (PERSON, self.tr("P&erson")),
                (ACCESS, self.tr("&Access")),
                (HISTORY, self.tr("&History")),
            ],
            name=self.tr("What is shown"),
        )
        self.save_button = button(self.tr("&Save"), self.save, kind="primary")
        self._tabs = line(self.parts)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for part in (self._tabs, self.trouble, *self._parts.values()):
            column.addWidget(part)
        self.set_body(body)
        self.set_footer([button(self.tr("Close"), self.close_panel), self.save_button])
        self.parts.changed.connect(self._show_part)
        self.person.typed.connect(self._show_buttons)
        self.person.made.connect(self._made)
        self.person.saved.connect(self._changed)
        self.access.wanted.connect(self._do)

    @property
    def shown_id(self) -> int | None:
        """Which log-in is shown; None for a new one."""
        return None if self._row is None else self._row.id

    # ----------------------------------------------------------------------------- opening
    def set_roles(self, roles: tuple[RoleRow, ...]) -> None:
        """Offer these roles."""
        self.person.set_roles(roles)

    def begin_new(self) -> None:
        """Open the form for a new log-in."""
        self._row = None
        self.trouble.hide()
        self.set_title(
            self.tr("New log-in"), self.tr("You get a one-time code for the first password.")
        )
        self.person.begin_new()
        self._tabs.hide()
        self._show(PERSON)
        self.open_panel(self.person.form.edits["display_name"])

    def open_row(self, row: UserRow, part: str = "") -> None:
        """Open a log-in at one of its parts (the one shown last when not given)."""
        if self.shown_id != row.id:
            self.trouble.hide()
            self.person.begin_edit(row)
            self.access.show_sessions(())
            self.history.show_events(())
        self._row = row
        self._show_row(row)
        self._tabs.setVisible(row.deleted_at is None)
        self._show(part or (self.parts.value() if row.deleted_at is None else ACCESS))
        self.open_panel(self.parts if row.deleted_at is None else self.access.purge_button)
        self.reload()

    def reload(self) -> None:
        """Read the log-in again, with its sessions and its history."""
        row = self._row
        if row is None or not self.is_open:
            return
        accounts, actor = self._desk.services.accounts, self._desk.actor
        deleted = row.deleted_at is not None

        def work() -> _Found:
            return _Found(
                row if deleted else accounts.user(actor, row.id),
                accounts.sessions(actor, row.id),
                accounts.user_history(actor, row.id),
            )

        self._desk.runner.run(work, owner=self, done=self._found, failed=self._failed, key="user")

    def _found(self, found: _Found) -> None:
        if self.shown_id != found.row.id:
            return
        self._row = found.row
        self.person.refresh(found.row)
        self._show_row(found.row)
        self.access.show_sessions(found.sessions)
        self.history.show_events(found.events)

    def _show_row(self, row: UserRow) -> None:
        roles = ", ".join(role_name(self, one) for one in row.roles) or self.tr("no role")
        self.set_title(row.display_name, f"{row.login} · {roles}")
        self.access.show_row(row)
        self._show_buttons()

    def _show(self, part: str) -> None:
        self.parts.set_value(part)
        self._show_part(part)

    def _show_part(self, part: str) -> None:
        for name, widget in self._parts.items():
            widget.setVisible(name == part)
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.save_button.setVisible(self.parts.value() == PERSON)
        self.save_button.setEnabled(self.person.can_save())
        self.save_button.setText(self.tr("&Make") if self._row is None else self.tr("&Save"))

    # ------------------------------------------------------------------------------ saving
    def save(self) -> None:
        """Make the log-in or save what was changed."""
        if self.parts.value() == PERSON:
            self.person.save()

    def _made(self, row: UserRow, code: ResetCode) -> None:
        self.open_row(row, ACCESS)
        self.access.show_code(code)
        self.saved.emit(row)

    def _changed(self, row: UserRow) -> None:
        self._row = row
        self._show_row(row)
        self.saved.emit(row)

    # ------------------------------------------------------------------------------ access
    def _do(self, what: str, value: object) -> None:
        row = self._row
        if row is None:
            return
        accounts, actor, request = self._desk.services.accounts, self._desk.actor, str(uuid.uuid4())
        calls: dict[str, Callable[[], object]] = {
            "unlock": lambda: accounts.unlock_user(actor, row.id, request_id=request),
            "code": lambda: accounts.start_reset(actor, row.id, request_id=request),
            "change": lambda: accounts.require_change(actor, row.id, request_id=request),
            "factor": lambda: accounts.reset_second_factor(actor, row.id, request_id=request),
            "activate": lambda: accounts.activate(actor, row.id, row.version, request_id=request),
            "deactivate": lambda: accounts.deactivate(
                actor, row.id, row.version, request_id=request
            ),
            "delete": lambda: accounts.delete_user(actor, row.id, row.version, request_id=request),
            "purge": lambda: accounts.purge_user(
                actor, PurgeUser(row.id, str(value)), request_id=request
            ),
            "end": lambda: accounts.end_sessions(
                actor, row.id, value if isinstance(value, int) else None, request_id=request
            ),
        }
        self.trouble.hide()
        self.access.hold(busy=True)
        self._desk.runner.run(
            calls[what],
            owner=self,
            done=lambda answer: self._did(what, answer),
            failed=self._failed,
        )

    def _did(self, what: str, answer: object) -> None:
        self.access.hold(busy=False)
        if what in {"delete", "purge"}:
            self._row = None
            self.close_panel()
            self.gone.emit()
            return
        if isinstance(answer, ResetCode):
            self.access.show_code(answer)
        elif isinstance(answer, UserRow):
            self.person.refresh(answer)
            self._changed(answer)
        self.reload()

    def _failed(self, error: Exception) -> None:
        self.access.hold(busy=False)
        self.trouble.setText(sentence(error))
        self.trouble.show()
        if isinstance(error, Stale):
            self.reload()
