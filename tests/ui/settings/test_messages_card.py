"""Mail is set up and tried from the settings, against a real server."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from hms_desktop.services.assembly import Services
from hms_desktop.ui.settings.messages_card import MessagesCard
from tests.support.smtp import HOST, certificate, mail_server
from tests.ui.shell_desk import PASSWORD, Place, begin, place


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    one = begin(sqlite_url)
    yield one
    one.close()


@pytest.fixture
def here(qapp: QApplication, services: Services, tmp_path: Path) -> Iterator[Place]:
    with place(services, tmp_path / "drafts", "asha", PASSWORD) as one:
        yield one


@pytest.fixture
def secure(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    _path, server, client = certificate(tmp_path)
    return server, client


def show(here: Place, port: int, **typed: object) -> MessagesCard:
    card = MessagesCard(here.desk, here.window)
    card.load()
    here.window.show()
    here.settle()
    values = {"mail_host": HOST, "mail_port": port, "mail_from": "desk@example.org", **typed}
    for name, value in values.items():
        card.editors[name].write(value)
    card.address.setText("me@example.org")
    return card


def attempt(card: MessagesCard, here: Place) -> str:
    card.try_button.click()
    here.settle()
    assert card.try_button.isEnabled()
    return card.said.text()


@pytest.mark.feature("JOB-6")
@pytest.mark.feature("SEC-2")
def test_mail_is_tried_over_a_verified_connection_with_the_password_of_the_keyring(
    here: Place,
    secure: tuple[ssl.SSLContext, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, client = secure
    with mail_server(starttls=server, auth=True) as box:
        card = show(here, box.port, mail_user="desk")
        assert "None is kept here" in card.password_field._note.text()
        assert "certificate is not valid" in attempt_with(card, here, "lantern-cobalt")
        assert box.mails == []
        monkeypatch.setattr(here.services.mail_setup, "_trust", client)
        assert "keyring has no password" in attempt(card, here)
        assert card.password_field.error
        assert "does not accept the log-in" in attempt_with(card, here, "wrong")
        assert "took a mail to me@example.org" in attempt_with(card, here, "lantern-cobalt")
        card.save()
        here.settle()
        card.keep_button.click()
        here.settle()
        assert card.password.text() == ""
        assert "One is kept" in card.password_field._note.text()
        assert "took a mail" in attempt(card, here), "by the keyring's password"
    assert len(box.mails) == 2
    assert "cannot be reached" in attempt(card, here), "the server is gone"


def attempt_with(card: MessagesCard, here: Place, password: str) -> str:
    card.password.setText(password)
    said = attempt(card, here)
    if "took" not in said:
        card.password.clear()
    return said


@pytest.mark.feature("JOB-6")
def test_each_thing_that_is_missing_is_said_at_its_field(here: Place) -> None:
    card = show(here, 25, mail_security="none", mail_from="")
    attempt(card, here)
    assert "address that mails come from" in card.form.field("mail_from").error
    card.editors["mail_from"].write("desk@example.org")
    card.address.setText("a@b.org, c@d.org")
    attempt(card, here)
    assert card.address_field.error
    with mail_server() as box:
        box.answer = lambda _address: "550 no"
        card.editors["mail_port"].write(box.port)
        card.address.setText("me@example.org")
        assert "code 550" in attempt(card, here)
