"""Names of people: their parts, how they are shown, searched and told apart.

Search keys are made of *folded* text: no case, no accents, no punctuation; letters of other
scripts stay whole (with their vowel signs), digits of any script become 0 to 9.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.text import clean

PART_LIMIT = 100
AFFIX_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a name, as FHIR HumanName has them; one part alone is a name too."""

    given: str = ""
    family: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""

    def check(self) -> Name:
        """Return the cleaned parts; raise Invalid for text that cannot be kept."""
        return replace(
            self,
            given=clean(self.given, "given", limit=PART_LIMIT),
            family=clean(self.family, "family", limit=PART_LIMIT),
            middle=clean(self.middle, "middle", limit=PART_LIMIT),
            prefix=clean(self.prefix, "prefix", limit=AFFIX_LIMIT),
            suffix=clean(self.suffix, "suffix", limit=AFFIX_LIMIT),
        )

    def require(self) -> None:
        """Raise Invalid where there is neither a given nor a family name."""
        if not (self.given or self.family):
            raise Invalid(
                "given",
                "There is no name. Nothing was saved. Type a given or family name, or tick "
                "'unknown patient'.",
            )

    @property
    def display(self) -> str:
        """The whole name in one line."""
        return display_name(self)

    @property
    def sort_key(self) -> str:
        """Folded family, given and middle name: the order of lists."""
        return fold(f"{self.family} {self.given} {self.middle}")


def display_name(name: Name) -> str:
    """Return the name in one line: prefix given middle family suffix.

    Names written in Han, Kana or Hangul stand family first and without a blank.
    """
    if name.given and name.family and _east_asian(name.given) and _east_asian(name.family):
        parts = [name.prefix, name.family + name.middle + name.given, name.suffix]
    else:
        parts = [name.prefix, name.given, name.middle, name.family, name.suffix]
    return " ".join(part for part in parts if part)


def initials(name: Name) -> str:
    """Return one or two initials, whole letters with their signs (``प्र`` for प्रिया)."""
    words = [word for word in (name.given or name.middle, name.family) if word]
    if len(words) == 1:
        inner = words[0].split()
        words = [inner[0], inner[-1]] if len(inner) > 1 else inner
    if not words and name.prefix:
        words = [name.prefix]
    return "".join(_first_letter(word) for word in words)


def _east_asian(text: str) -> bool:
    return all(
        "\u3005" <= char <= "\u30ff"
        or "\u3400" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7a3"
        or "\U00020000" <= char <= "\U0003ffff"
        for char in text
    )


_OPENING = "'\"\u2018\u2019\u201c\u201d-.([ "
_JOINERS = frozenset("\u200c\u200d")
_VIRAMA = 9  # canonical combining class of the signs that join two consonants of Indic scripts


def _first_letter(word: str) -> str:
    letters = word.lstrip(_OPENING) or word
    head = letters[0]
    large = head.upper()
    taken = [large if len(large) == 1 else head]
    joins = False
    for char in letters[1:]:
        mark = unicodedata.category(char) in {"Mn", "Mc", "Me"}
        if not (mark or char in _JOINERS or joins):
            break
        taken.append(char)
        joins = unicodedata.combining(char) == _VIRAMA or (joins and char in _JOINERS)
    return "".join(taken)


# Letters that NFKD leaves whole although people type them plainly.
_PLAIN = {
    "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
    "ħ": "h", "\u0131": "i", "ŋ": "n", "ə": "e", "ŧ": "t", "ƙ": "k", "ɓ": "b", "ɗ": "d", "ƴ": "y",
    "ɛ": "e", "ɔ": "o", "ʒ": "z", "ĸ": "k", "ƒ": "f",
}  # fmt: skip
# Signs inside a word that people leave out: they go without leaving a gap.
_SILENT = frozenset(
    "'`\u00b4\u2018\u2019\u201b\u02bb\u02bc\u02bd\u02be\u02bf\uff07"
    "\u0640\u00ad\u200b\u200c\u200d\u2060\ufeff"
)
# Accents and vowel points that people leave out; signs of Indic and Thai letters are not here.
_ACCENTS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED), (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F),
)  # fmt: skip


class _Folds(dict[int, str]):
    """Translation table that fills itself, one character at a time."""

    def __missing__(self, code: int) -> str:
        folded = "".join(_fold_char(char) for char in _decompose(chr(code)))
        self[code] = folded
        return folded


def _decompose(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char).casefold()
    plain = "".join(_PLAIN.get(one, one) for one in plain)
    return unicodedata.normalize("NFKD", plain).casefold()


def _fold_char(char: str) -> str:
    code = ord(char)
    if char in _SILENT or any(low <= code <= high for low, high in _ACCENTS):
        return ""
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    return char if kind[0] in "LMN" else " "


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Return the search key of a text: plain words parted by single blanks; idempotent.

    Apostrophes vanish (``O'Brien`` → ``obrien``); hyphens, dots and other signs part words. A
    text of nothing but signs folds to itself without case, so that it can still be found.
    """
    if text.isascii() and text.replace(" ", "").isalnum():
        return " ".join(text.lower().split())
    folded = " ".join(unicodedata.normalize("NFC", text.translate(_FOLDS)).split())
    return folded or " ".join(text.casefold().split())


def search_tokens(*texts: str) -> tuple[str, ...]:
    """Return the distinct folded words of the texts, in their order."""
    return tuple(dict.fromkeys(fold(" ".join(texts)).split()))


# What the short forms on Indian cards stand for.
_SHORT_FORMS = {"mohd": "muhamad", "md": "muhamad", "muhd": "muhamad", "mohmd": "muhamad"}
# Spellings of one sound, the longest first; capital C stands for the "ch" of Chandra.
_SOUNDS: tuple[tuple[str, str], ...] = (
    ("tsch", "C"), ("chh", "C"), ("chr", "kr"), ("sch", "s"), ("ksh", "ks"), ("cks", "ks"),
    ("ch", "C"), ("ck", "k"), ("cz", "C"), ("sz", "s"), ("sh", "s"), ("ph", "f"), ("th", "t"),
    ("dh", "d"), ("kh", "k"), ("gh", "g"), ("bh", "b"), ("jh", "j"), ("zh", "j"), ("dg", "j"),
    ("ce", "se"), ("ci", "si"), ("cy", "si"), ("c", "k"), ("q", "k"), ("x", "ks"),
    ("w", "v"), ("z", "j"), ("ee", "i"), ("ea", "i"), ("oo", "u"), ("ou", "u"), ("au", "u"),
    ("ai", "a"), ("ay", "a"), ("ei", "a"), ("ey", "a"), ("ae", "a"), ("aa", "a"),
    ("y", "i"), ("e", "a"), ("o", "u"),
)  # fmt: skip
# A w before a consonant or at the end belongs to its vowel: Chowdhury, but Pawan.
_OW = re.compile(r"[oa]w(?![aeiouy])")
_STARTS = (("kn", "n"), ("wr", "r"), ("gn", "n"), ("ps", "s"))
_MUTE_H = re.compile(r"(?<!^)h(?![aiu])")
_DOUBLES = re.compile(r"(.)\1+")
_STEM_END = re.compile(r"(?<=..)a+$")


@lru_cache(maxsize=65_536)
def sounds_like(token: str) -> str:
    """Return the sounds-alike key of one word in Latin script; ``""`` for other scripts.

    Made for Indian and Western names: aspirates, doubled letters, long vowels, v/w, y/i, e/a and
    o/u fall together, a last a, e or h goes. Mohammed, Muhammad and Mohd share a key.
    """
    word = fold(token).replace(" ", "")
    if not (word.isascii() and word.isalpha()):
        return ""
    word = _SHORT_FORMS.get(word, word)
    for begin, instead in _STARTS:
        if word.startswith(begin):
            word = instead + word[len(begin) :]
    word = _OW.sub("u", word)
    for spelling, sound in _SOUNDS:
        if spelling in word:
            word = word.replace(spelling, sound)
    # An h that no vowel follows is not heard (Mehta, Ahmed, Shah), nor is a letter's double.
    word = _MUTE_H.sub("", _STEM_END.sub("", _MUTE_H.sub("", word)))
    return _DOUBLES.sub(r"\1", word)
