"""Makes the file of an export: written beside its place, put there only by who holds the run."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from hms_desktop.domain.exports import ExportFormat, ExportWish
from hms_desktop.interchange.table_out import BOM, Cell, write_pages
from hms_desktop.services.export_sources import Source
from hms_desktop.services.kept_files import PRIVATE

Report = Callable[[int], None]
_SMALL_CACHE = "PRAGMA cache_size = -8192"
_USUAL_CACHE = "PRAGMA cache_size = -65536"


class Made(NamedTuple):
    """A finished draft: where it lies, and what is in it."""

    draft: Path
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Maker:
    """Writes the rows of a source into a draft; ``report`` hears how many and may raise."""

    source: Source
    wish: ExportWish
    report: Report

    def make(self, connection: sa.Connection, path: Path) -> Made:
        """Write the draft of ``path`` in its folder; raises OSError and leaves nothing then."""
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            if self.wish.format is ExportFormat.XLSX:
                rows = self._sheet(connection, draft)
            else:
                rows = self._csv(connection, draft)
            with draft.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            return Made(draft, rows, draft.stat().st_size, found)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise

    def _csv(self, connection: sa.Connection, draft: Path) -> int:
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8", newline="", buffering=1 << 18) as stream:
            stream.write(BOM)
            titles = [heading.title for heading in self.wish.headings]
            count = write_pages(stream, titles, self._pages(connection))
            stream.flush()
            os.fsync(stream.fileno())
        return count

    def _sheet(self, connection: sa.Connection, draft: Path) -> int:
        # Only here: the library is slow to load, and most files are CSV.
        from hms_desktop.interchange.xlsx_out import write_sheet  # noqa: PLC0415

        name = self.wish.kind.value.replace("_", " ")
        rows = chain.from_iterable(self._pages(connection))
        return write_sheet(draft, name, self.wish.headings, rows)

    def _pages(self, connection: sa.Connection) -> Iterator[list[list[Cell]]]:
        lean = connection.dialect.name == "sqlite"
        if lean:
            # What was read is not read again: a large cache would only grow.
            connection.exec_driver_sql(_SMALL_CACHE)
        try:
            done = 0
            self.report(done)
            for page in self.source.pages(connection):
                done += len(page)
                yield page
                self.report(done)
        finally:
            if lean:
                connection.exec_driver_sql(_USUAL_CACHE)
