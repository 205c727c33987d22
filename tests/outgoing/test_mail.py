from __future__ import annotations

import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from hms_desktop.domain.errors import Invalid
from hms_desktop.outgoing.calendar_entry import Entry, ics
from hms_desktop.outgoing.mail import MailServer, SendError, ServerAwayError, conversation
from hms_desktop.outgoing.message import Attachment, Mail, build
from hms_desktop.outgoing.templates import Rendered
from tests.support.smtp import HOST, certificate, mail_server
from tests.support.strings import naughty_strings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ENTRY = Entry(
    "visit-7@example.org", 0, "REQUEST", NOON, NOON + timedelta(minutes=30), NOON,
    "City Care: Dr Rao", "Room 2", "desk@example.org", "asha@example.org",
)  # fmt: skip
MAIL = Mail(
    "desk@example.org", "City Care", "asha@example.org", "<m-1@example.org>", NOON,
    Rendered("Your appointment", "Dear Asha\n", "<p>Dear Asha</p>"),
    calendar=ics(ENTRY),
    attachments=(Attachment("report.pdf", b"%PDF-1.7"),),
)  # fmt: skip


@pytest.fixture
def secure(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    _path, server, client = certificate(tmp_path)
    return server, client


# ------------------------------------------------------------------------------- the message
@pytest.mark.feature("JOB-6")
def test_a_mail_has_text_html_calendar_and_files() -> None:
    message = build(MAIL)
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "text/calendar", "application/pdf"]
    assert message["Message-ID"] == "<m-1@example.org>"
    assert message["To"] == "asha@example.org"


@pytest.mark.feature("SEC-3")
@pytest.mark.parametrize(
    "address",
    ["a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", "a@b@c", "", "a b@c.d"],
)
def test_one_address_is_one_recipient(address: str) -> None:
    with pytest.raises((Invalid, ValueError, IndexError)):
        build(replace(MAIL, recipient=address))


@pytest.mark.feature("SEC-3")
@pytest.mark.parametrize("hostile", naughty_strings()[::9])
def test_no_text_makes_a_header(hostile: str) -> None:
    subject = " ".join(hostile.split())
    try:
        message = build(replace(MAIL, content=Rendered(subject, hostile + "\n", "")))
    except ValueError:
        return  # refused whole
    assert {name for name, _value in message.items()} <= {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip


@pytest.mark.feature("JOB-6")
def test_the_calendar_entry_is_read_back() -> None:
    hostile = replace(ENTRY, method="CANCEL", sequence=3, summary="a;b,c\nATTENDEE:mailto:x@y.z")
    calendar = Calendar.from_ical(ics(hostile))
    (event,) = calendar.events
    assert calendar["method"] == "CANCEL"
    assert (event["sequence"], event["status"], event["uid"]) == (3, "CANCELLED", ENTRY.uid)
    assert event.decoded("dtstart") == NOON
    assert str(event["summary"]) == hostile.summary
    assert str(event["attendee"]) == "mailto:asha@example.org"


# -------------------------------------------------------------------------- the conversation
@pytest.mark.feature("JOB-6")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_over_a_verified_connection(
    security: str, secure: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server, trust = secure
    options = {security: server, "auth": security == "starttls"}
    with mail_server(**options) as box:  # type: ignore[arg-type]
        there = MailServer(HOST, box.port, security, timeout=5)
        if security == "starttls":
            there = replace(there, user="desk", password="lantern-cobalt")
        with conversation(there, trust) as talk:
            talk.hand_over(build(MAIL))
    assert box.recipients == ["asha@example.org"]
    assert box.ids() == ["<m-1@example.org>"]


@pytest.mark.feature("JOB-6")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    security: str, secure: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    with (
        mail_server(**{security: secure[0]}) as box,  # type: ignore[arg-type]
        pytest.raises(ServerAwayError, match="certificate is not valid"),
        conversation(MailServer(HOST, box.port, security, timeout=5)),
    ):
        pass
    assert box.mails == []


def test_without_encryption_nothing_is_sent_where_it_was_asked_for() -> None:
    with (
        mail_server() as box,
        pytest.raises(ServerAwayError, match="no encryption"),
        conversation(MailServer(HOST, box.port, "starttls", timeout=5)),
    ):
        pass


def test_a_wrong_password_is_told_apart(secure: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with (
        mail_server(starttls=secure[0], auth=True) as box,
        pytest.raises(ServerAwayError, match="does not accept the log-in"),
        conversation(MailServer(HOST, box.port, "starttls", "desk", "wrong", 5), secure[1]),
    ):
        pass


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 no such user", True), ("451 later", False)]
)
def test_refusals_are_told_apart(answer: str, permanent: bool) -> None:
    with mail_server() as box:
        box.answer = lambda _recipient: answer
        with conversation(MailServer(HOST, box.port, "none", timeout=5)) as talk:
            with pytest.raises(SendError) as caught:
                talk.hand_over(build(MAIL))
            assert caught.value.permanent is permanent
            assert "asha" not in caught.value.why
            box.answer = lambda _recipient: "250 taken"
            talk.hand_over(build(MAIL))
    assert len(box.mails) == 1


def test_a_server_that_hangs_up_after_the_mail_may_have_it() -> None:
    with mail_server() as box:
        box.drop_after_data = True
        with (
            conversation(MailServer(HOST, box.port, "none", timeout=5)) as talk,
            pytest.raises(ServerAwayError),
        ):
            talk.hand_over(build(MAIL))
    assert len(box.mails) == 1


def test_nobody_there_is_a_sentence() -> None:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    with (
        pytest.raises(ServerAwayError, match="cannot be reached"),
        conversation(MailServer(HOST, port, "none", timeout=2)),
    ):
        pass
