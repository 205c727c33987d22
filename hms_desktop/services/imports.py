"""Importing patients, doctors and appointments from files of other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import HmsError, Invalid
from hms_desktop.domain.imports import ImportReport
from hms_desktop.interchange.csv_in import CsvRow, read_csv
from hms_desktop.interchange.mapping import FileMapping, read_mapping
from hms_desktop.interchange.table_out import write_rows
from hms_desktop.services.bulk_rows import batches
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.import_doctors import DoctorImport
from hms_desktop.services.import_patients import PatientImport
from hms_desktop.services.import_steps import Importer, Stored, refused_row
from hms_desktop.services.import_visits import VisitImport

BATCH = 2_000
"""Rows written in one transaction: desks that wait for their turn hardly notice."""
Progress = Callable[[int], None]
Item = TypeVar("Item")


class ImportsService(Service):
    """Takes files in, batch by batch; a file imported twice changes nothing the second time.

    What was taken in before an error is kept, and importing the file again goes on from there.
    """

    @permitted("patients.import")
    def patients(
        self,
        actor: Actor,
        path: Path,
        mapping_path: Path,
        *,
        dry_run: bool = False,
        progress: Progress = lambda _rows: None,
    ) -> ImportReport:
        """Import charts; raises OSError or Unusable for files that cannot be used."""
        mapping = read_mapping(mapping_path, "patients", path.parent)
        today = self.context.now().astimezone(self.context.zone()).date()
        importer = PatientImport(mapping, self.context.settings(), today)
        return self._run(actor, importer, mapping, path, dry_run, progress)

    @permitted("patients.import")
    def doctors(
        self,
        actor: Actor,
        path: Path,
        mapping_path: Path,
        *,
        dry_run: bool = False,
        progress: Progress = lambda _rows: None,
    ) -> ImportReport:
        """Import doctors, approved; raises OSError or Unusable."""
        mapping = read_mapping(mapping_path, "doctors", path.parent)
        importer = DoctorImport(mapping, self.context.now().year)
        return self._run(actor, importer, mapping, path, dry_run, progress)

    @permitted("patients.import")
    def appointments(
        self,
        actor: Actor,
        path: Path,
        mapping_path: Path,
        *,
        dry_run: bool = False,
        progress: Progress = lambda _rows: None,
    ) -> ImportReport:
        """Import visits, with the patients and doctors the mapping makes; OSError, Unusable."""
        mapping = read_mapping(mapping_path, "appointments", path.parent)
        with self.database.read() as connection:
            importer = VisitImport(connection, mapping, self.context.settings(), self.context.now())
        return self._run(actor, importer, mapping, path, dry_run, progress)

    def _run(
        self,
        actor: Actor,
        importer: Importer[Item],
        mapping: FileMapping,
        path: Path,
        dry_run: bool,  # noqa: FBT001 - as the public calls have it
        progress: Progress,
    ) -> ImportReport:
        report = ImportReport(mapping.kind, dry_run)
        with read_csv(path, encoding=mapping.encoding, delimiter=mapping.delimiter) as table:
            mapping.check_columns(table.titles)
            for rows in batches(table.rows, BATCH):
                items = _prepared(importer, rows, report)
                with self.database.read() as connection:
                    fresh = importer.resolve(connection, items, report)
                stored = Stored(imported=len(fresh))
                if fresh and not dry_run:
                    stored = self._store(actor, importer, fresh, mapping.kind)
                report.imported += stored.imported
                report.new_patients += stored.new_patients
                report.new_doctors += stored.new_doctors
                report.refused += stored.refused
                progress(report.rows)
        report.refused.sort(key=lambda one: one.line)
        return report

    def _store(
        self, actor: Actor, importer: Importer[Item], items: list[Item], kind: str
    ) -> Stored:
        stamp = self.stamp(actor, f"import_{kind}", None)
        stored = self.database.write(stamp, lambda write: importer.store(write, items))
        importer.keep(stored)
        return stored


def _prepared(importer: Importer[Item], rows: list[CsvRow], report: ImportReport) -> list[Item]:
    items = []
    for row in rows:
        report.rows += 1
        try:
            if row.fault:
                raise Invalid("", row.fault.replace("{", "{{").replace("}", "}}"))
            items.append(importer.prepare(row))
        except HmsError as error:
            report.refused.append(refused_row(row.line, error))
    return items


def write_report(path: Path, report: ImportReport) -> None:
    """Write the refused rows as CSV, safe to open in a spreadsheet; raises OSError."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        write_rows(
            stream,
            ("line", "column", "value", "why"),
            ((one.line, one.column, one.value, one.why) for one in report.refused),
        )
