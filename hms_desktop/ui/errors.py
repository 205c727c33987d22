"""Errors as sentences, and the last net under everything that was not foreseen."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
import uuid
from typing import TYPE_CHECKING, Any

import PySide6
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from hms_desktop.domain.errors import HmsError
from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from PySide6.QtWidgets import QWidget

log = logging.getLogger(__name__)

CONTEXT = "errors"


def new_reference() -> str:
    """Return a short number that ties a sentence on the screen to a line in the log."""
    return uuid.uuid4().hex[:8].upper()


def sentence(error: BaseException, reference: Callable[[], str] = new_reference) -> str:
    """Return what to tell the person at the desk, in their language.

    An error that nobody foresaw gets a calm sentence with a reference; the log has the rest.
    """
    if not isinstance(error, HmsError):
        number = reference()
        log.error("unforeseen error, reference %s", number, exc_info=error)
        return QCoreApplication.translate(
            CONTEXT,
            "Something unexpected went wrong (reference {reference}). What was saved before is "
            "kept. Try once more; if it happens again, give the reference to your administrator.",
        ).format(reference=number)
    template = QCoreApplication.translate(CONTEXT, error.template)
    if not error.values:
        return template
    try:
        return template.format(**error.values)
    except (KeyError, IndexError, ValueError):
        log.exception("the translation of an error does not fit: %r", error.template)
        return str(error)


def describe(kind: type[BaseException], trace: TracebackType | None, reference: str) -> str:
    """Return the details for a report: where it happened, never what was typed.

    The exception's own message is left out, because it may quote a patient's data.
    """
    frames = [
        f"  {frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]
    head = [
        f"Reference: {reference}",
        f"Error: {kind.__module__}.{kind.__qualname__}",
        f"Python {platform.python_version()}, Qt {PySide6.__version__}, {platform.platform()}",
        "Where:",
    ]
    return "\n".join(head + (frames or ["  unknown"]))


class ReportDialog(QDialog):
    """Says that something went wrong and offers the details to copy."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        """Build the dialog; ``open()`` shows it."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setMinimumWidth(560)
        self._text = plain_label(
            self.tr(
                "The program hit an error it did not expect. What was saved before is kept, and "
                "what you typed is still in its fields. You can go on working; if it happens "
                "again, copy the details and send them to your administrator."
            ),
            wrap=True,
        )
        self._details = QPlainTextEdit(details)
        self._details.setReadOnly(True)
        self._details.setAccessibleName(self.tr("Details of the error"))
        self._details.setMinimumHeight(160)
        copy = button(self.tr("&Copy details"), icon="copy")
        copy.clicked.connect(self._copy)
        close = button(self.tr("Close"), kind="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(plain_label(self.tr("Something went wrong"), role="heading"))
        layout.addWidget(self._text)
        layout.addWidget(self._details, 1)
        layout.addLayout(row)
        close.setFocus()

    @property
    def details(self) -> str:
        """The text that *Copy details* copies."""
        return self._details.toPlainText()

    def add(self, details: str) -> None:
        """Add a further error instead of opening a second dialog."""
        self._details.appendPlainText("\n" + details)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details)


class ErrorNet(QObject):
    """Catches what no code caught: logs it and shows one report dialog on the GUI thread."""

    _caught = Signal(str)

    def __init__(
        self,
        app: QApplication,
        window: Callable[[], QWidget | None],
        reference: Callable[[], str] = new_reference,
    ) -> None:
        """Stay quiet until ``install``; ``window`` says what the dialog belongs to."""
        super().__init__(app)
        self._window = window
        self._reference = reference
        self._dialog: ReportDialog | None = None
        self._previous: tuple[Any, Any] | None = None
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Become ``sys.excepthook`` and ``threading.excepthook``."""
        self._previous = (sys.excepthook, threading.excepthook)
        sys.excepthook = self.catch
        threading.excepthook = self._catch_thread

    def remove(self) -> None:
        """Put back the hooks that were there before."""
        if self._previous is not None:
            sys.excepthook, threading.excepthook = self._previous
            self._previous = None

    def catch(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Log an exception and bring its report to the screen; safe on any thread."""
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        reference = self._reference()
        log.critical("unhandled error, reference %s", reference, exc_info=(kind, error, trace))
        if shiboken6.isValid(self):
            self._caught.emit(describe(kind, trace, reference))

    def _catch_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.catch(args.exc_type, args.exc_value, args.exc_traceback)

    @Slot(str)
    def _show(self, details: str) -> None:
        if self._dialog is not None and shiboken6.isValid(self._dialog):
            self._dialog.add(details)
            return
        self._dialog = ReportDialog(details, self._window())
        self._dialog.open()


def install_excepthook(app: QApplication, window: Callable[[], QWidget | None]) -> ErrorNet:
    """Install the net; ``ErrorNet.remove`` takes it off again at the end of the program."""
    net = ErrorNet(app, window)
    net.install()
    return net
