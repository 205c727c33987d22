"""Reads CSV files as other programs write them: encoding, delimiter and line ends are found out."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from hms_desktop.domain.errors import Unusable
from hms_desktop.interchange.table_out import original_cell

DELIMITERS = ",;\t|"
FIELD_LIMIT = 1 << 20
_BLOCK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


class CsvRow(NamedTuple):
    """One row: the line it begins in (the head is line 1), its cells, and what is wrong with it."""

    line: int
    cells: dict[str, str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """An open file: its column names and its rows, read as they are asked for."""

    titles: tuple[str, ...]
    rows: Iterator[CsvRow]


def fingerprint(path: Path) -> str:
    """Return a hash of the file's bytes; raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def read_csv(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None
) -> Iterator[CsvTable]:
    """Open a CSV file; raises OSError, and Unusable for a file that is none.

    Empty lines are passed over. A row with more or fewer cells than the head, or one that cannot
    be read, comes with its fault.
    """
    try:
        with path.open(encoding=encoding or _encoding(path), newline="") as stream:
            sign = delimiter or _delimiter(stream.readline())
            stream.seek(0)
            csv.field_size_limit(FIELD_LIMIT)
            reader = csv.reader(stream, delimiter=sign)
            titles = tuple(title.strip() for title in next(reader, ()))
            doubled = {title for title in titles if titles.count(title) > 1}
            if not any(titles) or doubled:
                raise Unusable(
                    "The first line of {path} does not name the columns, each once. Nothing was "
                    "imported. Look whether this is the right file.",
                    path=str(path),
                )
            yield CsvTable(titles, _rows(reader, titles))
    except (UnicodeError, LookupError, csv.Error) as error:
        raise Unusable(
            "{path} cannot be read as text ({error}). What was imported before this place is "
            "kept. Give the right encoding in the mapping.",
            path=str(path),
            error=str(error),
        ) from error


def _rows(reader: Iterator[list[str]], titles: tuple[str, ...]) -> Iterator[CsvRow]:
    width = len(titles)
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield CsvRow(line, {}, f"This row cannot be read ({error}).")
            continue
        if not cells:
            continue
        fault = "" if len(cells) == width else _counts(len(cells), width)
        # What our own files guard from spreadsheets comes back as it was.
        plain = (original_cell(one) if one[:1] == "'" else one for one in cells)
        yield CsvRow(line, dict(zip(titles, plain, strict=False)), fault)


def _counts(found: int, wanted: int) -> str:
    return f"This row has {found} cells, the head has {wanted}."


def _encoding(path: Path) -> str:
    """Return the encoding: by its mark, else UTF-8 when all of it is, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        start = stream.read(4)
        for mark, name in _BOMS:
            if start.startswith(mark):
                return name
        block = start
        try:
            while block:
                decoder.decode(block)
                block = stream.read(_BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _delimiter(head: str) -> str:
    """Return the sign that parts most cells of the head; within quotes it does not count."""
    bare = "".join(head.split('"')[::2])
    return max(DELIMITERS, key=bare.count)
