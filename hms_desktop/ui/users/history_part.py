"""What happened to a log-in, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from hms_desktop.domain.user_lists import UserEvent
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.users.words import TOLD, action_word, field_word, value_word

MOST_SHOWN = 60


class HistoryPart(QWidget):
    """One entry a change: what, who, when, where, and the values before and after."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._events: tuple[UserEvent, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)

    def show_events(self, events: Sequence[UserEvent]) -> None:
        """Show other changes."""
        if tuple(events) == self._events:
            return
        self._events = tuple(events)
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for event in events[:MOST_SHOWN]:
            self._column.addWidget(self._entry(event))
        if len(events) > MOST_SHOWN:
            more = self.tr("Older changes stand in the audit.")
            self._column.addWidget(plain_label(more, role="dim"))

    def _entry(self, event: UserEvent) -> QWidget:
        entry = QFrame()
        column = QVBoxLayout(entry)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        when = self._formats.moment(event.at, self._desk.now())
        column.addWidget(plain_label(action_word(event.action), role="strong"))
        about = (when, event.who, event.workstation)
        column.addWidget(plain_label(" · ".join(one for one in about if one), role="small"))
        lines = [
            f"{field_word(name)}: {value_word(before)} → {value_word(after)}"
            for name, before, after in event.changes
            if name in TOLD and before != after
        ]
        if event.reason:
            lines.append(self.tr("Reason: {reason}").format(reason=event.reason))
        if lines:
            column.addWidget(plain_label("\n".join(lines), wrap=True))
        return entry
