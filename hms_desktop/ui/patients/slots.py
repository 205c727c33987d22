"""Free slots as a list to walk with the arrows: day and time, then the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QWidget,
)

from hms_desktop.domain.hours import FreeSlot
from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem

    from hms_desktop.ui.patients.formats import Formats

_Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _tr(text: str) -> str:
    return QCoreApplication.translate("slots", text)


class SlotModel(QAbstractListModel):
    """Free slots in the order given."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.formats = formats
        self.rows: tuple[FreeSlot, ...] = ()
        self.now: datetime | None = None

    def set_rows(self, rows: Sequence[FreeSlot], now: datetime) -> None:
        """Show other slots; days are told as of ``now`` (UTC)."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.now = now
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def when(self, slot: FreeSlot) -> str:
        """Return a slot's day and time in words."""
        return self.formats.moment(slot.starts_at, self.now or slot.starts_at)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a slot for the delegate, and its words."""
        if not index.isValid() or not 0 <= index.row() < len(self.rows):
            return None
        slot = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return slot
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{self.when(slot)} {slot.doctor_name}"
        if role == Qt.ItemDataRole.ToolTipRole:
            parts = (slot.doctor_name, slot.department_name, slot.room)
            return tooltip(" · ".join(part for part in parts if part))
        return None


class SlotDelegate(QStyledItemDelegate):
    """Paints day and time, the doctor, and *Enter* on the row with the cursor."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        """Return one line's height."""
        return QSize(option.rect.width(), current_theme().px(32))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one slot."""
        model, slot = index.model(), index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(model, SlotModel) or slot is None:
            return
        theme = current_theme()
        tokens, px = theme.tokens, theme.px
        rect: QRect = option.rect
        painter.save()
        marked = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = marked and bool(option.state & QStyle.StateFlag.State_HasFocus)
        if focused:
            painter.fillRect(rect, tokens.colour("accent_soft"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, tokens.colour("hover"))
        painter.setPen(tokens.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        left, right = rect.left() + px(16), rect.right() - px(16)
        column = px(112)
        painter.setFont(theme.font(13, 600))
        widest = max(
            (painter.fontMetrics().horizontalAdvance(model.when(one)) for one in model.rows),
            default=0,
        )
        column = max(column, min(widest + px(12), (right - left) * 2 // 3))
        painter.setPen(tokens.colour("ink"))
        self._line(painter, model.when(slot), QRect(left, rect.top(), column, rect.height()))
        if marked:
            painter.setFont(theme.font(12, 600))
            painter.setPen(tokens.colour("accent_text"))
            word = _tr("Enter")
            width = painter.fontMetrics().horizontalAdvance(word)
            painter.drawText(QRect(right - width, rect.top(), width, rect.height()), _LEFT, word)
            right -= width + px(8)
        painter.setFont(theme.font(13))
        painter.setPen(tokens.colour("dim"))
        rest = QRect(left + column, rect.top(), right - left - column, rect.height())
        self._line(painter, slot.doctor_name, rest)
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, text: str, box: QRect) -> None:
        words = painter.fontMetrics().elidedText(
            " ".join(text.split()), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, _LEFT | Qt.TextFlag.TextSingleLine, words)


class SlotList(QListView):
    """The slots; ``chosen`` carries a FreeSlot on Enter or a click."""

    chosen = Signal(object)

    def __init__(self, formats: Formats, name: str, parent: QWidget | None = None) -> None:
        """Start empty; ``name`` is the accessible name."""
        super().__init__(parent)
        self.slots = SlotModel(formats, self)
        self.setModel(self.slots)
        self.setItemDelegate(SlotDelegate(self))
        self.setAccessibleName(name)
        self.setProperty("flat", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._choose)

    def show_slots(self, slots: Sequence[FreeSlot], now: datetime) -> None:
        """Show other slots; the cursor stays on its slot, else goes to the first."""
        before = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        self.slots.set_rows(slots, now)
        if slots:
            self.setCurrentIndex(self.slots.index(slots.index(before) if before in slots else 0))

    def keyPressEvent(self, event: Any) -> None:  # noqa: ANN401 - Qt's override
        """Choose with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        slot = index.data(Qt.ItemDataRole.UserRole)
        if slot is not None:
            self.setCurrentIndex(index)
            self.chosen.emit(slot)
