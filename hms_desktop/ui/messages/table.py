"""The table of messages: to whom, about what, how it stands and why."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.messages import Channel, MessageKind, OutboxRow, OutboxState
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.table import Column, RowTable


def _tr(text: str) -> str:
    return QCoreApplication.translate("MessagesTable", text)


def kind_word(kind: str) -> str:
    """Return what a message is about."""
    return {
        MessageKind.BOOKED: _tr("Booking"),
        MessageKind.MOVED: _tr("New time"),
        MessageKind.CANCELLED: _tr("Cancellation"),
        MessageKind.REMINDER: _tr("Reminder"),
        MessageKind.SUMMARY: _tr("Visit summary"),
        MessageKind.MONTHLY: _tr("Monthly report"),
        MessageKind.EXPORT_READY: _tr("Export ready"),
        MessageKind.AUDIT_HEAD: _tr("Head of the audit trail"),
        MessageKind.TEST: _tr("Test"),
    }[MessageKind(kind)]


def state_word(state: str) -> str:
    """Return how a message stands."""
    return {
        OutboxState.HELD: _tr("waits for your word"),
        OutboxState.WAITING: _tr("waiting"),
        OutboxState.SENDING: _tr("being sent"),
        OutboxState.SENT: _tr("sent"),
        OutboxState.ATTENTION: _tr("needs attention"),
        OutboxState.WITHDRAWN: _tr("recalled"),
        OutboxState.SKIPPED: _tr("not sent"),
    }[OutboxState(state)]


def channel_word(channel: str) -> str:
    """Return by which way a message goes."""
    return {
        Channel.EMAIL: _tr("mail"),
        Channel.SMS: _tr("text message"),
        Channel.CALL: _tr("call"),
    }[Channel(channel)]


def detail_word(row: OutboxRow, formats: Formats, now: datetime) -> str:
    """Return what is known of one message: when written and sent, how often tried, why not."""
    parts = [
        _tr("{what} by {way}").format(what=kind_word(row.kind), way=channel_word(row.channel)),
        _tr("written {when}").format(when=formats.moment(row.created_at, now)),
    ]
    if row.attempts:
        parts.append(_tr("tries: {n}").format(n=row.attempts))
    if row.sent_at is not None:
        parts.append(_tr("sent {when}").format(when=formats.moment(row.sent_at, now)))
    elif row.state == OutboxState.WAITING.value and row.channel != Channel.CALL.value:
        parts.append(_tr("next try {when}").format(when=formats.moment(row.next_try_at, now)))
    return " · ".join(parts)


def messages_table(desk: Desk, empty: QWidget) -> RowTable[OutboxRow]:
    """Return the table; several rows can be chosen."""
    formats = Formats.of(desk.settings)

    def to(row: OutboxRow) -> str:
        return ", ".join(row.phones) if row.channel == Channel.CALL.value else row.recipient

    columns: list[Column[OutboxRow]] = [
        Column("patient", _tr("Patient"), lambda row: row.patient_name, width=170, bold=True),
        Column("kind", _tr("About"), lambda row: kind_word(row.kind), width=115),
        Column("way", _tr("By"), lambda row: channel_word(row.channel), width=96, yields=2),
        Column("to", _tr("To"), to, width=190),
        Column(
            "state",
            _tr("State"),
            lambda row: state_word(row.state),
            width=145,
            tone=lambda row: "alarm_text" if row.state == OutboxState.ATTENTION.value else "ink",
        ),
        Column(
            "when",
            _tr("When"),
            lambda row: formats.moment(row.sent_at or row.next_try_at, desk.now()),
            sort=lambda row: row.sent_at or row.next_try_at,
            width=125,
        ),
        Column(
            "tries",
            _tr("Tries"),
            lambda row: str(row.attempts),
            sort=lambda row: row.attempts,
            width=56,
            right=True,
            yields=1,
        ),
        Column("why", _tr("Why"), lambda row: row.last_error, width=0, least=260),
    ]
    return RowTable(
        columns,
        lambda row: row.id,
        name=_tr("Messages"),
        multi=True,
        memory=desk.memory,
        memory_key="messages",
        empty=empty,
    )
