"""Proposed new times as a table with a tick for each visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from hms_desktop.domain.rebooking import WHY_NOT, Proposal
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.theme import current_theme

PATIENT, PHONE, OLD, NEW, DOCTOR = range(5)
ROW, SHORTEST, TALLEST = 36, 120, 520
"""Unscaled pixels."""
_Index = QModelIndex | QPersistentModelIndex


class ProposalModel(QAbstractTableModel):
    """The proposals and which of them are ticked; ``ticked`` after each change."""

    ticked = Signal()

    def __init__(self, formats: Formats, now: datetime, parent: QWidget | None = None) -> None:
        """Begin empty; ``now`` tells how dates are written."""
        super().__init__(parent)
        self._formats = formats
        self._now = now
        self._rows: list[Proposal] = []
        self._ticks: set[int] = set()
        self._titles = (
            self.tr("Patient"),
            self.tr("Phone"),
            self.tr("Booked for"),
            self.tr("New time"),
            self.tr("Doctor"),
        )

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """All rows."""
        return tuple(self._rows)

    def set_proposals(self, rows: Sequence[Proposal]) -> None:
        """Show others; all that have a new time are ticked."""
        self.beginResetModel()
        self._rows = list(rows)
        self._ticks = {one.appointment.id for one in rows if one.new_starts_at is not None}
        self.endResetModel()
        self.ticked.emit()

    def chosen(self) -> tuple[Proposal, ...]:
        """Return the ticked rows."""
        return tuple(one for one in self._rows if one.appointment.id in self._ticks)

    def change(self, row: int, proposal: Proposal) -> None:
        """Give a row another time, and tick it."""
        self._rows[row] = replace(proposal, why_not=None)
        self._ticks.add(proposal.appointment.id)
        self._tell(row)

    def toggle(self, row: int) -> None:
        """Tick a row or take the tick away; a row without a time has none."""
        if not 0 <= row < len(self._rows) or self._rows[row].new_starts_at is None:
            return
        self._ticks ^= {self._rows[row].appointment.id}
        self._tell(row)

    def _tell(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, DOCTOR))
        self.ticked.emit()

    # ----------------------------------------------------------------------------- Qt's questions
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's title."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let the first column be ticked."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == PATIENT and self._rows[index.row()].new_starts_at is not None:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        one = self._rows[index.row()]
        column = index.column()
        answer: object = None
        if role == Qt.ItemDataRole.DisplayRole:
            answer = self._text(one, column)
        elif role == Qt.ItemDataRole.CheckStateRole:
            answer = self._tick(one) if column == PATIENT else None
        elif role == Qt.ItemDataRole.ForegroundRole and column == NEW:
            tone = "alarm_text" if one.new_starts_at is None else "ok_text"
            answer = current_theme().tokens.colour(tone)
        elif role == Qt.ItemDataRole.FontRole and column in {PATIENT, NEW}:
            answer = current_theme().font(weight=600)
        elif role == Qt.ItemDataRole.ToolTipRole:
            answer = tooltip(self.why(one) or self._text(one, column))
        return answer

    def _tick(self, one: Proposal) -> Qt.CheckState | None:
        if one.new_starts_at is None:
            return None
        ticked = one.appointment.id in self._ticks
        return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked

    def setData(
        self,
        index: _Index,
        value: object,  # noqa: ARG002 - a tick has two states only
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        """Tick or untick."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != PATIENT:
            return False
        self.toggle(index.row())
        return True

    def why(self, one: Proposal) -> str:
        """Return why there is no new time, as a sentence."""
        if one.why_not is None:
            return ""
        return QCoreApplication.translate("rebooking", WHY_NOT[one.why_not])

    def _text(self, one: Proposal, column: int) -> str:
        visit, formats = one.appointment, self._formats
        if column == PATIENT:
            return f"{visit.patient_name} · {visit.mrn}"
        if column == PHONE:
            return ", ".join(one.phones) or self.tr("no number")
        if column == OLD:
            return formats.moment(visit.starts_at, self._now)
        if column == NEW:
            if one.new_starts_at is None:
                return self.tr("none found")
            return formats.moment(one.new_starts_at, self._now)
        return one.doctor_name


class ProposalTable(QTableView):
    """The view: Space ticks the row with the cursor; ``row_changed`` carries its number."""

    row_changed = Signal(int)

    def __init__(self, model: ProposalModel, parent: QWidget | None = None) -> None:
        """Show the model."""
        super().__init__(parent)
        self.setModel(model)
        self._model = model
        px = current_theme().px
        self.setAccessibleName(self.tr("Proposed new times"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(px(ROW))
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        for column, width in ((PHONE, 150), (OLD, 150), (NEW, 160), (DOCTOR, 150)):
            self.setColumnWidth(column, px(width))
        head.setSectionResizeMode(PATIENT, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(
            lambda now, _before: self.row_changed.emit(now.row())
        )

    def fit(self) -> None:
        """Be as tall as the rows need, up to a height at which the rest is scrolled to."""
        px = current_theme().px
        rows = self._model.rowCount() * px(ROW) + self.horizontalHeader().sizeHint().height() + 8
        self.setFixedHeight(min(px(TALLEST), max(px(SHORTEST), rows)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick on Space, whatever the column."""
        if event.key() == Qt.Key.Key_Space:
            self._model.toggle(self.currentIndex().row())
            return
        super().keyPressEvent(event)
