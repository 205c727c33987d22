"""Roles: what each may do, as a matrix; ticks are a draft until they are saved together."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QWidget

from hms_desktop.domain.accounts import RoleRow
from hms_desktop.ui.actions import Command
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.list_layout import bar_of, card, fill_page, foot_of, message, rule
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.roles.draft import RoleDraft
from hms_desktop.ui.roles.matrix import Matrix
from hms_desktop.ui.roles.review_panel import ReviewPanel
from hms_desktop.ui.roles.role_panel import RolePanel
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox

DRAFT = "roles"


class RolesPage(Page):
    """The matrix, a panel for one role, a panel that says what saving means."""

    entities = ("role", "role_permission", "user_role", "user_account")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first look."""
        super().__init__(desk, "", "shield", parent)
        self.title = self.tr("Roles")
        self.draft = RoleDraft()
        self._read = False
        self.search = SearchBox(self.tr("What somebody may do"), shortcut="Ctrl+F")
        self.edit_button = button(self.tr("&Edit role…"), self.edit_role, icon="edit")
        self.new_button = button(
            self.tr("&New role"), self.new_role, kind="primary", icon="add",
            tip=self.tr("Make a role (Ctrl+N)"),
        )  # fmt: skip
        self.matrix = Matrix(self.draft, self.tr("What the roles may do"))
        self.trouble = plain_label(role="error", wrap=True)
        self.hint = plain_label(role="dim", wrap=True)
        self.back_button = button(self.tr("Put &back"), self.put_back, kind="quiet")
        self.save_button = button(self.tr("&Review and save…"), self.review, kind="primary")
        self._empty = EmptyState(
            self.tr("No permission fits"),
            detail=self.tr("Search for other words."),
            icon="search",
        )
        self.panel = RolePanel(desk, self)
        self.reviewing = ReviewPanel(desk, self)
        self._lay_out()
        self._connect()
        self._add_commands()
        self._show_draft()
        self._stale = True

    def _lay_out(self) -> None:
        bar = bar_of(self.search, self.edit_button, self.new_button, wide=self.search)
        message(self.trouble, above=8)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.matrix)
        self._stack.addWidget(self._empty)
        foot = foot_of(self.hint, self.back_button, self.save_button, wide=self.hint)
        panel = card(bar, self.trouble, rule(), holder, foot, wide=holder)
        fill_page(self, panel, wide=panel)
        self.setFocusProxy(self.search)

    def _connect(self) -> None:
        self.search.query_changed.connect(self._search)
        self.search.submitted.connect(lambda _text: self._to_first())
        self.matrix.toggled.connect(self._typed)
        self.matrix.role_wanted.connect(self.open_role)
        self.panel.saved.connect(lambda _row: self.reload())
        self.reviewing.saved.connect(self.reload)
        self.desk.drafts.ready.connect(self._load_draft)

    def _add_commands(self) -> None:
        group = self.tr("Roles")
        self.commands.add_all(
            (
                Command("roles.new", self.tr("New role"), self.new_role, "Ctrl+N", group),
                Command("roles.edit", self.tr("Edit the role"), self.edit_role, "Ctrl+E", group),
                Command("roles.search", self.tr("Search permissions"), self.search.setFocus,
                        "Ctrl+F", group),
                Command("roles.save", self.tr("Save the changed roles"), self.save, "Ctrl+S",
                        group, also=("Ctrl+Return", "Ctrl+Enter")),
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the roles again; ticks that are not saved stay over them."""
        accounts, actor = self.desk.services.accounts, self.desk.actor
        self.ask(lambda: accounts.roles(actor), self._found, failed=self._failed, key="roles")

    def _found(self, roles: tuple[RoleRow, ...]) -> None:
        self.trouble.hide()
        first = not self._read
        self._read = True
        if first:
            self._load_draft()
        self.draft.settle(roles)
        if roles != self.matrix.matrix.roles:
            current = self.matrix.currentIndex()
            place = (current.row(), current.column())
            self.matrix.matrix.set_roles(roles)
            self.matrix.setCurrentIndex(self.matrix.matrix.index(*place))
        self.matrix.matrix.refresh()
        self._typed()

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()

    def _load_draft(self) -> None:
        kept = self.desk.drafts.get(DRAFT)
        if kept and not self.draft.count:
            self.draft.load(kept)
            if self.matrix.matrix.roles:
                self.draft.settle(self.matrix.matrix.roles)
            self.matrix.matrix.refresh()
            self._show_draft()

    # ------------------------------------------------------------------------------- ticks
    def _typed(self) -> None:
        stored = self.draft.stored()
        if stored:
            self.desk.drafts.keep(DRAFT, stored)
        else:
            self.desk.drafts.discard(DRAFT)
        self._show_draft()

    def _show_draft(self) -> None:
        many = self.draft.count
        self.save_button.setEnabled(many > 0)
        self.back_button.setVisible(many > 0)
        if many:
            words = self.tr("{n} ticks are changed and not saved.")
            self.hint.setText(words.format(n=many))
        else:
            self.hint.setText(
                self.tr("Space or a click changes a tick. Nothing counts before it is saved.")
            )

    def put_back(self) -> None:
        """Forget the ticks that are not saved."""
        self.draft.clear()
        self._typed()
        self.matrix.matrix.refresh()
        self.matrix.setFocus()

    def review(self) -> None:
        """Say what the changed ticks mean, and offer to save them."""
        wishes = self.draft.wishes(self.matrix.matrix.roles)
        if wishes:
            self.panel.close_panel()
            self.reviewing.review(wishes)

    def save(self) -> None:
        """Save what is in front: the role in the panel, or the ticks (after a look at them)."""
        if self.panel.is_open:
            self.panel.save()
        elif self.reviewing.is_open:
            self.reviewing.save()
        else:
            self.review()

    # ------------------------------------------------------------------------------- roles
    def new_role(self) -> None:
        """Open the form for a new role."""
        self.reviewing.close_panel()
        self.panel.begin_new()

    def edit_role(self) -> None:
        """Open the role in whose column the cursor is."""
        role = self.matrix.current_role() or next(iter(self.matrix.matrix.roles), None)
        if role is not None:
            self.open_role(role.id)

    def open_role(self, role_id: object) -> None:
        """Open a role in the panel."""
        row = next((one for one in self.matrix.matrix.roles if one.id == role_id), None)
        if row is not None:
            self.reviewing.close_panel()
            self.panel.open_role(row)

    def _search(self, text: str) -> None:
        self.matrix.matrix.set_text(text)
        self._stack.setCurrentIndex(0 if self.matrix.matrix.lines else 1)

    def _to_first(self) -> None:
        model = self.matrix.matrix
        if model.lines and model.roles:
            self.matrix.setCurrentIndex(model.index(1, 0))
            self.matrix.setFocus(Qt.FocusReason.OtherFocusReason)
