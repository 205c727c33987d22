"""What the import contracts of pyproject.toml cannot say."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hms_desktop"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
# Those that may speak SQL, and those that may show windows.
SPEAKS_SQL = {"db", "services", "app", "domain", "ui", "__main__"}
KNOWS_QT = {"ui", "app", "__main__", "cli", "domain"}


def imported(source: Path) -> Iterator[str]:
    """Yield the name of every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: a relative import"
            yield node.module or ""


def parts() -> set[str]:
    """Return the names of the packages and modules directly under hms_desktop."""
    names = {path.stem for path in PACKAGE.glob("*.py")}
    names |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return names - {"__init__"}


def listed(names: list[str]) -> set[str]:
    """Return the first step below hms_desktop of each module that a contract names."""
    return {name.split(".")[1] for name in names if name.startswith("hms_desktop.")}


@pytest.mark.parametrize("source", sorted((PACKAGE / "domain").rglob("*.py")), ids=lambda p: p.stem)
def test_the_domain_imports_the_standard_library_and_itself_alone(source: Path) -> None:
    strangers = {
        name
        for name in imported(source)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith("hms_desktop.domain")
    }
    assert not strangers
    assert "sqlite3" not in set(imported(source))


def test_every_part_of_the_program_has_its_floor() -> None:
    floors = [
        name.strip(" ()").removeprefix("hms_desktop.")
        for layer in CONTRACTS["floors"]["layers"]
        for name in layer.split("|")
    ]
    assert parts() <= set(floors), "add the new part to the layers in pyproject.toml"


@pytest.mark.parametrize(("contract", "free"), [("sql-below", SPEAKS_SQL), ("qt-above", KNOWS_QT)])
def test_every_part_is_under_its_contract(contract: str, free: set[str]) -> None:
    watched = listed(CONTRACTS[contract]["source_modules"])
    assert parts() - free == watched, f"source_modules of the contract {contract!r} are out of date"


def test_widgets_are_kept_from_every_part_they_must_not_name() -> None:
    forbidden = listed(CONTRACTS["widgets-ask-services"]["forbidden_modules"])
    assert parts() & {"db", "documents", "interchange", "outgoing"} == forbidden


def test_no_wildcard_imports() -> None:
    guilty = [
        str(source.relative_to(ROOT))
        for source in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert not guilty
