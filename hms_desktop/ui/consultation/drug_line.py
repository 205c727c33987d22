"""One line of a prescription: six cells, and below it the warning that wants an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from hms_desktop.domain.consultations import PrescriptionItem
from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.consultation.drug_cell import DrugSearch
from hms_desktop.ui.consultation.growing import line_edit
from hms_desktop.ui.consultation.short_lists import ShortList, word_lists
from hms_desktop.ui.patients.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hms_desktop.domain.drugs import DrugRow
    from hms_desktop.ui.consultation.suggestions import Suggestions
    from hms_desktop.ui.pages.base import Desk

CELLS: tuple[tuple[str, int], ...] = (
    ("drug", 32),
    ("dose", 12),
    ("route", 12),
    ("frequency", 22),
    ("duration", 14),
    ("instructions", 24),
)
"""The cells in their order, with their shares of the width."""
REMOVE_WIDTH = 28


class DrugLine(QWidget):
    """Enter goes on to the next cell and, after the last, asks for another line."""

    edited = Signal(QWidget)
    enter = Signal()
    gone = Signal()
    moved = Signal(int)
    taken = Signal(object)  # DrugRow
    trouble = Signal(object)

    def __init__(self, desk: Desk, suggestions: Suggestions, titles: Mapping[str, str]) -> None:
        """Start empty."""
        super().__init__()
        self._drug_id: int | None = None
        self._drug: DrugRow | None = None
        self._drug_text = ""
        self.cells: dict[str, QLineEdit] = {}
        row = QHBoxLayout()
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(2)
        for name, share in CELLS:
            cell = line_edit(titles[name], titles[name] if name == "drug" else "", cell=True)
            cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            cell.installEventFilter(self)
            cell.textEdited.connect(lambda _text, one=cell: self._typed(one))
            self.cells[name] = cell
            row.addWidget(cell, share)
        self.cells["drug"].setProperty("cell", "strong")
        self.remove_button = icon_button("close", titles["remove"], self.gone.emit)
        self.remove_button.setFixedWidth(REMOVE_WIDTH)
        row.addWidget(self.remove_button)
        self.warning = Strip("alarm")
        self.reason = line_edit(titles["reason"], titles["reason"])
        self.reason.textEdited.connect(lambda _text: self.edited.emit(self.reason))
        self.warning.rows.addWidget(self.reason)
        self._rule = QFrame()
        self._rule.setProperty("rule", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.warning)
        layout.addWidget(self._rule)
        # The lists' filters come after ours and are asked first: their keys win while open.
        self.search = DrugSearch(desk, self.cells["drug"], suggestions)
        self.search.chosen.connect(self._take)
        self.search.failed.connect(self.trouble)
        self.lists = [
            ShortList(self.cells[name], suggestions, words) for name, words in word_lists().items()
        ]

    # ------------------------------------------------------------------------------ values
    @property
    def is_empty(self) -> bool:
        """Say whether nothing is typed."""
        return not any(cell.text().strip() for cell in self.cells.values())

    @property
    def drug(self) -> DrugRow | None:
        """The row of the list that was chosen here, while its words stand unchanged."""
        tied = self._drug is not None and self.cells["drug"].text() == self._drug_text
        return self._drug if tied else None

    def value(self) -> PrescriptionItem:
        """Return the line as typed; the tie to the drug list goes when the words change."""
        texts = {name: cell.text() for name, cell in self.cells.items()}
        tied = self._drug_id is not None and texts["drug"] == self._drug_text
        return PrescriptionItem(
            **texts,
            drug_id=self._drug_id if tied else None,
            allergy_answer=self.reason.text(),
        )

    def put(self, item: PrescriptionItem) -> None:
        """Show a line."""
        texts = [getattr(item, name) for name, _share in CELLS]
        self.restore([*texts, item.drug_id, item.allergy_answer])

    def raw(self) -> list[Any]:
        """Return everything as typed."""
        item = self.value()
        return [*(cell.text() for cell in self.cells.values()), item.drug_id, self.reason.text()]

    def restore(self, raw: Sequence[Any]) -> None:
        """Put back what ``raw`` gave."""
        for cell, text in zip(self.cells.values(), raw, strict=False):
            cell.setText(str(text))
            cell.setCursorPosition(0)
        drug_id, reason = raw[len(CELLS) :]
        self._drug_id = drug_id if isinstance(drug_id, int) else None
        self._drug_text = self.cells["drug"].text()
        self.reason.setText(str(reason))

    # ----------------------------------------------------------------------------- warning
    @property
    def warned(self) -> bool:
        """Say whether the line meets a known allergy."""
        return not self.warning.isHidden()

    @property
    def answered(self) -> bool:
        """Say whether there is nothing left to answer."""
        return not self.warned or bool(self.reason.text().strip())

    def warn(self, words: str) -> None:
        """Show a warning that must be answered; empty words take it away."""
        self.warning.say(words)

    # ------------------------------------------------------------------------------ inside
    def _typed(self, cell: QLineEdit) -> None:
        if cell is self.cells["drug"]:
            self.reason.clear()  # an answer is given for one drug
        self.edited.emit(cell)

    def _take(self, drug: DrugRow) -> None:
        cell = self.cells["drug"]
        self._drug_id, self._drug_text = drug.id, drug.label
        self.reason.clear()
        self.taken.emit(drug)
        cell.setText(self._drug_text)
        cell.setCursorPosition(0)  # long names are read from their beginning
        route = self.cells["route"]
        if not route.text().strip():
            route.setText(drug.route)
        self.edited.emit(cell)
        self.cells["dose"].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter, Backspace and Alt with the arrows act on the line."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        cells = list(self.cells.values())
        if watched not in cells:
            return False
        place = cells.index(watched)
        key = event.key()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            if self.is_empty:
                return True
            if place + 1 < len(cells):
                cells[place + 1].setFocus(Qt.FocusReason.TabFocusReason)
            else:
                self.enter.emit()
        elif key == Qt.Key.Key_Backspace and self.is_empty:
            self.gone.emit()
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            return False
        return True
