"""Settings of the hospital and the reading of the audit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed, Stale
from hms_desktop.domain.settings import check_setting
from tests.support.clock import FakeClock
from tests.support.programs import OTHER, Program
from tests.support.strings import naughty_strings
from tests.support.trail import entries


@pytest.fixture
def admin(program: Program) -> Actor:
    return program.begin()[1]


@pytest.mark.feature("OPS-1")
def test_settings_are_kept_and_reach_open_programs(
    program: Program, second: Program, admin: Actor
) -> None:
    assert str(second.context.zone()) == "Asia/Kolkata"
    changes = {"zone": "Europe/Berlin", "hold_seconds": 60, "day_first": False}
    new = program.hospital.change_settings(admin, changes, request_id="s-1")
    assert (new.zone, new.hold_seconds, new.day_first) == ("Europe/Berlin", 60, False)
    assert program.hospital.settings(admin) == new
    writers = program.hospital.setting_writers(admin)
    assert writers["hold_seconds"] == admin.name
    assert writers["hospital_name"] == "", "written by the first start"
    second.hear_everything()
    assert second.context.settings() == new
    assert second.hospital.public_face().zone == "Europe/Berlin"


@pytest.mark.feature("OPS-1")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"default_start_minute": 1020}, "default_end_minute"),
        ({"waiting_warn_minutes": 40}, "waiting_alarm_minutes"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"hospital_name": "  "}, "hospital_name"),
        ({"no_such": 1}, "no_such"),
        ({"demo": True}, "demo"),
        ({"hospital_name": "New name", "slot_minutes": "30"}, "slot_minutes"),
    ],
)
def test_a_refused_setting_changes_none(
    program: Program, admin: Actor, changes: dict[str, Any], field: str
) -> None:
    before = program.hospital.settings(admin)
    with pytest.raises(Invalid) as caught:
        program.hospital.change_settings(admin, changes)
    assert caught.value.field == field
    program.context.cache.clear()
    assert program.hospital.settings(admin) == before


def test_two_times_that_fit_together_may_change_together(program: Program, admin: Actor) -> None:
    changes = {"default_start_minute": 1080, "default_end_minute": 1320}
    assert program.hospital.change_settings(admin, changes).default_end_minute == 1320


@pytest.mark.feature("NET-1")
def test_a_setting_changed_meanwhile_is_found(
    program: Program, second: Program, admin: Actor
) -> None:
    program.add_user(admin, "leela", "admin")
    other = second.accounts.log_in("leela", OTHER, "desk-2")
    seen = second.hospital.setting_versions(other)
    program.hospital.change_settings(admin, {"hold_seconds": 60})
    with pytest.raises(Stale) as caught:
        second.hospital.change_settings(other, {"hold_seconds": 90}, versions=seen)
    assert "Asha Rao" in str(caught.value)
    assert caught.value.current is not None
    # Another setting of the same form is not in the way.
    changed = second.hospital.change_settings(other, {"mrn_prefix": "L"}, versions=seen)
    assert (changed.mrn_prefix, changed.hold_seconds) == ("L", 60)
    seen = second.hospital.setting_versions(other)
    assert second.hospital.change_settings(other, {"hold_seconds": 90}, versions=seen)


def test_who_may_not_change_settings(program: Program, admin: Actor) -> None:
    program.add_user(admin, "meera", "receptionist")
    desk = program.accounts.log_in("meera", OTHER, "desk-1")
    assert program.hospital.settings(desk)
    for call in (
        lambda: program.hospital.change_settings(desk, {"hold_seconds": 60}),
        lambda: program.hospital.setting_versions(desk),
        lambda: entries(program.context, desk),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_hostile_strings_as_the_name_of_the_hospital(program: Program, admin: Actor) -> None:
    for text in naughty_strings()[::6]:
        try:
            cleaned = check_setting("hospital_name", text)
        except Invalid:
            with pytest.raises(Invalid):
                program.hospital.change_settings(admin, {"hospital_name": text})
            continue
        program.hospital.change_settings(admin, {"hospital_name": text})
        assert program.hospital.public_face().hospital_name == cleaned


@pytest.mark.feature("SEC-1")
def test_the_audit_says_who_did_what_when_where(
    program: Program, admin: Actor, clock: FakeClock
) -> None:
    begun = clock()
    clock.advance(hours=1)
    program.hospital.change_settings(admin, {"hold_seconds": 60}, request_id="s-1")
    program.hospital.change_settings(admin, {"hold_seconds": 90}, request_id="s-2")
    found = entries(program.context, admin, entity="setting", action="change_settings")
    assert [one.request_id for one in found] == ["s-2", "s-1"]
    row, (value,) = found[0].row, [one for one in found[0].fields if one.name == "value"]
    assert (row.user_name, row.role, row.workstation) == ("Asha Rao", "admin", "office")
    assert (value.before, value.after) == (60, 90)
    assert row.at == clock()
    early = entries(program.context, admin, begins=begun, ends=begun + timedelta(minutes=1))
    assert {one.row.action for one in early} == {"first_start", "log_in"}
