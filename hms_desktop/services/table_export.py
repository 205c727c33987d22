"""Lists as files: what is shown on a screen, whole, as CSV or XLSX; each export is audited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from hms_desktop.db.snapshot import snapshot
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentFilter, AppointmentRow
from hms_desktop.domain.audit import AuditFilter, AuditRow
from hms_desktop.domain.audit_words import action_words, entity_words
from hms_desktop.domain.errors import HmsError, Invalid
from hms_desktop.domain.exports import (
    COLUMNS,
    MOST_SHEET_ROWS,
    CellKind,
    ExportFormat,
    ExportKind,
    Heading,
)
from hms_desktop.interchange.table_out import Cell, write_file
from hms_desktop.interchange.xlsx_out import write_sheet
from hms_desktop.services import appointment_rows, audit_rows
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted

PAGE = 2_000
"""Rows that are read at once."""
APPOINTMENT_COLUMNS = tuple(one.name for one in COLUMNS[ExportKind.APPOINTMENTS_LIST])
"""Columns of an appointments file, in their order; times are the hospital's."""
AUDIT_COLUMNS = {
    "date": CellKind.DATE,
    "time": CellKind.TEXT,
    "user_name": CellKind.TEXT,
    "role": CellKind.TEXT,
    "workstation": CellKind.TEXT,
    "action": CellKind.TEXT,
    "entity": CellKind.TEXT,
    "entity_id": CellKind.NUMBER,
    "patient_name": CellKind.TEXT,
    "mrn": CellKind.TEXT,
    "reason": CellKind.TEXT,
    "before": CellKind.TEXT,
    "after": CellKind.TEXT,
}
"""Columns of an audit file, in their order; times are the hospital's, values JSON."""
Report = Callable[[int, int], None]


def _quiet(_done: int, _total: int) -> None:
    """Nobody looks on."""


class ExportService(Service):
    """Writes lists to files that the person chooses."""

    @permitted("appointments.export")
    def appointments(
        self,
        actor: Actor,
        wish: AppointmentFilter,
        path: Path,
        *,
        titles: Mapping[str, str] | None = None,
        report: Report = _quiet,
        bom: bool = True,
        request_id: str | None = None,
    ) -> int:
        """Write every appointment that the filter lets through to a file; returns how many.

        The path's ending says whether it is CSV or XLSX.

        ``titles`` gives the columns' headings in the person's language; ``report`` hears (done,
        total) after every page and may raise to stop, which leaves no file behind. Raises Invalid
        when the file cannot be written.
        """
        if not self.may(actor, "appointments.read"):
            wish = replace(wish, doctor_ids=(actor.doctor_id or 0,))
        names, zone = titles or {}, self.context.zone()
        heads = [
            one._replace(title=names.get(one.name, one.name))
            for one in COLUMNS[ExportKind.APPOINTMENTS_LIST]
        ]

        def read(page: Sequence[int]) -> Iterator[Sequence[Cell]]:
            return (_cells(row, zone) for row in appointment_rows.read_rows(connection, page))

        with ExitStack() as reading:
            connection = reading.enter_context(snapshot(self.database))
            ids = appointment_rows.read_ids(connection, wish, zone)
            self._note(actor, wish, path, len(ids), request_id)
            rows = _paged(ids, read, report, reading)
            return _write(path, "Appointments", heads, rows, len(ids), report, bom=bom)

    @permitted("appointments.export", "jobs.manage")
    def screen_list(
        self,
        actor: Actor,
        name: str,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        path: Path,
        *,
        request_id: str | None = None,
    ) -> int:
        """Write a list as it stands on a screen to a CSV or XLSX file; returns how many rows.

        The path's ending says which. That a list was taken out is audited, not what it says.
        Raises Invalid when the file cannot be written.
        """
        asked = {"list": name, "columns": list(titles), "rows": len(rows), "file": path.name}
        self.database.write(
            self.stamp(actor, "export", request_id),
            lambda write: write.record("screen_list", 0, after=asked),
            lambda _connection: None,
        )
        heads = [Heading(str(place), title) for place, title in enumerate(titles)]
        return _write(path, name, heads, rows, len(rows))

    @permitted("audit.read")
    def audit(
        self,
        actor: Actor,
        wish: AuditFilter,
        path: Path,
        *,
        titles: Mapping[str, str] | None = None,
        report: Report = _quiet,
        bom: bool = True,
        request_id: str | None = None,
    ) -> int:
        """Write every audit entry that the filter lets through to a file; returns how many.

        Newest first; otherwise as ``appointments``. Raises Invalid for the filter as well.
        """
        wish = wish.check()
        names, zone = titles or {}, self.context.zone()
        heads = [Heading(name, names.get(name, name), kind) for name, kind in AUDIT_COLUMNS.items()]

        def read(page: Sequence[int]) -> Iterator[Sequence[Cell]]:
            return (_audit_cells(one, zone) for one in audit_rows.read_whole(connection, page))

        with ExitStack() as reading:
            connection = reading.enter_context(snapshot(self.database))
            ids = audit_rows.read_ids(connection, wish)
            asked = {"rows": len(ids), "file": path.name, "kind": wish.kind.value,
                     "searched": bool(wish.text)}  # fmt: skip
            self.database.write(
                self.stamp(actor, "export", request_id),
                lambda write: write.record(
                    "audit_list", 0, after=asked, patient_id=wish.patient_id
                ),
                lambda _connection: None,
            )
            rows = _paged(ids, read, report, reading)
            return _write(path, "Audit", heads, rows, len(ids), report, bom=bom)

    # -- inside -----------------------------------------------------------------------------
    def _note(
        self, actor: Actor, wish: AppointmentFilter, path: Path, total: int, request_id: str | None
    ) -> None:
        """Audit the export before the first row leaves: what was asked for, not what it says."""
        asked = {
            "begins": wish.begins.isoformat(),
            "ends": wish.ends.isoformat(),
            "doctors": list(wish.doctor_ids),
            "departments": list(wish.department_ids),
            "statuses": [status.value for status in wish.statuses],
            "visit_types": list(wish.visit_type_ids),
            "patient_id": wish.patient_id,
            "searched": bool(wish.text),
            "part": {} if wish.part is None else wish.part.kept(),
            "rows": total,
            "file": path.name,
        }

        def work(write: Write) -> None:
            write.record("appointment_list", 0, after=asked, patient_id=wish.patient_id)

        stamp = self.stamp(actor, "export", request_id)
        self.database.write(stamp, work, lambda _connection: None)


def _paged(
    ids: Sequence[int],
    read: Callable[[Sequence[int]], Iterator[Sequence[Cell]]],
    report: Report,
    reading: ExitStack,
) -> Iterator[Sequence[Cell]]:
    """Yield the rows of these ids, page by page, and end the reading behind the last one.

    What is then left to do for the file may take longer than a server lets a snapshot idle.
    """
    for first in range(0, len(ids), PAGE):
        yield from read(ids[first : first + PAGE])
        report(min(first + PAGE, len(ids)), len(ids))
    reading.close()


def _write(
    path: Path,
    name: str,
    heads: Sequence[Heading],
    rows: Iterable[Sequence[Cell]],
    total: int,
    report: Report = _quiet,
    *,
    bom: bool = True,
) -> int:
    """Write a file by its ending; raises Invalid (``path``), or HmsError for broken texts."""
    sheet = path.suffix.casefold() == f".{ExportFormat.XLSX.value}"
    if sheet and total > MOST_SHEET_ROWS:
        raise Invalid(
            "path",
            "A sheet holds at most {most} rows, and these are {rows}. Nothing was exported. "
            "Choose CSV or a shorter list.",
            most=f"{MOST_SHEET_ROWS:,}",
            rows=f"{total:,}",
        )
    try:
        if sheet:
            return write_sheet(path, name, heads, rows, lambda: report(total, total))
        return write_file(path, [one.title for one in heads], rows, bom=bom)
    except OSError as error:
        raise Invalid(
            "path",
            "The file could not be written ({why}). Nothing was exported. Choose another "
            "folder or close the file in other programs.",
            why=error.strerror or type(error).__name__,
        ) from error
    except UnicodeError as error:
        raise HmsError(
            "A text in this list cannot be written as UTF-8. Nothing was exported."
        ) from error


def _cells(row: AppointmentRow, zone: ZoneInfo) -> Sequence[Cell]:
    starts, ends = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    return (
        starts.date().isoformat(),
        f"{starts:%H:%M}",
        f"{ends:%H:%M}",
        row.patient_name,
        row.mrn,
        row.doctor_name,
        row.department_name,
        row.visit_type_name,
        row.room_name,
        row.status.value,
        row.token,
        row.note,
        row.cancel_reason,
        row.source,
    )


def _audit_cells(entry: tuple[AuditRow, str, str], zone: ZoneInfo) -> Sequence[Cell]:
    row, before, after = entry
    local = row.at.astimezone(zone)
    return (
        local.date().isoformat(), f"{local:%H:%M:%S}", row.user_name, row.role,
        row.workstation, action_words(row.action), entity_words(row.entity),
        row.entity_id, row.patient_name, row.mrn, row.reason, before, after,
    )  # fmt: skip
