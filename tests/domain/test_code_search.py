"""Finding diagnosis codes: order of ranking, words, slips, everyday words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.code_search import CodeIndex
from hms_desktop.services.nearest import nearest

CODES = (
    ("I", "Certain infectious and parasitic diseases"),
    ("I10-I15", "Hypertensive diseases"),
    ("D64", "Other anaemias"),
    ("D64.9", "Anaemia, unspecified"),
    ("G43", "Migraine"),
    ("G43.0", "Migraine without aura [common migraine]"),
    ("G43.1", "Migraine with aura [classical migraine]"),
    ("H81.0", "Ménière disease"),
    ("I10", "Essential (primary) hypertension"),
    ("I11", "Hypertensive heart disease"),
    ("I11.0", "Hypertensive heart disease with (congestive) heart failure"),
    ("I15", "Secondary hypertension"),
    ("J06.9", "Acute upper respiratory infection, unspecified"),
    ("N39.0", "Urinary tract infection, site not specified"),
    ("S52", "Fracture of forearm"),
    ("S52.5", "Fracture of lower end of radius"),
    ("V09", "Pedestrian injured: fracture"),
)
EVERYDAY = {"bp": ("I10",), "high blood pressure": ("I10",), "uti": ("N39.0",), "cold": ("J06.9",)}


@pytest.fixture(scope="module")
def index() -> CodeIndex:
    return CodeIndex(CODES, EVERYDAY, nearest)


def codes(index: CodeIndex, text: str) -> list[str]:
    return [hit.code for hit in index.search(text)]


@pytest.mark.feature("CLN-2")
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("i10", "I10"),
        ("J06.9", "J06.9"),
        ("j069", "J06.9"),
        (" j 06.9 ", "J06.9"),
        ("aura mig", "G43.0"),
        ("mig with clas", "G43.1"),
        ("fracture of radius", "S52.5"),
        ("hypertnsion", "I15"),
        ("migrane", "G43"),
        ("hypretensive hart", "I11"),
        ("anemia", "D64.9"),
        ("meniere", "H81.0"),
        ("bp", "I10"),
        ("high bl", "I10"),
        ("uti", "N39.0"),
        ("cold", "J06.9"),
    ],
)
def test_what_is_typed_finds_the_code(index: CodeIndex, typed: str, first: str) -> None:
    assert codes(index, typed)[0] == first


@pytest.mark.feature("CLN-2")
def test_the_code_comes_before_its_parts_and_titles_before_words(index: CodeIndex) -> None:
    assert codes(index, "g43") == ["G43", "G43.0", "G43.1"]
    assert codes(index, "hypert") == ["I11", "I11.0", "I15", "I10"]
    scores = [hit.score for hit in index.search("hypert")]
    assert scores == sorted(scores, reverse=True)
    # Causes from outside are seldom meant by a word.
    assert codes(index, "fracture") == ["S52", "S52.5", "V09"]


@pytest.mark.feature("CLN-2")
def test_chapters_and_blocks_are_not_offered(index: CodeIndex) -> None:
    assert codes(index, "I10-I15") == []
    assert codes(index, "parasitic") == []
    assert len(index) == len(CODES) - 2


@pytest.mark.parametrize("typed", ["", "   ", "xqzzy", "aura hypertension fracture", "\0", "'; --"])
def test_what_means_nothing_finds_nothing(index: CodeIndex, typed: str) -> None:
    assert index.search(typed) == ()


def test_as_many_as_asked_for(index: CodeIndex) -> None:
    assert len(index.search("i", 2)) == 2
    assert len(index.search("i", 0)) == 1


@given(st.text(max_size=60))
def test_no_text_breaks_a_search(text: str) -> None:
    index = CodeIndex(CODES, EVERYDAY, nearest)
    hits = index.search(text)
    assert len({hit.code for hit in hits}) == len(hits)


@given(st.sampled_from(CODES[2:]), st.data())
def test_the_first_letters_of_two_words_find_a_title(
    row: tuple[str, str], data: st.DataObject
) -> None:
    words = [word.strip("[](),:") for word in row[1].split()]
    one, other = (data.draw(st.sampled_from(words)) for _ in range(2))
    index = CodeIndex(CODES, EVERYDAY, nearest)
    assert row[0] in codes(index, f"{one[:4]} {other[:3]}")
