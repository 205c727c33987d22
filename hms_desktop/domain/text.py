"""The one gate that everything typed passes before it is kept.

What it does, in this order:

1. NUL and lone surrogates are refused: no database stores them, and they never come from a key.
2. Characters without a look of their own go: control characters, bidi overrides, isolates and
   marks (U+061C, U+200E, U+200F too: the direction follows from the letters), zero-width spaces,
   byte order marks, soft hyphens, tags. ZWJ and ZWNJ stay: Indic scripts, Persian and emoji
   need them. Private-use and not yet assigned characters stay: a newer keyboard may know them.
3. One line: every run of blanks (tabs, line ends, no-break and wide blanks) becomes one blank.
   Several lines: CRLF and its kin become LF, tabs a blank; other blanks stay as typed.
4. NFC, then blanks at both ends go. Text of nothing visible is empty.
5. The length is counted in characters after all that.

The gate is idempotent: what it returned, it returns again.
"""

from __future__ import annotations

import re
import unicodedata

from hms_desktop.domain.errors import Invalid

_PLANE_END = 0xFFFE  # the last two codes of every plane are no characters, and never will be
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
SEARCH_LIMIT = 200
"""Characters of a search that count."""
_BLANKS = re.compile(r"\s+")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_LINE_CONTROLS = frozenset("\t\n\x0b\x0c\r\x85\u2028\u2029")
# Format characters that are seen or that shape letters; all others of category Cf are dropped.
_KEPT_FORMATS = frozenset(
    "\u200c\u200d"
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
# Letters and marks that show nothing alone: a "name" made only of these is an empty field.
_UNSEEN = frozenset(
    " \n\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u200c\u200d\u2800\u3164\uffa0"
) | {chr(code) for code in range(0xFE00, 0xFE10)}
# Reordering of combining marks is quadratic, so text that can never fit is refused before it.
_HOPELESS_TIMES = 8
_HOPELESS_PLUS = 1_000


class _Droppings(dict[int, str | None]):
    """Translation table that fills itself: None for characters that the gate drops."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kept: str | None = char
        kind = unicodedata.category(char)
        unused = "\ufdd0" <= char <= "\ufdef" or code & _PLANE_END == _PLANE_END
        if unused or (
            kind in {"Cc", "Cf"} and char not in _LINE_CONTROLS and char not in _KEPT_FORMATS
        ):
            kept = None
        self[code] = kept
        return kept


_DROPPINGS = _Droppings()


def clean(
    text: str, field: str, *, limit: int, multiline: bool = False, required: bool = False
) -> str:
    """Return the text as it may be kept; ``limit`` in characters. Raises Invalid."""
    # The usual case costs nothing more than a look.
    if text.isascii() and text.isprintable() and "  " not in text:
        cleaned = text.strip()
    else:
        if len(text) > limit * _HOPELESS_TIMES + _HOPELESS_PLUS:
            raise _too_long(field, len(text), limit)
        cleaned = _sift(text, field, multiline=multiline)
    if len(cleaned) > limit:
        raise _too_long(field, len(cleaned), limit)
    if required and not cleaned:
        raise Invalid(field, "This field is empty. Nothing was saved. Fill it in.")
    return cleaned


def searchable(text: str) -> str:
    """Return a typed search as a database can be asked for it: short, nothing unstorable."""
    return _UNSTORABLE.sub(" ", text[:SEARCH_LIMIT])


def _sift(text: str, field: str, *, multiline: bool) -> str:
    if "\0" in text:
        raise Invalid(
            field, "The text holds a NUL character. Nothing was saved. Type it instead of pasting."
        )
    if _SURROGATE.search(text):
        raise Invalid(
            field,
            "The text holds half of a character. Nothing was saved. Delete the box-like sign.",
        )
    if multiline:
        kept = text.translate(_DROPPINGS)
        kept = _LINE_ENDS.sub("\n", kept).replace("\t", " ")
    else:
        kept = _BLANKS.sub(" ", text.translate(_DROPPINGS))
    kept = unicodedata.normalize("NFC", kept).strip()
    return "" if _UNSEEN.issuperset(kept) else kept


def _too_long(field: str, length: int, limit: int) -> Invalid:
    return Invalid(
        field,
        "This is {length} characters long, and at most {limit} fit. Nothing was saved. Shorten it.",
        length=length,
        limit=limit,
    )
