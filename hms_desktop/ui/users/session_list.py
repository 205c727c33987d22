"""Where somebody is and was logged in, one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.user_lists import SessionRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.users.words import end_word


class SessionList(QWidget):
    """``end_wanted`` carries the id of a log-in that is to end."""

    end_wanted = Signal(object)

    def __init__(
        self, formats: Formats, now: Callable[[], datetime], parent: QWidget | None = None
    ) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._formats = formats
        self._now = now
        self._rows: tuple[SessionRow, ...] = ()
        self.buttons: dict[int, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def set_rows(self, rows: Sequence[SessionRow]) -> None:
        """Show other log-ins."""
        if tuple(rows) == self._rows and self._column.count():
            return
        self._rows = tuple(rows)
        self.buttons = {}
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._column.addWidget(self._line(row))
        if not rows:
            self._column.addWidget(plain_label(self.tr("Never logged in."), role="dim"))

    def _line(self, row: SessionRow) -> QWidget:
        since = self._formats.moment(row.started_at, self._now())
        is_live = row.ended_at is None and not row.silent
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(plain_label(row.workstation or "–", role="strong" if is_live else "dim"))
        words.addWidget(plain_label(self._about(row, since), role="small", wrap=True))
        layout.addLayout(words, 1)
        if row.ended_at is None and not row.is_own:
            name = self.tr("End the log-in at {workstation}").format(workstation=row.workstation)
            end = button(
                self.tr("End"), partial(self.end_wanted.emit, row.id), small=True, name=name
            )
            layout.addWidget(end)
            self.buttons[row.id] = end
        return holder

    def _about(self, row: SessionRow, since: str) -> str:
        if row.is_own:
            return self.tr("since {since} · this log-in of yours").format(since=since)
        if row.silent:
            seen = self._formats.moment(row.seen_at, self._now())
            words = self.tr("since {since} · no sign of life since {seen}")
            return words.format(since=since, seen=seen)
        if row.ended_at is None:
            return self.tr("since {since}").format(since=since)
        ended = self._formats.moment(row.ended_at, self._now())
        words = self.tr("{since} to {ended} · {why}")
        return words.format(since=since, ended=ended, why=end_word(row.end_reason))
