"""The names that a booking line may use, folded once for reading at every keystroke."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from hms_desktop.domain.names import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLES = frozenset({"dr", "doctor", "doc", "prof"})
"""Words before a doctor's name; they say "doctor" in a line and are no part of the name."""
ANY = frozenset({"any", "anyone", "whichever"})
DEPARTMENT_MARKS = frozenset({"dept", "department"})
FILLERS = frozenset({"at", "on", "for", "by", "from", "around"})
"""Words that mean nothing alone and belong to the day, time or length after them."""
FIRST_FREE = frozenset(
    {
        *("asap", "soonest", "earliest", "first free", "next free", "earliest free"),
        *("first available", "next available", "first slot", "next slot"),
    }
)
_SHORTEST_BEGINNING = 5


class PartOfDay(StrEnum):
    """A stretch of the day instead of a time."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


PARTS_OF_DAY = {
    "morning": PartOfDay.MORNING,
    "mornings": PartOfDay.MORNING,
    "afternoon": PartOfDay.AFTERNOON,
    "afternoons": PartOfDay.AFTERNOON,
    "evening": PartOfDay.EVENING,
    "tonight": PartOfDay.EVENING,
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """The folded words of a department or visit type."""

    words: tuple[str, ...]
    id: int
    is_department: bool


@dataclass(frozen=True)
class Vocabulary:
    """Doctors, departments and visit types as pairs of id and name."""

    doctors: Sequence[tuple[int, str]] = ()
    departments: Sequence[tuple[int, str]] = ()
    visit_types: Sequence[tuple[int, str]] = ()
    _doctors: tuple[tuple[int, str], ...] = field(init=False, repr=False)
    _phrases: dict[str, list[Phrase]] = field(init=False, repr=False)
    _joined: tuple[tuple[str, Phrase], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Fold all names."""
        doctors = tuple(
            (key, "".join(f" {word}" for word in fold(name).split() if word not in TITLES))
            for key, name in self.doctors
        )
        phrases = [
            Phrase(tuple(fold(name).split()), key, is_department)
            for is_department, names in ((False, self.visit_types), (True, self.departments))
            for key, name in names
        ]
        by_first: dict[str, list[Phrase]] = {}
        for phrase in filter(lambda each: each.words, phrases):
            by_first.setdefault(phrase.words[0], []).append(phrase)
            joined = "".join(phrase.words)
            if joined != phrase.words[0]:
                by_first.setdefault(joined, []).append(replace(phrase, words=(joined,)))
        for found in by_first.values():
            found.sort(key=lambda phrase: -len(phrase.words))
        object.__setattr__(self, "_doctors", doctors)
        object.__setattr__(self, "_phrases", by_first)
        lines = tuple(("".join(phrase.words), phrase) for phrase in phrases)
        object.__setattr__(self, "_joined", lines)

    def doctors_called(self, said: Sequence[str]) -> tuple[int, ...]:
        """Return the doctors each of the folded words begins a name of."""
        if not said:
            return ()
        starts = [f" {word}" for word in said]
        return tuple(key for key, line in self._doctors if all(start in line for start in starts))

    def phrase_at(self, tokens: Sequence[tuple[str, ...]]) -> tuple[Phrase | None, int]:
        """Return the phrase that the tokens begin with, and how many tokens it takes.

        A beginning is enough where it has five letters and fits one name only: ortho, consult.
        """
        if not tokens or not tokens[0]:
            return None, 0
        for phrase in self._phrases.get(tokens[0][0], ()):
            count = 0
            words: tuple[str, ...] = ()
            while len(words) < len(phrase.words) and count < len(tokens):
                words += tokens[count]
                count += 1
            if words == phrase.words:
                return phrase, count
        for count in range(len(tokens), 0, -1):
            joined = "".join(word for token in tokens[:count] for word in token)
            if len(joined) < _SHORTEST_BEGINNING:
                break
            fitting = [each for line, each in self._joined if line.startswith(joined)]
            if len(fitting) == 1:
                return fitting[0], count
        return None, 0
