from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import RECEPTIONIST
from hms_desktop.services.assembly import Services
from hms_desktop.ui.now.now_panel import NowPanel
from tests.services.conftest import Hospital
from tests.support import seed
from tests.support.clock import FakeClock
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window


def show(window: Window) -> NowPanel:
    panel = NowPanel(window.desk)
    QVBoxLayout(window).addWidget(panel)
    window.resize(340, 900)
    window.show()
    window.settle()
    return panel


def status_of(services: Services, window: Window, visit: int) -> Status:
    return services.appointments.get(window.desk.actor, visit).status


@pytest.mark.feature("DSH-4")
def test_tiles_show_the_numbers_of_the_day(
    open_window: OpenWindow, visits: tuple[int, ...], services: Services
) -> None:
    window = open_window()
    panel = show(window)
    assert (panel.booked.value, panel.arrived.value, panel.waiting.value) == ("3", "0", "0")
    assert int(panel.free.value) > 0


@pytest.mark.feature("QUE-1")
def test_enter_checks_the_next_patient_in_and_the_board_shows_the_token(
    open_window: OpenWindow, visits: tuple[int, ...], services: Services, qtbot: QtBot
) -> None:
    window = open_window()
    panel = show(window)
    assert [line.key for line in panel.expected.model.lines] == list(visits[:2])
    panel.expected.focus_list()
    qtbot.keyClick(panel.expected.view, Qt.Key.Key_Return)
    window.settle()
    assert "token 1" in window.toast()
    assert status_of(services, window, visits[0]) is Status.ARRIVED
    assert [line.lead for line in panel.board.model.lines] == ["1"]
    assert panel.waiting.value == "1"
    assert window.desk.history.last()
    assert [line.key for line in panel.expected.model.lines] == [visits[1]]


@pytest.mark.feature("QUE-2")
def test_timers_run_without_asking_a_service_and_warn_by_icon_too(
    open_window: OpenWindow,
    visits: tuple[int, ...],
    services: Services,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window()
    actor = window.desk.actor
    row = services.appointments.get(actor, visits[0])
    services.queue.check_in(actor, row.id, row.version)
    panel = show(window)
    seen = []
    monkeypatch.setattr(window.runner, "run", lambda *_a, **_k: seen.append(1))
    for minutes, words, icon in (
        (0, "0 min", ""),
        (21, "21 min", "clock"),
        (20, "41 min", "alert"),
    ):
        clock.advance(minutes=minutes)
        panel.board.tick()
        line = panel.board.model.lines[0]
        assert (line.right, line.right_icon) == (words, icon)
    clock.advance(minutes=30)
    panel.board.tick()
    assert panel.board.model.lines[0].right == "1 h 11"
    assert seen == []


@pytest.mark.feature("QUE-2")
def test_keys_call_skip_return_and_start(
    open_window: OpenWindow, visits: tuple[int, ...], services: Services, qtbot: QtBot
) -> None:
    window = open_window()
    actor = window.desk.actor
    row = services.appointments.get(actor, visits[0])
    services.queue.check_in(actor, row.id, row.version)
    panel = show(window)
    panel.board.focus_list()
    states = []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_K, Qt.Key.Key_R, Qt.Key.Key_N, Qt.Key.Key_S):
        qtbot.keyClick(panel.board.view, key)
        window.settle()
        found = panel.board.rows()
        states.append(found[0].state if found else "")
    assert states == ["called", "skipped", "waiting", "called", "done"]
    assert status_of(services, window, visits[0]) is Status.IN_CONSULTATION
    assert panel.board.model.lines == ()
    panel.board.show_with_doctor(True)
    assert panel.board.model.lines[0].detail.startswith("With ")


@pytest.mark.feature("QUE-2")
def test_undo_takes_a_check_in_back_whoever_made_it(
    open_window: OpenWindow, visits: tuple[int, ...], services: Services, qtbot: QtBot
) -> None:
    window = open_window()
    other = open_window().desk.actor
    row = services.appointments.get(other, visits[0])
    services.queue.check_in(other, row.id, row.version)
    panel = show(window)
    panel.board.focus_list()
    qtbot.keyClick(panel.board.view, Qt.Key.Key_U)
    window.settle()
    assert "taken back" in window.toast()
    assert status_of(services, window, visits[0]) is Status.BOOKED
    assert panel.board.empty_text.startswith("Nobody is waiting")


@pytest.mark.feature("QUE-1")
def test_a_walk_in_gets_a_token_shown_large(
    open_window: OpenWindow, hospital: Hospital, services: Services
) -> None:
    window = open_window(RECEPTIONIST)
    panel = show(window)
    panel.open_walk_in()
    window.settle()
    walk_in = panel.walk_in
    assert walk_in is not None
    hit = services.patients.list(window.desk.actor)[0]
    walk_in.picker.set_patient(hit)
    walk_in.note.setPlainText("no appointment")
    draft = window.desk.drafts.get("walk_in")
    assert draft is not None
    assert draft["note"] == "no appointment"
    walk_in.whom.setCurrentIndex(0)
    walk_in.save()
    window.settle()
    assert "token 1" in window.toast()
    assert window.desk.drafts.get("walk_in") is None
    assert [(row.number, row.walk_in) for row in panel.board.rows()] == [(1, True)]


@pytest.mark.feature("PAT-5")
def test_look_alike_names_are_flagged_with_their_numbers(
    open_window: OpenWindow, visits: tuple[int, ...], services: Services, hospital: Hospital
) -> None:
    def rename(write: Write) -> None:
        for number, name in zip(hospital.patients, ("Asha", "Aisha", "Ashaa"), strict=False):
            write.update(patient, number, {"display_name": f"{name} Menon"}, version=None)

    services.context.database.write(seed.stamp(), rename)
    panel = show(open_window())
    assert all("look-alike" in line.flag for line in panel.expected.model.lines)
    assert all(
        line.flag.endswith(row.mrn)
        for line, row in zip(
            panel.expected.model.lines,
            panel.expected._rows.values(),
            strict=False,
        )
    )


def test_without_the_right_there_is_no_button(
    open_window: OpenWindow, visits: tuple[int, ...]
) -> None:
    window = open_window(frozenset({"appointments.read"}))
    panel = show(window)
    assert {line.button for line in panel.expected.model.lines} == {""}
    assert panel.walk_in is None
    assert not panel.next_button.isVisible()
    assert window.errors == []


@pytest.mark.feature("QUE-2")
def test_another_room_from_the_board_by_keyboard(
    open_window: OpenWindow, visits: tuple[int, ...], services: Services, qtbot: QtBot
) -> None:
    window, other = open_window(), open_window()
    actor = window.desk.actor
    row = services.appointments.get(actor, visits[0])
    services.queue.check_in(actor, row.id, row.version)
    theirs = services.appointments.get(actor, visits[1])
    choices = services.appointments.rooms(actor, visits[1]).rooms
    services.appointments.change_room(actor, theirs.id, theirs.version, choices[1].id)
    panel, elsewhere = show(window), show(other)
    panel.board.focus_list()
    menu = panel.board.menu_for(panel.board.current_key())
    assert "Another room…\tM" in [one.text() for one in menu.actions()]
    qtbot.keyClick(panel.board.view, Qt.Key.Key_M)
    window.settle()
    shown = [(line.title, line.detail) for line in panel.rooms.list.model.lines]
    taken = f"taken 12:20–12:50 · {theirs.doctor_name}"
    assert shown == [(choices[0].name, "free"), (choices[1].name, taken)]
    # The taken one is refused by name, and the panel stays.
    qtbot.keyClick(panel.rooms.list.view, Qt.Key.Key_Down)
    qtbot.keyClick(panel.rooms.list.view, Qt.Key.Key_Return)
    window.settle()
    assert f"taken from 12:20 to 12:50 by {theirs.doctor_name}" in panel.rooms.error.text()
    qtbot.keyClick(panel.rooms.list.view, Qt.Key.Key_Up)
    qtbot.keyClick(panel.rooms.list.view, Qt.Key.Key_Return)
    window.settle()
    other.settle()
    assert not panel.rooms.is_open
    assert window.toast().endswith(f"has {choices[0].name}")
    for one in (panel, elsewhere):
        assert one.board.model.lines[0].right_detail == choices[0].name
    taken_back = window.desk.history.take()
    assert taken_back is not None
    services.undo.undo(actor, taken_back[0])
    assert services.appointments.get(actor, visits[0]).room_id is None
    # One with a room of its own may be left without.
    row = services.appointments.get(actor, visits[0])
    services.appointments.change_room(actor, row.id, row.version, choices[0].id)
    window.settle()
    panel.board.act("room")
    window.settle()
    assert [line.title for line in panel.rooms.list.model.lines][-1] == "No room of its own"
    qtbot.keyClick(panel.rooms.list.view, Qt.Key.Key_End)
    qtbot.keyClick(panel.rooms.list.view, Qt.Key.Key_Return)
    window.settle()
    assert window.toast().endswith("has no room of its own")
    assert services.appointments.get(actor, visits[0]).room_id is None


def test_without_the_right_the_board_offers_no_room(
    open_window: OpenWindow, visits: tuple[int, ...], services: Services
) -> None:
    window = open_window(RECEPTIONIST - {"queue.manage"})
    actor = window.desk.actor
    row = services.appointments.get(actor, visits[0])
    services.queue.check_in(actor, row.id, row.version)
    panel = show(window)
    panel.board.focus_list()
    assert not panel.board.act("room")
    assert not panel.rooms.is_open
