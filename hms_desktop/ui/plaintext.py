"""Names and notes are data: nothing a person typed is ever read as markup.

Qt guesses: a label whose text looks like HTML is laid out as HTML, loads local files and may
freeze for seconds. The guard turns the guess off everywhere; the helpers make it explicit.
"""

from __future__ import annotations

import textwrap

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QListView,
    QMessageBox,
    QWidget,
)

#: Tooltips are wrapped at this many characters, because plain text does not wrap by itself.
TOOLTIP_WIDTH = 72
_PLAIN = Qt.TextFormat.PlainText


def plain_label(
    text: str = "",
    *,
    role: str = "",
    parent: QWidget | None = None,
    wrap: bool = False,
    selectable: bool = False,
) -> QLabel:
    """Return a label that shows the text as it is.

    Args:
        text: any text.
        role: its look: title, heading, section, overline, strong, dim, small, number, error…
        parent: the widget it stands in.
        wrap: break long lines.
        selectable: let the text be marked and copied.
    """
    label = QLabel(parent)
    label.setTextFormat(_PLAIN)
    label.setText(text)
    label.setWordWrap(wrap)
    if role:
        label.setProperty("role", role)
    if selectable:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return label


def tooltip(text: str) -> str:
    """Return the text ready for ``setToolTip``: wrapped; the guard keeps it from being markup."""
    lines = text.splitlines() or [""]
    return "\n".join(textwrap.fill(line, TOOLTIP_WIDTH) for line in lines)


def menu_text(text: str) -> str:
    """Return the text for a button, tab or menu, where a single ``&`` marks a shortcut."""
    return text.replace("&", "&&")


class PlainTextGuard(QObject):
    """Sets plain text on every label, message box and tooltip that left the choice to Qt."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at labels and message boxes when they are first styled or shown."""
        kind = event.type()
        if kind == QEvent.Type.Polish or kind == QEvent.Type.Show:  # noqa: PLR1714 - hot path
            if isinstance(watched, QLabel | QMessageBox):
                self._mend(watched)
            elif isinstance(watched, QAbstractSpinBox):
                # A style sheet cannot move the text of a spin box off its edge.
                watched.lineEdit().setTextMargins(10, 0, 0, 0)
            elif isinstance(watched, QListView):
                # Rows laid out before the style sheet was there would overlap.
                watched.scheduleDelayedItemsLayout()
        elif kind == QEvent.Type.ChildPolished and isinstance(watched, QMessageBox):
            self._mend(watched)
        return False

    @staticmethod
    def _mend(widget: QLabel | QMessageBox) -> None:
        if widget.textFormat() == Qt.TextFormat.AutoText:
            widget.setTextFormat(_PLAIN)


def install_guard(app: QCoreApplication) -> PlainTextGuard:
    """Put the guard on the application; a second call returns the one that is there."""
    if not isinstance(app, QApplication):
        message = "the guard needs a QApplication"
        raise TypeError(message)
    there = app.findChild(PlainTextGuard)
    if isinstance(there, PlainTextGuard):
        return there
    guard = PlainTextGuard(app)
    app.installEventFilter(guard)
    return guard
