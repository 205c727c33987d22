"""Sends what the outbox holds: leases, hands over, notes what became of each message."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Busy, HmsError, NotAllowed, Unreachable
from hms_desktop.domain.messages import Channel, Leased
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.outgoing.mail import (
    Conversation,
    MailServer,
    SendError,
    ServerAwayError,
    WithdrawnError,
    conversation,
)
from hms_desktop.outgoing.message import build
from hms_desktop.outgoing.sms import FolderDrop, GatewayProgram, TextChannel
from hms_desktop.services import message_content
from hms_desktop.services.context import Context
from hms_desktop.services.outbox import OutboxService
from hms_desktop.settings import read_secret

log = logging.getLogger(__name__)

BATCH = 10
"""Messages leased at once: few, so that others have something to do while a server is slow."""


class Sending:
    """One program's sender; several programs may send at once, never the same message."""

    def __init__(
        self,
        context: Context,
        outbox: OutboxService,
        *,
        trust: ssl.SSLContext | None = None,
        secret: Callable[[str], str] = read_secret,
    ) -> None:
        """Keep what is needed; ``trust`` are other certificates than the system's."""
        self._context = context
        self._outbox = outbox
        self._trust = trust
        self._secret = secret
        self._taken: dict[int, Leased] = {}
        self._talk: Conversation | None = None
        self._left: list[Leased] = []
        self._current: Leased | None = None

    def step(
        self,
        actor: Actor,
        settings: HospitalSettings,
        stopping: Callable[[], bool] = lambda: False,
    ) -> int:
        """Send what is due, at most one batch; returns how many went out.

        Once ``stopping`` says so, what was not tried is handed back.
        """
        went = 0
        for one in list(self._taken.values()):
            went += self._note(actor, one)
        server = mail_server(settings, self._secret)
        if server is not None:
            with self._batch(actor, Channel.EMAIL) as left:
                went += self._mails(actor, settings, server, left, stopping)
        texts = text_channel(settings)
        if texts is not None:
            with self._batch(actor, Channel.SMS) as left:
                went += self._texts(actor, settings, texts, left, stopping)
        return went

    def abort(self, actor: Actor) -> None:
        """Break off and hand back what does not end, from another thread: the program closes.

        A mail that is on its way to the server stays ours until its lease has run out, and is then
        repeated with the same Message-ID.
        """
        talk = self._talk
        if talk is not None:
            talk.abort()
        for one in list(self._left):
            self._outbox.give_back(actor, one)
        current = self._current
        if current is not None and (talk is None or not talk.on_its_way):
            self._outbox.give_back(actor, current)

    # ------------------------------------------------------------------------------ inside
    @contextmanager
    def _batch(self, actor: Actor, channel: Channel) -> Iterator[list[Leased]]:
        """Lease messages, and hand back at once those that nobody tried, whatever happens."""
        owner = self._context.database.program
        left = list(self._outbox.lease(actor, owner, BATCH, [channel]))
        for one in [one for one in left if one.id in self._taken]:
            # The server has it already; only our note of that did not come through.
            left.remove(one)
            self._note(actor, one)
        self._left = left
        try:
            yield left
        finally:
            for one in left:
                self._outbox.give_back(actor, one)
            self._left = []

    def _note(self, actor: Actor, leased: Leased) -> int:
        """Note that a message went; remembered until that is done."""
        self._taken[leased.id] = leased
        noted = self._outbox.sent(actor, leased)
        del self._taken[leased.id]
        return int(noted)

    def _mails(
        self,
        actor: Actor,
        settings: HospitalSettings,
        server: MailServer,
        left: list[Leased],
        stopping: Callable[[], bool],
    ) -> int:
        went = 0
        try:
            if left and not stopping():
                with conversation(server, self._trust) as talk:
                    self._talk = talk
                    while left and not stopping():
                        self._current = left.pop(0)
                        went += self._mail(actor, settings, talk, self._current)
                        self._current = None
        except WithdrawnError:
            log.info("a message was another program's before it left")
        except ServerAwayError as error:
            # Before anybody's turn had come, the first one waits for all of them.
            current = self._current or (left.pop(0) if left else None)
            if current is not None and stopping():
                # Broken off by us: given back, unless the server may have it. That one waits for
                # its lease, so that nobody sends it while the answer may still come.
                if not error.maybe_taken:
                    left.append(current)
            elif current is not None:
                self._outbox.failed(actor, current, error.why)
            log.info("mail waits: %s", error.why)
        finally:
            self._talk = self._current = None
        return went

    def _mail(
        self, actor: Actor, settings: HospitalSettings, talk: Conversation, leased: Leased
    ) -> int:
        """Send one mail; what is wrong with it alone is noted and keeps no other back."""
        now, went = self._context.now(), 0
        with self._writing(actor, leased):
            with self._context.database.read() as connection:
                message = build(message_content.make_mail(connection, settings, leased, now))
            talk.hand_over(message, lambda: self._outbox.keep(actor, leased))
            went += self._note(actor, leased)
        return went

    def _texts(
        self,
        actor: Actor,
        settings: HospitalSettings,
        channel: TextChannel,
        left: list[Leased],
        stopping: Callable[[], bool],
    ) -> int:
        went = 0
        try:
            while left and not stopping():
                current = left.pop(0)
                with self._writing(actor, current):
                    now = self._context.now()
                    with self._context.database.read() as connection:
                        text = message_content.make_text(connection, settings, current, now)
                    if self._outbox.keep(actor, current):
                        channel.send(current.recipient, text, current.message_id)
                        went += self._note(actor, current)
        except ServerAwayError as error:
            self._outbox.failed(actor, current, error.why)
            log.info("texts wait: %s", error.why)
        return went

    @contextmanager
    def _writing(self, actor: Actor, leased: Leased) -> Iterator[None]:
        """Note what is wrong with one message, and go on with the next."""
        try:
            yield
        except (ServerAwayError, WithdrawnError, Busy, Unreachable, NotAllowed):
            raise  # nothing that this message is to blame for
        except message_content.OutdatedError:
            self._outbox.outdated(actor, leased)
        except SendError as error:
            self._outbox.failed(actor, leased, error.why, permanent=error.permanent)
        except Exception as error:  # noqa: BLE001 - one bad message must not stop the others
            self._outbox.failed(actor, leased, _unfit(error), permanent=True)
            log.info("message %d cannot be written: %s", leased.id, type(error).__name__)


def mail_server(
    settings: HospitalSettings, secret: Callable[[str], str] = read_secret
) -> MailServer | None:
    """Return the hospital's mail server, or None while there is none to send with here."""
    if not settings.mail_host or not settings.mail_from:
        return None
    password = secret(mail_secret(settings)) if settings.mail_user else ""
    if settings.mail_user and not password:
        return None  # another workstation has the password in its keyring
    return MailServer(
        settings.mail_host,
        settings.mail_port,
        settings.mail_security,
        settings.mail_user,
        password,
    )


def mail_secret(settings: HospitalSettings) -> str:
    """Return the name under which the keyring holds the mail server's password."""
    return f"mail/{settings.mail_user}@{settings.mail_host}"


def text_channel(settings: HospitalSettings) -> TextChannel | None:
    """Return the hospital's way for short texts, or None."""
    if settings.sms_way == "folder" and settings.sms_folder:
        return FolderDrop(Path(settings.sms_folder))
    if settings.sms_way == "program" and settings.sms_program:
        return GatewayProgram(Path(settings.sms_program))
    return None


def _unfit(error: Exception) -> str:
    if isinstance(error, HmsError):
        return str(error)
    return f"The message could not be written ({type(error).__name__}). Look at its template."
