"""A doctor and the log-in made in one go: both or neither, the code once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hms_desktop.domain.accounts import CreateUser
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctors import AddDoctor, DoctorFilter
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, Stale
from tests.support.programs import OTHER, Program

pytestmark = pytest.mark.feature("DOC-1")
RAO = AddDoctor("Dr Meera Rao", "KA-1", email="rao@example.org", phone="+91 98765 43210")
LOGIN = CreateUser("meera.rao", "", ("doctor",))


@pytest.fixture
def admin(program: Program) -> Actor:
    return program.begin()[1]


def test_the_doctor_logs_in_with_the_code_that_was_handed_over(
    program: Program, admin: Actor
) -> None:
    made = program.doctors.add_with_login(admin, RAO, LOGIN, request_id="a")
    assert made.code is not None
    again = program.doctors.add_with_login(admin, RAO, LOGIN, request_id="a")
    assert again == replace(made, code=None), "a code that was lost on the way is not shown again"
    user = program.accounts.user(admin, made.doctor.user_id or 0)
    assert (user.login, user.display_name, user.email) == (
        "meera.rao", "Dr Meera Rao", "rao@example.org"
    )  # fmt: skip
    program.accounts.redeem_code("meera.rao", made.code.code, OTHER)
    doctor = program.accounts.log_in("meera.rao", OTHER, "clinic")
    assert doctor.doctor_id == made.doctor.id
    assert doctor.may("clinical.write")


@pytest.mark.parametrize(
    ("doctor", "login", "error"),
    [
        (RAO, replace(LOGIN, login="Asha.RAO"), Conflict),
        (replace(RAO, registration_number="ka 1 "), replace(LOGIN, login="other"), Conflict),
        (replace(RAO, registration_number="2"), replace(LOGIN, roles=("surgeon",)), Invalid),
        (replace(RAO, registration_number="2"), replace(LOGIN, login="two words"), Invalid),
        (replace(RAO, display_name=" "), replace(LOGIN, login="other"), Invalid),
    ],
)
def test_what_is_refused_leaves_neither_doctor_nor_log_in(
    program: Program, admin: Actor, doctor: AddDoctor, login: CreateUser, error: type[Exception]
) -> None:
    program.doctors.add_doctor(admin, AddDoctor("Dr Bose", "KA-1"))
    with pytest.raises(error):
        program.doctors.add_with_login(admin, doctor, login)
    assert len(program.doctors.doctors(admin, DoctorFilter(include_retired=True))) == 1
    assert [row.login for row in program.accounts.users(admin)] == ["asha.rao"]


def test_a_log_in_is_given_later_and_once(program: Program, admin: Actor) -> None:
    rao = program.doctors.add_doctor(admin, RAO)
    with pytest.raises(Stale):
        program.doctors.give_login(admin, rao.id, 9, LOGIN)
    made = program.doctors.give_login(admin, rao.id, rao.version, LOGIN)
    assert made.doctor.user_id is not None
    assert made.code is not None
    with pytest.raises(Conflict, match="has a log-in already"):
        program.doctors.give_login(
            admin, rao.id, made.doctor.version, replace(LOGIN, login="second")
        )


def test_who_may_not_keep_log_ins_makes_none(program: Program, admin: Actor) -> None:
    gate = program.context.gate
    clerk = gate.admit(
        replace(admin, token="clerk", permissions=frozenset({"doctors.manage", "doctors.read"}))
    )
    with pytest.raises(NotAllowed) as caught:
        program.doctors.add_with_login(clerk, RAO, LOGIN)
    assert caught.value.permission == "users.manage"
    keeper = gate.admit(
        replace(admin, token="k", permissions=frozenset({"doctors.manage", "users.manage"}))
    )
    with pytest.raises(NotAllowed):
        program.doctors.add_with_login(keeper, RAO, replace(LOGIN, roles=("admin",)))
    assert program.doctors.doctors(clerk) == ()
