"""Users and roles as data: rights follow everywhere, and somebody always administers."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from hms_desktop.bus import Announcement
from hms_desktop.db.feed import Feed
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.accounts import CreateUser, SaveRole, UpdateUser
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, Stale
from hms_desktop.domain.permissions import DOCTOR, PERMISSIONS, RECEPTIONIST
from hms_desktop.services.gate import Gate
from tests.support.programs import FIRST, OTHER, Program
from tests.support.strings import naughty_strings


@pytest.fixture
def admin(program: Program) -> Actor:
    return program.begin()[1]


# ------------------------------------------------------------------------------------- users
@pytest.mark.feature("ACC-6")
def test_a_user_with_two_roles_has_both_sets_of_rights(program: Program, admin: Actor) -> None:
    program.add_user(admin, "meera", "receptionist", "doctor")
    actor = program.accounts.log_in("meera", OTHER, "desk-1")
    assert actor.roles == ("doctor", "receptionist")
    assert actor.permissions == DOCTOR | RECEPTIONIST


@pytest.mark.feature("ACC-1")
def test_a_user_without_roles_can_only_see_the_own_profile(program: Program, admin: Actor) -> None:
    program.add_user(admin, "meera")
    actor = program.accounts.log_in("meera", OTHER, "desk-1")
    assert actor.permissions == {"session.own"}
    assert program.accounts.profile(actor).permissions == (
        ("session.own", PERMISSIONS["session.own"]),
    )
    with pytest.raises(NotAllowed):
        program.doctors.doctors(actor)


@pytest.mark.feature("ACC-1")
def test_rights_written_into_the_actor_do_not_count(program: Program, admin: Actor) -> None:
    program.add_user(admin, "meera", "receptionist")
    actor = program.accounts.log_in("meera", OTHER, "desk-1")
    forged = Actor(actor.token, admin.user_id, "Asha", ("admin",), frozenset(PERMISSIONS), "desk-1")
    with pytest.raises(NotAllowed):
        program.accounts.users(forged)


def test_users_are_found_by_any_words(program: Program, admin: Actor) -> None:
    program.accounts.create_user(admin, CreateUser("j.fernandes", "José Fernandes"))
    program.accounts.create_user(admin, CreateUser("m%", "Percent_Sign"))
    found = program.accounts.users(admin, "fernandes jose")
    assert [row.login for row in found] == ["j.fernandes"]
    assert [row.login for row in program.accounts.users(admin, "%")] == ["m%"]
    assert len(program.accounts.users(admin)) == 3


def test_a_log_in_name_is_taken_whatever_its_case(program: Program, admin: Actor) -> None:
    made = program.accounts.create_user(admin, CreateUser("Meera", "Meera"), request_id="u-1")
    same = program.accounts.create_user(admin, CreateUser("Meera", "Meera"), request_id="u-1")
    assert made == same
    with pytest.raises(Conflict, match="taken") as caught:
        program.accounts.create_user(admin, CreateUser("MEERA", "Another"))
    assert caught.value.kind == "login"
    with pytest.raises(Conflict):
        program.accounts.update_user(admin, UpdateUser(made.id, made.version, "asha.rao", "Meera"))
    with pytest.raises(Invalid):
        program.accounts.create_user(admin, CreateUser("two words", "Two Words"))
    with pytest.raises(Invalid) as refused:
        program.accounts.create_user(admin, CreateUser("leela", "Leela", patient_id=99))
    assert refused.value.field == "patient_id"
    with pytest.raises(Invalid, match="no role called"):
        program.accounts.create_user(admin, CreateUser("leela", "Leela", ("wizard",)))


def test_an_edit_of_an_old_version_shows_the_new_one(program: Program, admin: Actor) -> None:
    row = program.accounts.create_user(admin, CreateUser("meera", "Meera"))
    new = program.accounts.update_user(admin, UpdateUser(row.id, row.version, "meera", "Meera K"))
    with pytest.raises(Stale) as caught:
        program.accounts.update_user(admin, UpdateUser(row.id, row.version, "meera", "Mira"))
    assert caught.value.current == new
    assert "Asha Rao" in str(caught.value)


def test_logging_in_does_not_disturb_an_open_form(program: Program, admin: Actor) -> None:
    meera = program.add_user(admin, "meera", "receptionist")
    version = program.accounts.user(admin, meera).version
    with pytest.raises(Invalid):
        program.accounts.log_in("meera", "wrong", "desk-1")
    program.accounts.log_in("meera", OTHER, "desk-1")
    program.accounts.update_user(admin, UpdateUser(meera, version, "meera", "Meera K"))


def test_hostile_strings_are_kept_or_refused(program: Program, admin: Actor) -> None:
    made = 0
    for number, text in enumerate(naughty_strings()[::5]):
        wish = CreateUser(f"user.{number}", text, email=text, phone=text)
        with pytest.raises(Invalid):
            program.accounts.create_user(admin, wish)
        try:
            cleaned = CreateUser(text, text).check()
        except Invalid:
            with pytest.raises(Invalid):
                program.accounts.create_user(admin, CreateUser(text, text))
            continue
        row = program.accounts.create_user(admin, CreateUser(text, text))
        assert (row.login, row.display_name) == (cleaned.login, cleaned.display_name)
        made += 1
    assert made > 10


# ------------------------------------------------------------------- rights follow everywhere
def follow(program: Program, second: Program, admin: Actor) -> Actor:
    program.add_user(admin, "meera", "receptionist")
    return second.accounts.log_in("meera", OTHER, "desk-2")


@pytest.mark.feature("ACC-2")
def test_a_deactivated_user_is_out_at_every_workstation(
    program: Program, second: Program, admin: Actor
) -> None:
    there = follow(program, second, admin)
    row = program.accounts.users(admin, "meera")[0]
    program.accounts.deactivate(admin, row.id, row.version, request_id="d-1")
    again = program.accounts.deactivate(admin, row.id, row.version, request_id="d-1")
    assert not again.active
    second.hear_everything()
    with pytest.raises(NotAllowed, match="ended"):
        second.doctors.doctors(there)
    with pytest.raises(Invalid, match="switched off"):
        second.accounts.log_in("meera", OTHER, "desk-2")
    assert program.accounts.users(admin, "meera") == ()
    program.accounts.activate(admin, row.id, again.version)
    assert second.accounts.log_in("meera", OTHER, "desk-2")


@pytest.mark.feature("ACC-6")
@pytest.mark.feature("NET-4")
def test_changed_roles_and_permissions_count_from_the_next_call_on(
    program: Program, second: Program, admin: Actor
) -> None:
    there = follow(program, second, admin)
    user_id = there.user_id or 0
    assert second.accounts.current(there).roles == ("receptionist",)
    program.accounts.set_roles(admin, user_id, ("admin",))
    with pytest.raises(NotAllowed):
        second.accounts.users(there)
    second.hear_everything()
    assert second.accounts.users(there)
    assert second.accounts.current(there).roles == ("admin",)
    program.accounts.set_roles(admin, user_id, ("receptionist",))
    role = next(one for one in program.accounts.roles(admin) if one.name == "receptionist")
    wish = SaveRole(role.name, role.description, role.permissions - {"doctors.read"}, role.id, 1)
    program.accounts.save_role(admin, wish)
    second.hear_everything()
    for call in (second.accounts.users, second.doctors.doctors):
        with pytest.raises(NotAllowed):
            call(there)


@pytest.mark.feature("ACC-2")
@pytest.mark.feature("NET-1")
def test_the_feed_brings_it_within_a_second(
    program: Program, second: Program, admin: Actor
) -> None:
    heard = threading.Event()
    there = follow(program, second, admin)

    def listen(announcement: Announcement) -> None:
        if announcement.touches("login_session"):
            heard.set()

    feed = Feed(second.context.database)
    feed.start()
    assert feed.wait_ready()
    second.context.bus.subscribe(listen)
    row = program.accounts.users(admin, "meera")[0]
    program.accounts.deactivate(admin, row.id, row.version)
    assert heard.wait(5)
    feed.close()
    with pytest.raises(NotAllowed, match="ended"):
        second.doctors.doctors(there)


def test_an_answer_that_a_newer_doubt_overtook_does_not_count() -> None:
    gate = Gate()
    old = Actor("t", 1, "Meera", ("admin",), frozenset({"users.manage"}), "desk")
    new = Actor("t", 1, "Meera", (), frozenset(), "desk")
    answers = [old, new]

    def look_up(token: str) -> Actor:
        if len(answers) == 2:
            gate.doubt([token])  # announced while the old answer is on its way
        return answers.pop(0)

    gate.trust(look_up)
    gate.admit(old)
    gate.doubt(["t", "unknown"])
    with pytest.raises(NotAllowed):
        gate.check(old, "users.manage")
    assert not answers


# -------------------------------------------------------------------------------- last admin
@pytest.mark.feature("ACC-6")
def test_the_last_administrator_stays(program: Program, admin: Actor) -> None:
    own = program.accounts.profile(admin).user
    task = program.context.gate.system("command line")
    with pytest.raises(Invalid, match="own log-in"):
        program.accounts.deactivate(admin, own.id, own.version)
    with pytest.raises(Conflict, match="nobody who can administer"):
        program.accounts.deactivate(task, own.id, own.version)
    with pytest.raises(Conflict, match="nobody who can administer"):
        program.accounts.set_roles(admin, own.id, ("receptionist",))
    role = next(one for one in program.accounts.roles(admin) if one.name == "admin")
    without = SaveRole("admin", "", role.permissions - {"roles.manage"}, role.id, role.version)
    with pytest.raises(Conflict, match="nobody who can administer"):
        program.accounts.save_role(admin, without)
    # One who has never set a password cannot take over.
    program.accounts.create_user(admin, CreateUser("ravi", "Ravi", ("admin",)))
    with pytest.raises(Conflict):
        program.accounts.set_roles(admin, own.id, ())
    program.add_user(admin, "leela", "admin")
    assert program.accounts.set_roles(admin, own.id, ("receptionist",)).roles == ("receptionist",)
    with pytest.raises(NotAllowed):
        program.accounts.users(admin)


@pytest.mark.feature("ACC-6")
def test_two_administrators_cannot_switch_each_other_off(
    program: Program, second: Program, admin: Actor
) -> None:
    leela = program.add_user(admin, "leela", "admin")
    other = second.accounts.log_in("leela", OTHER, "desk-2")
    versions = {row.id: row.version for row in program.accounts.users(admin)}
    start = threading.Barrier(2)

    def switch_off(by: Program, actor: Actor, whom: int) -> bool:
        start.wait()
        try:
            by.accounts.deactivate(actor, whom, versions[whom])
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [
            pool.submit(switch_off, program, admin, leela),
            pool.submit(switch_off, second, other, admin.user_id or 0),
        ]
    assert sorted(one.result() for one in done) == [False, True]


# ------------------------------------------------------------------------------------- roles
@pytest.mark.feature("ACC-6")
def test_roles_are_data(program: Program, admin: Actor) -> None:
    wish = SaveRole("Night desk", "Only looks", frozenset({"doctors.read"}))
    made = program.accounts.save_role(admin, wish, request_id="r-1")
    assert program.accounts.save_role(admin, wish, request_id="r-1") == made
    program.add_user(admin, "meera", "Night desk")
    actor = program.accounts.log_in("meera", OTHER, "desk-1")
    assert program.doctors.doctors(actor) == ()
    more = SaveRole(
        "Night desk", "Looks", frozenset({"doctors.read", "settings.read"}), made.id, made.version
    )
    saved = program.accounts.save_role(admin, more)
    assert (saved.users, saved.version) == (1, made.version + 1)
    assert program.hospital.settings(actor).hospital_name == FIRST.hospital_name
    with pytest.raises(Stale):
        program.accounts.save_role(admin, more)
    with pytest.raises(Conflict, match="already"):
        program.accounts.save_role(admin, SaveRole("NIGHT-DESK", "", frozenset()))
    with pytest.raises(Invalid, match="no permission called"):
        program.accounts.save_role(admin, SaveRole("x", "", frozenset({"all"})))


@pytest.mark.feature("ACC-6")
def test_who_keeps_log_ins_cannot_become_administrator(program: Program, admin: Actor) -> None:
    keeper = SaveRole("keeper", "Keeps log-ins", frozenset({"users.manage"}))
    program.accounts.save_role(admin, keeper)
    program.add_user(admin, "meera", "keeper")
    program.accounts.create_user(admin, CreateUser("ravi", "Ravi", ("receptionist",)))
    actor = program.accounts.log_in("meera", OTHER, "desk-1")
    boss = program.accounts.profile(admin).user
    for call in (
        lambda: program.accounts.set_roles(actor, actor.user_id or 0, ("admin",)),
        lambda: program.accounts.create_user(actor, CreateUser("x", "X", ("admin",))),
        lambda: program.accounts.start_reset(actor, boss.id),
        lambda: program.accounts.deactivate(actor, boss.id, boss.version),
        lambda: program.accounts.unlock_user(actor, boss.id),
    ):
        with pytest.raises(NotAllowed):
            call()
    ravi = program.accounts.users(actor, "ravi")[0]
    assert program.accounts.start_reset(actor, ravi.id).login == "ravi"


@pytest.mark.feature("SEC-1")
def test_every_change_names_who_did_it(program: Program, admin: Actor) -> None:
    meera = program.add_user(admin, "meera", "receptionist")
    program.accounts.set_roles(admin, meera, ("doctor",), request_id="roles-1")
    with program.context.database.read() as connection:
        rows = connection.execute(
            sa.select(audit_entry).where(audit_entry.c.request_id == "roles-1")
        ).all()
    assert {(row.user_name, row.workstation, row.action) for row in rows} >= {
        ("Asha Rao", "office", "set_roles")
    }
    assert {row.entity for row in rows} == {"user_account", "user_role"}
