import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.phones import (
    check_email,
    check_phone,
    looks_like_phone,
    phone_digits,
    phone_key,
    phone_suffix,
)
from tests.support.strings import naughty_strings


@pytest.mark.feature("PAT-2")
def test_spellings_of_one_number_share_their_key() -> None:
    spellings = ("+91 98765 43210", "098765-43210", "(98765) 43210", "9876543210 ext 12")
    assert {phone_key(each) for each in spellings} == {"0123456789"}
    assert phone_suffix("+91 98765 43210", 7) == "6543210"
    assert phone_key("+91 98765 43210").startswith(phone_key("43210"))
    assert phone_digits("९८७६५ ٤٣٢١٠") == "9876543210"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("98765 43210", True),
        ("+49 (0)30/123456", True),
        ("123456", False),
        ("H-0029134", False),
        ("12.03.1980", True),
        ("", False),
    ],
)
def test_looks_like_phone(text: str, meant: bool) -> None:
    assert looks_like_phone(text) is meant


@pytest.mark.parametrize("text", ["", "+91 98765 43210", "112", "030/123456 ext. 7"])
def test_numbers_are_kept_as_typed(text: str) -> None:
    assert check_phone(f" {text} ") == text


@pytest.mark.parametrize(
    "text", ["abc", "12", "1" * 21, "9876543210; 1234567", "<b>123456</b>", "-"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_phone(text, "phones")
    assert refused.value.field == "phones"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" Asha.Rao+x@Example.ORG ", "Asha.Rao+x@example.org"),
        ("a@bücher.example", "a@bücher.example"),
        ("a@उदाहरण.भारत", "a@उदाहरण.भारत"),
        ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
    ],
)
def test_addresses_are_kept(typed: str, kept: str) -> None:
    assert check_email(typed) == kept


@pytest.mark.feature("SEC-3")
@pytest.mark.parametrize(
    "typed",
    [
        "a@x.example, b@y.example",
        "a@x.example;b@y.example",
        "a@b@c.example",
        "Asha <a@x.example>",
        "a b@x.example",
        "a@x",
        "a@.example",
        "a@x..example",
        "a@-x.example",
        "a@127.0.0.1",
        ".a@x.example",
        "a..b@x.example",
        "@x.example",
        "a@",
        "plain",
        "a@x.example\nBcc: b@y.example",
        "a" * 65 + "@x.example",
        "a@" + "x" * 64 + ".example",
        "a@x_y.example",
        "a@x.example\0",
    ],
)
def test_what_is_not_exactly_one_address(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_email(typed)
    assert refused.value.field == "email"


def check_any(text: str) -> None:
    for check in (check_email, check_phone):
        kept = ""
        with contextlib.suppress(Invalid):
            kept = check(text)
        assert check(kept) == kept
    phone_key(text)
    looks_like_phone(text)


@given(
    st.text(max_size=40)
    | st.from_regex(r"[a-z.]{1,8}@[a-zßéİ.-]{1,12}\.[a-z]{2,4}", fullmatch=True)
)
def test_any_text_is_kept_or_refused(text: str) -> None:
    check_any(text)


def test_naughty_strings_are_kept_or_refused() -> None:
    for text in naughty_strings():
        check_any(text)
