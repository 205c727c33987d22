"""Letters on paper: which bundled font draws which sign, how wide it is, how it is shaped.

Inter draws Latin, Greek and Cyrillic, Noto Sans Devanagari draws Hindi and its kin; both are
embedded. A text is cut into runs, one font each. Signs that neither font has are never printed as
empty boxes: their Unicode numbers are printed instead, between angle quotes (738B 5C0F for two
Chinese signs), which loses nothing and can be searched for. `has_stand_in` tells a document that
it needs the sentence that explains them.
"""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont, shapeStr

from hms_desktop.paths import resources_dir

STAND_IN = ("\u2039", "\u203a")
_DEVANAGARI = (range(0x900, 0x980), range(0xA8E0, 0xA900), range(0x1CD0, 0x1D00))
_JOINERS = frozenset("\u200c\u200d")
_PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0x110000))
_UNITS = 1000
_MARKS = frozenset({"Mn", "Mc", "Me"})
LOCK = threading.RLock()
"""Held while fonts are read, shaped or embedded: all documents of a process share them."""


class Weight(Enum):
    """How heavy letters are; Devanagari comes in two of the four."""

    REGULAR = ("Inter-Regular", "NotoSansDevanagari-Regular")
    MEDIUM = ("Inter-Medium", "NotoSansDevanagari-Regular")
    SEMIBOLD = ("Inter-SemiBold", "NotoSansDevanagari-Bold")
    BOLD = ("Inter-Bold", "NotoSansDevanagari-Bold")


class Piece(NamedTuple):
    """Letters of one font in a row; ``width`` in thousandths of the font's size.

    ``source`` is set where glyphs were shaped: the text they stand for, for search and copying.
    """

    font: str
    text: str
    width: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """One font as it is needed here: what it covers and how wide its letters are."""

    name: str
    font: Any
    widths: dict[int, float]
    shapes: bool

    def covers(self, code: int) -> bool:
        """Say whether the font draws a sign."""
        return code in self.widths


_FACES: dict[str, Face] = {}


def _face(name: str) -> Face:
    face = _FACES.get(name)
    if face is None:
        with LOCK:
            # Loaded twice, the PDF library and this module would hold two fonts of one name.
            face = _FACES.get(name) or _load(name)
            _FACES[name] = face
    return face


def _load(name: str) -> Face:
    font = TTFont(name, str(resources_dir() / "fonts" / f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    widths = {
        code: float(font.face.charWidths.get(code, font.face.defaultWidth))
        for code in font.face.charToGlyph
        if not any(code in private for private in _PRIVATE)
    }
    return Face(name, font, widths, shapes="Devanagari" in name)


def font_name(weight: Weight) -> str:
    """Return the name of the Latin font of a weight, known to the PDF library."""
    return _face(weight.value[0]).name


def _is_devanagari(code: int) -> bool:
    return any(code in block for block in _DEVANAGARI)


def _choose(char: str, latin: Face, indic: Face, before: Face | None) -> Face | None:
    """Return the font for a sign: that of the signs before, where it joins with them."""
    code = ord(char)
    if char in _JOINERS:
        return indic if before is indic else None
    if before is indic and unicodedata.category(char) in _MARKS and indic.covers(code):
        return indic
    if _is_devanagari(code):
        return indic if indic.covers(code) else None
    if latin.covers(code):
        return latin
    return indic if indic.covers(code) else None


def _is_silent(char: str) -> bool:
    """Say whether a sign shows nothing by itself: joiners, selectors, controls."""
    return unicodedata.category(char) in {"Cc", "Cf"} or 0xFE00 <= ord(char) <= 0xFE0F  # noqa: PLR2004


def _runs(text: str, weight: Weight) -> list[tuple[Face | None, str]]:
    latin, indic = (_face(name) for name in weight.value)
    runs: list[tuple[Face | None, str]] = []
    for char in text:
        before = runs[-1][0] if runs else None
        face = _choose(char, latin, indic, before)
        if face is None and _is_silent(char):
            continue
        if runs and runs[-1][0] is face:
            runs[-1] = (face, runs[-1][1] + char)
        else:
            runs.append((face, char))
    return runs


def stand_in(text: str) -> str:
    """Return how signs without letters are printed: their numbers in Unicode."""
    return f"{STAND_IN[0]}{' '.join(f'{ord(char):04X}' for char in text)}{STAND_IN[1]}"


def has_stand_in(text: str) -> bool:
    """Say whether a text holds signs that no bundled font has."""
    return not text.isascii() and any(face is None for face, _ in _runs(text, Weight.REGULAR))


def _shaped(face: Face, text: str) -> Piece:
    """Return the glyphs that the font's own rules make of a text."""
    with LOCK:
        known = set(face.font.face.charToGlyph)
        shaped = shapeStr(text, face.name, _UNITS, force=True)
        scale = _UNITS / face.font.face.unitsPerEm
        # The library keeps the widths of glyphs it adds in the font's own units.
        for code in set(face.font.face.charToGlyph) - known if scale != 1 else ():
            face.font.face.charWidths[code] *= scale
        if not isinstance(shaped, ShapedStr):
            shaped = ShapedStr(shaped, [])
        data = [
            one._replace(width=face.font.face.charWidths[ord(char)])
            for char, one in zip(shaped, shaped.__shapeData__, strict=True)
        ]
    return Piece(face.name, ShapedStr(str(shaped), data), sum(one.x_advance for one in data), text)


@lru_cache(maxsize=20_000)
def pieces(text: str, weight: Weight) -> tuple[Piece, ...]:
    """Return a text (of one line) as runs of letters, shaped where the script asks for it."""
    if text.isascii():
        latin = _face(weight.value[0])
        text = text if text.isprintable() else "".join(c for c in text if c.isprintable())
        return (Piece(latin.name, text, sum(latin.widths[ord(char)] for char in text)),)
    found: list[Piece] = []
    for face, run in _runs(text, weight):
        if face is None:
            found.extend(pieces(stand_in(run), weight))
        elif face.shapes or any(unicodedata.combining(char) for char in run):
            found.append(_shaped(face, run))
        else:
            found.append(Piece(face.name, run, sum(face.widths[ord(char)] for char in run)))
    return tuple(found)


def width(text: str, weight: Weight, size: float) -> float:
    """Return how wide a text is (points)."""
    return sum(piece.width for piece in pieces(text, weight)) * size / _UNITS


def is_mark(char: str) -> bool:
    """Say whether a sign belongs to the one before it, so that no line breaks between them."""
    return char in _JOINERS or unicodedata.category(char) in _MARKS or _is_silent(char)
