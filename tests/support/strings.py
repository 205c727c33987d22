"""Hostile strings and names of the world, from the shared data; absent data skips the test."""

import csv
import json
from functools import cache
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def naughty_strings() -> tuple[str, ...]:
    """Return every string of the list of naughty strings."""
    return _naughty(_present(DATA / "blns" / "blns.json"))


def world_names() -> tuple[str, ...]:
    """Return every distinct name of all name files, whole and in parts."""
    return _names(_present(DATA / "names"))


def _present(path: Path) -> Path:
    if not path.exists():
        pytest.skip("the shared test data is not beside this project")
    return path


@cache
def _naughty(path: Path) -> tuple[str, ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8")))


@cache
def _names(folder: Path) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    names = (row["full_name"], row["first_name"], row["last_name"])
                    found.update(dict.fromkeys(name for name in names if name))
        elif path.name.lower() not in {"readme.md", "license"}:
            lines_read = path.read_text(encoding="utf-8").splitlines()
            found.update(dict.fromkeys(name for line in lines_read if (name := line.strip())))
    return tuple(found)
