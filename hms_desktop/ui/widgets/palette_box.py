"""Ctrl+K: one box that finds patients, doctors, appointments and runs any command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.buttons import native_keys
from hms_desktop.ui.icons import icon
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.overlay import Overlay
from hms_desktop.ui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from hms_desktop.ui.actions import CommandSet

_Index = QModelIndex | QPersistentModelIndex
_WIDTH, _HEIGHT, _ROW, _LOW_ROW, _HEAD = 640, 480, 46, 34, 28


@dataclass(frozen=True, slots=True)
class Entry:
    """One result: Enter runs it."""

    text: str
    run: Callable[[], object]
    detail: str = ""
    group: str = ""
    icon: str = ""
    shortcut: str = ""


Deliver = Callable[[list[Entry]], None]
#: Gets the text and a function for its results; may call it later, on the GUI thread, or never.
Provider = Callable[[str, Deliver], None]


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str


class _Entries(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[Entry | _Heading, ...] = ()

    def show_lines(self, lines: Sequence[Entry | _Heading]) -> None:
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self.lines):
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.AccessibleTextRole and isinstance(line, Entry):
            return f"{line.text}, {line.detail}" if line.detail else line.text
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        heading = index.isValid() and isinstance(self.lines[index.row()], _Heading)
        none = Qt.ItemFlag.NoItemFlags
        return none if heading else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        theme = current_theme()
        model = index.model()
        line = model.lines[index.row()] if isinstance(model, _Entries) else None
        if isinstance(line, _Heading):
            return QSize(0, theme.px(_HEAD))
        return QSize(0, theme.px(_ROW if line is not None and line.detail else _LOW_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        if not isinstance(model, _Entries):
            return
        theme, line = current_theme(), model.lines[index.row()]
        tokens, box = theme.tokens, QRect(option.rect)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.save()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        if isinstance(line, _Heading):
            painter.setFont(theme.font(11, 600))
            painter.setPen(tokens.colour("dim"))
            low = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(box.adjusted(16, 0, -16, -4), low, line.text)
            painter.restore()
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.colour("accent_soft"))
            painter.drawRoundedRect(box.adjusted(6, 1, -6, -1), 6, 6)
        left = box.left() + 16
        if line.icon:
            side = theme.px(18)
            at = QRect(left, box.center().y() - side // 2, side, side)
            icon(line.icon, "dim").paint(painter, at)
        left += theme.px(30)
        right = box.right() - 16
        if line.shortcut:
            keys = native_keys(line.shortcut)
            painter.setFont(theme.font(12))
            painter.setPen(tokens.colour("dim"))
            width = painter.fontMetrics().horizontalAdvance(keys)
            painter.drawText(QRect(right - width, box.top(), width, box.height()), middle, keys)
            right -= width + 12
        self._words(painter, line, QRect(left, box.top(), right - left, box.height()))
        painter.restore()

    @staticmethod
    def _words(painter: QPainter, line: Entry, box: QRect) -> None:
        theme = current_theme()
        cut = Qt.TextElideMode.ElideRight
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(theme.font(13, 600 if line.detail else 500))
        painter.setPen(theme.tokens.colour("ink"))
        top = box
        if line.detail:
            half = box.height() // 2
            top = QRect(box.left(), box.top() + 4, box.width(), half - 3)
        metrics = painter.fontMetrics()
        painter.drawText(top, middle, metrics.elidedText(line.text, cut, box.width()))
        if line.detail:
            low = QRect(box.left(), box.top() + half, box.width(), half - 4)
            painter.setFont(theme.font(12))
            painter.setPen(theme.tokens.colour("dim"))
            words = painter.fontMetrics().elidedText(line.detail, cut, box.width())
            painter.drawText(low, middle, words)


class PaletteBox(Overlay):
    """Asks every provider at each pause in typing and shows what comes, in providers' order."""

    def __init__(self, host: QWidget, placeholder: str = "") -> None:
        """Start hidden, without providers."""
        super().__init__(host)
        words = placeholder or self.tr("Search patients, doctors, visits, commands")
        self.setAccessibleName(words)
        self._providers: list[Provider] = []
        self._results: dict[int, list[Entry]] = {}
        self._question = 0
        self.box = SearchBox(words, tone="large", debounce_ms=80)
        self.list = QListView()
        self.list.setProperty("flat", True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Results"))
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self._model = _Entries(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Painter(self.list))
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self._nothing = plain_label(self.tr("Nothing found."), role="dim")
        self._nothing.setContentsMargins(20, 16, 20, 20)
        self._nothing.hide()
        layout = QVBoxLayout(self.sheet)
        layout.setContentsMargins(1, 1, 1, 8)
        layout.setSpacing(4)
        layout.addWidget(self.box)
        layout.addWidget(self._nothing)
        layout.addWidget(self.list, 1)
        self.box.forward_keys_to(self.list)
        self.box.query_changed.connect(self._ask)
        self.box.submitted.connect(lambda _text: self._run(self.list.currentIndex().row()))

    def add_provider(self, provider: Provider) -> None:
        """Ask one more source; results stand in the order in which sources were added."""
        self._providers.append(provider)

    def open_box(self, text: str = "") -> None:
        """Open with a text and ask at once."""
        self.box.set_text(text, tell=False)
        self.box.edit.selectAll()
        self._show_results()
        self.open_over(self.box)
        self._ask(text)

    def entries(self) -> tuple[Entry, ...]:
        """Return the results on the screen."""
        return tuple(line for line in self._model.lines if isinstance(line, Entry))

    def place(self) -> None:
        """Stand in the upper part of the window."""
        self.sheet.resize(min(_WIDTH, self.width() - 48), min(_HEIGHT, self.height() - 96))
        self.sheet.move((self.width() - self.sheet.width()) // 2, min(72, self.height() // 10))

    def _ask(self, text: str) -> None:
        self._question += 1
        question = self._question
        self._results = {}
        for number, provider in enumerate(self._providers):
            provider(text, self._deliver(question, number))
        if not self._results and not text:
            self._show_results()

    def _deliver(self, question: int, number: int) -> Deliver:
        def take(entries: list[Entry]) -> None:
            # Answers to an older text come late and are dropped.
            if question == self._question and self.is_open:
                self._results[number] = list(entries)
                self._show_results()

        return take

    def _show_results(self) -> None:
        lines: list[Entry | _Heading] = []
        group = None
        for number in sorted(self._results):
            for entry in self._results[number]:
                if entry.group and entry.group != group:
                    lines.append(_Heading(entry.group))
                group = entry.group
                lines.append(entry)
        before = self._current()
        self._model.show_lines(lines)
        rows = [row for row, line in enumerate(lines) if isinstance(line, Entry)]
        keep = [row for row in rows if lines[row] is before]
        if rows:
            self.list.setCurrentIndex(self._model.index((keep or rows)[0], 0))
        answered = len(self._results) == len(self._providers)
        self._nothing.setVisible(not rows and answered and bool(self.box.text()))

    def _current(self) -> Entry | None:
        row = self.list.currentIndex().row()
        line = self._model.lines[row] if 0 <= row < len(self._model.lines) else None
        return line if isinstance(line, Entry) else None

    def _run(self, row: int) -> None:
        line = self._model.lines[row] if 0 <= row < len(self._model.lines) else None
        if isinstance(line, Entry):
            self.close_overlay()
            line.run()


def command_provider(commands: Callable[[], CommandSet], group: str) -> Provider:
    """Return a provider of the commands reachable from a scope, asked anew each time."""

    def provide(text: str, deliver: Deliver) -> None:
        words = text.casefold().split()
        found: list[Entry] = []
        scope: CommandSet | None = commands()
        while scope is not None:
            for one in scope.commands():
                name = f"{one.text} {one.group}".casefold()
                if one.listed and one.enabled() and all(word in name for word in words):
                    run = _runner(scope, one.id)
                    found.append(
                        Entry(one.text, run, group=group, icon=one.icon, shortcut=one.shortcut)
                    )
            scope = scope.above
        deliver(found)

    return provide


def _runner(scope: CommandSet, command_id: str) -> Callable[[], object]:
    return lambda: scope.run(command_id)
