"""The audit's chain: checked, and its head taken, sealed, kept and mailed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from hms_desktop.db import chain
from hms_desktop.db.tables.hospital import audit_head
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.audit import Anchor, AuditHead, Verdict
from hms_desktop.domain.errors import Conflict, Invalid, NotFound, Unusable
from hms_desktop.domain.messages import Channel, Draft, MessageKind
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services.audit_keys import AuditKeys, key_id, seal
from hms_desktop.services.audit_verifying import Verifier, read_heads
from hms_desktop.services.context import Context, Service
from hms_desktop.services.edited_rows import made_by
from hms_desktop.services.gate import permitted
from hms_desktop.services.outbox_rows import write_message

log = logging.getLogger(__name__)
MOST_HEADS = 400


class AuditChainService(Service):
    """What makes changes of the trail visible, to whoever may read it."""

    def __init__(self, context: Context, *, keys: AuditKeys | None = None) -> None:
        """Keep who knows the keys of this computer."""
        super().__init__(context)
        self._keys = keys or AuditKeys()

    @permitted("audit.read")
    def verify(
        self,
        actor: Actor,
        anchors: Sequence[Anchor] = (),
        report: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> Verdict:
        """Check the whole trail, also against heads that were kept elsewhere.

        ``report`` hears (done, total) and may raise to stop. A trail whose newest part was cut
        off is found only by a head kept elsewhere: the one this computer remembers counts as such.
        """
        with self.database.read() as connection:
            begun = chain.beginning(connection)
            remembered = self._keys.anchor(begun)
            every = [*anchors, *([remembered] if remembered else [])]
            return Verifier(connection, self._keys.key(begun)).run(every, report)

    @permitted("audit.read")
    def heads(self, actor: Actor) -> tuple[AuditHead, ...]:
        """Return the kept heads, newest first, at most 400."""
        with self.database.read() as connection:
            return tuple(read_heads(connection, MOST_HEADS))

    @permitted("audit.read")
    def take_head(
        self,
        actor: Actor,
        *,
        settings: HospitalSettings | None = None,
        mail: bool = False,
        anew: bool = False,
        request_id: str | None = None,
    ) -> AuditHead:
        """Take the head as it is now, seal it where the key is at hand, and keep it.

        A hospital without a sealed head gets its key here. ``mail`` sends it to the address in
        ``settings`` (the hospital's own if left out), when there is one. Raises Conflict when the
        trail does not hold the head that this computer sealed before; ``anew`` takes it all the
        same, after a restored backup.
        """
        settings = settings or self.context.settings()
        with self.database.read() as connection:
            begun = chain.beginning(connection)
            if not anew:
                self._refuse_other(connection, begun)
            key = self._key(connection, begun)

        def work(write: Write) -> AuditHead:
            newest = chain.head(write.connection)
            bare = AuditHead(
                0, write.now, newest.seq, newest.hash.hex(), "", "", actor.name, actor.workstation
            )
            head = bare._replace(seal=seal(key, begun, bare), key_id=key_id(key)) if key else bare
            values = head._asdict()
            del values["id"]
            head = head._replace(id=write.insert(audit_head, values))
            if mail and settings.audit_head_to and settings.mail_host:
                write_message(write, _message(settings, head))
            return head

        def again(connection: sa.Connection) -> AuditHead:
            wanted = made_by(connection, stamp.request_id, audit_head)
            return next(one for one in read_heads(connection) if one.id == wanted)

        stamp = self.stamp(actor, "take_head", request_id)
        head = self.database.write(stamp, work, again)
        if head.seal:
            self._keys.remember(begun, head.anchor)
        return head

    @permitted("audit.read")
    def has_key(self, actor: Actor) -> bool:
        """Say whether this computer can seal heads and prove seals."""
        with self.database.read() as connection:
            return bool(self._keys.key(chain.beginning(connection)))

    @permitted("system.maintain")
    def show_key(self, actor: Actor) -> str:
        """Return the key to give to another computer; audited. Raises NotFound."""
        with self.database.read() as connection:
            key = self._keys.key(chain.beginning(connection))
        if not key:
            raise NotFound(
                "This computer has no key of this hospital. The first sealed head makes one."
            )
        self._note(actor, "show_key")
        return key.hex()

    @permitted("system.maintain")
    def enter_key(self, actor: Actor, text: str) -> None:
        """Keep a key that another computer showed; audited.

        Raises Invalid when it is not the key of the hospital's newest sealed head, Unusable where
        there is no keyring.
        """
        with self.database.read() as connection:
            begun = chain.beginning(connection)
            used = _key_in_use(connection)
        try:
            given = key_id(bytes.fromhex("".join(text.split())))
        except ValueError:
            given = ""
        if given and used and used != given:
            raise Invalid("key", "This is the key of another hospital. Nothing was kept.")
        self._keys.enter(begun, text)
        self._note(actor, "enter_key")

    # -- inside -----------------------------------------------------------------------------
    def _refuse_other(self, connection: sa.Connection, begun: bytes) -> None:
        known = self._keys.anchor(begun)
        if known is None or known.seq is None:
            return
        found = chain.link(connection, known.seq)
        if found is None or found.hash.hex() != known.hash:
            raise Conflict(
                "The audit trail does not hold entry {seq}, which this computer sealed: entries "
                "were removed or changed, or an older backup was restored. No head was taken. "
                "Check the trail; after a restore, take the head anew on the command line "
                "(audit head --anew).",
                kind="audit",
                existing=known,
                seq=known.seq,
            )

    def _key(self, connection: sa.Connection, begun: bytes) -> bytes:
        """Return this computer's key; the hospital's first one is made here."""
        key = self._keys.key(begun)
        if key or _key_in_use(connection):
            return key
        try:
            return self._keys.make(begun)
        except Unusable as error:
            log.info("heads stay without a seal: %s", type(error).__name__)
            return b""

    def _note(self, actor: Actor, action: str) -> None:
        def work(write: Write) -> None:
            write.record(audit_head.name, 0)

        self.database.write(self.stamp(actor, action, None), work)


def _key_in_use(connection: sa.Connection) -> str:
    """Return the id of the key of the newest sealed head, or an empty text."""
    query = sa.select(audit_head.c.key_id).where(audit_head.c.key_id != "")
    found = connection.execute(query.order_by(audit_head.c.id.desc()).limit(1)).scalar()
    return str(found or "")


def _message(settings: HospitalSettings, head: AuditHead) -> Draft:
    local = head.taken_at.astimezone(settings.zone_info)
    return Draft(
        key=f"audit_head/{head.id}",
        kind=MessageKind.AUDIT_HEAD,
        channel=Channel.EMAIL,
        recipient=settings.audit_head_to,
        data={
            "taken_on": f"{local:%Y-%m-%d %H:%M}",
            "entries": f"{head.seq:,}",
            "anchor": str(head.anchor),
            "seal": head.seal or "–",
            "workstation": head.workstation,
        },
        host=settings.mail_domain,
    )
