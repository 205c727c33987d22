"""PDFs on their way to a printer: a real print server where there is one."""

from __future__ import annotations

import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.papers import Paper
from hms_desktop.ui.paper import printing
from hms_desktop.ui.paper.memory import keep_choice, printing_file, read_choice
from hms_desktop.ui.paper.printing import (
    JOB_TITLE,
    NotPrinted,
    PrintChoice,
    find_printers,
    lp_words,
    paint_pages,
    print_pdf,
    private_file,
)
from hms_desktop.ui.runner import Cancelled, Progress
from tests.support import cups
from tests.ui.paper.conftest import make_paper


def progress() -> Progress:
    return Progress(lambda: None)


def on_worker(work: object) -> object:
    """Run as the program does: the print libraries keep a server's address for each thread."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()  # type: ignore[call-overload]


@pytest.mark.feature("PRN-1")
def test_text_comes_out_of_a_real_printer_as_text(
    qapp: QApplication, real_printer: cups.PrintServer
) -> None:
    paper = make_paper("Zebrafinch 125 mg/5 ml")
    found = on_worker(find_printers)
    assert isinstance(found, printing.Printers)
    assert real_printer.printer in found.names
    before = len(list((real_printer.folder / "out").glob("*.pdf")))
    print_pdf(paper.pdf, PrintChoice(real_printer.printer), progress())
    newest = real_printer.printed(before + 1)[-1]
    words = cups.text_of(newest)
    for number in (1, 2, 3):
        assert f"Zebrafinch 125 mg/5 ml page {number}" in words
    kept = real_printer.jobs()
    assert JOB_TITLE in kept
    assert paper.title not in kept
    assert "Kumar" not in kept
    assert "H-000001" not in kept


@pytest.mark.feature("PRN-1")
def test_a_printer_that_is_not_there_is_told_as_a_sentence(
    qapp: QApplication, real_printer: cups.PrintServer, paper: Paper
) -> None:
    with pytest.raises(NotPrinted) as told:
        print_pdf(paper.pdf, PrintChoice("No-such-printer"), progress())
    assert "“No-such-printer” did not take the paper" in str(told.value)
    assert "Nothing was printed" in str(told.value)


@pytest.mark.feature("PRN-1")
def test_without_a_print_server_there_is_no_printer_and_a_sentence(
    qapp: QApplication, no_printers: None, paper: Paper
) -> None:
    assert on_worker(find_printers) == printing.Printers()
    with pytest.raises(NotPrinted):
        print_pdf(paper.pdf, PrintChoice("Anything"), progress())


def test_no_shell_reads_a_printers_name(tmp_path: Path) -> None:
    choice = PrintChoice("a; rm -rf / $(id)", 3, "Letter", both_sides=True)
    words = lp_words("/usr/bin/lp", choice, tmp_path / "x.pdf", fit=True)
    assert words[1:3] == ["-d", "a; rm -rf / $(id)"]
    assert words[-2:] == ["--", str(tmp_path / "x.pdf")]
    assert words[3:5] == ["-n", "3"]
    assert "media=Letter" in words
    assert "sides=two-sided-long-edge" in words
    assert "fit-to-page" in words


def test_the_file_in_between_is_private_and_goes_away() -> None:
    with private_file(b"%PDF-1.7") as path:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_bytes() == b"%PDF-1.7"
        assert path.name.startswith("hms-")
    assert not path.exists()


def test_it_goes_away_after_a_failure_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, paper: Paper
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen: list[str] = []

    def slow(words: list[str], **_more: object) -> None:
        seen.append(words[-1])
        assert Path(words[-1]).read_bytes() == paper.pdf
        raise subprocess.TimeoutExpired(words, 60)

    monkeypatch.setattr(printing.subprocess, "run", slow)
    monkeypatch.setattr(printing, "cups_client", lambda: "/usr/bin/lp")
    with pytest.raises(NotPrinted, match="did not answer in 60 seconds"):
        print_pdf(paper.pdf, PrintChoice("Ward"), progress())
    assert seen
    assert list(tmp_path.iterdir()) == []


@pytest.mark.feature("PRN-1")
def test_pages_are_painted_where_there_is_no_lp(
    qapp: QApplication, tmp_path: Path, paper: Paper
) -> None:
    target = tmp_path / "painted.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(72)
    printer.setOutputFileName(str(target))
    told = progress()
    assert paint_pages(paper.pdf, printer, told) == 3
    step = told.take()
    assert step is not None
    assert (step.done, step.total) == (2, 3)
    document = QPdfDocument(None)
    document.load(str(target))
    assert document.pageCount() == 3
    picture = document.render(0, document.pagePointSize(0).toSize())
    shades = {picture.pixelColor(x, y).lightness() for x in range(60, 300) for y in range(80, 120)}
    document.close()
    assert min(shades) < 128, "the words are not on the page"


@pytest.mark.feature("PRN-1")
def test_painted_pages_reach_the_real_printer(
    qapp: QApplication,
    real_printer: cups.PrintServer,
    monkeypatch: pytest.MonkeyPatch,
    paper: Paper,
) -> None:
    monkeypatch.setattr(printing, "cups_client", lambda: None)
    monkeypatch.setattr(printing, "DPI", 75)
    before = len(list((real_printer.folder / "out").glob("*.pdf")))
    choice = PrintChoice(real_printer.printer)
    on_worker(lambda: print_pdf(paper.pdf, choice, progress()))
    newest = real_printer.printed(before + 1)[-1]
    document = QPdfDocument(None)
    document.load(str(newest))
    assert document.pageCount() == 3
    document.close()


def test_what_is_stopped_is_not_handed_over(paper: Paper) -> None:
    told = progress()
    told.cancel()
    with pytest.raises(Cancelled):
        print_pdf(paper.pdf, PrintChoice("Ward"), told)


@pytest.mark.feature("PRN-1")
def test_each_kind_of_paper_remembers_its_printer_at_this_workstation() -> None:
    path = printing_file()
    assert read_choice("prescription", path) is None
    keep_choice("prescription", PrintChoice("Ward", 3, "A5", both_sides=True), path)
    keep_choice("report", PrintChoice("Office"), path)
    assert read_choice("prescription", path) == PrintChoice("Ward", 1, "A5", both_sides=True)
    assert read_choice("report", path) == PrintChoice("Office")
    for broken in ('{"prescription": {"printer": 5}}', '{"prescription": []}', "[", "[]"):
        path.write_text(broken, encoding="utf-8")
        assert read_choice("prescription", path) is None
