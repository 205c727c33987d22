"""The nearest words of a list, by slips of the keys."""

from __future__ import annotations

from collections.abc import Sequence

MOST_NEAR = 8


def nearest(word: str, choices: Sequence[str], most: int) -> Sequence[tuple[str, int]]:
    """Return the choices at most so many slips away, with their slips, the nearest first.

    A slip is one letter wrong, missing, too many, or two letters swapped.
    """
    # Loaded at the first mistyped word.
    from rapidfuzz import process  # noqa: PLC0415
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=most, limit=MOST_NEAR)
    return [(near, int(far)) for near, far, _ in found]
