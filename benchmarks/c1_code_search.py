"""C1: each keystroke of 200 typed diagnoses on the whole list, against a scan of all titles.

The scan is what a list without an index does: every folded title is asked whether it holds all
the words. It finds no codes, no everyday words and no slips of the keys. Also noted: how long
the slowest keystrokes take in all, which must stay far under what a typist feels (30 ms).
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from benchmarks import data
from benchmarks.measure import Row, alternate, at_most, below, p50, p95
from hms_desktop.domain.names import fold
from hms_desktop.services.assembly import open_services
from hms_desktop.services.code_list import everyday_words, packaged_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hms_desktop.domain.actor import Actor
    from hms_desktop.services.assembly import Services

GOAL = 1.0
MOST_MS = 30.0
QUERIES = 200


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure on one engine: after the first search no database takes part."""
    # How many patients there are makes no difference here.
    services = open_services(data.url("sqlite", quick=True))
    try:
        return _measure(services, QUERIES // 10 if quick else QUERIES)
    finally:
        services.close()


def _measure(services: Services, queries: int) -> list[Row]:
    actor = services.context.gate.system("benchmark")
    codes = list(packaged_codes())
    titles = [fold(one.title) for one in codes]
    typed = _typed(titles, queries)
    ours: list[float] = []
    limit: list[float] = []
    services.codes.search(actor, "i10")
    for text in typed:
        own, other = alternate(
            _search(services, actor, text), _scan(titles, text), rounds=1, warm_up=0
        )
        ours += own
        limit += other
    return [
        at_most("code search, keystroke p95, beside a scan", p95(ours), p95(limit), GOAL),
        at_most("code search, keystroke p50, beside a scan", p50(ours), p50(limit), GOAL),
        below("code search, keystroke p95", p95(ours), MOST_MS, "ms"),
    ]


def _typed(titles: Sequence[str], queries: int) -> list[str]:
    """Return what is typed, keystroke by keystroke: words of titles, everyday words, slips."""
    rng = random.Random(3)
    lay = list(everyday_words())
    wanted: list[str] = []
    for number in range(queries):
        if number % 4 == 0:
            wanted.append(rng.choice(lay))
            continue
        words = [word for word in rng.choice(titles).split() if len(word) > 2][:2] or ["fever"]
        if number % 4 == 1:
            words = [word[:4] for word in reversed(words)]
        if number % 4 == 2:
            place = rng.randrange(1, len(words[0]))
            words[0] = words[0][:place] + words[0][place + 1 :]
        wanted.append(" ".join(words))
    return [text[:length] for text in wanted for length in range(1, len(text) + 1)]


def _search(services: Services, actor: Actor, text: str) -> Callable[[], object]:
    return lambda: services.codes.search(actor, text)


def _scan(titles: Sequence[str], text: str) -> Callable[[], object]:
    def scan() -> list[int]:
        words = fold(text).split()
        return [
            number for number, title in enumerate(titles) if all(word in title for word in words)
        ][:20]

    return scan
