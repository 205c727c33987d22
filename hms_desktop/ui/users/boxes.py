"""Small boxes inside a panel: is this meant, and a code that is shown once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field, line
from hms_desktop.ui.widgets.toast import announce


class _Box(QFrame):
    """A framed part that stands hidden until it has something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 12)
        self.column.setSpacing(10)
        self.hide()


class ConfirmBox(_Box):
    """Says what would happen and asks whether that is meant; with a reason where one is due."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self._run: Callable[[str], object] = lambda _reason: None
        self._asks_reason = False
        self._back: QWidget | None = None
        self.words = plain_label(wrap=True)
        self.reason = QLineEdit()
        self.reason.setMaxLength(300)
        self.field = Field(self.tr("Reason"), self.reason, required=True)
        self.yes_button = button("", self.confirm, kind="danger")
        self.no_button = button(self.tr("Leave it"), self.close_box, kind="quiet")
        self.column.addWidget(self.words)
        self.column.addWidget(self.field)
        self.column.addWidget(line(self.yes_button, self.no_button))
        self.reason.returnPressed.connect(self.confirm)

    def ask(
        self,
        words: str,
        yes: str,
        run: Callable[[str], object],
        *,
        reason: bool = False,
        back: QWidget | None = None,
    ) -> None:
        """Show the question; ``run`` gets the reason (or an empty text) once it is meant.

        Args:
            words: what would happen.
            yes: the button that does it.
            run: does it.
            reason: a reason is asked for.
            back: where the focus goes when it is not meant.
        """
        self._run, self._asks_reason, self._back = run, reason, back
        self.words.setText(words)
        self.yes_button.setText(yes)
        self.yes_button.setAccessibleDescription(words)
        self.reason.clear()
        self.field.clear_error()
        self.field.setVisible(reason)
        self.show()
        announce(self, words)
        (self.reason if reason else self.yes_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def confirm(self) -> None:
        """Do it."""
        reason = self.reason.text().strip()
        if self._asks_reason and not reason:
            self.field.set_error(self.tr("Say why in a few words."))
            self.reason.setFocus()
            return
        self.hide()
        self._run(reason)

    def close_box(self) -> None:
        """Leave everything as it is."""
        self.hide()
        if self._back is not None:
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)


class CodeBox(_Box):
    """A one-time code in large letters, to be written down now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self.code = plain_label(role="title", selectable=True)
        self.note = plain_label(role="small", wrap=True)
        self.copy_button = button(self.tr("&Copy"), self.copy, icon="copy", small=True)
        self.done_button = button(self.tr("Given, hide it"), self.clear, kind="quiet", small=True)
        self.column.addWidget(self.code)
        self.column.addWidget(self.note)
        self.column.addWidget(line(self.copy_button, self.done_button))

    def show_code(self, code: str, note: str) -> None:
        """Show a code; it cannot be asked for again."""
        self.code.setText(code)
        self.code.setAccessibleName(self.tr("One-time code {code}").format(code=" ".join(code)))
        self.note.setText(note)
        self.show()
        announce(self, note)
        self.copy_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy(self) -> None:
        """Put the code on the clipboard."""
        QGuiApplication.clipboard().setText(self.code.text())

    def clear(self) -> None:
        """Forget the code."""
        self.code.clear()
        self.hide()
