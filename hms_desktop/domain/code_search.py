"""Finding a diagnosis code by what a doctor types: code, words, everyday words, slips.

Chapters and blocks are no diagnoses and are never offered.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from hms_desktop.domain.names import fold
from hms_desktop.domain.text import searchable
from hms_desktop.domain.word_index import LAST, Nearest, WordIndex, spellings

MOST_HITS = 100
_DIAGNOSIS = re.compile(r"[A-Z]\d\d(?:\.\d{1,2})?")
_CODE_TYPED = re.compile(r"[A-Z]\d+")
_EXTERNAL = "VWXY"
"""Chapters of causes from outside: seldom what is meant by a word."""
_ALIAS_FROM = 3
"""An everyday word is guessed from so many letters on."""
_ALIAS_WORDS = 3


class CodeHit(NamedTuple):
    """One offered code; a higher ``score`` is a better match (100: the code itself)."""

    code: str
    title: str
    score: int


class CodeIndex:
    """All codes of a list in memory, ready for every keystroke.

    ``everyday`` are lay and short words with the codes they mean, the likeliest first; a code
    may be a category, and then all of it answers to the word.
    """

    def __init__(
        self,
        codes: Iterable[tuple[str, str]],
        everyday: Mapping[str, Sequence[str]],
        nearest: Nearest,
    ) -> None:
        """Index (code, title) pairs; codes that are no diagnoses are left out."""
        rows = [(code, title) for code, title in codes if _DIAGNOSIS.fullmatch(code)]
        rows.sort(key=lambda row: (row[0][0] in _EXTERNAL, len(row[1].split()), row[0]))
        self._rows = rows
        bare = sorted((code.replace(".", ""), number) for number, (code, _) in enumerate(rows))
        self._codes = [code for code, _ in bare]
        self._of_code = [number for _, number in bare]
        folded = {
            spelled: tuple(meant)
            for phrase, meant in everyday.items()
            for spelled in spellings(fold(phrase))
        }
        self._phrases = sorted(folded)
        self._meant = {
            phrase: [n for code in meant if (n := self._number(code)) is not None]
            for phrase, meant in folded.items()
        }
        more: defaultdict[int, list[str]] = defaultdict(list)
        for phrase, meant in folded.items():
            for number in dict.fromkeys(chain(*(self._below(_bare(code)) for code in meant))):
                more[number].append(phrase)
        self._index = WordIndex(
            ((fold(title), " ".join(more[n])) for n, (_, title) in enumerate(rows)), nearest
        )

    def __len__(self) -> int:
        """Return how many codes can be found."""
        return len(self._rows)

    def search(self, text: str, limit: int = 20) -> tuple[CodeHit, ...]:
        """Return what a typed text may mean, the best first.

        In this order: the code itself, an everyday word, codes that begin so, everyday words and
        titles that begin so, all words in any order, and last the same with slips of the keys.
        """
        limit = max(1, min(limit, MOST_HITS))
        typed = searchable(text)
        words = fold(typed).split()
        found: dict[int, int] = {}
        if words:
            for score, numbers in self._ways(_bare(typed), words):
                for number in numbers:
                    found.setdefault(number, score)
                    if len(found) == limit:
                        return self._hits(found)
        return self._hits(found)

    def _hits(self, found: Mapping[int, int]) -> tuple[CodeHit, ...]:
        return tuple(CodeHit(*self._rows[number], score) for number, score in found.items())

    def _ways(self, code: str, words: Sequence[str]) -> Iterator[tuple[int, Sequence[int]]]:
        if _CODE_TYPED.fullmatch(code):
            exact = self._number(code)
            if exact is not None:
                yield 100, (exact,)
            yield 90, self._below(code)
        seen = False
        for score, numbers in self._as_typed(words, 0):
            seen = seen or bool(numbers)
            yield score, numbers
        if not seen:
            for meant in self._index.corrected(words):
                yield from self._as_typed(meant, 40)

    def _as_typed(self, words: Sequence[str], less: int) -> Iterator[tuple[int, Sequence[int]]]:
        text = " ".join(words)
        yield 95 - less, self._meant.get(text, ())
        if len(text) >= _ALIAS_FROM:
            yield 85 - less, self._everyday(text)
        yield 80 - less, self._index.beginning(text)
        yield 60 - less, self._index.with_words(words)

    def _everyday(self, text: str) -> list[int]:
        """Return the codes of the everyday phrases that begin so, the shortest phrase first."""
        first = bisect_left(self._phrases, text)
        last = bisect_left(self._phrases, text + LAST)
        phrases = sorted(self._phrases[first:last], key=lambda one: (len(one), one))
        return [number for phrase in phrases[:_ALIAS_WORDS] for number in self._meant[phrase]]

    def _number(self, code: str) -> int | None:
        bare = _bare(code)
        place = bisect_left(self._codes, bare)
        there = place < len(self._codes) and self._codes[place] == bare
        return self._of_code[place] if there else None

    def _below(self, bare: str) -> list[int]:
        first = bisect_left(self._codes, bare)
        return self._of_code[first : bisect_left(self._codes, bare + LAST)]


def _bare(code: str) -> str:
    return code.strip().upper().replace(".", "").replace(" ", "")
