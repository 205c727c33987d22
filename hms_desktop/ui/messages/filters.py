"""What part of all messages is shown: state, what it is about, by which way, whose."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from hms_desktop.domain.messages import Channel, MessageKind, OutboxState
from hms_desktop.ui.buttons import button
from hms_desktop.ui.messages.table import channel_word, kind_word, state_word
from hms_desktop.ui.settings.choices import Choice

TYPING_MS = 250
SEARCH_WIDTH = 280
_LETTERS = 16


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """What is asked for; empty parts let everything through."""

    states: tuple[OutboxState, ...] = ()
    kind: MessageKind | None = None
    channel: Channel | None = None
    text: str = ""


class MessageFilters(QFrame):
    """``changed`` when something else is asked for; typing is waited for."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with everything."""
        super().__init__(parent)
        every = ("", self.tr("Every state"))
        self.state = Choice((every, *((one.value, state_word(one)) for one in OutboxState)))
        self.state.setAccessibleName(self.tr("State"))
        every = ("", self.tr("About everything"))
        self.kind = Choice((every, *((one.value, kind_word(one)) for one in MessageKind)))
        self.kind.setAccessibleName(self.tr("About"))
        every = ("", self.tr("Every way"))
        self.channel = Choice((every, *((one.value, channel_word(one)) for one in Channel)))
        self.channel.setAccessibleName(self.tr("Way"))
        for choice in (self.state, self.kind, self.channel):
            choice.setMinimumContentsLength(_LETTERS)
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Patient, number or address"))
        self.text.setAccessibleName(self.tr("Search patients and addresses"))
        self.text.setClearButtonEnabled(True)
        self.text.setFixedWidth(SEARCH_WIDTH)
        self.clear_button = button(self.tr("Clear"), self.clear, kind="quiet", small=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 10)
        row.setSpacing(8)
        for one in (self.text, self.state, self.kind, self.channel, self.clear_button):
            row.addWidget(one)
        row.addStretch(1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TYPING_MS)
        self._soon.timeout.connect(self._tell)
        self.text.textChanged.connect(lambda _text: self._soon.start())
        self.text.returnPressed.connect(self._tell)
        for choice in (self.state, self.kind, self.channel):
            choice.currentIndexChanged.connect(lambda _place: self._tell())
        self.clear_button.hide()

    def value(self) -> MessageFilter:
        """Return what is asked for."""
        state, kind, channel = (
            str(one.value() or "") for one in (self.state, self.kind, self.channel)
        )
        return MessageFilter(
            (OutboxState(state),) if state else (),
            MessageKind(kind) if kind else None,
            Channel(channel) if channel else None,
            self.text.text(),
        )

    def clear(self) -> None:
        """Ask for everything again."""
        self.text.clear()
        for choice in (self.state, self.kind, self.channel):
            choice.setCurrentIndex(0)

    def _tell(self) -> None:
        self._soon.stop()
        self.clear_button.setVisible(self.value() != MessageFilter())
        self.changed.emit()
