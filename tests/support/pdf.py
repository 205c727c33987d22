"""Looking into a PDF with the tools of poppler and qpdf; without them the test is skipped."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed here (poppler-utils, qpdf)")
    return found


def _ask(pdf: bytes, *words: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        path.write_bytes(pdf)
        command = [str(path) if word == "FILE" else word for word in words]
        return subprocess.run(
            [_tool(command[0]), *command[1:]],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        ).stdout


def check(pdf: bytes) -> None:
    """Fail unless qpdf finds the file clean."""
    said = _ask(pdf, "qpdf", "--check", "FILE")
    assert "No syntax or stream encoding errors found" in said, said
    assert "WARNING" not in said, said


def text(pdf: bytes) -> str:
    """Return the text of all pages as a reader sees it; a form feed ends each page."""
    return _ask(pdf, "pdftotext", "-layout", "FILE", "-")


def pages(pdf: bytes) -> list[str]:
    """Return the text page by page."""
    return text(pdf).split("\f")[:-1]


def words(pdf: bytes) -> str:
    """Return the text with every run of blanks and line ends made one blank."""
    return " ".join(text(pdf).split())


def fonts(pdf: bytes) -> dict[str, bool]:
    """Return every font and whether it is embedded."""
    lines = _ask(pdf, "pdffonts", "FILE").splitlines()[2:]
    # The name may hold no blank; the five last columns are emb, sub, uni and the object's two.
    return {line.split()[0]: line.split()[-5] == "yes" for line in lines}


def active(pdf: bytes) -> list[str]:
    """Return what a paper must not have: links, scripts, forms, files inside."""
    # All objects without what is in streams: there such words are text like any other.
    plain = _ask(pdf, "qpdf", "--json", "FILE")
    wrong = ("/URI", "/Annot", "/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/AcroForm")
    return [word for word in wrong if word in plain]


def images(pdf: bytes) -> int:
    """Return how many pictures the file holds."""
    listed = _ask(pdf, "pdfimages", "-list", "FILE").splitlines()[2:]
    return sum(" smask " not in line for line in listed)
