"""Second factor: set up, asked for, used once, lost, asked for by a role; nothing of it leaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pyotp
import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.accounts import recovery_code, user
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.accounts import RoleRow, SaveRole
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import CodeWanted, Conflict, Invalid, NotAllowed
from hms_desktop.domain.passwords import LOCK_AFTER
from hms_desktop.services.second_step import matching_step
from tests.support.clock import FakeClock
from tests.support.programs import GOOD, OTHER, Program

pytestmark = pytest.mark.feature("ACC-10")

SHORT = "plum9 kettle fjord"[:14]  # 14 characters: too few where it stands alone


@pytest.fixture
def admin(program: Program) -> Actor:
    return program.begin()[1]


def secret_of(uri: str) -> str:
    return pyotp.parse_uri(uri).secret


def code_of(secret: str, clock: FakeClock, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(clock().timestamp()) // 30 + steps)


def enrol(program: Program, actor: Actor, password: str, clock: FakeClock) -> tuple[str, ...]:
    """Set a second factor up; returns its secret, then the spare codes."""
    offer = program.accounts.offer_second_factor(actor, password)
    secret = secret_of(offer.uri)
    codes = program.accounts.confirm_second_factor(actor, code_of(secret, clock))
    clock.advance(seconds=30)
    return (secret, *codes)


def demand(program: Program, admin: Actor, name: str) -> RoleRow:
    """Have a role ask for a second factor."""
    role = next(one for one in program.accounts.roles(admin) if one.name == name)
    wish = SaveRole(role.name, role.description, role.permissions, role.id, role.version)
    return program.accounts.save_role(admin, replace(wish, needs_second_factor=True))


# --------------------------------------------------------------------------------- the numbers
def test_the_vectors_of_rfc_6238() -> None:
    """Appendix B, SHA-1, cut to the six digits that authenticators show."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
    vectors = {
        59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
        1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
    }  # fmt: skip
    for seconds, code in vectors.items():
        step = int(datetime.fromtimestamp(seconds, UTC).timestamp()) // 30
        assert matching_step(secret, code[-6:], step) == step
        assert matching_step(secret, f"{code[2:5]} {code[5:]}", step) == step
        for drift, found in ((1, True), (-1, True), (2, False), (-2, False)):
            if step + drift > 0:
                assert (matching_step(secret, code[-6:], step + drift) == step) is found
    for wrong in ("", "12345", "１２３４５６", "94287082", "abcdef", "9" * 10_000):
        assert matching_step(secret, wrong, 1) is None


# ------------------------------------------------------------------------------------- log in
def test_log_in_asks_for_the_code_and_takes_each_once(
    program: Program, second: Program, admin: Actor, clock: FakeClock
) -> None:
    secret, *spare = enrol(program, admin, GOOD, clock)
    assert len(set(spare)) == 10
    assert program.accounts.profile(admin).second_codes_left == 10
    with pytest.raises(CodeWanted) as asked:
        program.accounts.log_in("asha.rao", GOOD, "desk-1")
    assert asked.value.field == "second_code"
    code = code_of(secret, clock)
    assert program.accounts.log_in("asha.rao", GOOD, "desk-1", code).owes == ""
    refusals = []
    # Seen over a shoulder, at another workstation; the one before it; a made-up one.
    for by, wrong in ((second, code), (program, code_of(secret, clock, -1)), (program, "000000")):
        with pytest.raises(Invalid) as refused:
            by.accounts.log_in("asha.rao", GOOD, "desk-2", wrong)
        refusals.append((str(refused.value), refused.value.field))
        clock.advance(seconds=4)
    assert len(set(refusals)) == 1
    clock.advance(seconds=30)
    ahead = code_of(secret, clock, 1)
    assert program.accounts.log_in("asha.rao", GOOD, "desk-1", f" {ahead[:3]} {ahead[3:]}")
    with pytest.raises(Invalid):
        program.accounts.log_in("asha.rao", GOOD, "desk-1", code_of(secret, clock))
    with pytest.raises(Invalid, match="password is wrong"):
        program.accounts.log_in("asha.rao", "wrong password", "desk-1", "123456")


def test_wrong_codes_cost_time_and_lock(program: Program, admin: Actor, clock: FakeClock) -> None:
    meera = program.add_user(admin, "meera", "receptionist")
    here = program.accounts.log_in("meera", OTHER, "desk-1")
    secret, *_ = enrol(program, here, OTHER, clock)
    for tries in range(1, LOCK_AFTER + 1):
        with pytest.raises(Invalid) as refused:
            program.accounts.log_in("meera", OTHER, "desk-1", "not a code")
        assert refused.value.field == "second_code"
        row = program.accounts.user(admin, meera)
        assert row.failures == tries
        if row.locked_until is not None and tries < LOCK_AFTER:
            clock.advance(seconds=(row.locked_until - clock()).total_seconds())
    with pytest.raises(Invalid, match="locked for 60 minutes") as waiting:
        program.accounts.log_in("meera", OTHER, "desk-1", code_of(secret, clock))
    assert waiting.value.values["wait_seconds"] == 3600
    program.accounts.unlock_user(admin, meera)
    assert program.accounts.log_in("meera", OTHER, "desk-1", code_of(secret, clock))
    assert program.accounts.user(admin, meera).failures == 0


def test_a_spare_code_opens_once_and_only_the_second_step(
    program: Program, admin: Actor, clock: FakeClock
) -> None:
    _, *spare = enrol(program, admin, GOOD, clock)
    typed = spare[0].lower().replace("-", " ")
    here = program.accounts.log_in("asha.rao", GOOD, "desk-1", typed)
    with pytest.raises(Invalid):
        program.accounts.log_in("asha.rao", GOOD, "desk-1", spare[0])
    # It sets no password, and a code that sets one is no second step.
    with pytest.raises(Invalid, match="log-in name or the code"):
        program.accounts.redeem_code("asha.rao", spare[1], OTHER)
    (reset, *_) = program.accounts.new_recovery_codes(here, GOOD)
    with pytest.raises(Invalid):
        program.accounts.log_in("asha.rao", GOOD, "desk-1", reset)
    clock.advance(minutes=3)
    fresh = program.accounts.new_spare_codes(here, GOOD, request_id="s-1")
    with pytest.raises(Conflict, match="cannot be shown twice"):
        program.accounts.new_spare_codes(here, GOOD, request_id="s-1")
    with pytest.raises(Invalid):
        program.accounts.log_in("asha.rao", GOOD, "desk-1", spare[1])
    clock.advance(minutes=3)
    assert program.accounts.log_in("asha.rao", GOOD, "desk-1", fresh[0])


def test_a_key_counts_only_once_a_code_proves_it(
    program: Program, admin: Actor, clock: FakeClock
) -> None:
    with pytest.raises(Invalid, match="no key to confirm"):
        program.accounts.confirm_second_factor(admin, "123456")
    with pytest.raises(Invalid) as refused:
        program.accounts.offer_second_factor(admin, "not my password")
    assert refused.value.field == "password"
    old = secret_of(program.accounts.offer_second_factor(admin, GOOD).uri)
    secret = secret_of(program.accounts.offer_second_factor(admin, GOOD).uri)
    for wrong in ("", "000000", code_of(old, clock)):
        with pytest.raises(Invalid, match="does not fit"):
            program.accounts.confirm_second_factor(admin, wrong)
    assert program.accounts.log_in("asha.rao", GOOD, "desk-1")
    code = code_of(secret, clock)
    program.accounts.confirm_second_factor(admin, code, request_id="c-1")
    with pytest.raises(Invalid):
        program.accounts.log_in("asha.rao", GOOD, "desk-1", code)


def test_nothing_secret_is_audited_or_shown(
    program: Program, admin: Actor, clock: FakeClock
) -> None:
    secret, *spare = enrol(program, admin, GOOD, clock)
    code = code_of(secret, clock)
    program.accounts.log_in("asha.rao", GOOD, "desk-1", code)
    with program.context.database.read() as connection:
        kept = [
            repr(row)
            for table in (audit_entry, recovery_code)
            for row in connection.execute(sa.select(table))
        ]
    assert not [row for row in kept if secret in row or spare[0] in row or code in row]
    assert secret not in repr(program.accounts.users(admin))
    assert secret not in repr(program.accounts.offer_second_factor(admin, GOOD))
    actions = {event.action for event in program.accounts.user_history(admin, admin.user_id or 0)}
    assert "second_factor_on" in actions


# ---------------------------------------------------------------------------- asked for by a role
def test_a_role_that_asks_leads_through_enrolment_before_anything_else(
    program: Program, admin: Actor, clock: FakeClock
) -> None:
    program.add_user(admin, "meera", "receptionist")
    before = program.accounts.log_in("meera", OTHER, "desk-1")
    demand(program, admin, "receptionist")
    # Whoever is at work goes on; the next log-in begins with it.
    assert program.doctors.doctors(before) == ()
    here = program.accounts.log_in("meera", OTHER, "desk-2")
    assert (here.owes, here.permissions) == ("second_factor", {"session.own"})
    for call in (program.doctors.doctors, program.hospital.settings):
        with pytest.raises(NotAllowed):
            call(here)
    offer = program.accounts.offer_second_factor(here)  # the password was typed a moment ago
    secret = secret_of(offer.uri)
    program.accounts.confirm_second_factor(here, code_of(secret, clock))
    assert program.accounts.current(here).owes == ""
    assert program.doctors.doctors(here) == ()
    with pytest.raises(Invalid):
        program.accounts.offer_second_factor(here)
    clock.advance(seconds=30)
    with pytest.raises(Conflict, match="role asks"):
        program.accounts.remove_second_factor(here, OTHER, code_of(secret, clock))
    assert program.accounts.log_in("meera", OTHER, "desk-1", code_of(secret, clock)).owes == ""


def test_another_administrator_resets_what_was_lost(
    program: Program, second: Program, admin: Actor, clock: FakeClock
) -> None:
    leela = program.add_user(admin, "leela", "admin")
    here = second.accounts.log_in("leela", OTHER, "desk-2")
    _, *spare = enrol(second, here, OTHER, clock)
    for who, whom in ((admin, admin.user_id or 0), (here, leela)):
        with pytest.raises(Invalid, match="Your own"):
            (program if who is admin else second).accounts.reset_second_factor(who, whom)
    row = program.accounts.reset_second_factor(admin, leela, request_id="r-1")
    assert program.accounts.reset_second_factor(admin, leela, request_id="r-1") == row
    assert row.second_factor_since is None
    second.hear_everything()
    with pytest.raises(NotAllowed, match="ended"):
        second.accounts.profile(here)
    again = second.accounts.log_in("leela", OTHER, "desk-2")
    enrol(second, again, OTHER, clock)
    with pytest.raises(Invalid):
        second.accounts.log_in("leela", OTHER, "desk-2", spare[0])
    keeper = SaveRole("keeper", "", frozenset({"users.manage"}))
    program.accounts.save_role(admin, keeper)
    program.add_user(admin, "meera", "keeper")
    meera = program.accounts.log_in("meera", OTHER, "desk-1")
    with pytest.raises(NotAllowed):
        program.accounts.reset_second_factor(meera, leela)


# ------------------------------------------------------------------------------------ passwords
@pytest.mark.feature("ACC-8")
def test_a_shorter_password_is_enough_beside_a_second_factor_and_not_alone(
    program: Program, admin: Actor, clock: FakeClock
) -> None:
    meera = program.add_user(admin, "meera", "receptionist")
    here = program.accounts.log_in("meera", OTHER, "desk-1")
    with pytest.raises(Invalid, match="15 characters"):
        program.accounts.change_password(here, OTHER, SHORT)
    secret, *_ = enrol(program, here, OTHER, clock)
    with pytest.raises(Invalid, match="8 characters"):
        program.accounts.change_password(here, OTHER, "q7#kfj2")
    program.accounts.change_password(here, OTHER, SHORT)
    with pytest.raises(Invalid, match="easy to guess"):
        program.accounts.change_password(here, SHORT, "password1")
    program.accounts.change_password(here, SHORT, "vq7#kfj2")
    with pytest.raises(CodeWanted):
        program.accounts.log_in("meera", "vq7#kfj2", "desk-1")
    code = program.accounts.start_reset(admin, meera).code
    program.accounts.redeem_code("meera", code, SHORT)
    here = program.accounts.log_in("meera", SHORT, "desk-1", code_of(secret, clock))
    clock.advance(seconds=30)
    program.accounts.remove_second_factor(here, SHORT, code_of(secret, clock), request_id="x-1")
    assert program.accounts.profile(here).second_codes_left == 0
    alone = program.accounts.log_in("meera", SHORT, "desk-1")
    assert (alone.owes, alone.permissions) == ("password", {"session.own"})
    with pytest.raises(Invalid, match="15 characters"):
        program.accounts.change_password(alone, SHORT, "vq7#kfj2 vq7#k")
    assert program.accounts.change_password(alone, SHORT, OTHER).owes == ""


def test_a_short_password_does_not_tell_who_has_a_second_factor(
    program: Program, admin: Actor, clock: FakeClock
) -> None:
    enrol(program, admin, GOOD, clock)
    program.add_user(admin, "meera", "receptionist")
    answers = set()
    for login in ("asha.rao", "meera", "nobody"):
        with pytest.raises(Invalid) as refused:
            program.accounts.redeem_code(login, "0000-0000-0000-0000", SHORT)
        answers.add((refused.value.field, str(refused.value)))
    assert len(answers) == 1


@pytest.mark.feature("ACC-8")
def test_the_hospital_sets_lengths_and_waits(
    program: Program, admin: Actor, clock: FakeClock
) -> None:
    change = program.hospital.change_settings
    for name, value in (("password_least", 12), ("password_least_with_second", 7)):
        with pytest.raises(Invalid) as refused:
            change(admin, {name: value})
        assert refused.value.field == name
    with pytest.raises(Invalid, match="need not be longer"):
        change(admin, {"password_least": 16, "password_least_with_second": 17})
    change(
        admin,
        {"password_least": 30, "wait_free_tries": 0, "wait_longest_seconds": 16,
         "lock_after_failures": 5, "lock_out_minutes": 10},
    )  # fmt: skip
    row = program.accounts.user(admin, admin.user_id or 0)
    for wait in (2, 4, 8, 16):
        with pytest.raises(Invalid, match="is wrong"):
            program.accounts.log_in("asha.rao", "wrong", "desk-1")
        until = program.accounts.user(admin, row.id).locked_until
        assert until is not None
        assert (until - clock()).total_seconds() == wait
        clock.advance(seconds=wait)
    # What was long enough yesterday is not thrown out, but replaced before anything else.
    again = program.accounts.log_in("asha.rao", GOOD, "desk-1")
    assert again.owes == "password"
    with pytest.raises(Invalid, match="30 characters"):
        program.accounts.change_password(again, GOOD, "only twenty five characters"[:25])
    with program.context.database.read() as connection:
        assert connection.scalar(sa.select(user.c.must_change).where(user.c.id == row.id))
