"""Run the benchmarks and print ours, the limit, the ratio and the goal."""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Row

_MODULE = re.compile(r"([bc])(\d+)_\w+")
_HEAD = ("benchmark", "ours", "limit", "unit", "ratio", "goal", "")


def found() -> dict[str, str]:
    """Return module names by benchmark (``B5``, ``C1``), in the order of their numbers."""
    names: dict[tuple[str, int], str] = {}
    for path in Path(__file__).parent.glob("*_*.py"):
        match = _MODULE.fullmatch(path.stem)
        if match is not None:
            names[match[1].upper(), int(match[2])] = f"{__package__}.{path.stem}"
    return {f"{letter}{number}": names[letter, number] for letter, number in sorted(names)}


def table(rows: Sequence[tuple[str, Row]]) -> str:
    """Return the rows as lines of aligned columns."""
    lines = [_HEAD]
    for number, row in rows:
        lines.append(
            (
                f"{number} {row.name}",
                f"{row.ours:,.3f}",
                f"{row.limit:,.3f}",
                row.unit,
                f"{row.ratio:.2f}",
                row.goal,
                "met" if row.met else "NOT MET",
            )
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    shown = []
    for line in lines:
        cells = [
            cell.rjust(width) if column in {1, 2, 4} else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        shown.append("  ".join(cells).rstrip())
    return "\n".join(shown)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 0 when every goal is met, 1 when not, 2 for an unknown name."""
    known = found()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller data, fewer rounds")
    parser.add_argument("names", nargs="*", metavar="B5", help="which ones; all when left out")
    options = parser.parse_args(arguments)
    chosen = [name.upper() for name in options.names] or list(known)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(known)}")
    rows: list[tuple[str, Row]] = []
    for name in chosen:
        begun = perf_counter()
        rows.extend((name, row) for row in importlib.import_module(known[name]).run(options.quick))
        print(f"{name} took {perf_counter() - begun:.1f} s", file=sys.stderr)
    print(table(rows))
    return 0 if all(row.met for _, row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
