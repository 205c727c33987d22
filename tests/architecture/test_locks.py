"""The locks: exact, hashed, without addresses, and in step with pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ("requirements.txt", "requirements-dev.txt")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> dict[str, set[str]]:
    """Return the versions that a lock holds of each package (one for each Python at most)."""
    found: dict[str, set[str]] = {}
    for match in re.finditer(
        r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE
    ):
        found.setdefault(normal(match[1]), set()).add(match[2])
    return found


def wanted(*extras: str) -> list[str]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return lines


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_hashed_and_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    for block in re.split(r"\n(?=\S)", text.strip()):
        if not block.startswith("#"):
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]
    assert "://" not in text
    assert "--index" not in text
    assert " @ " not in text


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("requirements.txt", ["build"]), ("requirements-dev.txt", ["build", "dev"])],
)
def test_the_lock_is_in_step(lock: str, extras: list[str]) -> None:
    versions = locked(lock)
    for line in wanted(*extras):
        match = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", line)
        assert match, f"{line}: direct dependencies are pinned exactly"
        assert versions[normal(match[1])] == {match[2]}, "run `make lock`"


def test_the_build_needs_only_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["build-system"]["requires"]) == set(
        PROJECT["optional-dependencies"]["build"]
    )


def test_qt_stays_below_the_version_that_aborts_python_3_11() -> None:
    (version,) = locked("requirements.txt")["pyside6-essentials"]
    assert tuple(map(int, version.split("."))) < (6, 12)
