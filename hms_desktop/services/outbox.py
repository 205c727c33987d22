"""The outbox at the desk: what waits, what did not go and why, whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.messages import outbox
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.messages import (
    Channel,
    MessageKind,
    OutboxCounts,
    OutboxRow,
    OutboxState,
)
from hms_desktop.domain.phones import check_email
from hms_desktop.domain.text import clean
from hms_desktop.services import outbox_rows
from hms_desktop.services.gate import permitted
from hms_desktop.services.outbox_sending import OutboxSending
from hms_desktop.services.queue_rows import locked


class OutboxService(OutboxSending):
    """Everything about messages but what they say."""

    # -- the desk ---------------------------------------------------------------------------
    @permitted("messages.manage")
    def list(
        self,
        actor: Actor,
        states: Sequence[OutboxState] = (),
        *,
        channel: Channel | None = None,
        kind: MessageKind | None = None,
        text: str = "",
        appointment_id: int | None = None,
    ) -> tuple[OutboxRow, ...]:
        """Return messages, newest first, at most 500; ``text`` searches patients and addresses."""
        with self.database.read() as connection:
            return outbox_rows.read_rows(
                connection,
                states,
                channel=channel,
                kind=kind,
                text=text,
                appointment_id=appointment_id,
            )

    @permitted("messages.manage")
    def counts(self, actor: Actor) -> OutboxCounts:
        """Return how many messages wait, are held, need attention, or need a call."""

        def load() -> OutboxCounts:
            query = (
                sa.select(outbox.c.state, outbox.c.channel, sa.func.count())
                .where(outbox.c.state.in_((*outbox_rows.UNSENT, OutboxState.SENDING.value)))
                .group_by(outbox.c.state, outbox.c.channel)
            )
            found = {"waiting": 0, "held": 0, "attention": 0, "calls": 0}
            with self.database.read() as connection:
                for state, channel, count in connection.execute(query):
                    name = "waiting" if state == OutboxState.SENDING.value else state
                    if channel == Channel.CALL.value and name == "waiting":
                        name = "calls"
                    found[name] += count
            return OutboxCounts(**found)

        return self.context.cache.get("outbox_counts", (), load, ("outbox",))

    @permitted("messages.manage")
    def send(
        self, actor: Actor, chosen: Sequence[tuple[int, int]], *, request_id: str | None = None
    ) -> int:
        """Let held messages go, or try again what needs attention; (id, version) each."""
        return self._change(
            actor,
            "send",
            chosen,
            {OutboxState.HELD, OutboxState.ATTENTION, OutboxState.WAITING},
            {"state": OutboxState.WAITING.value, "attempts": 0, "last_error": ""},
            request_id,
            now=True,
        )

    @permitted("messages.manage")
    def skip(
        self, actor: Actor, chosen: Sequence[tuple[int, int]], *, request_id: str | None = None
    ) -> int:
        """Give messages up: they are never sent."""
        return self._change(
            actor,
            "skip_message",
            chosen,
            {OutboxState.HELD, OutboxState.ATTENTION, OutboxState.WAITING},
            {"state": OutboxState.SKIPPED.value},
            request_id,
        )

    @permitted("messages.manage")
    def called(
        self, actor: Actor, chosen: Sequence[tuple[int, int]], *, request_id: str | None = None
    ) -> int:
        """Note that patients of the call list were told by phone."""
        return self._change(
            actor,
            "called",
            chosen,
            {OutboxState.WAITING, OutboxState.HELD, OutboxState.ATTENTION},
            {"state": OutboxState.SENT.value},
            request_id,
            call=True,
        )

    @permitted("messages.manage")
    def correct(
        self,
        actor: Actor,
        message_id: int,
        version: int,
        address: str,
        *,
        request_id: str | None = None,
    ) -> int:
        """Send a message to another address (of this message alone); raises Invalid or Stale."""
        with self.database.read() as connection:
            query = sa.select(outbox.c.channel).where(outbox.c.id == message_id)
            channel = connection.execute(query).scalar()
        if channel == Channel.EMAIL.value:
            address = check_email(address, "address")
        address = clean(address, "address", limit=254, required=True)
        return self._change(
            actor,
            "correct_address",
            [(message_id, version)],
            {OutboxState.ATTENTION, OutboxState.WAITING, OutboxState.HELD},
            {
                "recipient": address,
                "state": OutboxState.WAITING.value,
                "attempts": 0,
                "last_error": "",
            },
            request_id,
            now=True,
        )

    # -- inside -----------------------------------------------------------------------------
    def _change(
        self,
        actor: Actor,
        action: str,
        chosen: Sequence[tuple[int, int]],
        allowed: set[OutboxState],
        changes: dict[str, Any],
        request_id: str | None,
        *,
        now: bool = False,
        call: bool = False,
    ) -> int:
        if not chosen:
            raise Invalid("messages", "Choose at least one message.")

        def work(write: Write) -> int:
            for one, version in sorted(chosen):
                row = locked(write.connection, outbox, one)
                if row["version"] != version:
                    raise Stale(who="The sender or another desk")
                if OutboxState(row["state"]) not in allowed or (
                    (row["channel"] == Channel.CALL.value) != call and action != "skip_message"
                ):
                    raise Invalid(
                        "messages",
                        "This message is {state} already. Nothing was changed.",
                        state=row["state"],
                    )
                values = dict(changes)
                if now:
                    values["next_try_at"] = write.now
                if call:
                    values["sent_at"] = write.now
                write.update(outbox, one, values, version=version)
            return len(chosen)

        stamp = self.stamp(actor, action, request_id)
        return self.database.write(stamp, work, lambda _connection: len(chosen))
