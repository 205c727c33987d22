"""Tables as XLSX: strings stay strings, dates are dates, row after row at constant memory."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from hms_desktop.domain.exports import CellKind, Heading
from hms_desktop.interchange.table_out import Cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL = 32_767
CUT = " […]"
_EPOCH = date(1899, 12, 30)
_FIRST_SURE = date(1900, 3, 1)
"""Before it, spreadsheets count a 29 February 1900 that never was."""
_WIDTHS = {CellKind.DATE: 12.0, CellKind.TIME: 8.0, CellKind.NUMBER: 10.0, CellKind.TEXT: 22.0}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_OWN_ONLY = 0o600
_ASKED_EVERY = 1 << 16
"""Bytes of a packed sheet: a few hundredths of a second."""
GoOn = Callable[[], None]


class _Heard:
    """A file that asks now and then, while it is written, whether to go on.

    Closed, it keeps nothing more and only counts where it would be: an archive that was broken off
    writes its end when it is thrown away.
    """

    def __init__(self, file: BinaryIO, go_on: GoOn) -> None:
        self._file = file
        self._go_on = go_on
        self._unasked = 0
        self._place: int | None = None

    def write(self, data: bytes) -> int:
        if self._place is not None:
            self._place += len(data)
            return len(data)
        self._unasked += len(data)
        if self._unasked > _ASKED_EVERY:
            self._unasked = 0
            self._go_on()
        return self._file.write(data)

    def tell(self) -> int:
        return self._file.tell() if self._place is None else self._place

    def seek(self, place: int) -> int:
        if self._place is None:
            return self._file.seek(place)
        self._place = place
        return place

    def flush(self) -> None:
        """Nothing waits here: the file itself is flushed when it is whole."""

    def close(self) -> None:
        self._place = self._file.tell()


def write_sheet(
    path: Path,
    name: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[Cell]],
    go_on: GoOn = lambda: None,
) -> int:
    """Write a workbook of one sheet, whole or not at all; returns the number of rows.

    A text that is too long for a cell is cut, which is marked. Dates are ISO texts, times texts
    such as ``13:05``. Behind the last row it takes a while to pack them: ``go_on`` is called
    meanwhile and may raise to stop. Raises OSError, and whatever ``rows`` raises.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWN_ONLY)
        with os.fdopen(handle, "wb") as file:
            # Its drafts lie beside the file: people's data belongs nowhere else.
            with (
                tempfile.TemporaryDirectory(prefix=".sheet-", dir=path.parent) as drafts,
                closing(_Heard(file, go_on)) as heard,
            ):
                count = _write(heard, drafts, name, headings, rows)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise
    return count


def _write(
    file: _Heard,
    drafts: str,
    name: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[Cell]],
) -> int:
    # With the first workbook: it would cost every start of the program 50 ms.
    from xlsxwriter import Workbook  # noqa: PLC0415
    from xlsxwriter.exceptions import FileCreateError, FileSizeError  # noqa: PLC0415

    book = Workbook(file, {**_OPTIONS, "tmpdir": drafts})
    sheet = book.add_worksheet(_sheet_name(name))
    try:
        count = _fill(book, sheet, headings, rows)
        book.close()
    except FileCreateError as error:
        raise _cause(error) from error
    except FileSizeError as error:
        raise OSError(str(error)) from error
    except BaseException:
        # Otherwise it writes itself when it is collected, and complains that nobody did.
        book.fileclosed = True
        if sheet.row_data_fh is not None:
            sheet.row_data_fh.close()
        raise
    return count


def _cause(error: FileCreateError) -> OSError:
    found = error.args[0] if error.args else None
    return found if isinstance(found, OSError) else OSError(str(error))


def _fill(
    book: Workbook, sheet: Worksheet, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]]
) -> int:
    bold = book.add_format({"bold": True})
    looks = {
        CellKind.DATE: book.add_format({"num_format": "yyyy-mm-dd"}),
        CellKind.TIME: book.add_format({"num_format": "hh:mm"}),
    }
    for place, heading in enumerate(headings):
        sheet.set_column(place, place, _WIDTHS[heading.kind])
        sheet.write_string(0, place, _fitting(heading.title), bold)
    sheet.freeze_panes(1, 0)
    kinds = [heading.kind for heading in headings]
    serials = {CellKind.DATE: _day_number, CellKind.TIME: _day_share}
    number = 0
    for number, row in enumerate(rows, 1):
        for place, (kind, cell) in enumerate(zip(kinds, row, strict=True)):
            if cell is None or cell == "":
                continue
            if not isinstance(cell, str):
                sheet.write_number(number, place, cell)
                continue
            serial = serials[kind](cell) if kind in serials else None
            if serial is None:
                sheet.write_string(number, place, _fitting(cell))
            else:
                sheet.write_number(number, place, serial, looks[kind])
    return number


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT


def _day_number(text: str) -> int | None:
    day = date.fromisoformat(text)
    return (day - _EPOCH).days if day >= _FIRST_SURE else None


def _day_share(text: str) -> float:
    hours, _colon, minutes = text.partition(":")
    return (int(hours) * 60 + int(minutes)) / 1440


def _sheet_name(name: str) -> str:
    kept = "".join(" " if one in "[]:*?/\\'" else one for one in name)
    return " ".join(kept.split())[:31] or "Sheet"
