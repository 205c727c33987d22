"""How far two words are apart, by slips of the keys; for short lists of words."""

from __future__ import annotations


def slips(one: str, other: str, most: int) -> int | None:
    """Return how many letters are wrong, missing, too many or swapped; None beyond ``most``."""
    if abs(len(one) - len(other)) > most:
        return None
    if one == other:
        return 0
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        earlier, before = before, row
        row = [number]
        for place, wanted in enumerate(other, 1):
            cost = min(
                before[place] + 1,
                row[place - 1] + 1,
                before[place - 1] + (letter != wanted),
            )
            apart = number > 1 and place > 1
            if apart and letter == other[place - 2] and one[number - 2] == wanted:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
