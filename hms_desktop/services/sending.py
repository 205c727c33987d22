"""Sends what the outbox holds: leases, hands over, notes what became of each message."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from pathlib import Path

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.messages import Channel, Leased
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.outgoing.mail import MailServer, SendError, ServerAwayError, conversation
from hms_desktop.outgoing.message import build
from hms_desktop.outgoing.sms import FolderDrop, GatewayProgram, TextChannel
from hms_desktop.services import message_content
from hms_desktop.services.context import Context
from hms_desktop.services.outbox import OutboxService
from hms_desktop.settings import read_secret

log = logging.getLogger(__name__)

BATCH = 10
"""Messages leased at once: few enough that a conversation with a slow server stays in the lease."""


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
        server = mail_server(settings, self._secret)
        if server is not None:
            owner = self._context.database.program
            leased = self._outbox.lease(actor, owner, BATCH, [Channel.EMAIL])
            went += self._mails(actor, settings, server, list(leased), stopping)
        texts = text_channel(settings)
        if texts is not None:
            went += self._texts(actor, settings, texts, stopping)
        return went

    def _mails(
        self,
        actor: Actor,
        settings: HospitalSettings,
        server: MailServer,
        left: list[Leased],
        stopping: Callable[[], bool],
    ) -> int:
        if not left:
            return 0
        went = 0
        current: Leased | None = None
        try:
            with conversation(server, self._trust) as hand_over:
                while left and not stopping():
                    current = left.pop(0)
                    try:
                        with self._context.database.read() as connection:
                            mail = message_content.make_mail(
                                connection, settings, current, self._context.now()
                            )
                        hand_over(build(mail))
                    except ServerAwayError:
                        raise
                    except message_content.OutdatedError:
                        self._outbox.outdated(actor, current)
                    except SendError as error:
                        self._outbox.failed(actor, current, error.why, permanent=error.permanent)
                    except (HmsError, ValueError, KeyError) as error:
                        self._outbox.failed(actor, current, _unfit(error), permanent=True)
                    else:
                        went += self._outbox.sent(actor, current)
                    current = None
        except ServerAwayError as error:
            if current is not None:
                self._outbox.failed(actor, current, error.why)
            elif left:
                # Nobody's turn had come: the first one waits for all of them.
                self._outbox.failed(actor, left.pop(0), error.why)
            log.info("mail waits: %s", error.why)
        for one in left:
            self._outbox.give_back(actor, one)
        return went

    def _texts(
        self,
        actor: Actor,
        settings: HospitalSettings,
        channel: TextChannel,
        stopping: Callable[[], bool],
    ) -> int:
        went = 0
        owner = self._context.database.program
        for one in self._outbox.lease(actor, owner, BATCH, [Channel.SMS]):
            if stopping():
                self._outbox.give_back(actor, one)
                continue
            try:
                with self._context.database.read() as connection:
                    text = message_content.make_text(connection, settings, one)
                channel.send(one.recipient, text, one.message_id)
            except message_content.OutdatedError:
                self._outbox.outdated(actor, one)
            except SendError as error:
                self._outbox.failed(actor, one, error.why, permanent=error.permanent)
            except (HmsError, ValueError, KeyError) as error:
                self._outbox.failed(actor, one, _unfit(error), permanent=True)
            else:
                went += self._outbox.sent(actor, one)
        return went


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
