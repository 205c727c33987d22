"""What is a good enough password, and that hashing forgets how it was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import context_words
from hms_desktop.services.passwords import (
    Argon2Authenticator,
    check_new_password,
    code_digest,
    new_code,
)
from tests.support.programs import cheap

WORDS = context_words("asha.rao", "Dr Asha Rao", "asha@example.org", "Lakeside Clinic")


@pytest.mark.feature("ACC-8")
@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "violet-kettle-harbour-31",
        "the blue cow jumped over",
        "अस्पताल का दरवाज़ा नीला है",
        "x9$Lq2!vT7#mZ4@p",
        "long enough to be good " * 6,
        "a" * 100 + "violet kettle harbour",
    ],
)
def test_long_unusual_passwords_are_accepted(password: str) -> None:
    assert check_new_password(password, WORDS) == password


@pytest.mark.feature("ACC-8")
@pytest.mark.parametrize(
    "password",
    [
        "",
        "Tr0ub4dor&3",
        "passwordpassword",
        "P@ssw0rdP@ssw0rd",
        "123456789012345",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "a" * 100,
        "iloveyouiloveyou1",
        "Summer2026Summer2026",
        "asha.raoasha.rao",
        "lakesideclinic1",
        "LakesideClinic2026",
        "lakeside asha rao",
    ],
)
def test_short_common_and_own_words_are_refused_with_a_sentence(password: str) -> None:
    with pytest.raises(Invalid, match="Nothing was saved") as caught:
        check_new_password(password, WORDS, "new")
    assert caught.value.field == "new"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_is_judged(password: str, name: str) -> None:
    try:
        assert check_new_password(password, context_words(name)) == password
    except Invalid as refusal:
        assert refusal.field == "password"  # noqa: PT017 - most texts are refused


@pytest.mark.feature("ACC-8")
def test_two_ways_to_type_a_letter_are_one_password() -> None:
    authenticator = cheap()
    typed = "Müller trinkt café ﬁx"
    stored = authenticator.prepare(unicodedata.normalize("NFD", typed))
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert authenticator.proves(stored, unicodedata.normalize(form, typed))  # type: ignore[arg-type]
    assert not authenticator.proves(stored, typed.lower())
    assert not authenticator.proves(stored, typed + " ")


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(), max_size=2_000))
def test_anything_typed_is_looked_at_without_a_fault(typed: str) -> None:
    authenticator = cheap()
    assert not authenticator.proves(None, typed)
    assert not authenticator.proves("not a hash", typed)


@pytest.mark.feature("ACC-8")
def test_the_cost_is_the_decided_one() -> None:
    stored = Argon2Authenticator().prepare("seven quiet harbour dogs")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert cheap(time=2).is_outdated(cheap().prepare("x"))
    assert not cheap().is_outdated(cheap().prepare("x"))


def test_codes_differ() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == len({code_digest(code) for code in codes}) == 500
