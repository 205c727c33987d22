"""A file or class that grows past reading in one go is split along its subject."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 400
MAX_CLASS_LINES = 250
# Not migrations: a revision is one list of statements, and is never edited again.
FOLDERS = ("hms_desktop", "tests", "benchmarks", "docs", "installer")
# Path (and class) -> why it may be longer.
ALLOWED: dict[str, str] = {}


def sources() -> list[Path]:
    return [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]


def test_no_file_is_too_long() -> None:
    long = {}
    for path in sources():
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > MAX_LINES and path.relative_to(ROOT).as_posix() not in ALLOWED:
            long[path.relative_to(ROOT).as_posix()] = lines
    assert not long


def test_no_class_is_too_long() -> None:
    long = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.end_lineno is not None:
                name = f"{path.relative_to(ROOT).as_posix()}::{node.name}"
                lines = node.end_lineno - node.lineno + 1
                if lines > MAX_CLASS_LINES and name not in ALLOWED:
                    long[name] = lines
    assert not long


def test_nothing_is_allowed_that_is_not_needed() -> None:
    gone = [name for name in ALLOWED if not (ROOT / name.split("::", maxsplit=1)[0]).exists()]
    assert not gone
