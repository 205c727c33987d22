"""Drugs of the hospital's list: one row, its line in a file, searching by what is typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hms_desktop.domain.drug_words import BRANDS, OTHER_NAMES
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.imports import Refused
from hms_desktop.domain.names import fold
from hms_desktop.domain.text import clean, searchable
from hms_desktop.domain.word_index import Nearest, WordIndex

NAME_LIMIT = 200
PART_LIMIT = 80
MOST_PARTS = 40
MOST_HITS = 100
COLUMNS = ("name", "strength", "form", "route", "ingredients", "allergy_groups")
"""Columns of a drug file; only ``name`` has to be there."""
_NUMBER_UNIT = re.compile(r"(?<![^\W\d_])(\d)(?=[^\W\d_])")
_DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)")


class DrugRow(NamedTuple):
    """One drug of the list; a retired one is no longer offered."""

    id: int
    name: str
    strength: str
    form: str
    route: str
    ingredients: tuple[str, ...]
    allergy_groups: tuple[str, ...]
    retired: bool = False

    @property
    def label(self) -> str:
        """Name, strength and form in one line."""
        return " ".join(part for part in (self.name, self.strength, self.form) if part)


@dataclass(frozen=True, slots=True)
class DrugLine:
    """One drug as a file brings it."""

    name: str
    strength: str = ""
    form: str = ""
    route: str = ""
    ingredients: tuple[str, ...] = ()
    allergy_groups: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from other drugs."""
        return (self.name, self.strength, self.form)


@dataclass(frozen=True, slots=True)
class DrugImport:
    """What replacing the list did, or in a dry run would do.

    ``same`` drugs stayed as they were; ``retired`` ones are no longer offered.
    """

    dry_run: bool
    rows: int
    added: int
    changed: int
    same: int
    retired: int
    refused: tuple[Refused, ...] = ()

    @property
    def taken(self) -> int:
        """How many drugs the list has now."""
        return self.added + self.changed + self.same


def read_line(cells: Mapping[str, str]) -> DrugLine:
    """Return a cleaned drug of a row; raise Invalid naming the column."""

    def part(name: str, limit: int = PART_LIMIT, *, required: bool = False) -> str:
        return clean(cells.get(name, ""), name, limit=limit, required=required)

    name = part("name", NAME_LIMIT, required=True)
    return DrugLine(
        name=name,
        strength=part("strength"),
        form=part("form"),
        route=part("route"),
        ingredients=_parts("ingredients", cells) or (name.lower(),),
        allergy_groups=tuple(one.lower() for one in _parts("allergy_groups", cells)),
    )


def drug_line(row: DrugRow) -> tuple[str, ...]:
    """Return a drug as the cells of a file, in the order of COLUMNS."""
    parts = (";".join(row.ingredients), ";".join(row.allergy_groups))
    return (row.name, row.strength, row.form, row.route, *parts)


def _parts(name: str, cells: Mapping[str, str]) -> tuple[str, ...]:
    texts = [clean(one, name, limit=PART_LIMIT) for one in cells.get(name, "").split(";")]
    found = tuple(dict.fromkeys(text for text in texts if text))
    if len(found) > MOST_PARTS:
        raise Invalid(name, "At most {most} parts fit here.", most=MOST_PARTS)
    return found


class DrugIndex:
    """All offered drugs in memory, ready for every keystroke."""

    def __init__(self, rows: Iterable[DrugRow], nearest: Nearest) -> None:
        """Index the drugs that are not retired."""
        offered = (row for row in rows if not row.retired)
        self._rows = sorted(offered, key=_preference)
        called: dict[str, list[str]] = {}
        for brand, ingredients in BRANDS.items():
            for one in ingredients:
                called.setdefault(one, []).append(brand)
        for other, one in OTHER_NAMES.items():
            called.setdefault(one, []).append(other)
        self._index = WordIndex(
            ((_words(row.label), _more(row, called)) for row in self._rows), nearest
        )

    def __len__(self) -> int:
        """Return how many drugs can be found."""
        return len(self._rows)

    def first(self, limit: int | None) -> tuple[DrugRow, ...]:
        """Return the drugs by name, simple ones before combinations; None for all of them."""
        return tuple(self._rows[:limit])

    def search(self, text: str, limit: int = 12) -> tuple[DrugRow, ...]:
        """Return what a typed text may mean, the best first.

        In this order: names that begin so, all words in any order (strength, ingredient and
        other names count), and last the same with slips of the keys.
        """
        limit = max(1, min(limit, MOST_HITS))
        words = _words(searchable(text)).split()
        if not words:
            return ()
        found = self._as_typed(words)
        if not found:
            for meant in self._index.corrected(words):
                found = dict.fromkeys((*found, *self._as_typed(meant)))
                if len(found) >= limit:
                    break
        return tuple(self._rows[number] for number in list(found)[:limit])

    def _as_typed(self, words: Sequence[str]) -> dict[int, None]:
        begun = self._index.beginning(" ".join(words))
        return dict.fromkeys((*begun, *self._index.with_words(words)))


def _preference(row: DrugRow) -> tuple[int, str, float, str, int]:
    number = re.match(r"[\d.]+", row.strength.replace(",", ""))
    strength = float(number[0]) if number and number[0].strip(".").count(".") < 2 else 0.0  # noqa: PLR2004 - one decimal point
    return (len(row.ingredients), row.name.casefold(), strength, row.label, row.id)


def _more(row: DrugRow, called: Mapping[str, Sequence[str]]) -> str:
    ingredients = [fold(one) for one in row.ingredients]
    return " ".join([*ingredients, *(name for one in ingredients for name in called.get(one, ()))])


def _words(text: str) -> str:
    """Return the folded words; "500mg" is two, "0.5" stays one."""
    apart = _NUMBER_UNIT.sub(r"\1 ", text)
    return fold(_DECIMAL.sub("p", apart))
