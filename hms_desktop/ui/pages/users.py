"""Log-ins: who may come in, how, from where; made, changed, unlocked and ended."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.accounts import RoleRow, UserRow
from hms_desktop.domain.user_lists import UserFilter, UserShow, fits
from hms_desktop.ui.actions import Command
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.list_layout import bar_of, card, counted, fill_page, message, rule
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.settings.choices import Choice
from hms_desktop.ui.top_bar import role_name
from hms_desktop.ui.users.panel import UserPanel
from hms_desktop.ui.users.table import users_table
from hms_desktop.ui.users.words import show_word
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox

SHOW_KEY = "users/show"
A_SECOND_MS = 1_000
MOST_MS = 2_000_000_000
"""What a timer can wait for."""


@dataclass(frozen=True, slots=True)
class _Found:
    users: tuple[UserRow, ...]
    roles: tuple[RoleRow, ...]


class UsersPage(Page):
    """A list, and the chosen log-in in a panel at the side."""

    entities = ("user_account", "user_role", "role", "login_session", "recovery_code")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first look."""
        super().__init__(desk, "", "user", parent)
        self.title = self.tr("Log-ins")
        self._users: tuple[UserRow, ...] = ()
        self._roles: tuple[RoleRow, ...] = ()
        self._wanted: int | None = None
        self.search = SearchBox(self.tr("Name, log-in name or e-mail"), shortcut="Ctrl+F")
        self.role = Choice((("", self.tr("Any role")),))
        self.role.setAccessibleName(self.tr("Role"))
        self.show_choice = Choice(tuple((one.value, show_word(one)) for one in UserShow))
        self.show_choice.setAccessibleName(self.tr("Which log-ins"))
        self.new_button = button(
            self.tr("&New log-in"), self.new_user, kind="primary", icon="patient-add",
            tip=self.tr("Make a log-in (Ctrl+N)"),
        )  # fmt: skip
        self.trouble = plain_label(role="error", wrap=True)
        self.count = plain_label(role="dim")
        self._empty = EmptyState(
            self.tr("No log-in fits"),
            detail=self.tr("Search for other words, or show all of them."),
            icon="user",
            action=self.tr("Show all"),
            run=self.show_all,
        )
        self.table = users_table(desk, self._empty)
        self.panel = UserPanel(desk, self)
        self._lock_ends = QTimer(self)
        self._lock_ends.setSingleShot(True)
        self._lock_ends.timeout.connect(self.reload)
        self._lay_out()
        kept = desk.memory.get(SHOW_KEY, UserShow.IN_USE.value)
        if kept in {one.value for one in UserShow}:
            self.show_choice.set_value(kept)
        self._connect()
        self._add_commands()
        self._stale = True

    def _lay_out(self) -> None:
        choices = (self.role, self.show_choice, self.new_button)
        bar = bar_of(self.search, *choices, wide=self.search)
        self.table.view.setProperty("flat", True)
        self.search.forward_keys_to(self.table.view)
        message(self.trouble, above=8)
        panel = card(
            bar, self.trouble, rule(), self.table, counted(self.count, None), wide=self.table
        )
        fill_page(self, panel, wide=panel)
        self.setFocusProxy(self.search)

    def _connect(self) -> None:
        self.search.query_changed.connect(lambda _text: self._show_list())
        self.search.submitted.connect(lambda _text: self.open_current())
        self.role.currentIndexChanged.connect(lambda _place: self._show_list())
        self.show_choice.currentIndexChanged.connect(lambda _place: self._show_chosen())
        self.table.opened.connect(self.panel.open_row)
        self.table.selected.connect(lambda _ids: self._follow())
        self.panel.saved.connect(self._saved)
        self.panel.gone.connect(self.reload)

    def _add_commands(self) -> None:
        group = self.tr("Log-ins")
        self.commands.add_all(
            (
                Command("users.new", self.tr("New log-in"), self.new_user, "Ctrl+N", group),
                Command("users.search", self.tr("Search log-ins"), self.search.setFocus, "Ctrl+F",
                        group),
                Command("users.save", self.tr("Save the log-in"), self.panel.save, "Ctrl+S", group,
                        self.panel.save_button.isVisible, also=("Ctrl+Return", "Ctrl+Enter")),
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read log-ins and roles again, and the one in the panel."""
        accounts, actor = self.desk.services.accounts, self.desk.actor

        def work() -> _Found:
            users = accounts.users(actor, include_inactive=True, include_deleted=True)
            return _Found(users, accounts.roles(actor))

        self.ask(work, self._found, failed=self._failed, key="users")
        self.panel.reload()

    def _found(self, found: _Found) -> None:
        self.trouble.hide()
        self._users = found.users
        if found.roles != self._roles:
            self._roles = found.roles
            self._offer_roles()
        self._show_list()
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.open_user(wanted)
        self._look_when_a_lock_ends()

    def _look_when_a_lock_ends(self) -> None:
        now = self.desk.now()
        ends = [row.locked_until for row in self._users if row.locked_until is not None]
        if ends:
            left = int((min(ends) - now).total_seconds() * 1_000) + A_SECOND_MS
            self._lock_ends.start(min(max(left, A_SECOND_MS), MOST_MS))
        else:
            self._lock_ends.stop()

    def _offer_roles(self) -> None:
        chosen = self.role.value()
        self.role.blockSignals(True)
        self.role.clear()
        self.role.addItem(self.tr("Any role"), "")
        for one in self._roles:
            self.role.addItem(role_name(self, one.name), one.name)
        self.role.setCurrentIndex(max(0, self.role.findData(chosen)))
        self.role.blockSignals(False)
        self.panel.set_roles(self._roles)

    # ------------------------------------------------------------------------------ showing
    def wish(self) -> UserFilter:
        """Return what is asked for just now."""
        show = UserShow(str(self.show_choice.value()))
        return UserFilter(self.search.text(), str(self.role.value() or ""), show)

    def show_all(self) -> None:
        """Take every filter away."""
        self.search.set_text("", tell=False)
        self.role.setCurrentIndex(0)
        self.show_choice.set_value(UserShow.ALL.value)
        self._show_list()

    def _show_chosen(self) -> None:
        self.desk.memory.put(SHOW_KEY, self.show_choice.value())
        self._show_list()

    def _show_list(self) -> None:
        wish = self.wish()
        rows = [row for row in self._users if fits(row, wish)]
        self.table.set_rows(rows)
        self.count.setText(
            self.tr("1 log-in") if len(rows) == 1
            else self.tr("{n} log-ins").format(n=len(rows))
        )  # fmt: skip

    def open_user(self, user_id: object) -> None:
        """Show a log-in in the panel, whatever the filters say."""
        row = next((one for one in self._users if one.id == user_id), None)
        if row is None:
            self._wanted = user_id if isinstance(user_id, int) and not self._users else None
            return
        self.table.select_ids([row.id])
        self.panel.open_row(row)

    def open_current(self) -> None:
        """Open the row with the cursor, or the only one."""
        rows = self.table.rows()
        row = self.table.current_row() or (rows[0] if len(rows) == 1 else None)
        if row is not None:
            self.panel.open_row(row)

    def new_user(self) -> None:
        """Open the form for a new log-in."""
        self.panel.begin_new()

    def _follow(self) -> None:
        """Show the chosen row in a panel that is open on another."""
        row = self.table.current_row()
        shown = self.panel.shown_id
        if row is not None and self.panel.is_open and shown is not None and shown != row.id:
            self.panel.open_row(row)
            self.table.setFocus()

    def _saved(self, row: UserRow) -> None:
        others = tuple(one for one in self._users if one.id != row.id)
        self._users = tuple(sorted((*others, row), key=lambda one: one.display_name))
        self._show_list()
        self.table.select_ids([row.id])

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()
