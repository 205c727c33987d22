"""Breaking texts into lines: at blanks, and inside a word only where it fits no line at all."""

from __future__ import annotations

from collections.abc import Iterator

from hms_desktop.documents.fonts import Weight, is_mark, width
from hms_desktop.documents.styles import TextStyle

ELLIPSIS = "…"
_VIRAMA = "\u094d"


def break_lines(text: str, style: TextStyle, most: float) -> list[str]:
    """Return a text as lines no wider than ``most`` (points); typed line ends stay."""
    found: list[str] = []
    for line in text.split("\n"):
        found.extend(_break_one(line.rstrip(), style, most))
    return found


def _break_one(line: str, style: TextStyle, most: float) -> Iterator[str]:
    weight, size = style.weight, style.size
    blank = width(" ", weight, size)
    kept: list[str] = []
    used = 0.0
    for word in line.split(" "):
        wide = width(word, weight, size)
        if kept and used + blank + wide > most:
            yield " ".join(kept)
            kept, used = [], 0.0
            if not word:
                continue
        if wide > most:
            *whole, rest = _chop(word, weight, size, most)
            yield from whole
            kept, used = [rest], width(rest, weight, size)
        else:
            used += wide + (blank if kept else 0)
            kept.append(word)
    yield " ".join(kept)


def _clusters(word: str) -> Iterator[str]:
    """Yield what must not be torn: a sign with its marks, consonants joined by a virama."""
    kept = ""
    for char in word:
        if kept and not is_mark(char) and not kept.rstrip("\u200c\u200d").endswith(_VIRAMA):
            yield kept
            kept = ""
        kept += char
    if kept:
        yield kept


def _chop(word: str, weight: Weight, size: float, most: float) -> list[str]:
    parts: list[str] = []
    kept: list[str] = []
    used = 0.0
    for cluster in _clusters(word):
        # A hundred marks on one letter are torn all the same: nothing may leave the sheet.
        for piece in [cluster] if width(cluster, weight, size) <= most else cluster:
            wide = width(piece, weight, size)
            if kept and used + wide > most:
                parts.append("".join(kept))
                kept, used = [], 0.0
            kept.append(piece)
            used += wide
    parts.append("".join(kept))
    return parts


def fit(text: str, style: TextStyle, most: float) -> str:
    """Return a text on one line, its end replaced by … where it does not fit."""
    text = text.replace("\n", " ")
    weight, size = style.weight, style.size
    if width(text, weight, size) <= most:
        return text
    room = most - width(ELLIPSIS, weight, size)
    # No sign is narrower than a twentieth of its size, so what lies behind cannot be seen.
    first = _chop(text[: int(most / size * 20) + 1], weight, size, max(room, 0))[0]
    return first.rstrip() + ELLIPSIS
