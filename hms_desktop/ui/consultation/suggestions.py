"""A short list under a field while one types; the cursor stays in the field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

Tab = Literal["leaves", "takes", "stays"]
_Index = QModelIndex | QPersistentModelIndex
_ROW = 32
_MOST_ROWS = 9
_GAP = 12
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: ``lead`` stands bold in front (a code), ``tail`` dim at the right."""

    text: str
    value: object
    lead: str = ""
    tail: str = ""

    @property
    def label(self) -> str:
        """All words in one line, for those who cannot see the list."""
        return " ".join(part for part in (self.lead, self.text, self.tail) if part)


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.choices: tuple[Choice, ...] = ()

    def put(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.choices = tuple(choices)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid() or not 0 <= index.row() < len(self.choices):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.choices[index.row()].label
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, model: _Model, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._enter = self.tr("Enter")

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        return QSize(120, current_theme().px(_ROW))

    def paint(self, painter: QPainter, option: Any, index: _Index) -> None:  # noqa: ANN401
        theme = current_theme()
        choice = self._model.choices[index.row()]
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        box: QRect = option.rect
        painter.save()
        if current:
            painter.fillRect(box, theme.tokens.colour("accent_soft"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.tokens.colour("hover"))
        left, right = box.left() + _GAP, box.right() - _GAP
        lead = max((len(one.lead) for one in self._model.choices), default=0)
        bold = theme.font(13, 600)
        if choice.lead:
            painter.setFont(bold)
            painter.setPen(theme.tokens.colour("ink"))
            painter.drawText(QRect(left, box.top(), right - left, box.height()), _LEFT, choice.lead)
        if lead:
            painter.setFont(bold)
            left += theme.px(max(48, 9 * lead + 12))
        tail = self._enter if current else choice.tail
        if tail:
            painter.setFont(theme.font(12, 600 if current else 400))
            painter.setPen(theme.tokens.colour("accent_text" if current else "dim"))
            painter.drawText(QRect(left, box.top(), right - left, box.height()), _RIGHT, tail)
            right -= painter.fontMetrics().horizontalAdvance(tail) + _GAP
        painter.setFont(theme.font(13))
        painter.setPen(theme.tokens.colour("ink"))
        words = painter.fontMetrics().elidedText(
            " ".join(choice.text.split()), Qt.TextElideMode.ElideRight, right - left
        )
        painter.drawText(QRect(left, box.top(), right - left, box.height()), _LEFT, words)
        painter.restore()


class Suggestions(QListView):
    """The one list of a form; whichever field is typed into borrows it."""

    def __init__(self, host: QWidget) -> None:
        """Start hidden, over the host."""
        super().__init__(host)
        self.host = host
        self.owner: Completion | None = None
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self._model, self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Suggestions"))
        self.clicked.connect(self._clicked)
        self.hide()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What is shown now."""
        return self._model.choices if self.owner is not None else ()

    @property
    def current(self) -> Choice | None:
        """The highlighted line."""
        place = self.currentIndex().row()
        return self.choices[place] if 0 <= place < len(self.choices) else None

    def open_for(
        self, owner: Completion, choices: Sequence[Choice], anchor: QRect, width: int
    ) -> None:
        """Show choices under (or over) ``anchor``, in the host's coordinates."""
        self.owner = owner
        self._model.put(choices)
        self.setCurrentIndex(self._model.index(0))
        rows = min(_MOST_ROWS, len(choices))
        height = rows * current_theme().px(_ROW) + 2 * self.frameWidth() + 2
        # What a scroll area around the host shows of it.
        room = self.host.visibleRegion().boundingRect()
        width = min(width, room.width())
        left = max(room.left(), min(anchor.left(), room.right() + 1 - width))
        below, above = room.bottom() - anchor.bottom() - 4, anchor.top() - room.top() - 3
        if height <= below or below >= above:
            top, height = anchor.bottom() + 3, max(current_theme().px(_ROW), min(height, below))
        else:
            height = min(height, above)
            top = anchor.top() - height - 2
        self.setGeometry(left, top, width, height)
        self.scrollToTop()
        self.raise_()
        self.show()

    def close_for(self, owner: Completion) -> None:
        """Hide, if it is this field that shows it."""
        if self.owner is owner:
            self.owner = None
            self.hide()

    def step(self, by: int) -> None:
        """Walk the lines round and round."""
        count = self._model.rowCount()
        self.setCurrentIndex(self._model.index((self.currentIndex().row() + by) % count))

    def _clicked(self, index: QModelIndex) -> None:
        self.setCurrentIndex(index)
        if self.owner is not None:
            self.owner.take()


class Completion(QObject):
    """Lends a field the list: arrows walk it, Enter (and Tab where wished) takes, Esc closes.

    ``chosen`` carries the value of the choice.
    """

    chosen = Signal(object)

    def __init__(
        self, edit: QWidget, suggestions: Suggestions, *, tab: Tab = "leaves", widest: int = 0
    ) -> None:
        """Watch the field's keys.

        Args:
            edit: the field.
            suggestions: the form's one list.
            tab: leaves (the list is only closed), takes (and goes on), stays (takes, stays).
            widest: width of the list; 0 makes it as wide as the field.
        """
        super().__init__(edit)
        self._edit = edit
        self._list = suggestions
        self._tab: Tab = tab
        self._widest = widest
        edit.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        """Say whether the list shows this field's choices."""
        return self._list.owner is self

    def show(
        self, choices: Sequence[Choice], *, around: QWidget | None = None, spot: QRect | None = None
    ) -> None:
        """Show choices under ``around`` (the field) or under ``spot`` of it; none hides."""
        if not choices:
            self.hide()
            return
        host = self._list.host
        widget = around or self._edit
        box = spot or widget.rect()
        anchor = QRect(widget.mapTo(host, QPoint(box.left(), box.top())), box.size())
        self._list.open_for(self, choices, anchor, self._widest or box.width())

    def hide(self) -> None:
        """Close the list."""
        self._list.close_for(self)

    def take(self) -> None:
        """Take the highlighted line."""
        choice = self._list.current if self.is_open else None
        self.hide()
        if choice is not None:
            self.chosen.emit(choice.value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Use the keys that belong to the list while it is open."""
        if watched is not self._edit:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
            return False
        if not self.is_open or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()  # the panel around must not close instead of the list
            return False
        return event.type() == QEvent.Type.KeyPress and self._key(event)

    def _key(self, event: QKeyEvent) -> bool:
        strong = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.modifiers() & strong:
            return False
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._list.step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
            return True
        if key == Qt.Key.Key_Escape:
            self.hide()
            return True
        if key == Qt.Key.Key_Tab and self._tab != "leaves":
            self.take()
            return self._tab == "stays"
        return False
