"""Short words that become whole sentences: ``.bpadvice`` and a blank."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.text import clean

KEYWORD_LIMIT = 30
TEXT_LIMIT = 4_000
SIGNS = "./"
"""What a typed keyword begins with."""
_KEYWORD = re.compile(r"[^\W_][\w-]*")
_TYPED = re.compile(r"(?:^|(?<=\s))[./]([\w-]+)$")


class SnippetRow(NamedTuple):
    """One snippet; ``own`` is false for those that all share."""

    id: int
    version: int
    keyword: str
    text: str
    own: bool


@dataclass(frozen=True, slots=True)
class SaveSnippet:
    """The wish to keep a snippet: a new one without an id; shared ones are everybody's."""

    keyword: str
    text: str
    snippet_id: int | None = None
    version: int = 0
    shared: bool = False

    def check(self) -> SaveSnippet:
        """Return the cleaned wish, the keyword without its sign; raise Invalid."""
        keyword = clean(self.keyword, "keyword", limit=KEYWORD_LIMIT, required=True)
        keyword = keyword.lstrip(SIGNS).casefold()
        if not _KEYWORD.fullmatch(keyword):
            raise Invalid(
                "keyword",
                "A keyword is one word of letters, digits and hyphens. Choose another one.",
            )
        text = clean(self.text, "text", limit=TEXT_LIMIT, multiline=True, required=True)
        return SaveSnippet(keyword, text, self.snippet_id, self.version, self.shared)


def expand(text: str, cursor: int, snippets: Iterable[SnippetRow]) -> tuple[str, int] | None:
    """Return the text with the keyword before the cursor expanded, and the new cursor.

    A keyword stands after a dot or a slash at the beginning of a word; inside a word nothing is
    one. None when there is none before the cursor. Own snippets go before shared ones.
    """
    found = _TYPED.search(text[:cursor])
    if found is None:
        return None
    typed = found[1].casefold()
    meant = [one for one in snippets if one.keyword.lstrip(SIGNS).casefold() == typed]
    if not meant:
        return None
    chosen = next((one for one in meant if one.own), meant[0])
    begin = found.start(1) - 1
    return text[:begin] + chosen.text + text[cursor:], begin + len(chosen.text)
