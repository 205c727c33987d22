"""What was typed into the box opens the registration in its parts."""

from __future__ import annotations

from datetime import date

import pytest

from hms_desktop.ui.patients.typed import Typed, split_typed
from tests.support.strings import naughty_strings

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("kumar swamy 9876543210", Typed("Kumar", "", "Swamy", "9876543210")),
        ("kumar", Typed("Kumar")),
        ("anna maria de souza", Typed("Anna", "Maria De", "Souza")),
        ("McDonald 12.3.1980", Typed("McDonald", "", "", "", "12.3.1980")),
        ("rao 46 y +91 98765 43210", Typed("Rao", "", "", "+91 98765 43210", "46 y")),
        ("zoe x@y.org", Typed("Zoe", email="x@y.org")),
        ("12 mar 1980 priya nair", Typed("Priya", "", "Nair", "", "12 mar 1980")),
        ("", Typed()),
        ("शीला देवी", Typed("शीला", "", "देवी")),
    ],
)
def test_names_numbers_and_dates_are_told_apart(text: str, parts: Typed) -> None:
    assert split_typed(text, today=TODAY) == parts


def test_no_text_breaks_it() -> None:
    for text in naughty_strings():
        found = split_typed(text, today=TODAY)
        assert isinstance(found.given, str)
