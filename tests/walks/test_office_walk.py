"""An administrator's hour: a text is edited, a job run by hand, a mail that failed is retried."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.db.writing import Write
from hms_desktop.domain.messages import Channel, Draft, MessageKind
from hms_desktop.jobs import sender
from hms_desktop.services import outbox_rows
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.jobs import words
from hms_desktop.ui.pages.base import Page
from hms_desktop.ui.pages.jobs import JobsPage
from hms_desktop.ui.pages.message_texts import MessageTextsPage
from hms_desktop.ui.pages.messages import MessagesPage
from tests.support import seed
from tests.support.programs import cheap
from tests.support.smtp import HOST, Mailbox, mail_server
from tests.ui.shell_desk import PASSWORD, begin
from tests.walks.keyboard import CONTROL, Keyboard

P = TypeVar("P", bound=Page)
CLOSED_WITHIN = 3.0


class Office(Keyboard):
    """A keyboard at an administrator's window, over a database whose services are at hand."""

    @property
    def services(self) -> Services:
        opened = self.program._opened
        assert opened is not None
        return opened.services

    def page(self, kind: type[P]) -> P:
        """Go to a page by its name, as Ctrl+K does."""
        bench = self.sessions.bench
        assert bench is not None
        title = next(tab.title for tab in bench.known if tab.make is kind)
        self.command(f"Go to {title}")
        self.until(lambda: isinstance(bench.scope, kind))
        assert isinstance(bench.scope, kind)
        return bench.scope

    def status(self, part: str) -> str:
        bench = self.sessions.bench
        assert bench is not None
        return bench.status.parts[part].words


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def office(
    qtbot: QtBot,
    qapp: QApplication,
    sqlite_url: str,
    post: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    """A hospital with a mail server, one visit that was missed, and Asha at the window."""
    services = begin(sqlite_url)
    system = services.context.gate.system("set-up")
    mail = {"mail_host": HOST, "mail_port": post.port, "mail_security": "none"}
    changes = {**mail, "mail_from": "desk@example.org", "no_show_after_minutes": 30}
    services.hospital.change_settings(system, changes)
    missed = services.context.now() - timedelta(hours=5)
    seed.Clinic(services.context.database).book(starts_at=missed)
    services.close()
    monkeypatch.setattr(
        opening, "open_services", lambda url: open_services(url, authenticator=cheap())
    )
    monkeypatch.setattr(sender, "SEND_SECONDS", 0.2)
    program = Program(qapp, WindowOptions(database=sqlite_url, demo=False), load_settings())
    program.window.resize(1400, 900)
    program.start()
    program.window.activateWindow()
    one = Office(program, qtbot)
    one.until(lambda: program.sessions is not None)
    one.log_in("asha", PASSWORD)
    yield one
    one.until(lambda: True)
    program.window.close()
    begun = time.monotonic()
    program.close()
    took = time.monotonic() - begun
    program.window.deleteLater()
    program.deleteLater()
    QApplication.processEvents()
    assert took < CLOSED_WITHIN, "closing ends or hands back what runs, in time"


def put_a_message(services: Services) -> None:
    now = services.context.now()
    data = {
        **dict.fromkeys(("mrn", "doctor_name", "department", "visit_type", "room"), "x"),
        "patient_name": "Kumar <b>Swamy</b>",
        "starts_at": now.isoformat(),
        "ends_at": now.isoformat(),
    }

    def work(write: Write) -> None:
        draft = Draft("walk", MessageKind.BOOKED, Channel.EMAIL, "kumar@example.org", data)
        outbox_rows.write_message(write, draft)

    services.context.database.write(seed.stamp(), work)


@pytest.mark.feature("JOB-6")
@pytest.mark.feature("JOB-7")
@pytest.mark.feature("JOB-8")
def test_an_administrators_hour(office: Office, post: Mailbox) -> None:
    texts = office.page(MessageTextsPage)
    texts.table.select_ids([("booked", "email", "en")])
    office.until(texts.preview.subject.text)
    texts.editor.subject.setFocus()
    office.press(Qt.Key.Key_A, CONTROL)
    office.type("See you soon, {{ patient_name }}")
    office.until(lambda: texts.preview.subject.text() == "See you soon, Asha Kumar")
    office.press(Qt.Key.Key_S, CONTROL)
    office.until(lambda: not texts.frame.save_button.isEnabled())

    jobs = office.page(JobsPage)
    jobs.table.select_ids(["no_show"])
    office.until(lambda: jobs.detail.heading.text() == "Mark no-shows")
    jobs.table.view.setFocus()
    office.press(Qt.Key.Key_R, CONTROL)
    office.until(lambda: [row.state for row in jobs.detail.runs.rows()] == ["done"])
    (run,) = jobs.detail.runs.rows()
    assert words.outcome_word(run) == "1 marked"
    assert run.workstation

    post.answer = lambda _address: "550 no such mailbox"
    put_a_message(office.services)
    office.until(lambda: office.status("messages") == "Messages not sent: 1")
    bench = office.sessions.bench
    assert bench is not None
    bench.status.parts["messages"].setFocus()
    office.press(Qt.Key.Key_Space)
    office.until(lambda: isinstance(bench.scope, MessagesPage))
    page = bench.scope
    assert isinstance(page, MessagesPage)
    office.until(lambda: len(page.table.rows()) == 1)
    page.table.select_ids([page.table.rows()[0].id])
    assert "code 550" in page.why.text()
    post.answer = lambda _address: "250 taken"
    page.send_button.setFocus()
    office.press(Qt.Key.Key_Space)
    office.until(lambda: post.mails)
    assert str(post.mails[0]["Subject"]) == "See you soon, Kumar <b>Swamy</b>"
    office.until(lambda: not office.status("messages"))
    assert page.table.rows() == ()
