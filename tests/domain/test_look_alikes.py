import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.look_alikes import distance, look_alike, look_alikes
from tests.support.strings import naughty_strings, world_names


@pytest.mark.feature("PAT-5")
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Ravi Kumar", "ravi  kumar"),
        ("Ravi Kumar", "Kumar Ravi"),
        ("Rajesh Kumar", "Rakesh Kumar"),
        ("Mohammed Ali", "Muhammad Aly"),
        ("Ramesh Kumar Gupta", "Ramesh Gupta"),
        ("Ram Chandra Das", "Ramchandra Das"),
        ("Anil Verma", "Anli Verma"),
        ("Anil Kumar", "Snil Kumar"),
        ("José Núñez", "Jose Nunez"),
        ("प्रिया शर्मा", "प्रीया शर्मा"),
    ],
)
def test_names_that_are_taken_for_one_another(a: str, b: str) -> None:
    assert look_alike(a, b)
    assert look_alike(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Ram", "Raj"),
        ("Sunita Sharma", "Anita Verma"),
        ("Ravi Kumar", "Ravi Kapoor"),
        ("Joseph Khan", "Yusuf Khan"),
        ("", ""),
        ("Ravi", "Ravi Kumar"),
    ],
)
def test_names_that_differ(a: str, b: str) -> None:
    assert not look_alike(a, b)


def plain_distance(a: str, b: str) -> int:
    """The textbook table, whole, to judge the bounded one by."""
    table = [[i + j if not i * j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
            )
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 3))
def test_bounded_distance_agrees_with_the_textbook(a: str, b: str, most: int) -> None:
    assert distance(a, b, most) == min(plain_distance(a, b), most + 1)


words = st.text("abk", min_size=1, max_size=4)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)


@given(st.lists(names, max_size=12))
def test_the_list_finds_what_pairs_find(these: list[str]) -> None:
    found = look_alikes(enumerate(these))
    for a, one in enumerate(these):
        expected = {b for b, other in enumerate(these) if b != a and look_alike(one, other)}
        assert found.get(a, frozenset()) == expected


@pytest.mark.feature("PAT-5")
def test_two_thousand_names_take_less_than_a_second() -> None:
    dice = random.Random(5)
    known = [name for name in world_names() if name.isascii() and name.isalpha()]
    these = [(n, f"{dice.choice(known)} {dice.choice(known[:200])}") for n in range(2_000)]
    started = time.process_time()
    look_alikes(these)
    assert time.process_time() - started < 1.0


def test_a_patient_seen_twice_a_day_is_no_look_alike() -> None:
    assert look_alikes([(7, "Ravi Kumar"), (7, "Ravi Kumar")]) == {}


def test_hostile_names_are_compared_too() -> None:
    strings = naughty_strings()
    look_alikes(enumerate(strings))
    assert all(look_alike(text, text) for text in strings if text.strip())
