"""Which drugs of a prescription meet an allergy that somebody noted in plain words.

"penicillin, sulfa; brufen rash" names an ingredient, a group and a name on the box. Spelling is
forgiven, words that name no substance are passed over, "NKDA" and the like mean none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from hms_desktop.domain.consultations import PrescriptionItem
from hms_desktop.domain.drug_words import BRANDS, GROUPS, NOT_A_DRUG, OTHER_NAMES, RELATED
from hms_desktop.domain.drugs import DrugRow
from hms_desktop.domain.names import fold
from hms_desktop.domain.slips import slips

_PARTS = re.compile(r"[,;./\n+&|()]|\band\b|\bor\b", re.IGNORECASE)
_NONE = frozenset({"nkda", "nka", "nil", "none", "na", "n a", "nothing"})
_DENIED = re.compile(r"^(no|not|denies|without|nil)\b")
_TWO_SLIPS_FROM, _ONE_SLIP_FROM = 8, 5
_MOST_WORDS = 60


class Meets(StrEnum):
    """How a drug meets an allergy."""

    SAME = "same"
    GROUP = "group"
    RELATED = "related"


class AllergyWarning(NamedTuple):
    """One line of a prescription that meets an allergy; the allergen as it was written."""

    line: int
    allergen: str
    drug: str
    meets: Meets
    group: str = ""


class _Known(NamedTuple):
    """What a word means: ingredients, and groups that are meant as a whole."""

    ingredients: frozenset[str]
    groups: frozenset[str]


def allergy_warnings(
    allergies: str,
    items: Sequence[PrescriptionItem],
    drugs: Mapping[int, DrugRow] | None = None,
) -> tuple[AllergyWarning, ...]:
    """Return the lines that meet an allergy, at most one warning a line, the nearest first.

    ``drugs`` are the list's rows of the items that come from it; others go by their words.
    """
    noted = _noted(allergies)
    found = []
    for index, item in enumerate(items):
        row = (drugs or {}).get(item.drug_id or 0)
        ingredients = _ingredients(item.drug, row)
        groups = _groups(ingredients) | {fold(one) for one in (row.allergy_groups if row else ())}
        met = [
            AllergyWarning(index, written, item.drug, *how)
            for written, known in noted
            if (how := _meets(ingredients, groups, known)) is not None
        ]
        if met:
            found.append(min(met, key=lambda one: list(Meets).index(one.meets)))
    return tuple(found)


def _meets(
    ingredients: frozenset[str], groups: frozenset[str], known: _Known
) -> tuple[Meets, str] | None:
    if ingredients & known.ingredients:
        return Meets.SAME, ""
    shared = groups & (known.groups | _groups(known.ingredients))
    if shared:
        return Meets.GROUP, min(shared)
    for group in sorted(known.groups | _groups(known.ingredients)):
        related = groups & RELATED.get(group, frozenset())
        if related:
            return Meets.RELATED, min(related)
    return None


@lru_cache(maxsize=256)
def _noted(allergies: str) -> tuple[tuple[str, _Known], ...]:
    """Return what the note names: the words as written, and what they mean."""
    found: dict[str, _Known] = {}
    for part in _PARTS.split(allergies):
        words = fold(part).split()[:_MOST_WORDS]
        if not words or " ".join(words) in _NONE or _DENIED.match(" ".join(words)):
            continue
        kept = [word for word in words if word not in NOT_A_DRUG]
        known = _meaning(kept)
        if known is not None:
            found.setdefault(" ".join(part.split()), known)
    return tuple(found.items())


def _meaning(words: Sequence[str]) -> _Known | None:
    """Return what some words mean together, else what each of them means."""
    whole = _look_up(" ".join(words))
    if whole is not None:
        return whole
    pairs = [" ".join(words[at : at + 2]) for at in range(len(words) - 1)]
    parts = [one for one in map(_look_up, (*pairs, *words)) if one is not None]
    if not parts:
        return None
    return _Known(
        frozenset().union(*(one.ingredients for one in parts)),
        frozenset().union(*(one.groups for one in parts)),
    )


@lru_cache(maxsize=2_048)
def _look_up(text: str) -> _Known | None:
    words = _vocabulary()
    known = words.get(text) or words.get(text.removesuffix("s"))
    if known is not None or len(text) < _ONE_SLIP_FROM:
        return known
    most = 2 if len(text) >= _TWO_SLIPS_FROM else 1
    near = [
        (far, word)
        for word in words
        if len(word) >= _ONE_SLIP_FROM and (far := slips(text, word, most)) is not None
    ]
    return words[min(near)[1]] if near else None


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, _Known]:
    """Return every word that names a substance or a group, folded."""
    found: dict[str, _Known] = {}
    for group, members in GROUPS.items():
        for place, member in enumerate(members):
            # The first words of a group name all of it; a true ingredient names itself.
            whole = place == 0 or member not in _ingredient_names()
            word = fold(member)
            one = _Known(
                frozenset() if whole else frozenset({word}),
                frozenset({fold(group)}) if whole else frozenset(),
            )
            before = found.get(word)
            found[word] = one if before is None else _Known(
                before.ingredients | one.ingredients, before.groups | one.groups
            )  # fmt: skip
        found.setdefault(fold(group), _Known(frozenset(), frozenset({fold(group)})))
    for brand, ingredients in BRANDS.items():
        found.setdefault(fold(brand), _Known(frozenset(map(fold, ingredients)), frozenset()))
    for other, ingredient in OTHER_NAMES.items():
        found.setdefault(fold(other), _Known(frozenset({fold(ingredient)}), frozenset()))
        found.setdefault(fold(ingredient), _Known(frozenset({fold(ingredient)}), frozenset()))
    for ingredients in BRANDS.values():
        for name in map(fold, ingredients):
            found.setdefault(name, _Known(frozenset({name}), frozenset()))
    return found


_WHOLE = frozenset(
    {
        "sulfa", "sulpha", "sulfur drug", "sulphonamide", "fluoroquinolone", "opiate", "sartan",
        "ppi", "steroid", "caine", "contrast", "anti inflammatory", "painkiller", "pain killer",
        "local anesthetic", "azole antifungal",
    }
)  # fmt: skip


@lru_cache(maxsize=1)
def _ingredient_names() -> frozenset[str]:
    """Return the members of groups that are ingredients and not words for the whole group."""
    return frozenset(
        member
        for members in GROUPS.values()
        for place, member in enumerate(members)
        if member not in _WHOLE and (place > 0 or len(members) == 1)
    )


@lru_cache(maxsize=2_048)
def _groups(ingredients: frozenset[str]) -> frozenset[str]:
    return frozenset(
        fold(group)
        for group, members in GROUPS.items()
        if ingredients & {fold(member) for member in members}
    )


def _ingredients(text: str, row: DrugRow | None) -> frozenset[str]:
    """Return what a drug holds: by the list, else by the words on the prescription."""
    if row is not None:
        named: Iterable[str] = row.ingredients
    else:
        words = fold(text).split()[:_MOST_WORDS]
        phrases = {
            " ".join(words[begin:end])
            for begin in range(len(words))
            for end in range(begin + 1, min(begin + 4, len(words) + 1))
        }
        vocabulary = _vocabulary()
        named = {
            one
            for phrase in phrases
            if phrase in vocabulary
            for one in vocabulary[phrase].ingredients
        }
    folded = {fold(one) for one in named}
    return frozenset({fold(OTHER_NAMES.get(one, one)) for one in folded} | folded)
