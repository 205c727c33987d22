"""Who a log-in belongs to and what roles it has: the form for a new one and for an edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.accounts import CreateUser, RoleRow, UpdateUser, UserRow
from hms_desktop.ui.plaintext import menu_text, plain_label
from hms_desktop.ui.top_bar import role_name
from hms_desktop.ui.widgets.field import Field, Form

NAMES = ("display_name", "login", "email", "phone")


class RoleTicks(QWidget):
    """One tick for each role, with what the role is for."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without roles."""
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.boxes: dict[str, QCheckBox] = {}

    def set_roles(self, roles: Iterable[RoleRow]) -> None:
        """Offer these roles; what is ticked stays ticked."""
        ticked = set(self.value())
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.boxes = {}
        for role in roles:
            box = QCheckBox(menu_text(role_name(self, role.name)))
            box.setChecked(role.name in ticked)
            box.setAccessibleDescription(role.description)
            box.toggled.connect(self.changed)
            self._column.addWidget(box)
            if role.description:
                words = plain_label(role.description, role="small", wrap=True)
                words.setContentsMargins(26, 0, 0, 4)
                self._column.addWidget(words)
            self.boxes[role.name] = box
        first = next(iter(self.boxes.values()), None)
        if first is not None:
            self.setFocusProxy(first)

    def value(self) -> tuple[str, ...]:
        """Return the ticked roles."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def set_value(self, roles: Iterable[str]) -> None:
        """Tick exactly these roles."""
        ticked = set(roles)
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(name in ticked)
            box.blockSignals(False)


class PersonForm(Form):
    """``changed`` comes with every key."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the fields, empty."""
        super().__init__(parent)
        self.edits = {name: QLineEdit() for name in NAMES}
        self.roles = RoleTicks()
        tr = self.tr
        self.add("display_name", Field(tr("Name"), self.edits["display_name"], required=True))
        hint = tr("Without blanks; capitals do not matter")
        self.add("login", Field(tr("Log-in name"), self.edits["login"], hint=hint, required=True))
        self.add_row(
            ("email", Field(tr("E-mail"), self.edits["email"]), 1),
            ("phone", Field(tr("Phone"), self.edits["phone"]), 1),
        )
        self.add("roles", Field(tr("Roles"), self.roles))
        for edit in self.edits.values():
            edit.textEdited.connect(lambda _text: self.changed.emit())
        self.roles.changed.connect(self.changed)
        self.roles.changed.connect(self.fields["roles"].clear_error)

    def values(self) -> dict[str, Any]:
        """Return what is typed, as a draft keeps it."""
        texts = {name: edit.text() for name, edit in self.edits.items()}
        return {**texts, "roles": list(self.roles.value())}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values; what is missing is empty."""
        for name, edit in self.edits.items():
            edit.setText(str(values.get(name, "")))
        roles = values.get("roles", ())
        self.roles.set_value(roles if isinstance(roles, list | tuple) else ())

    def differs(self, row: UserRow) -> bool:
        """Say whether something is typed that is not saved."""
        return self.values() != values_of(row, self.roles.boxes)

    def created(self) -> CreateUser:
        """Return the wish for a new log-in."""
        login, name, email, phone = (
            self.edits[one].text() for one in ("login", "display_name", "email", "phone")
        )
        return CreateUser(login, name, self.roles.value(), email=email, phone=phone)

    def updated(self, row: UserRow) -> UpdateUser:
        """Return the wish to edit a log-in."""
        texts = {name: edit.text() for name, edit in self.edits.items()}
        return UpdateUser(row.id, row.version, **texts)


def values_of(row: UserRow, known: Iterable[str]) -> dict[str, Any]:
    """Return a log-in as the form shows it; roles in the form's order."""
    held = [name for name in known if name in row.roles]
    return {**{name: getattr(row, name) for name in NAMES}, "roles": held}
