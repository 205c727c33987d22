"""What differs on a chosen date, each with a button to take it back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.availability_rules import ExceptionKind
from hms_desktop.domain.hours import ExceptionRow
from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label


class ExceptionList(QWidget):
    """Lines of one date; ``removed`` carries the ExceptionRow."""

    removed = Signal(object)

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._formats = formats
        self._read_only = False
        self._rows: tuple[ExceptionRow, ...] = ()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        self.set_rows(())

    @property
    def rows(self) -> tuple[ExceptionRow, ...]:
        """What is shown."""
        return self._rows

    def set_read_only(self, read_only: bool) -> None:
        """Only show."""
        if read_only != self._read_only:
            self._read_only = read_only
            self.set_rows(self._rows)

    def set_rows(self, rows: Sequence[ExceptionRow], also: Sequence[str] = ()) -> None:
        """Show the exceptions of a date; ``also`` are further words (leave, holidays)."""
        self._rows = tuple(rows)
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for words in also:
            self._lines.addWidget(plain_label(words, role="warn", wrap=True))
        for row in rows:
            self._lines.addWidget(self._line(row))
        if not rows and not also:
            words = self.tr("Nothing differs on this date: the weekly hours count.")
            self._lines.addWidget(plain_label(words, role="dim", wrap=True))

    def _line(self, row: ExceptionRow) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        words = exception_words(row, self._formats)
        line.addWidget(plain_label(words, wrap=True), 1)
        if not self._read_only:
            name = self.tr("Take back: {words}").format(words=words)
            line.addWidget(icon_button("delete", name, lambda: self.removed.emit(row)))
        return holder


def exception_words(row: ExceptionRow, formats: Formats) -> str:
    """Return an exception in words: Other hours 09:00–12:00 · congress."""
    translate = QCoreApplication.translate
    words = {
        ExceptionKind.CLOSES: translate("exceptions", "Closed"),
        ExceptionKind.ADDS: translate("exceptions", "Extra hours"),
        ExceptionKind.REPLACES: translate("exceptions", "Other hours"),
    }[row.kind]
    if row.start_minute is not None and row.end_minute is not None:
        words += f" {formats.minute(row.start_minute)}–{formats.minute(row.end_minute)}"
    return f"{words} · {row.reason}" if row.reason else words
