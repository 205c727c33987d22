"""Snippets and drugs: what doctors write with; shared by permission, replaced by a file."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hms_desktop.ui.actions import Command
from hms_desktop.ui.lists.drugs_part import DrugsPart
from hms_desktop.ui.lists.snippets_part import SnippetsPart
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.segmented import Segmented


class ClinicalListsPage(Page):
    """One list at a time."""

    entities = ("snippet", "drug")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first show."""
        super().__init__(desk, "", "note", parent)
        self.title = self.tr("Snippets and drugs")
        self.what = Segmented(
            (("snippets", self.tr("Sni&ppets")), ("drugs", self.tr("&Drugs"))),
            name=self.tr("What is listed"),
        )
        self.snippets = SnippetsPart(desk, self)
        self.drugs = DrugsPart(desk, self)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.snippets)
        self.stack.addWidget(self.drugs)
        head = QHBoxLayout()
        head.addWidget(plain_label(self.title, role="heading"))
        head.addStretch(1)
        head.addWidget(self.what)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.stack, 1)
        self.what.changed.connect(self._turn)
        self._add_commands()
        self._stale = True  # read at the first look, not at every log-in

    def _add_commands(self) -> None:
        self.commands.add_all(
            (
                Command(
                    "lists.new", self.tr("New snippet"), self.snippets.new, "Ctrl+N", self.title
                ),
                Command(
                    "lists.save",
                    self.tr("Save the snippet"),
                    self.snippets.panel.save,
                    "Ctrl+S",
                    self.title,
                    lambda: self.snippets.panel.is_open,
                ),
                Command(
                    "lists.find", self.tr("Search the list"), self.search, "Ctrl+F", self.title
                ),
            )
        )

    def reload(self) -> None:
        """Read the list that is shown."""
        (self.snippets if self.what.value() == "snippets" else self.drugs).reload()

    def search(self) -> None:
        """Put the cursor into the search box."""
        part = self.snippets if self.what.value() == "snippets" else self.drugs
        part.box.edit.setFocus()

    def show_list(self, what: str) -> None:
        """Show the ``snippets`` or the ``drugs``."""
        self.what.set_value(what)
        self._turn(what)

    def _turn(self, what: str) -> None:
        self.stack.setCurrentIndex(0 if what == "snippets" else 1)
        self.reload()
