"""A mail server that behaves as badly as mail servers do, and remembers what it took."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.smtp import HOST

PATIENCE = 1.5
"""Seconds that the racing programs wait for an answer."""


@dataclass
class Taken:
    """One mail that the server answers for from now on; ``heard``: the sender knows that it does.

    It went on talking afterwards, which nobody does who never heard the answer.
    """

    message_id: str
    program: str
    at: float
    heard: bool = False


@dataclass
class PostOffice:
    """Takes mails under TLS; which of them it refuses, loses or keeps waiting, chance decides."""

    rng: random.Random
    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    refused: int = 0
    well: bool = False
    _last: dict[int, Taken] = field(default_factory=dict)

    async def handle_MAIL(
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        self._hear(session)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 well"

    async def handle_QUIT(self, _server: SMTP, session: Session, _envelope: Envelope) -> str:
        self._hear(session)
        return "221 bye"

    def _hear(self, session: Session) -> None:
        mail = self._last.pop(id(session), None)
        if mail is not None:
            mail.heard = True

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        luck = 1.0 if self.well else self.rng.random()
        if luck < 0.05:
            self.refused += 1
            return "451 later" if luck < 0.04 else "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 well"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        luck = 1.0 if self.well else self.rng.random()
        transport = server.transport
        assert transport is not None
        if luck < 0.03:
            self.refused += 1
            return "451 the disk is full" if luck < 0.02 else "554 spam"
        if luck < 0.05:
            self.refused += 1
            transport.close()
            return "451 gone"
        if luck < 0.07:
            await asyncio.sleep(PATIENCE / 3)
        if luck > 0.99 and not self.well:
            await asyncio.sleep(PATIENCE * 1.2)
        parsed = message_from_bytes(cast("bytes", envelope.content))
        program = str(session.host_name).removesuffix(".test")
        mail = Taken(str(parsed["Message-ID"]), program, time.monotonic())
        self.taken.append(mail)
        if 0.07 <= luck < 0.09:
            transport.close()
        else:
            self._last[id(session)] = mail
        return "250 taken"


@contextmanager
def post_office(rng: random.Random, tls: ssl.SSLContext) -> Iterator[PostOffice]:
    """Open it on a free port."""
    office = PostOffice(rng)
    with socket.socket() as free:
        free.bind((HOST, 0))
        office.port = free.getsockname()[1]
    controller = Controller(
        office, hostname=HOST, port=office.port, tls_context=tls, require_starttls=True
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
