import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.text import clean
from tests.support.strings import naughty_strings, world_names

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.mark.feature("SEC-3")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Asha   Rao ", "Asha Rao"),
        ("Asha\tRao\n", "Asha Rao"),
        ("Asha\u00a0\u3000Rao", "Asha Rao"),
        ("Jose\u0301", "José"),
        ("a\u202eb\u2066c\u200ed\u061ce", "abcde"),
        ("\ufeffRao\u200b\u00ad", "Rao"),
        ("श्रेष्\u200dठ", "श्रेष्\u200dठ"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("red \x1b[0;31m\x07", "red [0;31m"),
        ("\uf8ff", "\uf8ff"),
        ("\ufffe\U0001ffffx", "x"),
        ("\u200d", ""),
        ("\u3164", ""),
        ("<b>Rao</b> & {0} %s", "<b>Rao</b> & {0} %s"),
    ],
)
def test_one_line_is_kept_as_it_looks(typed: str, kept: str) -> None:
    assert clean(typed, "name", limit=100) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("\n\n one\n\n  two \n", "one\n\n  two"),
        ("a\tb", "a b"),
        ("one  two", "one  two"),
        ("one\r\u202e\ntwo", "one\ntwo"),
    ],
)
def test_several_lines_keep_their_line_ends(typed: str, kept: str) -> None:
    assert clean(typed, "note", limit=100, multiline=True) == kept


@pytest.mark.parametrize("typed", ["a\0b", "\ud800", "x\udfff"])
@pytest.mark.parametrize("multiline", [False, True])
def test_what_no_database_stores_is_refused(typed: str, multiline: bool) -> None:
    with pytest.raises(Invalid) as refused:
        clean(typed, "name", limit=100, multiline=multiline)
    assert refused.value.field == "name"
    assert str(refused.value)


def test_length_is_counted_after_composing() -> None:
    assert clean("e\u0301" * 5, "name", limit=5) == "é" * 5
    with pytest.raises(Invalid) as refused:
        clean("é" * 6, "name", limit=5)
    assert "6 characters" in str(refused.value)
    assert "at most 5" in str(refused.value)


def test_text_that_can_never_fit_is_refused_at_once() -> None:
    with pytest.raises(Invalid):
        clean("\u0315\u0316" * 5_000_000, "name", limit=100)


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "\u200d \u3164"])
def test_required_means_something_visible(typed: str) -> None:
    with pytest.raises(Invalid):
        clean(typed, "name", limit=10, required=True)
    assert clean(typed, "name", limit=10) == ""


def check_gate(text: str, *, multiline: bool) -> None:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        with pytest.raises(Invalid):
            clean(text, "field", limit=10_000, multiline=multiline)
        return
    once = clean(text, "field", limit=10_000, multiline=multiline)
    assert clean(once, "field", limit=10_000, multiline=multiline) == once
    assert once == unicodedata.normalize("NFC", once)
    assert once == once.strip()
    once.encode("utf-8")
    allowed = "\n" if multiline else ""
    assert not any(unicodedata.category(char) == "Cc" and char not in allowed for char in once)
    assert not set(once) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(anything, st.booleans())
def test_gate_is_idempotent(text: str, multiline: bool) -> None:
    check_gate(text, multiline=multiline)


@given(
    st.text(alphabet="a \r\n\t\u0301\u200b\u200d\u202e\u2028\x85\u00a0\u1100\u1161", max_size=12)
)
def test_gate_is_idempotent_at_the_seams(text: str) -> None:
    check_gate(text, multiline=True)
    check_gate(text, multiline=False)


@pytest.mark.feature("SEC-3")
def test_gate_keeps_or_refuses_every_naughty_string() -> None:
    for text in naughty_strings():
        check_gate(text, multiline=False)
        check_gate(text, multiline=True)


def test_gate_changes_no_name_of_the_world_but_its_blanks_and_form() -> None:
    for name in world_names():
        check_gate(name, multiline=False)
        expected = " ".join(unicodedata.normalize("NFC", name).split())
        invisible = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u00ad\ufeff"))
        assert clean(name, "name", limit=500) == " ".join(expected.translate(invisible).split())
