"""Every capability that is delivered has a test that names it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DELIVERED = {
    "ACC": (1, 2, 3, 5, 6, 7, 8, 9, 10),
    "DEP": (1, 2, 3),
    "DOC": (1, 2, 3, 4, 5),
    "AVL": (1, 2, 3, 4, 5, 6, 7),
    "PAT": (1, 2, 4, 5, 6),
    "APT": (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13),
    "QUE": (1, 2, 5),
    "CLN": (1, 2, 3, 4, 5, 6, 7),
    "DSH": (1, 2, 4),
    "JOB": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    "PRN": (1,),
    "NET": (1, 3, 4),
    "SEC": (1, 2, 3),
    "OPS": (1, 2, 3),
}
IDS = [f"{part}-{number}" for part, numbers in DELIVERED.items() for number in numbers]


@pytest.fixture(scope="module")
def marked() -> dict[str, list[str]]:
    """Test files by the capability that they name."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name in {name for node in ast.walk(tree) for name in _features(node)}:
            found.setdefault(name, []).append(path.name)
    return found


@pytest.mark.parametrize("name", IDS)
def test_a_delivered_capability_is_proved(name: str, marked: dict[str, list[str]]) -> None:
    assert marked.get(name), f"no test carries @pytest.mark.feature({name!r})"


def _features(node: ast.AST) -> list[str]:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return []
    if node.func.attr != "feature":
        return []
    return [one.value for one in node.args if isinstance(one, ast.Constant)]
