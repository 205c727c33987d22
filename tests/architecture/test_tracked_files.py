"""Nothing that is checked in names one machine, one registry or one person's folder."""

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {
    ".git", ".venv", ".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
    ".import_linter_cache", "__pycache__", "build", "dist",
}  # fmt: skip
BINARY = {".png", ".ttf", ".otf", ".woff2", ".qm", ".ico", ".jpg", ".gz", ".sqlite", ".pdf"}
# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a folder of one machine": r"(?<![\w.])/(?:work|farm|root|Users)/|/home/(?!user\b)\w+/"
    r"|/tmp/bash" + "_jobs",
    "a package registry": r"(?:pypi|pythonhosted|npmjs|deb\.debian|archive\.ubuntu)"
    r"\.(?:org|com)",
    "an index address": r"--(?:extra-)?index-url[ =]+http|^(?:Index|Source): *http",
    "a resolved address": r'"resolved": *"' + "http",
}


def tracked() -> list[Path]:
    """Return the files that belong to the project; without git, all that look like it."""
    git = shutil.which("git")
    if git:
        listing = subprocess.run(
            [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
            cwd=ROOT, check=False, capture_output=True, text=True,
        )  # fmt: skip
        if listing.returncode == 0:
            return [ROOT / name for name in listing.stdout.split("\0") if name]
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not NOT_OURS & set(path.relative_to(ROOT).parts)
    ]


def test_no_place_of_one_machine_or_registry_is_named() -> None:
    found = []
    for path in tracked():
        if path.suffix in BINARY or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for what, pattern in FORBIDDEN.items():
            found += [
                f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {what}"
                for match in re.finditer(pattern, text, re.MULTILINE)
            ]
    assert not found, "\n".join(found)


def test_the_patterns_find_what_they_are_for() -> None:
    samples = ["cd /wo" + "rk/x", "/ro" + "ot/.cfg", "https://py" + "pi.org/simple"]
    for sample in samples:
        assert any(re.search(pattern, sample) for pattern in FORBIDDEN.values()), sample
    assert not any(re.search(pattern, "a/work/b ../data") for pattern in FORBIDDEN.values())
