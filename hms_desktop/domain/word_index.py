"""Finding entries of a long list by what is typed: beginnings, words in any order, slips.

The list stands in its order of preference, so ranking is comparing numbers: within one way of
matching the entry that stands first is offered first. Nothing here reads a database.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

Nearest = Callable[[str, Sequence[str], int], Sequence[tuple[str, int]]]
"""(word, choices, most slips) → choices with their slips, the nearest first."""

LAST = "\U0010ffff"
ONE_SLIP_FROM = 4
TWO_SLIPS_FROM = 7
_WAYS_A_WORD = 4
_WAYS = 12
_KEPT_WORDS = 512
_LITTLE = frozenset({"of", "the", "in", "and", "to", "a", "an", "due"})
"""Words that tell nothing apart; they are passed over unless they are all that is typed."""
_SPELLINGS = (("ae", "e"), ("oe", "e"), ("our", "or"))


def spellings(text: str) -> tuple[str, ...]:
    """Return a folded text as it is written on both sides of the Atlantic."""
    other = text
    for british, american in _SPELLINGS:
        other = other.replace(british, american)
    return (text,) if other == text else (text, other)


class WordIndex:
    """Entries as (title, further words), all folded, the preferred ones first.

    Titles are matched from their beginning; words of both by their beginnings, in any order.
    """

    def __init__(self, entries: Iterable[tuple[str, str]], nearest: Nearest) -> None:
        """Index the entries; ``nearest`` finds mistyped words."""
        self._nearest = nearest
        titles: list[tuple[str, int]] = []
        found: defaultdict[str, set[int]] = defaultdict(set)
        for number, (title, more) in enumerate(entries):
            titles.extend((spelled, number) for spelled in spellings(title))
            for word in f"{title} {more}".split():
                for spelled in spellings(word):
                    found[spelled].add(number)
        self._count = len({number for _, number in titles})
        titles.sort()
        self._titles = [title for title, _ in titles]
        self._numbers = [number for _, number in titles]
        self._words = sorted(found)
        self._found = [found[word] for word in self._words]
        self._known = frozenset(self._words)
        self._beginnings: dict[int, tuple[str, ...]] = {}
        self._begun = lru_cache(_KEPT_WORDS)(self._entries_with)
        self._near = lru_cache(_KEPT_WORDS)(self._near_words)

    def __len__(self) -> int:
        """Return how many entries there are."""
        return self._count

    def beginning(self, text: str) -> list[int]:
        """Return the entries whose titles begin with a folded text."""
        first = bisect_left(self._titles, text)
        last = bisect_left(self._titles, text + LAST)
        return sorted(set(self._numbers[first:last]))

    def with_words(self, words: Sequence[str]) -> list[int]:
        """Return the entries in which every one of the folded words begins a word."""
        return sorted(self._all_of(words))

    def corrected(self, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Yield what the words may have been meant as, the nearest first.

        Words that begin a known word stay, unless no entry has them all.
        """
        unknown = [word for word in words if not self._begun(word)]
        ways = [
            self._near(word) if word in unknown or not unknown else ((word, 0),) for word in words
        ]
        if not all(ways):
            return
        combined = sorted(
            (sum(slips for _, slips in way), tuple(word for word, _ in way))
            for way in islice(product(*(way[:_WAYS_A_WORD] for way in ways)), 4 * _WAYS)
        )
        yielded = 0
        for _slips, meant in combined:
            if meant != tuple(words) and self._all_of(meant):
                yield meant
                yielded += 1
                if yielded == _WAYS:
                    return

    def _all_of(self, words: Sequence[str]) -> set[int]:
        telling = [word for word in words if word not in _LITTLE] or list(words)
        # The longest words are the rarest: what is left after them is small.
        rare_first = sorted(telling, key=len, reverse=True)
        left: set[int] | None = None
        for word in rare_first:
            found = self._begun(word)
            left = set(found) if left is None else left & found
            if not left:
                return set()
        return left or set()

    def _entries_with(self, start: str) -> frozenset[int]:
        first = bisect_left(self._words, start)
        last = bisect_left(self._words, start + LAST)
        return frozenset().union(*self._found[first:last])

    def _near_words(self, word: str) -> tuple[tuple[str, int], ...]:
        """Return known words, or beginnings of them, a slip or two of the keys away."""
        found: dict[str, int] = {word: 0} if self._begun(word) else {}
        if len(word) >= ONE_SLIP_FROM and word.isalpha():
            most = 2 if len(word) >= TWO_SLIPS_FROM else 1
            for choices, slips in ((self._words, most), (self._starts(len(word)), 1)):
                for near, far in self._nearest(word, choices, slips):
                    found.setdefault(near, far)
        # Whoever mistypes seldom mistypes the first letter.
        ranked = sorted(
            found.items(), key=lambda one: (one[1], one[0][0] != word[0], -len(one[0]), one[0])
        )
        return tuple(ranked[:_WAYS_A_WORD])

    def _starts(self, length: int) -> tuple[str, ...]:
        """Return the beginnings of longer words; made once a length."""
        found = self._beginnings.get(length)
        if found is None:
            starts = (word[:length] for word in self._words if len(word) > length + 1)
            found = self._beginnings[length] = tuple(dict.fromkeys(starts))
        return found
