"""The cell of a prescription where the drug is typed and searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hms_desktop.ui.consultation.suggestions import Choice, Completion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLineEdit

    from hms_desktop.domain.drugs import DrugRow
    from hms_desktop.ui.consultation.suggestions import Suggestions
    from hms_desktop.ui.pages.base import Desk

_OFFERED = 12
_WIDEST = 460


class DrugSearch(QObject):
    """Searches the drug list while one types; Enter takes a line, other words stay as typed.

    ``chosen`` carries the DrugRow.
    """

    chosen = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, edit: QLineEdit, suggestions: Suggestions) -> None:
        """Watch the cell."""
        super().__init__(edit)
        self._desk = desk
        self._edit = edit
        self.completion = Completion(edit, suggestions, widest=_WIDEST)
        self.completion.chosen.connect(self.chosen)
        edit.textEdited.connect(self._typed)

    def _typed(self, text: str) -> None:
        typed = text.strip()
        if not typed:
            self.completion.hide()
            return
        services, actor = self._desk.services, self._desk.actor
        self._desk.runner.run(
            lambda: services.drugs.search(actor, typed, _OFFERED),
            owner=self,
            done=lambda found: self._show(typed, found),
            failed=self.failed.emit,
            key="drugs",
        )

    def _show(self, typed: str, found: Sequence[DrugRow]) -> None:
        if self._edit.text().strip() != typed or not self._edit.hasFocus():
            return
        self.completion.show([Choice(one.label, one, tail=one.route) for one in found])
