"""Changing one's password, one-time codes and recovery codes."""

from __future__ import annotations

import pytest

from hms_desktop.domain.accounts import CreateUser
from hms_desktop.domain.errors import Invalid, NotAllowed
from tests.support.clock import FakeClock
from tests.support.programs import GOOD, OTHER, Program

NEW = "seven quiet harbour dogs"


@pytest.mark.feature("ACC-3")
def test_changing_the_password_ends_the_log_ins_elsewhere(
    program: Program, second: Program
) -> None:
    _, here = program.begin()
    elsewhere = second.accounts.log_in("asha.rao", GOOD, "desk-2")
    program.accounts.change_password(here, GOOD, NEW, request_id="once")
    program.accounts.change_password(here, GOOD, NEW, request_id="once")
    second.hear_everything()
    assert program.accounts.profile(here)
    with pytest.raises(NotAllowed, match="ended"):
        second.accounts.profile(elsewhere)
    with pytest.raises(Invalid):
        second.accounts.log_in("asha.rao", GOOD, "desk-2")
    assert second.accounts.log_in("asha.rao", NEW, "desk-2")


@pytest.mark.feature("ACC-3")
@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("wrong", NEW, "old"),
        (GOOD, "fourteen chars", "new"),
        (GOOD, GOOD, "new"),
        (GOOD, "asha rao lakeside clinic", "new"),
        (GOOD, "qwertyuiopasdfgh", "new"),
        (GOOD, "111111111111111111", "new"),
        (GOOD, "x" * 300, "new"),
        (GOOD, "half a character \ud800 here", "new"),
    ],
)
def test_a_bad_new_password_is_refused_with_its_field(
    program: Program, old: str, new: str, field: str
) -> None:
    _, admin = program.begin()
    with pytest.raises(Invalid) as caught:
        program.accounts.change_password(admin, old, new)
    assert caught.value.field == field
    assert program.accounts.log_in("asha.rao", GOOD, "desk-1")


@pytest.mark.feature("ACC-8")
def test_a_code_sets_the_password_once_and_runs_out(program: Program, clock: FakeClock) -> None:
    _, admin = program.begin()
    meera = program.accounts.create_user(admin, CreateUser("meera", "Meera", ("receptionist",)))
    with pytest.raises(Invalid):
        program.accounts.log_in("meera", "", "desk-1")
    first = program.accounts.start_reset(admin, meera.id)
    code = program.accounts.start_reset(admin, meera.id)
    for bad in (first.code, "0000-0000-0000-0000", ""):
        with pytest.raises(Invalid) as caught:
            program.accounts.redeem_code("meera", bad, OTHER)
        assert caught.value.field == "code"
        clock.advance(minutes=3)
    with pytest.raises(Invalid) as caught:
        program.accounts.redeem_code("meera", code.code, "meera meera meera")
    assert caught.value.field == "new_password"
    program.accounts.redeem_code("MEERA", code.code.lower().replace("-", " "), OTHER)
    assert program.accounts.log_in("meera", OTHER, "desk-1")
    with pytest.raises(Invalid):
        program.accounts.redeem_code("meera", code.code, NEW)
    clock.advance(minutes=3)
    late = program.accounts.start_reset(admin, meera.id)
    clock.advance(hours=24)
    with pytest.raises(Invalid):
        program.accounts.redeem_code("meera", late.code, NEW)
    assert program.accounts.log_in("meera", OTHER, "desk-1")


@pytest.mark.feature("ACC-7")
def test_a_recovery_code_works_once(program: Program, clock: FakeClock) -> None:
    started, admin = program.begin()
    program.accounts.redeem_code("asha.rao", started.recovery_codes[0], NEW)
    with pytest.raises(NotAllowed, match="ended"):
        program.accounts.profile(admin)
    again = program.accounts.log_in("asha.rao", NEW, "desk-1")
    with pytest.raises(Invalid):
        program.accounts.redeem_code("asha.rao", started.recovery_codes[0], OTHER)
    assert program.accounts.profile(again).recovery_codes_left == 7
    fresh = program.accounts.new_recovery_codes(again, NEW)
    with pytest.raises(Invalid):
        program.accounts.redeem_code("asha.rao", started.recovery_codes[1], OTHER)
    program.accounts.redeem_code("asha.rao", fresh[1], OTHER)


def test_a_reset_code_of_one_opens_nobody_else(program: Program) -> None:
    _, admin = program.begin()
    meera = program.accounts.create_user(admin, CreateUser("meera", "Meera"))
    code = program.accounts.start_reset(admin, meera.id).code
    for login in ("asha.rao", "nobody"):
        with pytest.raises(Invalid, match="log-in name or the code"):
            program.accounts.redeem_code(login, code, NEW)


def test_who_must_change_the_password_can_do_nothing_else(program: Program) -> None:
    _, admin = program.begin()
    meera = program.add_user(admin, "meera", "receptionist")
    program.accounts.require_change(admin, meera)
    actor = program.accounts.log_in("meera", OTHER, "desk-1")
    assert program.accounts.profile(actor).user.must_change
    with pytest.raises(NotAllowed):
        program.doctors.doctors(actor)
    actor = program.accounts.change_password(actor, OTHER, NEW)
    assert program.doctors.doctors(actor) == ()
