"""Unions of roles, log-in names, waits and codes."""

from __future__ import annotations

import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.accounts import LOGIN_LIMIT, check_login, login_key, union
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import (
    CODE_ALPHABET,
    CODE_LENGTH,
    LOCK_OUT,
    LONGEST,
    SHORTEST,
    check_shape,
    context_words,
    plain_code,
    show_code,
    wait_after,
)
from hms_desktop.domain.permissions import FIRST_ROLES, PERMISSIONS

ROLES = st.lists(st.frozensets(st.sampled_from(sorted(PERMISSIONS))), max_size=6)


@pytest.mark.feature("ACC-6")
@given(ROLES, ROLES)
def test_a_user_may_what_one_of_the_roles_allows_and_nothing_else(
    some: list[frozenset[str]], more: list[frozenset[str]]
) -> None:
    held = union([*some, *more])
    assert all((name in held) == any(name in role for role in some + more) for name in PERMISSIONS)
    assert held == union([*more, *some]) == union([union(some), union(more)])
    assert union(some) <= held


def test_permissions_of_a_newer_program_are_left_out() -> None:
    assert union([{"doctors.read", "lasers.fire"}]) == {"doctors.read"}


def test_the_first_roles_hold_only_what_exists() -> None:
    for _, permissions in FIRST_ROLES.values():
        assert permissions <= set(PERMISSIONS)


@given(st.text(max_size=80))
def test_a_log_in_name_is_its_own_key(text: str) -> None:
    try:
        login = check_login(text)
    except Invalid as refusal:
        assert refusal.field == "login"  # noqa: PT017 - most texts are no log-in names
    else:
        assert check_login(login) == login == login_key(login)
        assert 0 < len(login) <= LOGIN_LIMIT


@pytest.mark.feature("ACC-8")
@given(st.integers(0, 10_000))
def test_waits_never_shrink(failures: int) -> None:
    assert wait_after(failures) <= wait_after(failures + 1) <= LOCK_OUT
    assert wait_after(failures, lock=False) <= timedelta(seconds=128)


@pytest.mark.feature("ACC-8")
def test_lengths_of_passwords() -> None:
    assert check_shape("x" * SHORTEST)
    assert check_shape("x" * 128)
    assert check_shape("é" * LONGEST)
    for bad in ("x" * (SHORTEST - 1), "x" * (LONGEST + 1), "", "\ud800" * 20, "\0" * 20):
        with pytest.raises(Invalid):
            check_shape(bad)


@given(st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    for typed in (code, show_code(code), show_code(code).lower(), f" {show_code(code)} "):
        assert plain_code(typed) == code
    assert plain_code(code.replace("0", "o").replace("1", "l")) == code


def test_words_of_the_context() -> None:
    words = context_words("asha.rao", "Dr Asha Rao", "Lakeside Clinic")
    assert {"asha", "rao", "asharao", "lakeside", "lakesideclinic"} <= set(words)
    assert "dr" not in words
    assert not set(words) & set(string.punctuation)
