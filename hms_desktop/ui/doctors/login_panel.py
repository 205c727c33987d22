"""A log-in for a doctor who has none yet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from hms_desktop.domain.accounts import CreateUser, RoleRow, check_login
from hms_desktop.domain.doctors import DoctorAdded, DoctorRow
from hms_desktop.domain.errors import Conflict, Invalid
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.settings.choices import Choice
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.side_panel import SidePanel


class LoginPanel(SidePanel):
    """``given`` carries the DoctorAdded with the code to hand over."""

    given = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the form, hidden."""
        super().__init__(host, width=420, title=self.tr("New log-in"))
        self._desk = desk
        self._row: DoctorRow | None = None
        self.login, self.role = QLineEdit(), Choice()
        self.form = Form()
        self.form.add(
            "login",
            Field(
                self.tr("&Log-in name"),
                self.login,
                required=True,
                hint=self.tr("The password is set with a one-time code, shown after saving"),
            ),
        )
        self.form.add("roles", Field(self.tr("R&ole"), self.role))
        self.set_body(self.form)
        self.make_button = button(self.tr("&Make the log-in"), self.make, kind="primary")
        self.set_footer([button(self.tr("Cancel"), self.close_panel), self.make_button])
        self.login.returnPressed.connect(self.make)

    def offer_roles(self, roles: Sequence[RoleRow]) -> None:
        """Offer the roles of those who treat patients."""
        chosen = self.role.value()
        self.role.clear()
        for one in roles:
            self.role.addItem(one.name, one.name)
        self.role.setCurrentIndex(max(0, self.role.findData(chosen)) if roles else -1)

    def open_for(self, row: DoctorRow | None) -> None:
        """Ask for the log-in name of a doctor."""
        if row is None:
            return
        self._row = row
        self.login.clear()
        self.form.clear_errors()
        self.make_button.setEnabled(True)
        self.set_title(self.tr("Log-in of {name}").format(name=row.display_name))
        self.open_panel(self.login)

    def make(self) -> None:
        """Make it, or say at the field why not."""
        row = self._row
        if row is None or not self.make_button.isEnabled():
            return
        self.form.clear_errors()
        try:
            wish = self._wish()
        except Invalid as error:
            self.form.show_error(error)
            return
        doctors, actor, request = self._desk.services.doctors, self._desk.actor, str(uuid.uuid4())
        self.make_button.setEnabled(False)

        def done(added: DoctorAdded) -> None:
            self.close_panel()
            self.given.emit(added)

        self._desk.runner.run(
            lambda: doctors.give_login(actor, row.id, row.version, wish, request_id=request),
            owner=self,
            done=done,
            failed=self._failed,
        )

    def _wish(self) -> CreateUser:
        if not self.role.value():
            raise Invalid("roles", "Choose a role. Who has none may do nothing.")
        return CreateUser(check_login(self.login.text()), "", (str(self.role.value()),))

    def _failed(self, error: Exception) -> None:
        self.make_button.setEnabled(True)
        if isinstance(error, Conflict):
            error = Invalid(error.kind, error.template, **error.values)
        if isinstance(error, Invalid):
            self.form.show_error(error)
        else:
            self.form.show_message(sentence(error))
