from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.hours import SessionHours
from hms_desktop.domain.permissions import DOCTOR, RECEPTIONIST
from hms_desktop.ui.pages.availability import AvailabilityPage
from hms_desktop.ui.seats import page_tabs
from tests.ui.availability.desk import Room, room

pytestmark = pytest.mark.feature("AVL-1", "AVL-2", "AVL-3", "AVL-4")


def test_a_doctor_sees_the_own_time_an_administrator_any(own: Room) -> None:
    assert own.page.doctor_id() == own.doctor
    assert not own.page.who.isVisible()
    assert own.page.may_edit()


def test_an_administrator_chooses(admin: Room) -> None:
    assert admin.page.who.count() == 2
    admin.page.show_doctor(admin.place.doctors[1])
    admin.settle()
    assert admin.page.doctor_id() == admin.place.doctors[1]
    assert admin.page.may_edit()


def test_without_the_permission_everything_is_only_shown(
    qapp: QApplication, sqlite_url: str, tmp_path: Path
) -> None:
    blind = DOCTOR - {"availability.manage_own"}
    with room(sqlite_url, tmp_path / "drafts", permissions=blind, own=True) as opened:
        page = opened.page
        assert not page.may_edit()
        assert not page.week.save_button.isVisible()
        assert page.week.texts.lines[0].isReadOnly()
        opened.go("dates")
        assert not page.dates.form.isVisible()
        opened.go("leave")
        assert not page.leave.form.isVisible()
        assert not page.leave.delete_button.isVisible()


def test_the_tab_is_there_for_who_may_use_it(admin: Room, qapp: QApplication) -> None:
    gate = admin.services.context.gate
    boss = gate.system("boss")
    assert AvailabilityPage in [tab.make for tab in page_tabs(boss)]
    for permissions, doctor_id, expected in (
        (DOCTOR, 1, True),
        (DOCTOR - {"availability.manage_own"}, 1, False),
        (RECEPTIONIST, None, False),
    ):
        actor = type(boss)("t", None, "x", ("r",), permissions, "w", doctor_id)
        assert (AvailabilityPage in [tab.make for tab in page_tabs(actor)]) is expected


def test_the_parts_are_reached_by_keys_and_remembered(admin: Room) -> None:
    page = admin.page
    page.commands.run("availability.leave")
    admin.settle()
    assert page.leave.isVisible()
    assert page.desk.memory.get("availability/part", "") == "leave"
    page.commands.run("availability.week")
    assert page.week.isVisible()


def test_announcements_reload_what_is_shown(admin: Room) -> None:
    boss = admin.services.context.gate.system("boss")
    admin.services.availability.set_week(boss, admin.doctor, [SessionHours(6, 540, 600)])
    QApplication.processEvents()
    admin.page.reload()
    admin.settle()
    assert admin.page.week.grid.period.days[6] != ()
