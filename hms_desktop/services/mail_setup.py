"""Setting mail up: the password in this computer's keyring, and a mail to try it."""

from __future__ import annotations

import ssl
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, Unusable
from hms_desktop.domain.messages import Channel, MessageKind
from hms_desktop.domain.phones import check_email
from hms_desktop.domain.settings import HospitalSettings, check_setting
from hms_desktop.outgoing.mail import MailServer, SendError, conversation
from hms_desktop.outgoing.message import Mail, build
from hms_desktop.outgoing.templates import Template, render, values_of
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.message_content import find_template
from hms_desktop.services.sending import mail_secret, mail_server
from hms_desktop.settings import keep_secret, read_secret


class MailSetupService(Service):
    """What an administrator does before the first mail goes out."""

    def __init__(
        self,
        context: Context,
        *,
        trust: ssl.SSLContext | None = None,
        secret: Callable[[str], str] = read_secret,
        keep: Callable[[str, str], None] = keep_secret,
    ) -> None:
        """Keep the keyring's two sides; ``trust`` are other certificates than the system's."""
        super().__init__(context)
        self._trust = trust
        self._secret = secret
        self._keep = keep

    @permitted("settings.manage")
    def has_password(self, actor: Actor) -> bool:
        """Say whether this computer's keyring has the mail server's password."""
        settings = self.context.settings()
        return bool(settings.mail_user and self._secret(mail_secret(settings)))

    @permitted("settings.manage")
    def keep_password(self, actor: Actor, password: str) -> None:
        """Put the mail server's password into this computer's keyring; raises Unusable.

        It lies nowhere else: every workstation that sends mail is given it once.
        """
        settings = self.context.settings()
        if not settings.mail_host or not settings.mail_user:
            raise Invalid("mail_user", "Save the mail server and its user first.")
        self._keep(mail_secret(settings), password)
        stamp = self.stamp(actor, "mail_password", None)

        def work(write: Write) -> None:
            write.record("setting", 0, after={"name": "mail password", "value": "•••"})

        self.database.write(stamp, work)

    @permitted("settings.manage")
    def try_mail(
        self, actor: Actor, address: str, changes: dict[str, Any], password: str = ""
    ) -> None:
        """Send one mail by the settings as they are typed, saved or not.

        ``password`` is one that is typed and not kept yet. Raises Invalid for a setting, address
        or password that is missing or cannot be, Unusable with what the server said.
        """
        recipient = check_email(address, "address")
        if not recipient:
            raise Invalid("address", "Give the address that the mail is to go to.")
        checked = {name: check_setting(name, value) for name, value in changes.items()}
        settings = replace(self.context.settings(), **checked)
        server = self._server(settings, password)
        with self.database.read() as connection:
            template = find_template(
                connection, MessageKind.TEST, Channel.EMAIL, settings.message_language
            )
        mail = _test_mail(settings, template, actor, recipient, self.context.now())
        try:
            message = build(mail)
        except ValueError as error:
            raise Unusable("The test mail could not be written. Look at its text.") from error
        try:
            with conversation(server, self._trust) as talk:
                talk.hand_over(message)
        except SendError as error:
            raise Unusable("The test mail did not go. {why}", why=error.why) from error

    def _server(self, settings: HospitalSettings, password: str) -> MailServer:
        """Return the server to try; raises Invalid naming what is missing."""
        if not settings.mail_host:
            raise Invalid("mail_host", "Give the mail server's name. No mail was sent.")
        if not settings.mail_from:
            raise Invalid("mail_from", "Give the address that mails come from. No mail was sent.")
        server = mail_server(settings, lambda name: password or self._secret(name))
        if server is None:
            raise Invalid(
                "password",
                "This computer's keyring has no password of {user}. No mail was sent. Type it, "
                "or take the user away.",
                user=settings.mail_user,
            )
        return server


def _test_mail(
    settings: HospitalSettings, template: Template, actor: Actor, recipient: str, now: datetime
) -> Mail:
    values = values_of({"workstation": actor.workstation}, settings, template.language)
    return Mail(
        sender=settings.mail_from,
        sender_name=settings.hospital_name,
        recipient=recipient,
        message_id=f"<{uuid.uuid4().hex}@{settings.mail_from.rpartition('@')[2]}>",
        written_at=now,
        content=render(template, values),
        reply_to=settings.mail_reply_to,
    )
