"""Hands mails to the hospital's mail server; TLS is verified, refusals are told apart."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage

TIMEOUT = 20.0
"""Seconds for each step of the conversation; all of them together stay below a lease."""
_PERMANENT = 500
_GO_AHEAD, _CLOSING, _TOO_LARGE = 354, 421, 552


class SendError(Exception):
    """A mail did not go; ``permanent`` when trying again cannot help.

    The text is for the desk: a sentence without personal data.
    """

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        """Keep the sentence."""
        super().__init__(why)
        self.why = why
        self.permanent = permanent


class ServerAwayError(SendError):
    """The mail server cannot be reached or takes nothing from us: no mail would go.

    ``maybe_taken``: it broke off when the mail was on its way, so the server may have it.
    """

    def __init__(self, why: str, *, maybe_taken: bool = False) -> None:
        """Keep the sentence and how far it was."""
        super().__init__(why)
        self.maybe_taken = maybe_taken


class WithdrawnError(Exception):
    """The mail was kept back at the last moment: it is not ours to send any more."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how to hand mails over; ``security`` is starttls, tls or none."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = ""
    timeout: float = TIMEOUT


class Conversation:
    """An open conversation with a mail server."""

    def __init__(self, smtp: _Fenced) -> None:
        """Keep the connection."""
        self._smtp = smtp

    def hand_over(self, message: EmailMessage, may_go: Callable[[], bool] = lambda: True) -> None:
        """Hand over one mail.

        ``may_go`` is asked when the server waits for the mail itself, before the first letter of
        it leaves; the conversation is over when it says no. Raises WithdrawnError then, SendError
        for one mail, ServerAwayError when no mail can go.
        """
        self._smtp.may_go, self._smtp.on_its_way = may_go, False
        try:
            self._smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, _text = next(iter(error.recipients.values()))
            raise _refused(code, "The mail server does not take mail for this address") from error
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code == _TOO_LARGE:
                raise _refused(_TOO_LARGE, "The mail is too large for the mail server") from error
            raise ServerAwayError(
                f"The mail server does not take mail from the hospital's address "
                f"(code {error.smtp_code}). Check the sender in the settings of mail."
            ) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, "The mail server refused the mail") from error
        except smtplib.SMTPServerDisconnected as error:
            raise self._broken() from error
        except (smtplib.SMTPException, ValueError) as error:
            raise SendError("The mail could not be written.", permanent=True) from error
        except OSError as error:
            raise self._broken() from error

    @property
    def on_its_way(self) -> bool:
        """Whether the mail itself has left, and its answer has not come yet."""
        return self._smtp.on_its_way

    def abort(self) -> None:
        """Break off from another thread: whoever waits for the server waits no more."""
        if self._smtp.sock is not None:
            with suppress(OSError):  # closed a moment ago
                self._smtp.sock.shutdown(socket.SHUT_RDWR)

    def _broken(self) -> ServerAwayError:
        # Perhaps it was taken just before: the same Message-ID goes with the next try.
        return ServerAwayError(
            "The connection to the mail server broke off.", maybe_taken=self._smtp.on_its_way
        )


class _Fenced(smtplib.SMTP):
    """Asks once more before a mail leaves, as late as that can be done."""

    may_go: Callable[[], bool] = staticmethod(lambda: True)
    on_its_way = False

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer; when it asks for the mail itself, send it or break off."""
        code, text = super().getreply()
        if code == _GO_AHEAD:
            if not self.may_go():
                # Without the final dot the server throws away what it has.
                self.close()
                raise WithdrawnError
            self.on_its_way = True
        return code, text


class _FencedTls(_Fenced, smtplib.SMTP_SSL):
    """The same, encrypted from the first letter on."""


@contextmanager
def conversation(server: MailServer, trust: ssl.SSLContext | None = None) -> Iterator[Conversation]:
    """Open a conversation; raises ServerAwayError when no mail can go."""
    context = trust or ssl.create_default_context()
    try:
        smtp = (
            _FencedTls(server.host, server.port, timeout=server.timeout, context=context)
            if server.security == "tls"
            else _Fenced(server.host, server.port, timeout=server.timeout)
        )
    except (OSError, smtplib.SMTPException) as error:
        raise _away(error) from error
    try:
        try:
            if server.security == "starttls":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
        except smtplib.SMTPAuthenticationError as error:
            raise ServerAwayError(
                "The mail server does not accept the log-in. Check user and password in the "
                "settings of mail."
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _away(error) from error
        yield Conversation(smtp)
    finally:
        with suppress(OSError, smtplib.SMTPException):  # it may have hung up long since
            smtp.quit()
        smtp.close()


def _refused(code: int, what: str) -> SendError:
    if code == _CLOSING:
        return ServerAwayError(f"The mail server takes no more mail now (code {code}).")
    return SendError(f"{what} (code {code}).", permanent=code >= _PERMANENT)


def _away(error: Exception) -> ServerAwayError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerAwayError("The mail server's certificate is not valid. Nothing was sent.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ServerAwayError("The mail server offers no encryption. Nothing was sent to it.")
    return ServerAwayError("The mail server cannot be reached.")
