"""The pages of the admin's house over a real database, with somebody who really logged in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from hms_desktop.services.assembly import Services
from hms_desktop.ui.entries.panel import EntryPanel
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.pages.doctors_admin import DoctorsAdminPage
from tests.ui.shell_desk import PASSWORD, Place, begin, place


@dataclass
class Office:
    """The doctors' page of the administrator."""

    place: Place
    page: DoctorsAdminPage

    @property
    def desk(self) -> Desk:
        return self.place.desk

    @property
    def services(self) -> Services:
        return self.place.services

    def settle(self) -> None:
        self.place.settle()

    def type(self, **fields: str) -> None:
        type_into(self.page.form, **fields)

    def save(self) -> None:
        self.page.form.save()
        self.settle()

    def errors(self) -> dict[str, str]:
        return {name: one.error for name, one in self.page.form.form.fields.items() if one.error}

    def names(self) -> list[str]:
        return [row.display_name for row in self.page.card.table.rows()]

    def toast(self) -> str:
        return self.desk.toasts.toasts[-1].text

    def undo(self) -> None:
        button = self.desk.toasts.toasts[-1].undo_button
        assert button is not None
        button.click()
        self.settle()

    def select(self, *names: str) -> None:
        rows = self.page.card.table.rows()
        self.page.card.table.select_ids([row.id for row in rows if row.display_name in names])
        self.settle()


def type_into(panel: EntryPanel[object], **fields: str) -> None:
    """Type into fields as a person does: the text arrives as edited."""
    for name, text in fields.items():
        editor = panel.entries[name].editor.widget
        assert isinstance(editor, QLineEdit)
        editor.setFocus()
        editor.setText(text)
        editor.textEdited.emit(text)


def picture(path: Path) -> Path:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(0xFF3366AA)
    assert image.save(str(path))
    return path


@contextmanager
def office(services: Services, folder: Path) -> Iterator[Office]:
    with place(services, folder, "asha", PASSWORD) as here:
        page = DoctorsAdminPage(here.desk, here.window)
        layout = QVBoxLayout(here.window)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(page)
        here.show(page)
        yield Office(here, page)


__all__ = ["Office", "begin", "office", "picture", "type_into"]
