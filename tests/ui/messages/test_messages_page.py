from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from hms_desktop.db.writing import Write
from hms_desktop.domain.messages import Channel, Draft, MessageKind, OutboxState
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services import outbox_rows
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.ui.pages.messages import MessagesPage
from tests.services.conftest import Hospital, actor, make_hospital
from tests.support import seed
from tests.support.clock import FakeClock
from tests.ui.now.desk import Window


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    opened = open_services(sqlite_url, clock=FakeClock())
    yield opened
    opened.close()


@pytest.fixture
def page(qtbot: QtBot, services: Services) -> Iterator[MessagesPage]:
    """One message was refused for good, one waits, one patient is to be called."""
    hospital: Hospital = make_hospital(services.context.database)
    admin = actor(services, "Asha", ADMINISTRATOR)
    services.hospital.change_settings(admin, {"mail_host": "mail.example.org"})

    def work(write: Write) -> None:
        for key, channel, held in (
            ("bad", Channel.EMAIL, False),
            ("held", Channel.EMAIL, True),
            ("call", Channel.CALL, False),
        ):
            outbox_rows.write_message(
                write,
                Draft(
                    key,
                    MessageKind.BOOKED,
                    channel,
                    f"{key}@example.org",
                    {},
                    patient_id=hospital.patients[0],
                    held=held,
                ),
            )

    services.context.database.write(seed.stamp(), work)
    (leased,) = services.outbox.lease(admin, "me", 5, [Channel.EMAIL])
    services.outbox.failed(admin, leased, "There is no such mailbox (code 550).", permanent=True)
    window = Window(services)
    qtbot.addWidget(window)
    made = MessagesPage(window.desk, window)
    made.resize(1200, 700)
    window.resize(1200, 700)
    window.show()
    made.show()
    window.settle()
    yield made
    window.close_all()


def settle(page: MessagesPage) -> None:
    page.window().settle()  # type: ignore[attr-defined]


def choose(page: MessagesPage, view: str) -> None:
    page.view.set_value(view)
    page.view.changed.emit(view)
    settle(page)
    page.table.select_ids([row.id for row in page.table.rows()])
    settle(page)


def states(page: MessagesPage) -> list[str]:
    rows = page.desk.services.outbox.list(page.desk.actor)
    return [row.state for row in reversed(rows)]


@pytest.mark.feature("JOB-7")
def test_what_failed_is_shown_with_its_reason_and_sent_elsewhere(page: MessagesPage) -> None:
    choose(page, "attention")
    (row,) = page.table.rows()
    assert "code 550" in row.last_error
    page.correct()
    page.asking.text.setText("a@b.org, c@d.org")
    page.asking.answer()
    settle(page)
    assert page.asking.is_open
    page.asking.text.setText("good@example.org")
    page.asking.answer()
    settle(page)
    assert not page.asking.is_open
    assert states(page) == ["waiting", "held", "waiting"]


@pytest.mark.feature("JOB-6")
def test_a_held_message_goes_at_the_desks_word(page: MessagesPage) -> None:
    choose(page, "held")
    page.send()
    settle(page)
    assert states(page) == ["attention", "waiting", "waiting"]


@pytest.mark.feature("JOB-1")
def test_a_patient_is_called_and_leaves_the_list(page: MessagesPage) -> None:
    choose(page, "calls")
    assert page.called_button.isEnabled()
    page.called()
    settle(page)
    assert page.table.rows() == ()
    assert states(page)[-1] == OutboxState.SENT.value


@pytest.mark.feature("JOB-7")
def test_a_message_is_given_up(page: MessagesPage) -> None:
    choose(page, "attention")
    page.skip()
    settle(page)
    assert states(page)[0] == OutboxState.SKIPPED.value


@pytest.mark.feature("JOB-7")
def test_all_messages_are_narrowed_down_and_one_is_told_in_full(page: MessagesPage) -> None:
    page.open_messages("all")
    settle(page)
    assert len(page.table.rows()) == 3
    assert page.filters.isVisible()
    page.filters.state.set_value("attention")
    settle(page)
    (row,) = page.table.rows()
    page.table.select_ids([row.id])
    assert page.detail.text().startswith("Booking by mail · written Today")
    assert "tries: 1" in page.detail.text()
    assert page.why.text() == "There is no such mailbox (code 550)."
    page.filters.clear()
    page.filters.channel.set_value("call")
    settle(page)
    assert [one.channel for one in page.table.rows()] == ["call"]
    page.filters.clear()
    page.filters.text.setText("HELD@exam")
    page.filters.text.returnPressed.emit()
    settle(page)
    assert [one.recipient for one in page.table.rows()] == ["held@example.org"]
    page.filters.text.setText("100% nobody_")
    page.filters.text.returnPressed.emit()
    settle(page)
    assert page.table.rows() == ()
    page.open_messages("attention")
    settle(page)
    assert not page.filters.isVisible()
    assert len(page.table.rows()) == 1
