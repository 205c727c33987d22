"""Hands mails to the hospital's mail server; TLS is verified, refusals are told apart."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage

TIMEOUT = 20.0
"""Seconds for each step of the conversation; all of them together stay below a lease."""
_PERMANENT = 500


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
    """The mail server cannot be reached or refuses the log-in: no mail would go."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how to hand mails over; ``security`` is starttls, tls or none."""

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = ""
    timeout: float = TIMEOUT


@contextmanager
def conversation(
    server: MailServer, trust: ssl.SSLContext | None = None
) -> Iterator[Callable[[EmailMessage], None]]:
    """Open a conversation and give a function that hands over one mail.

    Raises ServerAwayError when no mail can go, SendError from the function for one mail.
    """
    context = trust or ssl.create_default_context()
    try:
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
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
        yield lambda message: _hand_over(smtp, message)
    finally:
        with suppress(OSError, smtplib.SMTPException):  # it may have hung up long since
            smtp.quit()
        smtp.close()


def _hand_over(smtp: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, _text = next(iter(error.recipients.values()))
        raise _refused(code, "The mail server does not take mail for this address") from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, "The mail server refused the mail") from error
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        # Perhaps it was taken just before: the same Message-ID goes with the next try.
        raise ServerAwayError("The connection to the mail server broke off.") from error
    except (smtplib.SMTPException, ValueError) as error:
        raise SendError("The mail could not be written.", permanent=True) from error


def _refused(code: int, what: str) -> SendError:
    return SendError(f"{what} (code {code}).", permanent=code >= _PERMANENT)


def _away(error: Exception) -> ServerAwayError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerAwayError("The mail server's certificate is not valid. Nothing was sent.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ServerAwayError("The mail server offers no encryption. Nothing was sent to it.")
    return ServerAwayError("The mail server cannot be reached.")
