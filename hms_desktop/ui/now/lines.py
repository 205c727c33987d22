"""A calm list of people: a lead (token or time), a name, a dim line, and what stands at the right.

Painted by a delegate, so that hundreds of rows with running timers cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from hms_desktop.ui.now.line_painter import LinePainter
from hms_desktop.ui.plaintext import plain_label, tooltip
from hms_desktop.ui.theme import current_theme

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Line:
    """What one row shows; roles are colours of the theme.

    ``detail_end`` stays whole when the detail is cut; ``flag`` is a third line in the colour of a
    warning; ``button`` is pressed with the mouse or Enter.
    """

    key: int
    lead: str
    title: str
    detail: str = ""
    detail_end: str = ""
    lead_role: str = "ink"
    lead_large: bool = False
    marks: tuple[tuple[str, str], ...] = ()
    flag: str = ""
    right: str = ""
    right_role: str = "ink"
    right_icon: str = ""
    right_detail: str = ""
    button: str = ""
    faint: bool = False
    spoken: str = ""
    tip: str = ""


class LineModel(QAbstractListModel):
    """Lines as they are; a change of words alone keeps selection and scrolling."""

    def __init__(self, parent: QWidget) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()

    def set_lines(self, lines: Sequence[Line]) -> bool:
        """Show other lines; says whether rows came, went or moved."""
        new = tuple(lines)
        if new == self.lines:
            return False
        shape = [(one.key, bool(one.flag)) for one in self.lines]
        if shape == [(one.key, bool(one.flag)) for one in new]:
            self.lines = new
            self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return False
        self.beginResetModel()
        self.lines = new
        self.endResetModel()
        return True

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a line, its words for a screen reader, or its tooltip."""
        if not index.isValid() or not 0 <= index.row() < len(self.lines):
            return None
        line = self.lines[index.row()]
        answer: object = None
        if role == Qt.ItemDataRole.UserRole:
            answer = line
        elif role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            answer = line.spoken or f"{line.lead} {line.title}"
        elif role == Qt.ItemDataRole.ToolTipRole:
            answer = tooltip(line.tip) if line.tip else None
        return answer


class _View(QListView):
    """Keys of its own come before the window's shortcuts while the focus is here."""

    pressed_key = Signal(str)
    button_hit = Signal(int)

    def __init__(self, painter: LinePainter, parent: QWidget) -> None:
        super().__init__(parent)
        self.own_keys: frozenset[str] = frozenset()
        self.painter = painter
        self.setItemDelegate(painter)
        self.setProperty("flat", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)

    def event(self, event: QEvent) -> bool:
        """Claim the list's own keys before a shortcut gets them."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._own(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of an own key; everything else walks the list."""
        key = self._own(event)
        if key:
            self.pressed_key.emit(key)
        else:
            super().keyPressEvent(event)

    def _own(self, event: QKeyEvent) -> str:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return ""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return "Enter"
        letter = chr(event.key()) if Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z else ""
        return letter if letter in self.own_keys else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press the button of a row, or select the row."""
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._on_button(index, event.position().toPoint()):
            self.button_hit.emit(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the button under the pointer light up."""
        super().mouseMoveEvent(event)
        point = event.position().toPoint()
        index = self.indexAt(point)
        over = index.row() if index.isValid() and self._on_button(index, point) else -1
        if over != self.painter.hot:
            self.painter.hot = over
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.ArrowCursor
            )
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lights up once the pointer is gone."""
        self.painter.hot = -1
        super().leaveEvent(event)

    def _on_button(self, index: QModelIndex, point: QPoint) -> bool:
        line = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(line, Line) or not line.button:
            return False
        return self.painter.button_rect(self.visualRect(index), line).contains(point)


class LineList(QWidget):
    """Lines and, when there are none, a sentence that says what to do.

    Signals: ``chosen`` (key of the line; Enter, double click or its button), ``key_pressed``
    (letter, key of the line), ``menu_wanted`` (global point, key of the line).
    """

    chosen = Signal(object)
    key_pressed = Signal(str, object)
    menu_wanted = Signal(object, object)

    def __init__(self, name: str, empty: str, *, keys: str = "", parent: QWidget) -> None:
        """Begin empty; ``keys`` are the letters that the list takes for itself."""
        super().__init__(parent)
        self._painter = LinePainter(self)
        self.model = LineModel(self)
        self.view = _View(self._painter, self)
        self.view.own_keys = frozenset(keys)
        self.view.setModel(self.model)
        self.view.setAccessibleName(name)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.pressed_key.connect(self._key)
        self.view.button_hit.connect(lambda row: self.chosen.emit(self.model.lines[row].key))
        self.view.doubleClicked.connect(lambda _index: self._key("Enter"))
        self._empty = plain_label(empty, role="dim", wrap=True, parent=self)
        self._empty.setContentsMargins(14, 10, 14, 12)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._empty)
        layout.addWidget(self.view, 1)
        self.view.hide()
        self.setFocusProxy(self.view)
        current_theme().changed.connect(self._restyle)

    @property
    def empty_text(self) -> str:
        """What is said when there is nobody."""
        return self._empty.text()

    def set_empty(self, text: str) -> None:
        """Say something else when there is nobody."""
        self._empty.setText(text)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines; the cursor stays on its line."""
        before = self.current_key()
        row = self.view.currentIndex().row()
        scroll = self.view.verticalScrollBar().value()
        self._painter.measure(lines)
        if self.model.set_lines(lines) and self.model.lines:
            if not self.select(before) and row >= 0:
                # The line is gone: the cursor waits at its place for the next one.
                self._to(min(row, len(self.model.lines) - 1))
            self.view.verticalScrollBar().setValue(scroll)
        self.view.setVisible(bool(self.model.lines))
        self._empty.setVisible(not self.model.lines)

    def current_key(self) -> int | None:
        """Return the key of the line with the cursor."""
        row = self.view.currentIndex().row()
        return self.model.lines[row].key if 0 <= row < len(self.model.lines) else None

    def select(self, key: object) -> bool:
        """Put the cursor on a line; False when it is not there."""
        for row, line in enumerate(self.model.lines):
            if line.key == key:
                self._to(row)
                return True
        return False

    def focus_list(self) -> None:
        """Take the keys; the first line gets the cursor if none has it."""
        if self.model.lines and not self.view.currentIndex().isValid():
            self._to(0)
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def content_height(self) -> int:
        """Return how much room all lines (or the empty sentence) take, in pixels."""
        if not self.model.lines:
            return self._empty.heightForWidth(max(self.width(), 120))
        return sum(self._painter.height(line) for line in self.model.lines) + 1

    def _to(self, row: int) -> None:
        self.view.setCurrentIndex(self.model.index(row))

    def _key(self, key: str) -> None:
        at = self.current_key()
        if at is None:
            return
        if key == "Enter":
            self.chosen.emit(at)
        else:
            self.key_pressed.emit(key, at)

    def _menu(self, point: QPoint) -> None:
        index = self.view.indexAt(point)
        if not index.isValid():
            index = self.view.currentIndex()
            point = self.view.visualRect(index).center()
        if index.isValid():
            self.view.setCurrentIndex(index)
            key = self.model.lines[index.row()].key
            self.menu_wanted.emit(self.view.viewport().mapToGlobal(point), key)

    def _restyle(self) -> None:
        self._painter.measure(self.model.lines)
        self.view.scheduleDelayedItemsLayout()
        self.view.viewport().update()
