"""Printers of this computer, and PDFs on their way to them.

Everything here may take its time and runs on a worker: asking for printers talks to the print
server. Where the system prints with CUPS the PDF itself is handed over, so text stays text and
sharp; elsewhere its pages are painted. Neither the job's name nor the file in between tells
anything about a patient.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hms_desktop.domain.errors import HmsError
from hms_desktop.ui.runner import Progress

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

JOB_TITLE = "HMS Desktop"
"""What the queue shows to everybody who looks at it: never a name."""
PAPERS = ("A4", "A5", "Letter", "Legal")
MOST_COPIES = 99
SECONDS = 60.0
"""How long handing over may take before we say that the print server does not answer."""
DPI = 300
_asking = threading.Lock()
"""Qt's printer list promises nothing about two threads at once."""


class NotPrinted(HmsError):  # noqa: N818 - errors are named after what happened
    """The printer or the print server did not take the paper."""


@dataclass(frozen=True, slots=True)
class Printers:
    """The printers of this computer and the one it usually takes (empty: none is named)."""

    names: tuple[str, ...] = ()
    usual: str = ""


@dataclass(frozen=True, slots=True)
class PrintChoice:
    """How to print: an empty printer means that none was chosen yet."""

    printer: str = ""
    copies: int = 1
    paper: str = PAPERS[0]
    both_sides: bool = False


def find_printers() -> Printers:
    """Ask the system for its printers; none when there is no print server (on a worker)."""
    # Loaded when first needed: the print libraries cost every start several milliseconds.
    from PySide6.QtPrintSupport import QPrinterInfo  # noqa: PLC0415

    with _asking:
        names = tuple(dict.fromkeys(QPrinterInfo.availablePrinterNames()))
        usual = QPrinterInfo.defaultPrinterName()
    return Printers(names, usual if usual in names else "")


def print_pdf(pdf: bytes, choice: PrintChoice, progress: Progress, *, fit: bool = False) -> None:
    """Print a PDF (on a worker).

    Args:
        pdf: the paper.
        choice: printer, copies, size and sides.
        progress: hears of painted pages; stops the work between two of them.
        fit: scale the pages, because they are of another size than the paper.

    Raises NotPrinted.
    """
    progress.check()
    lp = cups_client()
    if lp is not None:
        _hand_over(lp, pdf, choice, fit=fit)
    else:
        _paint_on(pdf, choice, progress)


# --------------------------------------------------------------------------------------- CUPS
def cups_client() -> str | None:
    """Return the program that hands files to CUPS; None where there is none."""
    return shutil.which("lp") if os.name == "posix" else None


def lp_words(lp: str, choice: PrintChoice, file: Path, *, fit: bool = False) -> list[str]:
    """Return the command that hands a file to CUPS, word by word: no shell reads it."""
    sides = "two-sided-long-edge" if choice.both_sides else "one-sided"
    words = [lp, "-d", choice.printer, "-n", str(choice.copies), "-t", JOB_TITLE]
    words += ["-o", f"media={choice.paper}", "-o", f"sides={sides}"]
    if fit:
        words += ["-o", "fit-to-page"]
    return [*words, "--", str(file)]


def _hand_over(lp: str, pdf: bytes, choice: PrintChoice, *, fit: bool) -> None:
    with private_file(pdf) as file:
        try:
            ended = subprocess.run(  # noqa: S603 - a list of words, no shell
                lp_words(lp, choice, file, fit=fit),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env=_environment(os.environ),
            )
        except subprocess.TimeoutExpired as error:
            raise NotPrinted(
                "The print server did not answer in {seconds} seconds. Nothing was printed. Try "
                "again, or save the paper as a file.",
                seconds=round(SECONDS),
            ) from error
        except OSError as error:
            raise _refused(choice, error.strerror or type(error).__name__) from error
    if ended.returncode:
        raise _refused(choice, _reason(ended.stderr))


def _refused(choice: PrintChoice, why: str) -> NotPrinted:
    return NotPrinted(
        "The printer “{printer}” did not take the paper: {why}. Nothing was printed. Choose "
        "another printer, or save the paper as a file.",
        printer=choice.printer,
        why=why,
    )


def _reason(told: bytes) -> str:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    words = lines[-1] if lines else "unknown reason"
    return words.removeprefix("lp: ").removeprefix("Error - ").strip().rstrip(".")


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for the system's own programs: English, their own libraries."""
    theirs = {**ours, "LC_ALL": "C.UTF-8"}
    # A frozen program carries its own libraries; the system's programs must not load them.
    before = theirs.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        theirs["LD_LIBRARY_PATH"] = before
    return theirs


@contextlib.contextmanager
def private_file(data: bytes) -> Iterator[Path]:
    """Keep data in a file that only this person can read, as long as the block runs."""
    handle, name = tempfile.mkstemp(prefix="hms-", suffix=".pdf")  # mode 0600
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        yield path
    finally:
        path.unlink(missing_ok=True)


# ----------------------------------------------------------------------------- other systems
def _paint_on(pdf: bytes, choice: PrintChoice, progress: Progress) -> None:
    # Loaded when first needed, as above.
    from PySide6.QtGui import QPageSize  # noqa: PLC0415
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo  # noqa: PLC0415

    info = QPrinterInfo.printerInfo(choice.printer)
    if info.isNull():
        raise _refused(choice, "it is not there any more")
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setResolution(DPI)
    printer.setDocName(JOB_TITLE)
    printer.setCopyCount(choice.copies)
    printer.setFullPage(True)
    printer.setPageSize(QPageSize(getattr(QPageSize.PageSizeId, choice.paper)))
    sides = QPrinter.DuplexMode.DuplexLongSide if choice.both_sides else None
    printer.setDuplex(sides or QPrinter.DuplexMode.DuplexNone)
    paint_pages(pdf, printer, progress, name=choice.printer)


def paint_pages(pdf: bytes, printer: QPrinter, progress: Progress, *, name: str = "") -> int:
    """Paint a PDF's pages on a printer, each as large as its paper; returns how many (worker)."""
    # Loaded when first needed, as above.
    from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize  # noqa: PLC0415
    from PySide6.QtGui import QPainter  # noqa: PLC0415
    from PySide6.QtPdf import QPdfDocument  # noqa: PLC0415

    buffer = QBuffer()
    buffer.setData(pdf)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    count = document.pageCount()
    painter = QPainter()
    if not count or not painter.begin(printer):
        raise _refused(PrintChoice(name), "it cannot be opened")
    try:
        for page in range(count):
            progress.check()
            progress.report(page, count)
            if page and not printer.newPage():
                raise _refused(PrintChoice(name), "it stopped")
            room = painter.viewport()
            size = document.pagePointSize(page)
            scale = min(room.width() / size.width(), room.height() / size.height())
            whole = QSize(round(size.width() * scale), round(size.height() * scale))
            image = document.render(page, whole)
            place = QRect(room.topLeft(), whole)
            place.moveCenter(room.center())
            painter.drawImage(place, image)
    finally:
        painter.end()
        document.close()
    return count
