"""Tables as CSV (RFC 4180, UTF-8): safe to open in a spreadsheet, and readable again as it was."""

from __future__ import annotations

import csv
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO

Cell = str | int | float | None
BOM = "\ufeff"
_PAGE = 1_000

# What a spreadsheet takes for a formula or a command, also behind spaces and in wide letters, and
# what would be mistaken for a cell that was guarded.
_RISKY = re.compile(r"'*(?:[ \u00a0]*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n])")
_FIRST = frozenset("'= +-@\u00a0\uff0b\uff0d\uff1d\uff20\t\r\n")
"""How such a text begins: a look at one letter spares the pattern for nearly every cell."""
_GUARDED = re.compile(r"'+(?:[ \u00a0]*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n])")


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet runs it; ``original_cell`` gives it back."""
    return f"'{text}" if text[:1] in _FIRST and _RISKY.match(text) else text


def original_cell(text: str) -> str:
    """Return what was given to ``safe_cell``."""
    return text[1:] if _GUARDED.match(text) else text


def write_rows(stream: IO[str], titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a head and rows as CSV; returns the number of rows.

    Numbers are written as they are, None as an empty cell, texts through ``safe_cell``. The
    stream must have been opened with ``newline=""``.
    """
    source = iter(rows)
    pages = iter(lambda: [list(row) for row in islice(source, _PAGE)], [])
    return write_pages(stream, titles, pages)


def write_pages(
    stream: IO[str], titles: Sequence[str], pages: Iterable[Sequence[list[Cell]]]
) -> int:
    """Write a head and rows that come in pages (and are changed); otherwise as ``write_rows``."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([safe_cell(title) for title in titles])
    count = 0
    for page in pages:
        for place, column in enumerate(zip(*page, strict=True)):
            # Few columns of a page hold anything to be guarded, and most say the same few things
            # over and over: a look at what a column says is a tenth of the price of all its cells.
            firsts = {one[:1] for one in set(column) if one.__class__ is str}
            if not _FIRST.isdisjoint(firsts):
                _guard(page, place)
        writer.writerows(page)
        count += len(page)
    return count


def _guard(page: Sequence[list[Cell]], place: int) -> None:
    for row in page:
        one = row[place]
        if isinstance(one, str):
            row[place] = safe_cell(one)


def write_file(
    path: Path, titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool = True
) -> int:
    """Write a CSV file, whole or not at all; returns the number of rows. Raises OSError.

    With ``bom`` spreadsheets know that it is UTF-8. An exception from ``rows`` leaves an older
    file of that name as it was.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="") as stream:
            if bom:
                stream.write(BOM)
            count = write_rows(stream, titles, rows)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise
    return count


def read_rows(stream: IO[str]) -> Iterable[list[str]]:
    """Yield the rows of a file that was written here, texts as they were before."""
    for number, row in enumerate(csv.reader(stream)):
        if number == 0 and row:
            row[0] = row[0].removeprefix(BOM)
        yield [original_cell(one) for one in row]
