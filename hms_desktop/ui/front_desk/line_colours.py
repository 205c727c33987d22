"""The booking line's words coloured by what they were understood as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QApplication, QLineEdit

from hms_desktop.domain.booking_tokens import Meaning
from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from hms_desktop.domain.booking_line import BookingLine


def paint_words(edit: QLineEdit, line: BookingLine) -> None:
    """Colour the words of a field; Qt counts UTF-16 units, Python code points."""
    text, cursor = edit.text(), edit.cursorPosition()
    attributes = [
        QInputMethodEvent.Attribute(
            QInputMethodEvent.AttributeType.TextFormat,
            utf16(text, span.begin) - cursor,
            utf16(text, span.end) - utf16(text, span.begin),
            _format(span.meaning),
        )
        for span in line.spans
    ]
    QApplication.sendEvent(edit, QInputMethodEvent("", attributes))


def utf16(text: str, place: int) -> int:
    """Return how many UTF-16 units stand before a code point of a text."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def _format(meaning: Meaning) -> QTextCharFormat:
    tokens = current_theme().tokens
    look = QTextCharFormat()
    if meaning is Meaning.PATIENT:
        look.setFontWeight(QFont.Weight.DemiBold)
    elif meaning is Meaning.NOTE:
        look.setForeground(QColor(tokens.dim))
    elif meaning in {Meaning.DOCTOR, Meaning.DEPARTMENT}:
        look.setForeground(QColor(tokens.accent_text))
    elif meaning is Meaning.VISIT_TYPE:
        look.setForeground(QColor(tokens.ok_text))
    else:
        look.setForeground(QColor(tokens.warn_text))
    return look
