"""Roles beside each other, permissions below each other, a tick where they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from hms_desktop.domain.accounts import RoleRow
from hms_desktop.domain.names import fold
from hms_desktop.domain.permissions import PERMISSIONS, by_subject
from hms_desktop.ui.icons import pixmap
from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.roles.draft import RoleDraft
from hms_desktop.ui.roles.words import permission_word, subject_word
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.top_bar import role_name

ROW, COLUMN, LABELS = 30, 132, 460
BOX = 18
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """A permission, or the heading of a subject (``permission`` empty)."""

    words: str
    permission: str = ""


def matrix_lines(text: str = "") -> tuple[MatrixLine, ...]:
    """Return the lines whose subject or description holds every word of a text."""
    wanted = fold(text).split()
    lines: list[MatrixLine] = []
    for subject, names in by_subject().items():
        heading = subject_word(subject)
        found = [
            MatrixLine(permission_word(name), name)
            for name in names
            if all(one in fold(f"{heading} {permission_word(name)} {name}") for one in wanted)
        ]
        if found:
            lines += [MatrixLine(heading), *found]
    return tuple(lines)


class MatrixModel(QAbstractTableModel):
    """Ticks of all roles, those of the draft in front."""

    def __init__(self, draft: RoleDraft, parent: QWidget) -> None:
        """Begin without roles."""
        super().__init__(parent)
        self._widget = parent
        self._draft = draft
        self.roles: tuple[RoleRow, ...] = ()
        self.lines: tuple[MatrixLine, ...] = matrix_lines()

    def set_roles(self, roles: Sequence[RoleRow]) -> None:
        """Show other roles."""
        self.beginResetModel()
        self.roles = tuple(roles)
        self.endResetModel()

    def set_text(self, text: str) -> None:
        """Show only what fits a text."""
        lines = matrix_lines(text)
        if lines != self.lines:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()

    def refresh(self) -> None:
        """Paint every tick anew: the draft changed as a whole."""
        if self.lines and self.roles:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def toggle(self, index: _Index) -> bool:
        """Change a tick; False on a heading."""
        line, role = self.lines[index.row()], self.roles[index.column()]
        if not line.permission:
            return False
        self._draft.toggle(role, line.permission)
        self.dataChanged.emit(index, index)
        return True

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of roles."""
        return 0 if parent.isValid() else len(self.roles)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let ticks be reached, headings not."""
        if index.isValid() and self.lines[index.row()].permission:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a role with its people, or what a permission allows."""
        if orientation == Qt.Orientation.Horizontal:
            return self._role_head(section, role) if section < len(self.roles) else None
        if section >= len(self.lines):
            return None
        line = self.lines[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.words
        if role == Qt.ItemDataRole.ToolTipRole and line.permission:
            return tooltip(f"{line.words}\n{line.permission}")
        return None

    def _role_head(self, section: int, role: int) -> object:
        one = self.roles[section]
        tr = self._widget.tr
        people = tr("1 person") if one.users == 1 else tr("{n} people").format(n=one.users)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{role_name(self._widget, one.name)}\n{people}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(f"{one.description}\n{tr('Click to edit the role')}".strip())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return whether a role has a permission, and its words for a screen reader."""
        if not index.isValid():
            return None
        line, one = self.lines[index.row()], self.roles[index.column()]
        if not line.permission:
            return None
        holds = self._draft.holds(one, line.permission)
        if role == Qt.ItemDataRole.UserRole:
            return holds, self._draft.is_changed(one, line.permission)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._spoken(one, line, holds=holds)
        return None

    def _spoken(self, one: RoleRow, line: MatrixLine, *, holds: bool) -> str:
        tr = self._widget.tr
        words = tr("{role}: {what}: {answer}").format(
            role=role_name(self._widget, one.name),
            what=PERMISSIONS[line.permission] if not line.words else line.words,
            answer=tr("allowed") if holds else tr("not allowed"),
        )
        changed = self._draft.is_changed(one, line.permission)
        return f"{words} · {tr('not saved yet')}" if changed else words


class TickPainter(QStyledItemDelegate):
    """A tick in the middle of its cell; what is not saved yet stands on another ground."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one cell."""
        theme, state = current_theme(), index.data(Qt.ItemDataRole.UserRole)
        tokens = theme.tokens
        box = QRectF(option.rect)
        holds, changed = state or (False, False)
        if changed:
            painter.fillRect(box, tokens.colour("warn_soft"))
        painter.setPen(tokens.colour("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        if state is None:
            return
        side = theme.px(BOX)
        mark = QRectF(0, 0, side, side)
        mark.moveCenter(box.center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "warn" if changed else "accent" if holds else "line_strong"
        painter.setPen(QPen(tokens.colour(edge), 1.4))
        painter.setBrush(tokens.colour("accent") if holds else QColor(0, 0, 0, 0))
        painter.drawRoundedRect(mark, 4, 4)
        if holds:
            tick = pixmap("check", "accent_ink", theme.px(13))
            place = mark.center()
            size = tick.deviceIndependentSize()
            painter.drawPixmap(
                round(place.x() - size.width() / 2), round(place.y() - size.height() / 2), tick
            )
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(tokens.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 5, 5)
        painter.restore()


class MatrixSide(QHeaderView):
    """What each line is about, at the left of the ticks; subjects stand out."""

    def __init__(self, parent: QWidget) -> None:
        """Begin as a header of lines."""
        super().__init__(Qt.Orientation.Vertical, parent)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Paint one line's words and the rule under it."""
        theme, model = current_theme(), self.model()
        if not isinstance(model, MatrixModel) or logicalIndex >= len(model.lines):
            return
        line = model.lines[logicalIndex]
        left = theme.px(14 if not line.permission else 26)
        painter.save()
        painter.fillRect(rect, theme.tokens.colour("panel"))
        painter.setPen(theme.tokens.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(theme.font(weight=400 if line.permission else 600))
        painter.setPen(theme.tokens.colour("ink"))
        box = rect.adjusted(left, 0, -theme.px(8), 0)
        words = painter.fontMetrics().elidedText(
            line.words, Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


class MatrixTop(QHeaderView):
    """The roles; the rule under them goes on behind the last one."""

    def __init__(self, parent: QWidget) -> None:
        """Begin as a header of columns."""
        super().__init__(Qt.Orientation.Horizontal, parent)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the roles and the rule over the whole width."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(current_theme().tokens.colour("line"))
        box = self.viewport().rect()
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.end()


class Matrix(QTableView):
    """Arrows walk, Space or a click changes a tick; a click on a role's head opens the role."""

    toggled = Signal()
    role_wanted = Signal(object)  # role id

    def __init__(self, draft: RoleDraft, name: str, parent: QWidget | None = None) -> None:
        """Begin without roles."""
        super().__init__(parent)
        self.matrix = MatrixModel(draft, self)
        self.setModel(self.matrix)
        self.setItemDelegate(TickPainter(self))
        self.setAccessibleName(name)
        self.setProperty("flat", True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        px = current_theme().px
        self.setVerticalHeader(MatrixSide(self))
        side = self.verticalHeader()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(px(ROW))
        side.setFixedWidth(px(LABELS))
        side.setHighlightSections(False)
        self.setHorizontalHeader(MatrixTop(self))
        top = self.horizontalHeader()
        top.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        top.setDefaultSectionSize(px(COLUMN))
        top.setFixedHeight(px(48))
        top.setHighlightSections(False)
        top.setSectionsClickable(True)
        top.sectionClicked.connect(lambda place: self.role_wanted.emit(self.matrix.roles[place].id))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ticks; the rules between the lines go on behind the last role."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(current_theme().tokens.colour("line"))
        head = self.horizontalHeader()
        left, right = head.length() - head.offset(), self.viewport().width()
        first = max(0, self.rowAt(0))
        for row in range(first, self.matrix.rowCount()):
            low = self.rowViewportPosition(row) + self.rowHeight(row) - 1
            if low > self.viewport().height():
                break
            painter.drawLine(left, low, right, low)
        painter.end()

    def current_role(self) -> RoleRow | None:
        """Return the role in whose column the cursor is."""
        place = self.currentIndex().column()
        return self.matrix.roles[place] if 0 <= place < len(self.matrix.roles) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change the tick with Space or Enter; everything else walks."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return) and index.isValid():
            self._toggle(index)
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Change the tick under the mouse."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._toggle(index)

    def viewportEvent(self, event: QEvent) -> bool:
        """Keep a double click from being one change too few."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            return True
        return super().viewportEvent(event)

    def _toggle(self, index: _Index) -> None:
        if self.matrix.toggle(index):
            self.toggled.emit()
