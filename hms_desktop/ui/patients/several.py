"""Fields of which a patient has several: phone numbers, people to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.patients import MOST_CONTACTS, MOST_PHONES, ContactKind, PatientContact
from hms_desktop.ui.buttons import button, icon_button

if TYPE_CHECKING:
    from collections.abc import Sequence


class Phones(QWidget):
    """One line for each number; the first is shown in lists. ``edited`` and ``left`` tell."""

    edited = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with one empty line."""
        super().__init__(parent)
        self.lines: list[QLineEdit] = []
        self._rows: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self.add_button = button(
            self.tr("Another number"), lambda: self.add().setFocus(), kind="link", small=True
        )
        self._layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.set_values(())

    def values(self) -> tuple[str, ...]:
        """Return the numbers as typed, without empty ones."""
        return tuple(text for line in self.lines if (text := line.text().strip()))

    def set_values(self, values: Sequence[str]) -> None:
        """Show other numbers."""
        while self._rows:
            self._drop(self._rows[-1])
        for value in values or ("",):
            self.add(value)

    def add(self, text: str = "") -> QLineEdit:
        """Add a line and return it."""
        line = QLineEdit(text)
        line.setPlaceholderText(self.tr("98765 43210"))
        first = not self.lines
        name = self.tr("Phone") if first else self.tr("Phone {n}").format(n=len(self.lines) + 1)
        line.setAccessibleName(name)
        line.textEdited.connect(lambda _text: self.edited.emit())
        line.editingFinished.connect(self.left)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(line, 1)
        if first:
            self.setFocusProxy(line)
        else:
            layout.addWidget(
                icon_button("close", self.tr("Take this number away"), lambda: self._remove(row))
            )
        self.lines.append(line)
        self._rows.append(row)
        self._layout.insertWidget(len(self._rows) - 1, row)
        self.add_button.setVisible(len(self._rows) < MOST_PHONES)
        return line

    def _remove(self, row: QWidget) -> None:
        self._drop(row)
        self.edited.emit()

    def _drop(self, row: QWidget) -> None:
        place = self._rows.index(row)
        del self._rows[place], self.lines[place]
        row.hide()
        row.deleteLater()
        self.add_button.show()


class _ContactRow(QWidget):
    """One person to call: what for, name, phone, relationship."""

    edited = Signal()

    def __init__(self, contact: PatientContact, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = QComboBox()
        words = {
            ContactKind.EMERGENCY: self.tr("Emergency"),
            ContactKind.GUARDIAN: self.tr("Guardian"),
            ContactKind.RELATIVE: self.tr("Relative"),
        }
        for kind, word in words.items():
            self.kind.addItem(word, kind.value)
        self.kind.setCurrentIndex(list(words).index(contact.kind))
        self.kind.setAccessibleName(self.tr("What this contact is for"))
        self.name = self._line(contact.name, self.tr("Contact's name"))
        self.phone = self._line(contact.phone, self.tr("Contact's phone"))
        self.relation = self._line(contact.relationship, self.tr("Contact's relation, e.g. wife"))
        self.kind.currentIndexChanged.connect(lambda _place: self.edited.emit())
        self.remove_button = icon_button("close", self.tr("Take this contact away"))
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for layout in (upper, lower):
            layout.setSpacing(6)
        upper.addWidget(self.kind)
        upper.addWidget(self.name, 1)
        upper.addWidget(self.remove_button)
        lower.addWidget(self.phone, 1)
        lower.addWidget(self.relation, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 4)
        outer.setSpacing(6)
        outer.addLayout(upper)
        outer.addLayout(lower)

    def _line(self, text: str, name: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setAccessibleName(name)
        line.setPlaceholderText(name.replace(self.tr("Contact's") + " ", "").capitalize())
        line.textEdited.connect(lambda _text: self.edited.emit())
        return line

    def value(self) -> PatientContact | None:
        """Return what is typed, None for an empty row."""
        texts = [one.text().strip() for one in (self.name, self.phone, self.relation)]
        if not any(texts):
            return None
        return PatientContact(ContactKind(self.kind.currentData()), *texts)


class Contacts(QWidget):
    """People to call; ``edited`` tells."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nobody."""
        super().__init__(parent)
        self.rows: list[_ContactRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self.add_button = button(
            self.tr("Add a contact"),
            self._add_here,
            kind="link",
            small=True,
        )
        self._layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.add_button)

    def values(self) -> tuple[PatientContact, ...]:
        """Return the contacts as typed, without empty rows."""
        return tuple(value for row in self.rows if (value := row.value()) is not None)

    def set_values(self, values: Sequence[PatientContact]) -> None:
        """Show other contacts."""
        while self.rows:
            self._drop(self.rows[-1])
        for value in values:
            self.add(value.kind, value)

    def add(
        self, kind: ContactKind = ContactKind.EMERGENCY, contact: PatientContact | None = None
    ) -> _ContactRow:
        """Add a row for a contact (an empty one of this kind) and return it."""
        row = _ContactRow(contact or PatientContact(kind, ""))
        row.edited.connect(self.edited)
        row.remove_button.clicked.connect(lambda _checked=False: self._remove(row))
        self.rows.append(row)
        self._layout.insertWidget(len(self.rows) - 1, row)
        self.add_button.setVisible(len(self.rows) < MOST_CONTACTS)
        return row

    def _add_here(self) -> None:
        self.add().name.setFocus()

    def has(self, kind: ContactKind) -> bool:
        """Say whether there is a row of this kind, filled in or not."""
        return any(row.kind.currentData() == kind.value for row in self.rows)

    def drop_empty(self, kind: ContactKind) -> None:
        """Take away empty rows of a kind (a guardian suggested for who is no minor after all)."""
        for row in list(self.rows):
            if row.kind.currentData() == kind.value and row.value() is None:
                self._drop(row)

    def _remove(self, row: _ContactRow) -> None:
        self._drop(row)
        self.edited.emit()

    def _drop(self, row: _ContactRow) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self.add_button.show()
