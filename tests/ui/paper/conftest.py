from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from reportlab.pdfgen import canvas

from hms_desktop.domain.papers import Paper
from tests.support import cups
from tests.ui.now.conftest import clock, hospital, open_window, services

__all__ = ["clock", "hospital", "open_window", "services"]


def make_paper(
    words: str = "Amoxicillin 500 mg", pages: int = 3, size: tuple[float, float] = (595, 842)
) -> Paper:
    """A real PDF with a line of text on each page."""
    data = io.BytesIO()
    drawn = canvas.Canvas(data, pagesize=size)
    for number in range(pages):
        drawn.drawString(72, size[1] - 100, f"{words} page {number + 1}")
        drawn.showPage()
    drawn.save()
    return Paper("Prescription of Kumar Swamy", "prescription-H-000001.pdf", data.getvalue())


@pytest.fixture
def paper() -> Paper:
    """Three A4 pages."""
    return make_paper()


@pytest.fixture(scope="session")
def print_server() -> Iterator[cups.PrintServer]:
    """One print server for all tests of a process; skipped where none can be started."""
    if why := cups.missing():
        pytest.skip(why)
    with cups.print_server() as server:
        yield server


@pytest.fixture
def real_printer(
    print_server: cups.PrintServer, monkeypatch: pytest.MonkeyPatch
) -> cups.PrintServer:
    """The program's own CUPS library asks the tests' print server."""
    monkeypatch.setenv("CUPS_SERVER", print_server.address)
    return print_server


@pytest.fixture
def no_printers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer whose print server does not run."""
    monkeypatch.setenv("CUPS_SERVER", "/nonexistent/cups.sock")
