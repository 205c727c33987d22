"""What a chart shows: points, their series, and each value in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil

from hms_desktop.ui.numbers.words import number, tr

MOST_TICKS = 5
_NICE = (1, 2, 5)

Value = float | None
"""A value of a point; None where there was nothing to measure."""


@dataclass(frozen=True, slots=True)
class Point:
    """One place of a chart: short at the axis, long in words; ``key`` says what is behind it."""

    label: str
    long: str
    key: object = None


@dataclass(frozen=True, slots=True)
class Series:
    """One part or line: its name, the colour's role in the theme, and a value for each point."""

    name: str
    role: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All values of one chart; ``told`` puts one into words, ``summed`` adds a point's total."""

    points: tuple[Point, ...] = ()
    series: tuple[Series, ...] = ()
    told: Callable[[float], str] = field(default=lambda value: number(round(value)))
    summed: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.values)

    def total(self, place: int) -> float:
        """Return the sum of a point."""
        return sum(one.values[place] or 0 for one in self.series)

    def lines(self, place: int) -> Iterator[str]:
        """Yield a point in words, line by line: what it is, then each value that there is."""
        yield self.points[place].long
        for one in self.series:
            value = one.values[place]
            if value is None:
                yield tr("{name}: nothing to measure").format(name=one.name)
            elif value or len(self.series) == 1:
                yield tr("{name}: {value}").format(name=one.name, value=self.told(value))
        if self.summed:
            yield tr("together: {value}").format(value=self.told(self.total(place)))

    def sentence(self, place: int) -> str:
        """Return a point as it is read aloud."""
        return ", ".join(self.lines(place))

    def rows(self, first: str) -> Iterator[tuple[str | float | None, ...]]:
        """Yield the chart as a table: its head, then a row for each point."""
        yield (first, *(one.name for one in self.series))
        for place, point in enumerate(self.points):
            yield (point.long, *(one.values[place] for one in self.series))


def ticks(most: float) -> tuple[float, ...]:
    """Return the round values of an axis from 0 to at least ``most``: five at most, whole ones."""
    power = 1
    while True:
        for nice in _NICE:
            step = nice * power
            if step * (MOST_TICKS - 1) >= most:
                return tuple(float(step * n) for n in range(max(1, ceil(most / step)) + 1))
        power *= 10
