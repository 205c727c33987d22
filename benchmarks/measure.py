"""Measuring ours against its limit, alternating, so that a busy machine slows both alike."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result table; ``ratio`` is ours / limit unless the unit is a rate.

    ``goal`` says in words what was asked for; ``met`` whether it was reached.
    """

    name: str
    ours: float
    limit: float
    unit: str
    ratio: float
    goal: str
    met: bool


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1]


def p50(values: Sequence[float]) -> float:
    """Return the median (nearest rank)."""
    return percentile(values, 0.5)


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 stay below."""
    return percentile(values, 0.95)


def timed(call: Callable[[], object]) -> float:
    """Return how many milliseconds a call takes."""
    begun = perf_counter()
    call()
    return (perf_counter() - begun) * 1_000


def alternate(
    ours: Callable[[], object],
    limit: Callable[[], object],
    rounds: int,
    warm_up: int = 3,
) -> tuple[list[float], list[float]]:
    """Time two calls in turn; return milliseconds of ours and of the limit.

    Args:
        ours: the program's way.
        limit: the fastest way known.
        rounds: how often each is timed.
        warm_up: rounds before that are not counted.
    """
    for _ in range(warm_up):
        ours()
        limit()
    of_ours: list[float] = []
    of_limit: list[float] = []
    for number in range(rounds):
        # Who goes first changes, so that neither always finds warm caches.
        if number % 2:
            of_limit.append(timed(limit))
            of_ours.append(timed(ours))
        else:
            of_ours.append(timed(ours))
            of_limit.append(timed(limit))
    return of_ours, of_limit


def at_most(name: str, ours: float, limit: float, most: float, unit: str = "ms") -> Row:
    """Return the row of a goal "at most ``most`` times the limit"."""
    ratio = ours / limit if limit else float("inf")
    return Row(name, ours, limit, unit, ratio, f"at most {most:g} x", ratio <= most)


def at_least(name: str, ours: float, limit: float, least: float, unit: str = "per s") -> Row:
    """Return the row of a goal "at least ``least`` times the limit"."""
    ratio = ours / limit if limit else float("inf")
    return Row(name, ours, limit, unit, ratio, f"at least {least:g} x", ratio >= least)


def below(name: str, ours: float, most: float, unit: str) -> Row:
    """Return the row of a goal that is a plain number; the limit column shows that number."""
    ratio = ours / most if most else float(ours > 0)
    return Row(name, ours, most, unit, ratio, f"at most {most:g} {unit}", ours <= most)
