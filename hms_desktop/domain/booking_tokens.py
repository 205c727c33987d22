"""The words of a booking line, and what each was claimed as."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from hms_desktop.domain.names import fold

_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]*)[\"“”„»]")
_NOTE = re.compile(r"\bnote:\s*(.*)$", re.IGNORECASE | re.DOTALL)


class Meaning(StrEnum):
    """What a piece of the line was understood as."""

    PATIENT = "patient"
    DOCTOR = "doctor"
    DEPARTMENT = "department"
    VISIT_TYPE = "visit_type"
    DAY = "day"
    TIME = "time"
    PART_OF_DAY = "part_of_day"
    FIRST_FREE = "first_free"
    MINUTES = "minutes"
    NOTE = "note"


class Span(NamedTuple):
    """Characters ``begin`` to ``end`` (exclusive, code points of the line) and their meaning."""

    begin: int
    end: int
    meaning: Meaning


class Token(NamedTuple):
    """One word of the line: its place, as typed, without case, and as folded words."""

    begin: int
    end: int
    raw: str
    plain: str
    words: tuple[str, ...]


class ClaimedTokens:
    """The tokens of a line without its notes; readers claim them for their meanings."""

    def __init__(self, text: str) -> None:
        """Cut the text into words."""
        self._spans: list[Span] = []
        self._claimed: dict[int, Meaning] = {}
        self._note = ""
        rest = self._take_notes(text)
        self._tokens = [
            Token(m.start(), m.end(), m[0], _plain(m[0]), tuple(fold(m[0]).split()))
            for m in re.finditer(r"[^\s,;]+", rest)
        ]

    def _take_notes(self, text: str) -> str:
        """Cut the notes out, leaving blanks so that places stay the same."""
        notes: list[str] = []
        for pattern in (_NOTE, _QUOTED):
            for match in pattern.finditer(text):
                if note := match[1].strip(' "\u201c\u201d'):
                    notes.append(note)
                self._spans.append(Span(match.start(), match.end(), Meaning.NOTE))
            text = pattern.sub(lambda match: " " * len(match[0]), text)
        self._note = " ".join(notes)
        return text

    def _plain_from(self, place: int, count: int) -> str:
        return " ".join(token.plain for token in self._tokens[place : place + count])

    def _claim(self, place: int, count: int, meaning: Meaning) -> int:
        for number in range(place, place + count):
            self._claimed[number] = meaning
        return count

    def _release(self, meaning: Meaning) -> None:
        """Give what had this meaning back to the patient: something later has it."""
        for number in [n for n, known in self._claimed.items() if known is meaning]:
            del self._claimed[number]

    def _longest(self, place: int, most: int) -> range:
        return range(min(most, len(self._tokens) - place), 0, -1)

    def _take_rest(self) -> tuple[str, ...]:
        """Give what nobody claimed to the patient; return all of the patient's words."""
        return tuple(
            token.raw
            for number, token in enumerate(self._tokens)
            if self._claimed.setdefault(number, Meaning.PATIENT) is Meaning.PATIENT
        )

    def _all_spans(self) -> tuple[Span, ...]:
        spans = list(self._spans)
        for number, meaning in sorted(self._claimed.items()):
            token = self._tokens[number]
            spans.append(Span(token.begin, token.end, meaning))
        return tuple(sorted(spans))


def _plain(text: str) -> str:
    """Return a word without case, its digits ASCII, as times and days are read."""
    if text.isascii():
        return text.lower()
    return "".join(fold(c) if c.isdecimal() else c for c in text.casefold())
