from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.snippets import SaveSnippet, SnippetRow, expand

ADVICE = SnippetRow(1, 1, "bpadvice", "Less salt.\nWalk daily.", own=False)
MINE = SnippetRow(2, 1, "bpadvice", "My own words.", own=True)
OTHER = SnippetRow(3, 1, "bp", "Blood pressure", own=False)


@pytest.mark.feature("CLN-7")
@pytest.mark.parametrize(
    ("text", "cursor", "expected"),
    [
        (".bp", 3, ("Blood pressure", 14)),
        ("Seen. .bp today", 9, ("Seen. Blood pressure today", 20)),
        ("/BPAdvice", 9, ("Less salt.\nWalk daily.", 22)),
        ("a.bp", 4, None),
        (".bp x", 5, None),
        (".bpx", 4, None),
        (".", 1, None),
    ],
)
def test_a_keyword_before_the_cursor_is_expanded(
    text: str, cursor: int, expected: tuple[str, int] | None
) -> None:
    assert expand(text, cursor, [ADVICE, OTHER]) == expected


@pytest.mark.feature("CLN-7")
def test_own_words_go_before_shared_ones() -> None:
    assert expand(".bpadvice", 9, [ADVICE, MINE]) == ("My own words.", 13)


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_what_stands_around_is_never_touched(before: str, after: str) -> None:
    typed = before + " .bp"
    text, cursor = expand(typed + after, len(typed), [OTHER]) or ("", -1)
    assert text == f"{before} Blood pressure{after}"
    assert text[:cursor].endswith("Blood pressure")


@given(text=st.text(max_size=60), cursor=st.integers(0, 60))
def test_without_snippets_nothing_ever_happens(text: str, cursor: int) -> None:
    assert expand(text, min(cursor, len(text)), []) is None


@pytest.mark.parametrize("keyword", ["", "two words", "a.b", "…", "x" * 40, "-a"])
def test_keywords_that_could_not_be_typed_are_refused(keyword: str) -> None:
    with pytest.raises(Invalid) as caught:
        SaveSnippet(keyword, "text").check()
    assert caught.value.field == "keyword"


def test_a_keyword_is_kept_without_its_sign() -> None:
    assert SaveSnippet(".BpAdvice", "text").check().keyword == "bpadvice"
