"""Arithmetic on sorted half-open spans of whole minutes, (start, end) each.

Every function takes and returns sorted lists without overlaps, save ``join``, which makes them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def join(spans: Iterable[Span]) -> list[Span]:
    """Sort spans and join those that overlap or touch; empty ones are dropped."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def subtract(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """Return what is left of spans without the holes."""
    if not holes:
        return list(spans)
    left: list[Span] = []
    first, count = 0, len(holes)
    for start, end in spans:
        while first < count and holes[first][1] <= start:
            first += 1
        at, since = first, start
        while at < count and holes[at][0] < end:
            if holes[at][0] > since:
                left.append((since, holes[at][0]))
            since = max(since, holes[at][1])
            at += 1
        if since < end:
            left.append((since, end))
    return left


def intersect(one: Sequence[Span], two: Sequence[Span]) -> list[Span]:
    """Return what both hold."""
    both: list[Span] = []
    a = b = 0
    while a < len(one) and b < len(two):
        start, end = max(one[a][0], two[b][0]), min(one[a][1], two[b][1])
        if start < end:
            both.append((start, end))
        if one[a][1] < two[b][1]:
            a += 1
        else:
            b += 1
    return both


def clip(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """Return the part of spans between two minutes; nothing where the second is not later."""
    if end <= start:
        return []
    at = bisect_right(spans, start, key=_end)
    found: list[Span] = []
    while at < len(spans) and spans[at][0] < end:
        low, high = spans[at]
        found.append((max(low, start), min(high, end)))
        at += 1
    return found


def _end(span: Span) -> int:
    return span[1]
