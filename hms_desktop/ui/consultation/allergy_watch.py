"""Warns of drugs that meet a known allergy; each warning wants an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hms_desktop.domain.allergies import AllergyWarning, Meets, allergy_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hms_desktop.domain.drugs import DrugRow
    from hms_desktop.ui.consultation.drug_line import DrugLine
    from hms_desktop.ui.pages.base import Desk


class AllergyWatch(QObject):
    """Checks by the words at once; asks the drug list for drugs whose row is not known yet.

    ``failed`` carries the exception when the list could not be asked; the record's own check
    asks it once more before anything is saved.
    """

    failed = Signal(object)

    def __init__(
        self, desk: Desk, lines: Callable[[], Sequence[DrugLine]], parent: QObject
    ) -> None:
        """Know of no allergy."""
        super().__init__(parent)
        self._desk = desk
        self._lines = lines
        self._allergies = ""
        self._rows: dict[int, DrugRow] = {}

    def set_allergies(self, text: str) -> None:
        """Check against these from now on, as the chart writes them."""
        self._allergies = text
        self.check()

    def learn(self, row: DrugRow) -> None:
        """Keep the row of a drug that was chosen."""
        self._rows[row.id] = row

    def check(self) -> None:
        """Show the warnings of all lines as they are now."""
        items = tuple(line.value() for line in self._lines())
        self._show(allergy_warnings(self._allergies, items, self._rows))
        strange = any(one.drug_id and one.drug_id not in self._rows for one in items)
        allergies = self._allergies.strip()
        if not (strange and allergies and self._desk.actor.may("clinical.write")):
            return
        drugs = [one.drug for one in items]
        services, actor = self._desk.services, self._desk.actor

        def done(found: tuple[AllergyWarning, ...]) -> None:
            if drugs == [line.value().drug for line in self._lines()]:
                self._show(found)

        self._desk.runner.run(
            lambda: services.drugs.warnings(actor, allergies, items),
            owner=self,
            done=done,
            failed=self.failed.emit,
            key="warnings",
        )

    def _show(self, warnings: Sequence[AllergyWarning]) -> None:
        by_line = {one.line: one for one in warnings}
        for number, line in enumerate(self._lines()):
            warning = by_line.get(number)
            line.warn(self._words(warning) if warning else "")

    def _words(self, warning: AllergyWarning) -> str:
        words = {
            Meets.SAME: self.tr("Known allergy: {allergen}. {drug} holds it."),
            Meets.GROUP: self.tr("Known allergy: {allergen}. {drug} is one of the {group}."),
            Meets.RELATED: self.tr(
                "Known allergy: {allergen}. {drug} is one of the {group}, which are related."
            ),
        }[warning.meets]
        return words.format(
            allergen=warning.allergen,
            drug=" ".join(warning.drug.split()),
            group=warning.group,
        )
