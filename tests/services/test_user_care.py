"""Sessions ended from elsewhere, the history of a log-in, its end, and purging."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.accounts import session, user, user_role
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.accounts import CreateUser, SaveRole, UpdateUser
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from hms_desktop.domain.user_lists import PurgeUser, UserFilter, UserShow, UserState, fits, state_of
from tests.support.clock import FakeClock
from tests.support.programs import OTHER, Program

pytestmark = pytest.mark.feature("ACC-5")


@pytest.fixture
def admin(program: Program) -> Actor:
    return program.begin()[1]


# ------------------------------------------------------------------------------------ sessions
@pytest.mark.feature("ACC-2")
def test_log_ins_are_listed_and_ended_one_by_one_or_all(
    program: Program, second: Program, admin: Actor, clock: FakeClock
) -> None:
    meera = program.add_user(admin, "meera", "receptionist")
    first = second.accounts.log_in("meera", OTHER, "desk-2")
    clock.advance(minutes=5)
    other = second.accounts.log_in("meera", OTHER, "ward-7")
    rows = program.accounts.sessions(admin, meera)
    assert [row.workstation for row in rows] == ["ward-7", "desk-2"]
    assert not any(row.is_own for row in rows)
    program.accounts.end_sessions(admin, meera, rows[1].id, request_id="e-1")
    program.accounts.end_sessions(admin, meera, rows[1].id, request_id="e-1")
    second.hear_everything()
    with pytest.raises(NotAllowed, match="ended"):
        second.accounts.profile(first)
    assert second.accounts.profile(other)
    # The id of somebody else's log-in ends nothing.
    mine = program.accounts.sessions(admin, admin.user_id or 0)
    assert mine[0].is_own
    program.accounts.end_sessions(admin, meera, mine[0].id)
    assert program.accounts.profile(admin)
    program.accounts.end_sessions(admin, meera)
    second.hear_everything()
    with pytest.raises(NotAllowed, match="ended"):
        second.accounts.profile(other)
    reasons = [row.end_reason for row in program.accounts.sessions(admin, meera)]
    assert reasons == ["ended", "ended"]
    elsewhere = second.accounts.log_in("asha.rao", "ribbon kettle lantern", "desk-2")
    program.accounts.end_sessions(admin, admin.user_id or 0)
    second.hear_everything()
    with pytest.raises(NotAllowed):
        second.accounts.profile(elsewhere)
    assert program.accounts.profile(admin)


@pytest.mark.feature("ACC-2")
def test_a_log_in_whose_program_died_is_told_apart_and_ended(
    program: Program, second: Program, admin: Actor, clock: FakeClock
) -> None:
    meera = program.add_user(admin, "meera", "receptionist")
    second.accounts.log_in("meera", OTHER, "desk-2")
    jobs = program.context.gate.system("jobs")
    clock.advance(minutes=4)
    seen = clock()
    second.accounts.show_life(second.context.gate.system("jobs"))
    # From here on the second program is dead.
    clock.advance(minutes=5)
    program.accounts.show_life(jobs)
    assert [row.silent for row in program.accounts.sessions(admin, meera)] == [False]
    assert program.accounts.user(admin, meera).open_sessions == 1
    clock.advance(minutes=1)
    row = program.accounts.sessions(admin, meera)[0]
    assert (row.silent, row.seen_at, row.ended_at) == (True, seen, None)
    assert program.accounts.user(admin, meera).open_sessions == 0
    assert not program.accounts.sessions(admin, admin.user_id or 0)[0].silent
    assert program.accounts.end_given_up(jobs) == 0
    # The same person at another workstation: that one may still come back to life.
    elsewhere = program.accounts.log_in("meera", OTHER, "ward-7")
    assert [one.ended_at for one in program.accounts.sessions(admin, meera)] == [None, None]
    clock.advance(hours=12)
    program.accounts.show_life(jobs)
    assert program.accounts.end_given_up(jobs) == 1
    ended = program.accounts.sessions(admin, meera)[-1]
    assert (ended.workstation, ended.ended_at, ended.end_reason) == ("desk-2", seen, "silent")
    assert program.accounts.profile(elsewhere)


@pytest.mark.feature("ACC-2")
def test_logging_in_again_ends_what_a_dead_program_left_there(
    program: Program, second: Program, admin: Actor, clock: FakeClock
) -> None:
    meera = program.add_user(admin, "meera", "receptionist")
    dead = second.accounts.log_in("meera", OTHER, "desk-2")
    clock.advance(minutes=6)
    program.accounts.log_in("meera", OTHER, "desk-2")
    rows = program.accounts.sessions(admin, meera)
    assert [row.end_reason for row in rows] == ["", "silent"]
    # It was only frozen: what it does now is refused, and says why.
    second.hear_everything()
    with pytest.raises(NotAllowed, match="ended"):
        second.accounts.profile(dead)
    # Two windows of one person at one workstation are both alive.
    program.accounts.log_in("meera", OTHER, "desk-2")
    assert [row.ended_at for row in program.accounts.sessions(admin, meera)][:2] == [None, None]


# ------------------------------------------------------------------------------------- history
@pytest.mark.feature("SEC-1")
def test_the_history_of_a_log_in_names_every_change(program: Program, admin: Actor) -> None:
    meera = program.add_user(admin, "meera", "receptionist")
    row = program.accounts.user(admin, meera)
    program.accounts.update_user(admin, UpdateUser(meera, row.version, "meera", "Meera Nair"))
    program.accounts.set_roles(admin, meera, ("doctor",))
    program.accounts.log_in("meera", OTHER, "desk-1")
    events = program.accounts.user_history(admin, meera)
    assert [event.action for event in events] == [
        "set_roles", "update_user", "redeem_code", "start_reset", "create_user",
    ]  # fmt: skip
    assert set(events[0].changes) == {("role", "receptionist", ""), ("role", "", "doctor")}
    assert events[1].changes == (("display_name", "Meera", "Meera Nair"),)
    assert events[0].who == "Asha Rao"
    assert ("role", "", "receptionist") in events[-1].changes
    assert "argon2" not in repr(events)


# ------------------------------------------------------------------------------- delete, purge
def test_a_deleted_log_in_is_anonymous_out_everywhere_and_its_name_is_free(
    program: Program, second: Program, admin: Actor
) -> None:
    wish = CreateUser("meera", "Meera", ("receptionist",), email="m@example.org")
    row = program.accounts.create_user(admin, wish)
    code = program.accounts.start_reset(admin, row.id).code
    program.accounts.redeem_code("meera", code, OTHER)
    there = second.accounts.log_in("meera", OTHER, "desk-2")
    with pytest.raises(Stale):
        program.accounts.delete_user(admin, row.id, row.version - 1)
    version = program.accounts.user(admin, row.id).version
    program.accounts.delete_user(admin, row.id, version, request_id="d-1")
    program.accounts.delete_user(admin, row.id, version, request_id="d-1")
    second.hear_everything()
    with pytest.raises(NotAllowed, match="ended"):
        second.accounts.profile(there)
    with pytest.raises(Invalid, match="wrong"):
        second.accounts.log_in("meera", OTHER, "desk-2")
    with pytest.raises(NotFound):
        program.accounts.user(admin, row.id)
    with program.context.database.read() as connection:
        kept = connection.execute(sa.select(user).where(user.c.id == row.id)).one()
        assert connection.scalar(sa.select(sa.func.count()).select_from(user_role)) == 1
    assert "eera" not in repr(kept)
    assert "example" not in repr(kept)
    assert (kept.password_hash, kept.active) == (None, False)
    assert program.accounts.create_user(admin, wish).login == "meera"
    (gone,) = [
        one
        for one in program.accounts.users(admin, include_inactive=True, include_deleted=True)
        if fits(one, UserFilter(show=UserShow.DELETED))
    ]
    assert (gone.id, state_of(gone)) == (row.id, UserState.DELETED)
    assert not fits(gone, UserFilter(show=UserShow.ALL))


def test_only_what_nothing_refers_to_is_purged_and_with_a_reason(
    program: Program, admin: Actor
) -> None:
    mistake = program.accounts.create_user(admin, CreateUser("mera", "Mera", ("receptionist",)))
    with pytest.raises(NotFound, match="Only a deleted"):
        program.accounts.purge_user(admin, PurgeUser(mistake.id, "typed wrong"))
    program.accounts.delete_user(admin, mistake.id, mistake.version)
    with pytest.raises(Invalid) as refused:
        program.accounts.purge_user(admin, PurgeUser(mistake.id, "  "))
    assert refused.value.field == "reason"
    program.accounts.purge_user(admin, PurgeUser(mistake.id, "typed wrong"), request_id="p-1")
    program.accounts.purge_user(admin, PurgeUser(mistake.id, "typed wrong"), request_id="p-1")
    with program.context.database.read() as connection:
        assert connection.scalar(sa.select(user.c.id).where(user.c.id == mistake.id)) is None
        told = connection.execute(
            sa.select(audit_entry.c.action, audit_entry.c.reason).where(
                audit_entry.c.request_id == "p-1"
            )
        ).all()
    assert ("delete", "typed wrong") in {tuple(row) for row in told}
    worked = program.add_user(admin, "meera", "receptionist")
    program.accounts.log_in("meera", OTHER, "desk-1")
    row = program.accounts.user(admin, worked)
    program.accounts.delete_user(admin, worked, row.version)
    with pytest.raises(Conflict, match="audit entry") as kept:
        program.accounts.purge_user(admin, PurgeUser(worked, "left"))
    assert kept.value.kind == "in_use"
    with program.context.database.read() as connection:
        assert connection.scalar(sa.select(user.c.id).where(user.c.id == worked)) == worked
        assert connection.scalar(
            sa.select(session.c.end_reason).where(session.c.user_id == worked)
        ) == "deleted"  # fmt: skip


# ---------------------------------------------------------------------------- the last admin
@pytest.mark.feature("ACC-6")
def test_the_last_administrator_cannot_be_deleted(program: Program, admin: Actor) -> None:
    own = program.accounts.profile(admin).user
    task = program.context.gate.system("command line")
    with pytest.raises(Invalid, match="own log-in"):
        program.accounts.delete_user(admin, own.id, own.version)
    with pytest.raises(Conflict, match="nobody who can administer"):
        program.accounts.delete_user(task, own.id, own.version)


@pytest.mark.feature("ACC-6")
@pytest.mark.parametrize("way", ["delete", "roles", "permission"])
def test_of_two_administrators_at_the_same_moment_one_stays(
    program: Program, second: Program, admin: Actor, way: str
) -> None:
    """Each takes the other's power (or its own role's) by the same route, at once."""
    roles = {one.name: one for one in program.accounts.roles(admin)}
    power = roles["admin"].permissions
    twin = program.accounts.save_role(admin, SaveRole("twin", "", power))
    leela = program.add_user(admin, "leela", "twin")
    other = second.accounts.log_in("leela", OTHER, "desk-2")
    versions = {row.id: row.version for row in program.accounts.users(admin)}
    less = power - {"users.manage"}
    start = threading.Barrier(2)

    def strike(by: Program, actor: Actor, whom: int) -> Callable[[], object]:
        held = twin if whom == leela else roles["admin"]
        wish = SaveRole(held.name, held.description, less, held.id, held.version)
        return {
            "delete": lambda: by.accounts.delete_user(actor, whom, versions[whom]),
            "roles": lambda: by.accounts.set_roles(actor, whom, ("receptionist",)),
            "permission": lambda: by.accounts.save_role(actor, wish),
        }[way]

    def attempt(call: Callable[[], object]) -> bool:
        start.wait()
        try:
            call()
        except Conflict as error:
            return error.kind != "last_admin"
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [
            pool.submit(attempt, strike(program, admin, leela)),
            pool.submit(attempt, strike(second, other, admin.user_id or 0)),
        ]
    assert sorted(one.result() for one in done) == [False, True]


# --------------------------------------------------------------------------------------- roles
@pytest.mark.feature("ACC-6")
def test_a_role_goes_only_while_nobody_has_it(program: Program, admin: Actor) -> None:
    wish = SaveRole("Night desk", "Only looks", frozenset({"doctors.read"}))
    made = program.accounts.save_role(admin, wish)
    row = program.accounts.create_user(admin, CreateUser("meera", "Meera", ("Night desk",)))
    program.accounts.deactivate(admin, row.id, row.version)
    held = next(one for one in program.accounts.roles(admin) if one.id == made.id)
    assert (held.users, held.members) == (0, 1)
    with pytest.raises(Conflict, match="1 log-ins have the role Night desk"):
        program.accounts.delete_role(admin, made.id, made.version)
    program.accounts.set_roles(admin, row.id, ())
    with pytest.raises(Stale):
        program.accounts.delete_role(admin, made.id, made.version + 1)
    program.accounts.delete_role(admin, made.id, made.version, request_id="g-1")
    program.accounts.delete_role(admin, made.id, made.version, request_id="g-1")
    assert "Night desk" not in {one.name for one in program.accounts.roles(admin)}
    with pytest.raises(NotFound):
        program.accounts.delete_role(admin, made.id, made.version)


@pytest.mark.feature("ACC-6")
def test_the_effect_of_a_change_counts_people_not_roles(program: Program, admin: Actor) -> None:
    program.add_user(admin, "meera", "receptionist")
    program.add_user(admin, "ravi", "receptionist", "doctor")
    off = program.add_user(admin, "nila", "receptionist")
    program.accounts.deactivate(admin, off, program.accounts.user(admin, off).version)
    role = next(one for one in program.accounts.roles(admin) if one.name == "receptionist")
    wish = SaveRole(
        role.name,
        role.description,
        role.permissions - {"patients.find"} | {"audit.read"},
        role.id,
        role.version,
        needs_second_factor=True,
    )
    effect = program.accounts.role_effect(admin, wish)
    assert (effect.added, effect.removed) == (("audit.read",), ("patients.find",))
    # The doctor's role keeps the search for one of the two; the third is switched off.
    assert (effect.gaining, effect.losing, effect.enrolling) == (2, 1, 2)
    saved = program.accounts.save_role(admin, wish)
    assert saved.needs_second_factor
    nothing = program.accounts.role_effect(admin, wish)
    assert (nothing.added, nothing.removed, nothing.gaining, nothing.enrolling) == ((), (), 0, 0)
