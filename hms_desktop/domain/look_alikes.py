"""Names that are easily taken for one another, so that a list can flag them.

Two names look alike when, folded, they hold the same words in any order or run together, when
one only leaves out a middle word, when one slip of a key makes one into the other, or when they
sound the same word by word.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from hms_desktop.domain.names import fold, sounds_like

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SLIP_FROM = 5
"""Names of fewer letters differ by one letter too often to mean anything (Ram, Raj)."""
_MOST_WORDS = 12
"""Longer "names" are sentences: only equal ones are worth flagging."""


def distance(a: str, b: str, most: int) -> int:
    """Return how many letters were missed, added, changed or swapped; ``most + 1`` when more."""
    if a == b:
        return 0
    if abs(len(a) - len(b)) > most:
        return most + 1
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    far = most + 1
    before: list[int] = []
    row = [cost if cost <= most else far for cost in range(len(b) + 1)]
    for i, char in enumerate(a, 1):
        low, high = max(1, i - most), min(len(b), i + most)
        fresh = [far] * (len(b) + 1)
        fresh[0] = min(i, far)
        for j in range(low, high + 1):
            cost = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (char != b[j - 1]))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == b[j - 1]:
                cost = min(cost, before[j - 2] + 1)
            fresh[j] = min(cost, far)
        before, row = row, fresh
        if min(row) > most and min(before) > most:
            return far
    return row[-1]


@dataclass(frozen=True, slots=True)
class _Look:
    """What two names are compared by."""

    line: str
    turned: str
    joined: str
    words: frozenset[str]
    sound: tuple[str, ...]

    @classmethod
    def of(cls, name: str) -> _Look:
        words = fold(name).split()
        keys = sorted(sounds_like(word) for word in words)
        return cls(
            line=" ".join(words),
            turned=" ".join([*words[-1:], *words[:-1]]),
            joined="".join(words),
            words=frozenset(words),
            sound=tuple(keys) if words and all(keys) else (),
        )


def look_alike(a: str, b: str) -> bool:
    """Say whether two display names are easily taken for one another."""
    return _alike(_Look.of(a), _Look.of(b))


def _alike(a: _Look, b: _Look) -> bool:
    if not a.words or not b.words:
        return False
    if a.words == b.words or a.joined == b.joined or (a.sound and a.sound == b.sound):
        return True
    if max(len(a.words), len(b.words)) > _MOST_WORDS:
        return False
    if min(len(a.words), len(b.words)) > 1 and (a.words <= b.words or b.words <= a.words):
        return True
    return min(len(a.joined), len(b.joined)) >= _SLIP_FROM and any(
        distance(one, other, 1) <= 1
        for one, other in ((a.line, b.line), (a.turned, b.line), (a.line, b.turned))
    )


def look_alikes(names: Iterable[tuple[int, str]]) -> dict[int, frozenset[int]]:
    """Return, for each patient id that has look-alikes in the list, the ids of those.

    The same id may come several times (two visits a day); it is no look-alike of itself. Names
    are put into bins first, so that 2,000 of them take far less than a second.
    """
    people = {key: _Look.of(name) for key, name in names}
    bins: defaultdict[object, list[int]] = defaultdict(list)
    for key, look in people.items():
        for mark in _marks(look):
            bins[mark].append(key)
    found: defaultdict[int, set[int]] = defaultdict(set)
    tried: set[tuple[int, int]] = set()
    for members in bins.values():
        for a, b in combinations(members, 2):
            if (a, b) in tried:
                continue
            tried.add((a, b))
            if _alike(people[a], people[b]):
                found[a].add(b)
                found[b].add(a)
    return {key: frozenset(others) for key, others in found.items()}


def _marks(look: _Look) -> Iterator[object]:
    """Yield the bins of a name: names that look alike share at least one."""
    if not look.words:
        return
    marks: set[object] = {look.joined, look.line, look.turned, ("words", look.words)}
    if look.sound:
        marks.add(look.sound)
    if len(look.words) > _MOST_WORDS:
        yield from marks
        return
    # One slip apart means: the same after one letter less on each side.
    for line in (look.line, look.turned):
        marks.update(line[:place] + line[place + 1 :] for place in range(len(line)))
    marks.update(("two", *pair) for pair in combinations(sorted(look.words), 2))
    yield from marks
