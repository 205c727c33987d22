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
from typing import IO, cast

Cell = str | int | float | None
BOM = "\ufeff"
_PAGE = 1_000

# What a spreadsheet takes for a formula or a command, also behind spaces and in wide letters, and
# what would be mistaken for a cell that was guarded.
_RISKY = re.compile(r"'*(?:[ \u00a0]*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n])")
_FIRST = frozenset("'= +-@\u00a0\uff0b\uff0d\uff1d\uff20\t\r\n")
"""How such a text begins: a look at one letter spares the pattern for nearly every cell."""
_CELL = re.compile(r'"(?:[^"]|"")*"|[^,"]+')
_RISKY_LINE = re.compile(r',"?[' + re.escape("".join(sorted(_FIRST))) + "]")
_GUARDED = re.compile(r"'+(?:[ \u00a0]*[=+\-@\uff0b\uff0d\uff1d\uff20]|[\t\r\n])")


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet runs it; ``original_cell`` gives it back."""
    return f"'{text}" if text[:1] in _FIRST and _RISKY.match(text) else text


def original_cell(text: str) -> str:
    """Return what was given to ``safe_cell``."""
    return text[1:] if _GUARDED.match(text) else text


def as_csv(rows: Sequence[Sequence[Cell]]) -> str:
    """Return rows of one width as lines, as ``csv.writer`` would write them once guarded.

    Numbers are written as they are, None as an empty cell, texts through ``safe_cell``.
    """
    columns = [_written(column) for column in zip(*rows, strict=True)]
    if len(columns) == 1:  # an empty line would be no row
        columns = [[one or '""' for one in columns[0]]]
    return "".join([f"{line}\r\n" for line in map(",".join, zip(*columns, strict=True))])


def _written(column: Sequence[Cell]) -> Sequence[str]:
    # Most columns say the same few things over and over, and few say anything that is guarded or
    # quoted: a look at what a column says is a fraction of the price of all its cells.
    said = set(column)
    texts = [one for one in said if isinstance(one, str)]
    if (
        len(texts) == len(said)
        and _FIRST.isdisjoint([one[:1] for one in texts])
        and not _needs_quotes("".join(texts))
    ):
        return cast("Sequence[str]", column)
    known: dict[Cell, str] = {one: _quoted(safe_cell(one)) for one in texts}
    known[None] = ""
    return [str(one) if (found := known.get(one)) is None else found for one in column]


def _needs_quotes(text: str) -> bool:
    return "," in text or '"' in text or "\n" in text or "\r" in text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _needs_quotes(text) else text


def guarded_lines(lines: Sequence[str]) -> Sequence[str]:
    """Return lines of CSV from elsewhere (RFC 4180) with cells as ``safe_cell`` has them."""
    # A look at all of them spares most a look of their own. The comma in front spares the pattern
    # a second way to begin, which takes six times as long.
    if not _RISKY_LINE.search("," + ",".join(lines)):
        return lines
    return [_CELL.sub(_guarded, one) if _RISKY_LINE.search(f",{one}") else one for one in lines]


def _guarded(match: re.Match[str]) -> str:
    # What a guard looks at holds neither commas nor quotes: it reads the same in a quoted cell.
    cell = match[0]
    return '"' + safe_cell(cell[1:]) if cell.startswith('"') else safe_cell(cell)


def write_rows(stream: IO[str], titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a head and rows as CSV (see ``as_csv``); returns the number of rows.

    The stream must have been opened with ``newline=""``.
    """
    stream.write(as_csv([titles]))
    source, count = iter(rows), 0
    while page := list(islice(source, _PAGE)):
        stream.write(as_csv(page))
        count += len(page)
    return count


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
