"""A paper over the page: read it, print it, save it, close it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QKeyCombination, QStandardPaths, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.errors import HmsError
from hms_desktop.ui.actions import CommandSet
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.paper.head import PaperHead
from hms_desktop.ui.paper.memory import keep_choice, printing_file
from hms_desktop.ui.paper.print_bar import PrintBar
from hms_desktop.ui.paper.printing import PrintChoice, print_pdf
from hms_desktop.ui.paper.saving import write_whole
from hms_desktop.ui.paper.waiting import Waiting
from hms_desktop.ui.runner import Progress, Runner, Step, Task
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from hms_desktop.domain.papers import Paper
    from hms_desktop.ui.paper.viewer import PdfViewer
    from hms_desktop.ui.widgets.toast import ToastKind

WIDTH, MARGIN = 1040, 24
_CONTROL = Qt.KeyboardModifier.ControlModifier


class Teller(Protocol):
    """Where is said what came of it, as a ``ToastStack`` does."""

    def show_toast(self, text: str, *, kind: ToastKind = ...) -> object:
        """Say it."""


class PaperDesk(Protocol):
    """What a preview needs of a ``Desk``; there is none before the first log-in."""

    @property
    def runner(self) -> Runner:
        """Who works meanwhile."""

    @property
    def toasts(self) -> Teller:
        """Where it is told."""


class PaperPreview(Overlay):
    """Covers its host while a paper is shown; the paper is forgotten when it closes."""

    def __init__(self, desk: PaperDesk, host: QWidget, *, saves: bool = True) -> None:
        """Start hidden; ``show_paper`` opens it over ``host``. ``saves``: as a file as well."""
        super().__init__(host)
        self._desk = desk
        self._load: Callable[[], Paper] | None = None
        self._kind = ""
        self._paper: Paper | None = None
        self._task: Task | None = None
        self._printing: Task | None = None
        self.viewer: PdfViewer | None = None
        self._build()
        self.bar.save_button.setVisible(saves)
        self._keys: dict[QKeyCombination, Callable[[], object]] = {
            _CONTROL | Qt.Key.Key_P: self.bar.ask_print,
            _CONTROL | Qt.Key.Key_S: self.ask_save,
            _CONTROL | Qt.Key.Key_Plus: lambda: self._zoom(1),
            _CONTROL | Qt.Key.Key_Equal: lambda: self._zoom(1),
            _CONTROL | Qt.Key.Key_Minus: lambda: self._zoom(-1),
            _CONTROL | Qt.Key.Key_0: lambda: self._zoom(0),
            QKeyCombination(Qt.Key.Key_PageUp): lambda: self._turn(-1),
            QKeyCombination(Qt.Key.Key_PageDown): lambda: self._turn(1),
        }

    @property
    def paper(self) -> Paper | None:
        """What is shown."""
        return self._paper

    def show_paper(self, title: str, load: Callable[[], Paper], document: str = "document") -> None:
        """Open over the host and show what ``load`` returns (called on the runner).

        Args:
            title: the heading until the paper tells its own.
            load: makes the paper; its errors are shown as sentences with *Try again*.
            document: the kind of paper; each kind remembers its printer.
        """
        self._load, self._kind, self._paper = load, document, None
        self.head.title.setText(title)
        self.sheet.setAccessibleName(title)
        self.open_over(self.head.close_button)
        self._ask()

    def close_overlay(self) -> None:
        """Close; a paper still being made is dropped, and the one shown is forgotten."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._load = self._paper = None
        super().close_overlay()
        if self.viewer is not None:
            self.viewer.clear()

    def place(self) -> None:
        """Take the height of the host and the width of a page."""
        wide = min(WIDTH, self.width() - 2 * MARGIN)
        self.sheet.resize(max(320, wide), max(240, self.height() - 2 * MARGIN))
        super().place()

    # ------------------------------------------------------------------------------ keys
    def event(self, event: QEvent) -> bool:
        """Keep keys from the page underneath: nobody calls the next patient while reading."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            combination = _plain(event)
            if combination in self._keys or _words(combination) in page_keys(self._host):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Print, save, zoom."""
        run = self._keys.get(_plain(event))
        if run is not None:
            run()
        super().keyPressEvent(event)

    # --------------------------------------------------------------------------- showing
    def _build(self) -> None:
        self.head = PaperHead()
        self.head.turned.connect(self._turn)
        self.head.zoomed.connect(self._zoom)
        self.head.close_wanted.connect(self.close_overlay)
        self.bar = PrintBar(self._desk.runner)
        self.bar.print_wanted.connect(self._print)
        self.bar.save_wanted.connect(self.ask_save)
        self.bar.stop_wanted.connect(self._stop_printing)
        self._stack = QStackedWidget()
        self.waiting = Waiting()
        self.waiting.cancel_button.clicked.connect(self.close_overlay)
        self._stack.addWidget(self.waiting)
        self.trouble = EmptyState(
            "", icon="error", action=self.tr("Try again"), run=self._ask, parent=self._stack
        )
        self._stack.addWidget(self.trouble)
        layout = QVBoxLayout(self.sheet)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.bar)

    def _ask(self) -> None:
        load = self._load
        if load is None:
            return
        self._stack.setCurrentIndex(0)
        self.head.tools.hide()
        self.bar.end()
        self.bar.hide()
        self._task = self._desk.runner.run_long(
            lambda _progress: load(),
            owner=self,
            done=self._show,
            failed=self._failed,
            key="paper",
            label=self.tr("Making a paper"),
        )

    def _show(self, paper: Paper) -> None:
        self._task = None
        viewer = self._viewer()
        # In front before it is filled: the width to fit is known only then.
        self._stack.setCurrentWidget(viewer)
        try:
            viewer.show_pdf(paper.pdf)
        except HmsError as error:
            self._failed(error)
            return
        self._paper = paper
        self.head.title.setText(paper.title)
        self.sheet.setAccessibleName(paper.title)
        self.head.tools.show()
        self.bar.show()
        self.bar.begin(self._kind, viewer.paper_size())
        if QAccessible.isActive():
            viewer.view.setAccessibleDescription(viewer.text())
        viewer.setFocus(Qt.FocusReason.OtherFocusReason)

    def _viewer(self) -> PdfViewer:
        if self.viewer is None:
            # Loaded with the first paper: QtPdf would cost every start tens of milliseconds.
            from hms_desktop.ui.paper.viewer import PdfViewer  # noqa: PLC0415

            self.viewer = PdfViewer(self._stack)
            self.viewer.page_changed.connect(self.head.show_page)
            self._stack.addWidget(self.viewer)
        return self.viewer

    def _failed(self, error: Exception) -> None:
        self._task = None
        self._paper = None
        self.bar.hide()
        self.head.tools.hide()
        self.trouble.set_text(self.tr("There is no paper to show"), sentence(error))
        self._stack.setCurrentWidget(self.trouble)
        if self.trouble.action_button is not None:
            self.trouble.action_button.setFocus()

    def _turn(self, step: int) -> None:
        if self.viewer is not None:
            self.viewer.go_to(self.viewer.page + step)

    def _zoom(self, steps: int) -> None:
        if self.viewer is None or self._paper is None:
            return
        if steps:
            self.viewer.zoom_by(steps)
        else:
            self.viewer.fit_width()

    # -------------------------------------------------------------------------- printing
    def _print(self, choice: PrintChoice) -> None:
        paper, kind, fit, file = self._paper, self._kind, self.bar.fit, printing_file()
        if paper is None:
            return

        def work(progress: Progress) -> None:
            print_pdf(paper.pdf, choice, progress, fit=fit)
            keep_choice(kind, choice, file)

        self.bar.set_busy(busy=True)
        self.bar.set_note(self.tr("Printing…"))
        # Closing the preview does not take back what was asked for: it is printed all the same.
        self._printing = self._desk.runner.run_long(
            work,
            owner=self,
            done=lambda _none: self._printed(choice),
            failed=self._not_printed,
            moved=self._moved,
            label=self.tr("Printing"),
        )

    def _moved(self, step: Step) -> None:
        self.bar.show_step(step)

    def _stop_printing(self) -> None:
        if self._printing is not None:
            self._printing.cancel()
            self._end_printing(self.tr("Stopped. Pages that were painted before may come out."))

    def _printed(self, choice: PrintChoice) -> None:
        self._end_printing("")
        text = self.tr("Sent to {printer}.").format(printer=choice.printer)
        self._desk.toasts.show_toast(text, kind="ok")

    def _not_printed(self, error: Exception) -> None:
        words = sentence(error)
        self._end_printing("")
        self.bar.set_note(words, wrong=True)
        if not self.is_open:
            self._desk.toasts.show_toast(words, kind="alarm")

    def _end_printing(self, words: str) -> None:
        self._printing = None
        self.bar.set_busy(busy=False)
        self.bar.set_note(words)

    # ---------------------------------------------------------------------------- saving
    def ask_save(self) -> None:
        """Ask for a file and save into it."""
        if self._paper is None or self.bar.save_button.isHidden():
            return
        dialog = QFileDialog(self.window(), self.tr("Save paper"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("PDF document (*.pdf)"))
        dialog.setDefaultSuffix("pdf")
        folder = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(folder))
        dialog.selectFile(Path(self._paper.file_name).name)
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write the paper into a file, whole or not at all; on the runner."""
        paper = self._paper
        if paper is None:
            return
        self._desk.runner.run(
            lambda: write_whole(path, paper.pdf),
            owner=self,
            done=lambda _none: self._saved(path),
            failed=lambda error: self.bar.set_note(sentence(error), wrong=True),
            label=self.tr("Saving"),
        )

    def _saved(self, path: Path) -> None:
        self._desk.toasts.show_toast(self.tr("Saved as {file}.").format(file=path.name), kind="ok")


def page_keys(widget: QWidget | None) -> set[str]:
    """Return the keys of the commands of all scopes around a widget, except the window's own."""
    found: set[str] = set()
    while widget is not None:
        scope = getattr(widget, "commands", None)
        if isinstance(scope, CommandSet) and scope.above is not None:
            found.update(key for one in scope.commands() for key in one.all_keys())
        widget = widget.parentWidget()
    return found


def _words(combination: QKeyCombination) -> str:
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)


def _plain(event: QKeyEvent) -> QKeyCombination:
    """Return a key without the marks of keypad and of shifted signs."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeyCombination(modifiers, Qt.Key(event.key()))
