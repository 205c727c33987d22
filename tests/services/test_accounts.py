"""First start, logging in, waiting after wrong passwords, codes, the lock."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.accounts import recovery_code, session, user
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.accounts import DEMO_LOGINS, NAME_LIMIT, CreateUser, UpdateProfile
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, Stale
from hms_desktop.domain.passwords import LOCK_AFTER
from hms_desktop.domain.permissions import FIRST_ROLES
from hms_desktop.domain.text import clean
from hms_desktop.services.passwords import Argon2Authenticator
from tests.support.clock import FakeClock
from tests.support.programs import FIRST, GOOD, OTHER, Program, cheap, open_program
from tests.support.strings import naughty_strings


def wrong(program: Program, login: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        program.accounts.log_in(login, "not the password", "desk-1")
    return caught.value


# ------------------------------------------------------------------------------- first start
@pytest.mark.feature("ACC-7")
def test_first_start_begins_a_hospital_once(program: Program, second: Program) -> None:
    assert program.accounts.first_start_needed()
    started, admin = program.begin()
    assert not program.accounts.first_start_needed()
    assert len(set(started.recovery_codes)) == len(started.recovery_codes) >= 8
    assert program.hospital.public_face().hospital_name == "Lakeside Clinic"
    assert {role.name for role in program.accounts.roles(admin)} == set(FIRST_ROLES)
    names = [one.name for one in program.catalogue.visit_types(admin)]
    assert names[:2] == ["New visit", "Follow-up"]
    with pytest.raises(Conflict, match="set up already"):
        second.accounts.first_start(replace(FIRST, login="intruder"))


@pytest.mark.feature("ACC-7")
def test_a_refused_first_start_leaves_nothing_behind(program: Program) -> None:
    for bad in (
        replace(FIRST, password="short"),
        replace(FIRST, password="passwordpassword"),
        replace(FIRST, password="lakesideclinic asha rao"),
        replace(FIRST, zone="Mars/Olympus"),
        replace(FIRST, settings={"default_start_minute": 1100}),
    ):
        with pytest.raises(Invalid):
            program.accounts.first_start(bad)
    assert program.accounts.first_start_needed()
    assert program.hospital.public_face().hospital_name == ""


@pytest.mark.feature("ACC-1")
def test_a_demo_hospital_shows_its_log_ins_and_a_real_one_none(program: Program) -> None:
    program.begin(replace(FIRST, demo=True))
    shown = program.accounts.demo_logins()
    assert [login for login, *_ in shown] == [login for login, *_ in DEMO_LOGINS]
    for login, password, role in shown:
        assert program.accounts.log_in(login, password, "desk-1").roles == (role,)


def test_a_real_hospital_shows_no_log_ins(program: Program) -> None:
    program.begin()
    assert program.accounts.demo_logins() == ()
    with pytest.raises(Invalid):
        program.accounts.log_in(DEMO_LOGINS[0][0], DEMO_LOGINS[0][1], "desk-1")


# ---------------------------------------------------------------------------------- log in
@pytest.mark.feature("ACC-1")
def test_the_log_in_name_is_found_whatever_its_case_or_form(program: Program) -> None:
    program.begin()
    for typed in ("asha.rao", "  ASHA.RAO ", "ａｓｈａ．ｒａｏ"):
        assert program.accounts.log_in(typed, GOOD, "desk-1").name == "Asha Rao"


@pytest.mark.feature("ACC-2")
def test_after_log_out_the_old_actor_can_do_nothing(program: Program) -> None:
    _, admin = program.begin()
    program.accounts.log_out(admin)
    for call in (
        lambda: program.accounts.profile(admin),
        lambda: program.hospital.settings(admin),
        lambda: program.accounts.users(admin),
    ):
        with pytest.raises(NotAllowed, match="ended"):
            call()
    program.accounts.log_out(admin)
    with program.context.database.read() as connection:
        assert connection.scalar(sa.select(session.c.end_reason)) == "log_out"


@pytest.mark.feature("ACC-8")
def test_no_secret_is_stored_or_audited(program: Program) -> None:
    started, admin = program.begin()
    code = program.accounts.start_reset(
        admin, program.accounts.create_user(admin, CreateUser("meera", "Meera")).id
    ).code
    secrets = [GOOD, admin.token, code, code.replace("-", ""), started.recovery_codes[0]]
    with program.context.database.read() as connection:
        kept = [
            repr(row)
            for table in (user, session, recovery_code, audit_entry)
            for row in connection.execute(sa.select(table))
        ]
    assert kept
    assert not [secret for secret in secrets for row in kept if secret in row]
    with program.context.database.read() as connection:
        assert connection.scalar(sa.select(user.c.password_hash)).startswith("$argon2id$")


@pytest.mark.feature("ACC-8")
def test_a_typed_password_in_the_name_field_is_not_kept(program: Program) -> None:
    program.begin()
    wrong(program, "my secret in the wrong field")
    with program.context.database.read() as connection:
        kept = [repr(row) for row in connection.execute(sa.select(audit_entry))]
    assert not [row for row in kept if "secret in the wrong" in row]
    assert any("log_in_failed" in row for row in kept)


@pytest.mark.feature("ACC-8")
def test_waiting_grows_and_ends_in_a_lock_that_an_administrator_lifts(
    program: Program, clock: FakeClock
) -> None:
    _, admin = program.begin()
    meera = program.add_user(admin, "meera", "receptionist")
    waits = []
    for _ in range(LOCK_AFTER):
        wrong(program, "meera")
        until = program.accounts.user(admin, meera).locked_until
        waits.append((until - clock()).total_seconds() if until else 0)
        clock.advance(seconds=waits[-1] if waits[-1] < 1000 else 0)
    assert waits == [0, 0, 2, 4, 8, 16, 32, 64, 128, 3600]
    with pytest.raises(Invalid, match="locked for 60 minutes"):
        program.accounts.log_in("meera", OTHER, "desk-1")
    row = program.accounts.users(admin, "meera")[0]
    assert row.failures == LOCK_AFTER
    assert row.locked_until is not None
    program.accounts.unlock_user(admin, meera)
    assert program.accounts.log_in("meera", OTHER, "desk-1").roles == ("receptionist",)
    assert program.accounts.user(admin, meera).failures == 0


@pytest.mark.feature("ACC-8")
def test_the_right_password_does_not_help_while_waiting(program: Program, clock: FakeClock) -> None:
    program.begin()
    for _ in range(3):
        wrong(program, "asha.rao")
    with pytest.raises(Invalid, match="Wait 2 seconds"):
        program.accounts.log_in("asha.rao", GOOD, "desk-1")
    clock.advance(seconds=2)
    assert program.accounts.log_in("asha.rao", GOOD, "desk-1")


@pytest.mark.feature("ACC-8")
def test_the_last_administrator_waits_but_is_never_locked_out(
    program: Program, clock: FakeClock
) -> None:
    program.begin()
    for _ in range(LOCK_AFTER + 5):
        wrong(program, "asha.rao")
        clock.advance(seconds=128)
    assert program.accounts.log_in("asha.rao", GOOD, "desk-1")


@pytest.mark.feature("ACC-8")
def test_old_failures_are_forgotten(program: Program, clock: FakeClock) -> None:
    _, admin = program.begin()
    meera = program.add_user(admin, "meera", "receptionist")
    for _ in range(2):
        wrong(program, "meera")
    clock.advance(days=2)
    wrong(program, "meera")
    assert program.accounts.user(admin, meera).failures == 1


@pytest.mark.feature("ACC-8")
def test_an_unknown_name_is_refused_in_the_same_words_with_the_same_waits(
    program: Program, clock: FakeClock
) -> None:
    _, admin = program.begin()
    program.add_user(admin, "meera", "receptionist")
    for _ in range(LOCK_AFTER + 1):
        known, unknown = wrong(program, "meera"), wrong(program, "nobody")
        assert (str(known), known.field) == (str(unknown), unknown.field)
        if "locked" in str(known):
            return
        clock.advance(seconds=60 if "Wait" in str(known) else 128)
    pytest.fail("neither was locked")


@pytest.mark.feature("ACC-8")
def test_an_unknown_name_takes_about_the_same_time(sqlite_url: str, clock: FakeClock) -> None:
    program = open_program(
        sqlite_url, clock, Argon2Authenticator(memory=64 * 1024, time=3, parallelism=1)
    )
    program.begin()
    wrong(program, "nobody")
    taken = {"asha.rao": 60.0, "nobody": 60.0}
    for _ in range(4):
        for login, least in taken.items():
            # The processor's time of this program: others on the computer do not count.
            begun = time.process_time()
            wrong(program, login)
            taken[login] = min(least, time.process_time() - begun)
            clock.advance(seconds=128)
    program.close()
    assert taken["nobody"] == pytest.approx(taken["asha.rao"], rel=0.5)


@pytest.mark.feature("ACC-8")
def test_hashes_follow_when_the_cost_grows(
    program: Program, database_url: str, clock: FakeClock
) -> None:
    program.begin()
    query = sa.select(user.c.password_hash)
    with program.context.database.read() as connection:
        before = connection.scalar(query)
    dearer = open_program(database_url, clock, cheap(time=2))
    dearer.accounts.log_in("asha.rao", GOOD, "desk-1")
    dearer.close()
    with program.context.database.read() as connection:
        after = connection.scalar(query)
    assert ("t=1," in before, "t=2," in after) == (True, True)
    assert program.accounts.log_in("asha.rao", GOOD, "desk-1")


def test_only_so_many_log_ins_of_one_user_stay_open(program: Program) -> None:
    _, first = program.begin()
    later = [program.accounts.log_in("asha.rao", GOOD, f"desk-{n}") for n in range(5)]
    with pytest.raises(NotAllowed, match="ended"):
        program.accounts.profile(first)
    for actor in later:
        assert program.accounts.profile(actor).user.login == "asha.rao"


# --------------------------------------------------------------------------------- the lock
@pytest.mark.feature("ACC-9")
def test_the_lock_opens_with_the_own_password_alone(program: Program, clock: FakeClock) -> None:
    _, admin = program.begin()
    program.add_user(admin, "meera", "receptionist")
    with pytest.raises(Invalid) as caught:
        program.accounts.unlock(admin, OTHER)
    assert caught.value.field == "password"
    assert program.accounts.unlock(admin, GOOD).user_id == admin.user_id
    for _ in range(3):
        with pytest.raises(Invalid):
            program.accounts.unlock(admin, "wrong")
    with pytest.raises(Invalid, match="Wait"):
        program.accounts.unlock(admin, GOOD)


# --------------------------------------------------------------------------------- profile
@pytest.mark.feature("ACC-3")
def test_a_profile_is_changed_once_and_guarded(program: Program) -> None:
    _, admin = program.begin()
    row = program.accounts.profile(admin).user
    wish = UpdateProfile(row.version, "Dr Asha Rao", "asha@example.org", "+91 98765 43210")
    done = program.accounts.update_profile(admin, wish, request_id="p-1")
    again = program.accounts.update_profile(admin, wish, request_id="p-1")
    assert done.user == again.user
    assert program.accounts.current(admin).name == "Dr Asha Rao"
    with pytest.raises(Stale) as caught:
        program.accounts.update_profile(admin, wish)
    assert caught.value.current == done.user
    assert "Dr Asha Rao" in str(caught.value)


def test_hostile_strings_in_every_field_are_kept_or_refused(program: Program) -> None:
    _, admin = program.begin()
    for text in naughty_strings()[::7]:
        with pytest.raises(Invalid):
            program.accounts.log_in(text, text, text[:50].replace("\0", ""))
        with pytest.raises(Invalid):
            program.accounts.redeem_code(text, text, "x" * 20 + text[:100])
        version = program.accounts.profile(admin).user.version
        try:
            cleaned = clean(text, "display_name", limit=NAME_LIMIT, required=True)
        except Invalid:
            with pytest.raises(Invalid):
                program.accounts.update_profile(admin, UpdateProfile(version, text))
        else:
            done = program.accounts.update_profile(admin, UpdateProfile(version, text))
            assert done.user.display_name == cleaned


def test_a_system_task_has_no_password_of_its_own(program: Program) -> None:
    program.begin()
    task: Actor = program.context.gate.system("command line")
    with pytest.raises(Invalid):
        program.accounts.unlock(task, GOOD)
    program.hear_everything()
    assert program.accounts.users(task)
