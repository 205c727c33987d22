"""A part of the form that is one growing text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hms_desktop.ui.consultation.part import Part

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from hms_desktop.ui.consultation.growing import GrowingEdit


class TextPart(Part):
    """Complaint, notes, treatment, the prescription's note."""

    def __init__(self, title: str, edit: GrowingEdit, parent: QWidget | None = None) -> None:
        """Take the editor in."""
        super().__init__(title, parent)
        self.edit = edit
        self.label.setBuddy(edit)
        self.body.addWidget(edit)
        edit.edited.connect(self._edited)

    def value(self) -> str:
        """Return the text."""
        return self.edit.text()

    def set_value(self, text: str) -> None:
        """Show another text without telling."""
        self.edit.set_text(text)

    def raw(self) -> str:
        """Return everything as typed."""
        return self.edit.text()

    def restore(self, raw: object) -> None:
        """Show what was typed before."""
        self.edit.set_text(raw if isinstance(raw, str) else "")

    def first_editor(self) -> QWidget:
        """Return the text field."""
        return self.edit

    def _edited(self) -> None:
        self.mark(self.edit, "")
        self.changed.emit()
