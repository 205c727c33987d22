"""What differs between two texts, line by line, as people read it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

GONE, NEW, SAME = "- ", "+ ", "  "
AROUND = 1
"""Lines that did not change and are shown on each side of those that did."""
GAP = "…"


def difference(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that differ, marked ``-`` and ``+``, with a little around them.

    Nothing when the texts are the same.
    """
    if before == after:
        return ()
    old, new = before.splitlines(), after.splitlines()
    return tuple(_lines(old, new))


def _lines(old: list[str], new: list[str]) -> Iterator[str]:
    groups = difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(AROUND)
    for number, group in enumerate(groups):
        if number:
            yield GAP
        for kind, begin, end, new_begin, new_end in group:
            if kind == "equal":
                yield from (SAME + line for line in old[begin:end])
                continue
            yield from (GONE + line for line in old[begin:end])
            yield from (NEW + line for line in new[new_begin:new_end])
