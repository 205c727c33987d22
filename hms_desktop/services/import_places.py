"""Where imported visits lie: what is taken, and how rows with a day alone are laid out."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple


class Taken:
    """Stretches of time that are taken, by whom; no two of one person overlap."""

    def __init__(self) -> None:
        """Begin with everybody free."""
        self._of: defaultdict[Hashable, list[tuple[datetime, datetime]]] = defaultdict(list)

    def free(self, who: Hashable, begins: datetime, ends: datetime) -> bool:
        """Say whether nothing of this person overlaps the stretch."""
        stretches = self._of[who]
        place = bisect_left(stretches, (begins, begins))
        before = place == 0 or stretches[place - 1][1] <= begins
        return before and (place == len(stretches) or stretches[place][0] >= ends)

    def take(self, who: Hashable, begins: datetime, ends: datetime) -> None:
        """Note a stretch."""
        insort(self._of[who], (begins, ends))


class Place(NamedTuple):
    """The n-th doctor of a group, and the minute of the day."""

    number: int
    minute: int


class DayQueue:
    """Lays visits with a day but no time one after the other into doctors' days.

    Each group has as many doctors as its fullest day needs; minutes of the local day. The same
    file is always laid out the same way, whatever the database holds.
    """

    def __init__(self, first: int, last: int, step: int) -> None:
        """Keep the minutes at which a visit may begin."""
        self._minutes = range(first, last - step + 1, step)
        self._next: defaultdict[tuple[str, date], int] = defaultdict(int)
        self._left: defaultdict[tuple[str, date], list[int]] = defaultdict(list)
        self._busy: defaultdict[tuple[str, date], set[int]] = defaultdict(set)

    def place(self, group: str, on: date, patient: str) -> Place:
        """Return the first place of the group's day at which this patient has none yet."""
        busy = self._busy[patient, on]
        per_day = len(self._minutes)
        for place in self._places(group, on):
            minute = self._minutes[place % per_day]
            if minute not in busy or len(busy) >= per_day:
                self._use(group, on, place)
                busy.add(minute)
                return Place(place // per_day + 1, minute)
        raise AssertionError("places never end")

    def _places(self, group: str, on: date) -> Iterable[int]:
        yield from list(self._left[group, on])
        yield from _from(self._next[group, on])

    def _use(self, group: str, on: date, place: int) -> None:
        left, following = self._left[group, on], self._next[group, on]
        if place < following:
            left.remove(place)
            return
        # Places the patient could not have are kept for whoever comes next.
        left.extend(range(following, place))
        self._next[group, on] = place + 1


def _from(first: int) -> Iterator[int]:
    while True:
        yield first
        first += 1
