"""Senders lease single messages from the outbox and say what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.messages import outbox
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.messages import (
    LEASE,
    Channel,
    Leased,
    MessageKind,
    OutboxState,
    retry_delay,
)
from hms_desktop.services import outbox_rows
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.queue_rows import locked

MOST_LEASED = 50
ERROR_LIMIT = 500
LONGEST_APART = timedelta(days=1)


class OutboxSending(Service):
    """What a sender does; server time decides who has a message."""

    @permitted("system.maintain")
    def lease(
        self, actor: Actor, owner: str, limit: int, channels: Sequence[Channel]
    ) -> tuple[Leased, ...]:
        """Take due messages for a few minutes; nobody else gets them meanwhile.

        A message whose sender died comes back when its lease runs out. Server time decides. What
        is of no use any more is skipped, never sent.
        """
        stamp = self.stamp(actor, "lease", None)
        wanted = [one.value for one in channels if one is not Channel.CALL]

        def work(write: Write) -> tuple[Leased, ...]:
            write.server_time()
            for late in outbox_rows.too_late(write.connection, write.now):
                changes = {"state": OutboxState.SKIPPED.value, "last_error": "too late"}
                write.update(outbox, late, changes, version=None, action="expire")
            due = sa.or_(
                (outbox.c.state == OutboxState.WAITING.value) & (outbox.c.next_try_at <= write.now),
                (outbox.c.state == OutboxState.SENDING.value) & (outbox.c.lease_until < write.now),
            )
            query = (
                sa.select(outbox)
                .where(due, outbox.c.channel.in_(wanted), _at_hand(actor, write.now))
                .order_by(outbox.c.next_try_at, outbox.c.id)
                .limit(max(1, min(limit, MOST_LEASED)))
            )
            if write.connection.dialect.name == "postgresql":
                query = query.with_for_update(skip_locked=True)
            rows = write.connection.execute(query).mappings().all()
            # A lease is no change that anybody needs to hear of: neither audited nor announced.
            write.connection.execute(
                sa.update(outbox)
                .where(outbox.c.id.in_([row["id"] for row in rows]))
                .values(
                    state=OutboxState.SENDING.value,
                    lease_owner=owner,
                    lease_until=write.now + LEASE,
                    fence=outbox.c.fence + 1,
                    attempts=outbox.c.attempts + 1,
                )
            )
            return tuple(_leased(row) for row in rows)

        return self.database.write(stamp, work)

    @permitted("system.maintain")
    def keep(self, actor: Actor, leased: Leased) -> bool:
        """Have a message for a few more minutes; False when it is another program's by now.

        Asked in the last moment before it leaves: a program that was frozen, or whose server was
        slow, sends nothing that somebody else may have sent since.
        """

        def work(write: Write) -> bool:
            kept = write.connection.execute(
                sa.update(outbox)
                .where(
                    outbox.c.id == leased.id,
                    outbox.c.fence == leased.fence,
                    outbox.c.state == OutboxState.SENDING.value,
                )
                .values(lease_until=write.server_time() + LEASE)
            )
            return bool(kept.rowcount)

        return self.database.write(self.stamp(actor, "keep", None), work)

    @permitted("system.maintain")
    def sent(self, actor: Actor, leased: Leased) -> bool:
        """Note that the server took a message; False when the lease was lost meanwhile."""
        return self._end(actor, leased, "sent", lambda write: {
            "state": OutboxState.SENT.value, "sent_at": write.now, "last_error": "",
        })  # fmt: skip

    @permitted("system.maintain")
    def failed(self, actor: Actor, leased: Leased, why: str, *, permanent: bool = False) -> bool:
        """Note why a message did not go: tried again later, or left to the desk.

        ``why`` is a sentence without personal data. After the last allowed try, or when the
        refusal is permanent, the message needs attention.
        """
        tries = self.context.settings().outbox_tries
        over = permanent or leased.attempts >= tries

        def changes(write: Write) -> dict[str, Any]:
            state = OutboxState.ATTENTION if over else OutboxState.WAITING
            return {
                "state": state.value,
                "last_error": why[:ERROR_LIMIT],
                "next_try_at": write.now + retry_delay(leased.attempts),
            }

        return self._end(actor, leased, "send_failed", changes)

    @permitted("system.maintain")
    def outdated(self, actor: Actor, leased: Leased) -> bool:
        """Recall a message at the last moment: what it is about does not stand any more."""
        return self._end(
            actor, leased, "withdraw", lambda _write: {"state": OutboxState.WITHDRAWN.value}
        )

    @permitted("system.maintain")
    def give_back(self, actor: Actor, leased: Leased) -> bool:
        """Hand a message back untried: the program closes."""
        return self._end(actor, leased, "give_back", lambda write: {
            "state": OutboxState.WAITING.value,
            "next_try_at": write.now,
            "attempts": leased.attempts - 1,
        })  # fmt: skip

    # -- inside -----------------------------------------------------------------------------
    def _end(
        self, actor: Actor, leased: Leased, action: str, changes: Callable[[Write], dict[str, Any]]
    ) -> bool:
        """Write the outcome if the lease is still ours: the fence says so."""

        def work(write: Write) -> bool:
            row = locked(write.connection, outbox, leased.id)
            if row["fence"] != leased.fence or row["state"] != OutboxState.SENDING.value:
                return False
            values = {**changes(write), "lease_owner": "", "lease_until": None}
            write.update(outbox, leased.id, values, version=None, action=action)
            return True

        return self.database.write(self.stamp(actor, action, None), work)


def _at_hand(actor: Actor, now: datetime) -> sa.ColumnElement[bool]:
    """Say whether a message's attached file, if any, lies where this program can read it.

    After a day somebody else may try, so that the desk hears of a workstation that is gone.
    """
    place = outbox.c.attachment["file"]["workstation"].as_string()
    return sa.or_(
        place.is_(None), place == actor.workstation, outbox.c.due_at < now - LONGEST_APART
    )


def _leased(row: sa.RowMapping) -> Leased:
    return Leased(
        id=row["id"],
        fence=row["fence"] + 1,
        kind=MessageKind(row["kind"]),
        channel=Channel(row["channel"]),
        recipient=row["recipient"],
        language=row["language"],
        data=dict(row["data"]),
        attachment=row["attachment"],
        message_id=row["message_id"],
        attempts=row["attempts"] + 1,
        appointment_id=row["appointment_id"],
    )
