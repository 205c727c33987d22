"""Makes the file of an export: written beside its place, put there only by who holds the run."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from hms_desktop.db.engine import Database
from hms_desktop.db.snapshot import snapshot
from hms_desktop.domain.exports import ExportFormat, ExportWish
from hms_desktop.interchange.table_out import BOM, Cell, as_csv
from hms_desktop.services.export_sources import Source
from hms_desktop.services.kept_files import PRIVATE

Report = Callable[[int], None]


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

    def make(self, database: Database, path: Path) -> Made:
        """Write the draft of ``path`` in its folder; raises OSError and leaves nothing then."""
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        write = self._sheet if self.wish.format is ExportFormat.XLSX else self._csv
        try:
            rows, found = write(database, draft)
            return Made(draft, rows, draft.stat().st_size, found)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise

    def _csv(self, database: Database, draft: Path) -> tuple[int, str]:
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
        digest, count = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as file:

            def write(text: str) -> None:
                data = text.encode()
                digest.update(data)
                file.write(data)

            write(BOM + as_csv([[heading.title for heading in self.wish.headings]]))
            self.report(count)
            with (
                snapshot(database) as connection,
                closing(self.source.csv(connection)) as pages,
            ):
                for rows, text in pages:
                    write(text)
                    count += rows
                    self.report(count)
            file.flush()
            os.fsync(file.fileno())
        return count, digest.hexdigest()

    def _sheet(self, database: Database, draft: Path) -> tuple[int, str]:
        # Only here: the library is slow to load, and most files are CSV.
        from hms_desktop.interchange.xlsx_out import write_sheet  # noqa: PLC0415

        name, done = self.wish.kind.value.replace("_", " "), 0

        def rows() -> Generator[list[Cell]]:
            nonlocal done
            self.report(done)
            with snapshot(database) as connection:
                for page in self.source.pages(connection):
                    yield from page
                    done += len(page)
                    self.report(done)

        with closing(rows()) as found:
            write_sheet(draft, name, self.wish.headings, found, lambda: self.report(done))
        with draft.open("rb") as file:
            return done, hashlib.file_digest(file, "sha256").hexdigest()
