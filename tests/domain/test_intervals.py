from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.intervals import Span, clip, intersect, join, subtract

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def minutes(spans: list[Span]) -> set[int]:
    return {minute for start, end in spans for minute in range(start, end)}


def tidy(spans: list[Span]) -> bool:
    return all(a[1] < b[0] for a, b in pairwise(spans))


@given(SPANS, SPANS, st.integers(0, 40), st.integers(0, 40))
def test_spans_are_sets_of_minutes(one: list[Span], two: list[Span], low: int, high: int) -> None:
    a, b = join(one), join(two)
    assert minutes(a) == minutes(one)
    assert tidy(a)
    assert minutes(subtract(a, b)) == minutes(a) - minutes(b)
    assert tidy(subtract(a, b))
    assert minutes(intersect(a, b)) == minutes(a) & minutes(b)
    assert minutes(clip(a, low, high)) == minutes(a) & set(range(low, high))
    assert all(start < end for start, end in clip(a, low, max(low, high)))
