from __future__ import annotations

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed, Unusable
from hms_desktop.services.assembly import Services
from tests.support.smtp import HOST, mail_server

TYPED = {"mail_host": HOST, "mail_security": "none", "mail_from": "desk@example.org"}


@pytest.mark.feature("JOB-6")
def test_what_is_typed_is_tried_before_it_is_saved(services: Services, admin: Actor) -> None:
    with mail_server() as box:
        services.mail_setup.try_mail(admin, "me@example.org", {**TYPED, "mail_port": box.port})
    (mail,) = box.mails
    assert "desk-1" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert services.context.settings().mail_host == ""


@pytest.mark.feature("JOB-6")
def test_the_test_mail_says_what_the_hospital_made_of_it(services: Services, admin: Actor) -> None:
    texts = ("Hello from {{ workstation }}", "It works.", "")
    services.templates.save(admin, "test", "en", texts, 0)
    with mail_server() as box:
        services.mail_setup.try_mail(admin, "me@example.org", {**TYPED, "mail_port": box.port})
    assert str(box.mails[0]["Subject"]) == "Hello from desk-1"


@pytest.mark.feature("JOB-6")
def test_what_the_server_says_is_a_sentence(services: Services, admin: Actor) -> None:
    with mail_server() as box:
        box.answer = lambda _address: "550 no"
        with pytest.raises(Unusable, match="code 550"):
            services.mail_setup.try_mail(admin, "me@example.org", {**TYPED, "mail_port": box.port})


@pytest.mark.parametrize(
    ("address", "changes", "field"),
    [
        ("me@example.org", {}, "mail_host"),
        ("me@example.org", {"mail_host": HOST}, "mail_from"),
        ("me@example.org", {**TYPED, "mail_user": "desk"}, "password"),
        ("", TYPED, "address"),
        ("a@b.org, c@d.org", TYPED, "address"),
        ("me@example.org", {**TYPED, "mail_port": 0}, "mail_port"),
        ("me@example.org", {**TYPED, "mail_from": "nobody"}, "mail_from"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    services: Services, admin: Actor, address: str, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        services.mail_setup.try_mail(admin, address, changes)
    assert caught.value.field == field


@pytest.mark.feature("SEC-2")
def test_the_password_lies_in_the_keyring_alone(services: Services, admin: Actor) -> None:
    with pytest.raises(Invalid):
        services.mail_setup.keep_password(admin, "lantern-cobalt")
    services.hospital.change_settings(admin, {"mail_host": HOST, "mail_user": "desk"})
    assert not services.mail_setup.has_password(admin)
    services.mail_setup.keep_password(admin, "lantern-cobalt")
    assert services.mail_setup.has_password(admin)
    with services.context.database.read() as connection:
        dump = repr(connection.exec_driver_sql("SELECT * FROM audit_entry").all())
        dump += repr(connection.exec_driver_sql("SELECT * FROM setting").all())
    assert "mail password" in dump
    assert "lantern-cobalt" not in dump


def test_the_desk_may_not_set_mail_up(services: Services, desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.mail_setup.keep_password(desk, "x")
