"""Doctors for those who keep them: list, details, form, approval, leaving."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QMenu, QSplitter, QVBoxLayout, QWidget

from hms_desktop.domain.doctors import DoctorAdded, DoctorRow
from hms_desktop.ui.actions import Command
from hms_desktop.ui.doctors.code_panel import CodePanel
from hms_desktop.ui.doctors.details import DoctorDetails
from hms_desktop.ui.doctors.form_frame import Choices
from hms_desktop.ui.doctors.form_panel import DoctorPanel
from hms_desktop.ui.doctors.leaving_panel import LeavingPanel
from hms_desktop.ui.doctors.list_card import DoctorsCard
from hms_desktop.ui.doctors.login_panel import LoginPanel
from hms_desktop.ui.doctors.steps import DoctorSteps
from hms_desktop.ui.pages.base import Desk, ShownDoctors
from hms_desktop.ui.plaintext import menu_text


@dataclass(frozen=True, slots=True)
class _Found:
    rows: tuple[DoctorRow, ...]
    choices: Choices


class DoctorsAdminPage(DoctorSteps):
    """The list at the left, the chosen doctor beside it, the form over both."""

    entities = (
        "doctor",
        "doctor_specialization",
        "department",
        "specialization",
        "room",
        "user_account",
        "user_role",
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page and read who is there."""
        super().__init__(desk, "", "doctor", parent)
        self.title = self.tr("Doctors")
        self._wanted = 0
        self._choices = Choices()
        self.card = DoctorsCard(desk)
        self.details = DoctorDetails(desk)
        self.form = DoctorPanel(desk, self)
        self.leaving = LeavingPanel(desk, self)
        self.code = CodePanel(desk, self)
        self.login = LoginPanel(desk, self)
        self._lay_out()
        self._connect()
        self._add_commands()
        self.reload()

    def show_doctors(self, _shown: ShownDoctors) -> None:
        """Show the doctors who can be booked."""
        self.card.reset("approved")

    # ------------------------------------------------------------------------------- reading
    def reload(self) -> None:
        """Read the doctors that the filters let through, and what a doctor can be given."""
        services, actor, wish = self.desk.services, self.desk.actor, self.card.wish()
        users = actor.may("users.manage")

        def work() -> _Found:
            return _Found(
                services.doctors.doctors(actor, wish),
                Choices(
                    services.doctors.departments(actor),
                    services.doctors.specializations(actor),
                    services.catalogue.rooms(actor),
                    services.accounts.users(actor, include_inactive=True) if users else (),
                    services.accounts.roles(actor) if users else (),
                ),
            )

        self.card.table.set_loading(True)
        self.ask(work, self._show, failed=self._failed, key="doctors")

    def _show(self, found: _Found) -> None:
        self._choices = found.choices
        self.card.offer_choices(found.choices)
        self.form.offer_choices(found.choices)
        self.login.offer_roles(found.choices.doctor_roles)
        self.card.show_rows(found.rows)
        if self._wanted:
            wanted, self._wanted = self._wanted, 0
            self.card.table.select_ids([wanted])
        elif found.rows and not self.card.table.selected_rows():
            self.card.table.select_ids([found.rows[0].id])
        self._show_current()

    def _show_current(self) -> None:
        rows = self.card.table.selected_rows()
        row = rows[0] if len(rows) == 1 else None
        self.details.show_doctor(row)
        if row is None:
            return
        services, actor = self.desk.services, self.desk.actor
        user = next((one for one in self._choices.users if one.id == row.user_id), None)
        if user is not None:
            self.details.show_login(user)
        if row.has_photo:
            self.ask(
                lambda: services.doctors.photo(actor, row.id),
                lambda data: self.details.show_photo(row.id, data),
                failed=self._failed,
                key="photo",
            )

    # --------------------------------------------------------------------------------- doing
    def add(self) -> None:
        """Open the form for a new doctor."""
        if self.desk.actor.may("doctors.manage"):
            self.form.open_new()

    def edit(self) -> None:
        """Open the form of the doctor with the cursor."""
        row = self.card.table.current_row()
        if row is not None and not row.retired and self.desk.actor.may("doctors.manage"):
            self.form.open_row(row)

    # -------------------------------------------------------------------------------- inside
    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("panel", True)
        inner = QVBoxLayout(side)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.details)
        side.setMinimumWidth(320)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.card)
        split.addWidget(side)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setSizes([1100, 400])
        self.desk.layout.splitter(split, "doctors_admin")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(split)
        self.setFocusProxy(self.card.box)

    def _connect(self) -> None:
        card, details = self.card, self.details
        card.filtered.connect(self.reload)
        card.table.selected.connect(lambda _ids: self._show_current())
        card.table.opened.connect(lambda _row: self.edit())
        card.box.submitted.connect(lambda _text: self.edit())
        card.table.menu_wanted.connect(self._menu)
        for one, run in (
            (card.new_button, self.add),
            (card.approve_button, self.approve),
            (card.unblock_button, self.approve),
            (card.block_button, self.block),
            (card.retire_button, self.retire),
            (card.restore_button, self.restore),
        ):
            one.clicked.connect(lambda _on=False, call=run: call())
        details.edit_wanted.connect(self.edit)
        details.code_wanted.connect(self.new_code)
        details.login_wanted.connect(lambda: self.login.open_for(details.row))
        self.form.saved.connect(self._saved)
        self.form.code_given.connect(self._hand_over)
        self.login.given.connect(self._hand_over)
        self.leaving.changed.connect(self.reload)

    def _saved(self, row: DoctorRow) -> None:
        self._wanted = row.id
        self.reload()

    def _hand_over(self, added: DoctorAdded) -> None:
        self._wanted = added.doctor.id
        self.reload()
        if added.code is not None:
            self.code.show_code(added.doctor.display_name, added.code)

    def _menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        card = self.card
        edit = menu.addAction(self.tr("Edit"))
        edit.setEnabled(self.desk.actor.may("doctors.manage"))
        edit.triggered.connect(lambda _on=False: self.edit())
        for one in (
            card.approve_button,
            card.unblock_button,
            card.block_button,
            card.retire_button,
            card.restore_button,
        ):
            if one.isVisibleTo(card):
                action = menu.addAction(menu_text(one.text().replace("&", "")))
                action.setEnabled(one.isEnabled())
                action.triggered.connect(lambda _on=False, at=one: at.click())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    def _add_commands(self) -> None:
        group = self.tr("Doctors")
        self.commands.add_all(
            (
                Command("doctors.new", self.tr("New doctor"), self.add, "Ctrl+N", group,
                        lambda: self.desk.actor.may("doctors.manage")),
                Command("doctors.find", self.tr("Find doctors"), self._focus_search, "Ctrl+F",
                        group),
                Command("doctors.edit", self.tr("Edit the doctor"), self.edit, "F2", group),
                Command("doctors.approve", self.tr("Approve or unblock"), self.approve, "Ctrl+P",
                        group),
                Command("doctors.block", self.tr("Block"), self.block, "Ctrl+B", group),
                Command("doctors.retire", self.tr("Retire"), self.retire, "Del", group),
                Command("doctors.restore", self.tr("Bring back"), self.restore, "", group),
                Command("doctors.everybody", self.tr("Take all filters away"), self.card.reset,
                        "Ctrl+R", group),
            )
        )  # fmt: skip

    def _focus_search(self) -> None:
        self.card.box.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.card.box.edit.selectAll()
