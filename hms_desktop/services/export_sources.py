"""What stands in an export: the queries, read page by page, and their rows as cells.

A query is one statement in one snapshot, and its rows are taken from the database a page at a
time: that is all the memory that a million rows take.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment, visit_type
from hms_desktop.db.tables.consultations import encounter, record_version
from hms_desktop.db.tables.doctors import department, doctor, room
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.types import from_text
from hms_desktop.domain import zones
from hms_desktop.domain.appointments import AppointmentFilter
from hms_desktop.domain.exports import ExportKind, ExportWish
from hms_desktop.domain.lifecycle import Status
from hms_desktop.interchange.table_out import Cell, as_csv, guarded_lines
from hms_desktop.services import appointment_rows, consultation_rows
from hms_desktop.services.export_history import history_cells

PAGE = 500
"""Pages of thousands outgrow the processor's cache: each row then takes a fifth longer."""
RECORD_PAGE = 200
"""Records have parts that are read with them."""
_MOST_KNOWN = 20_000
_EVER = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
Rows = Sequence[Sequence[Any]]
Cells = Callable[[sa.Connection, Rows], list[list[Cell]]]


class Copied(NamedTuple):
    """A query whose rows COPY writes as CSV, and what makes a line of each, still unguarded."""

    query: sa.Select[*tuple[Any, ...]]
    line: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Source:
    """A query, what it is ordered by, and how its rows are written; read in a ``snapshot``.

    ``charts`` fills with the patients whose clinical records went into the rows.
    ``plain``: its cells take the rows as the driver has them; a million of them need not become
    objects first. ``copied``: its CSV by Postgres' own COPY.
    """

    query: sa.Select[*tuple[Any, ...]]
    keys: tuple[sa.ColumnElement[Any], ...]
    cells: Cells
    page: int = PAGE
    plain: bool = False
    copied: Copied | None = None
    counted: sa.Select[int] | None = None
    charts: set[int] = field(default_factory=set)

    def count(self, connection: sa.Connection) -> int:
        """Return how many rows there are."""
        counted = self.counted
        if counted is None:
            counted = self.query.with_only_columns(sa.func.count(), maintain_column_froms=True)
        return int(connection.execute(counted).scalar_one())

    def pages(self, connection: sa.Connection) -> Iterator[list[list[Cell]]]:
        """Yield the cells, page by page."""
        for rows in self._rows(connection):
            yield self.cells(connection, rows)

    def csv(self, connection: sa.Connection) -> Generator[tuple[int, str]]:
        """Yield the number of rows and their lines of a CSV file, page by page."""
        if self.copied is not None and connection.dialect.name == "postgresql":
            yield from self._copies(connection, self.copied)
            return
        for page in self.pages(connection):
            yield len(page), as_csv(page)

    def _rows(self, connection: sa.Connection) -> Iterator[Rows]:
        query = self.query.order_by(*self.keys)
        if self.plain and connection.dialect.name == "sqlite":
            with connection.execute(query) as result:
                cursor: Any = result.cursor
                while rows := cursor.fetchmany(self.page):
                    yield rows
            return
        options = {"yield_per": self.page}
        with connection.execute(query, execution_options=options) as result:
            yield from result.partitions()

    def _copies(self, connection: sa.Connection, copied: Copied) -> Iterator[tuple[int, str]]:
        query = copied.query.order_by(*self.keys).compile(
            dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
        )
        driver: Any = connection.connection.driver_connection
        encoding, statement = driver.info.encoding, f"COPY ({query}) TO STDOUT (FORMAT csv)"
        with driver.cursor() as cursor, cursor.copy(statement, query.params) as copy:
            rows = iter(copy)  # each whole, also when it holds line breaks
            while page := [str(row, encoding) for row in islice(rows, self.page)]:
                yield len(page), "\r\n".join([*guarded_lines(list(map(copied.line, page))), ""])


class Clockings(dict[Any, tuple[str, str]]):
    """Local date and time (texts) of moments as the driver gives them; the latest are kept."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Keep the zone."""
        super().__init__()
        self._zone = zone

    def __missing__(self, raw: str | datetime) -> tuple[str, str]:
        """Work it out."""
        if len(self) >= _MOST_KNOWN:
            self.clear()
        moment = from_text(raw.removesuffix("+00")) if isinstance(raw, str) else raw
        local = moment.astimezone(self._zone)
        found = self[raw] = (local.date().isoformat(), f"{local:%H:%M}")
        return found


def source_of(wish: ExportWish, zone: ZoneInfo, own_doctor: int | None) -> Source:
    """Return the source of a checked wish; ``own_doctor`` narrows lists to one doctor's visits."""
    if wish.kind is ExportKind.PATIENTS_LIST:
        return _patients()
    if wish.kind is ExportKind.DOCTORS_LIST:
        return _doctors()
    if wish.kind in {ExportKind.PATIENT_HISTORY, ExportKind.RECORDS_LIST}:
        return _records(wish, zone, own_doctor)
    if own_doctor is not None:
        wish = replace(wish, doctor_id=own_doctor)
    return _visits(wish, zone)


def _bounds(wish: ExportWish, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begins = zones.day_bounds(zone, wish.first)[0] if wish.first else _EVER[0]
    ends = zones.day_bounds(zone, wish.last)[1] if wish.last else _EVER[1]
    return begins, ends


def _visits(wish: ExportWish, zone: ZoneInfo) -> Source:
    visit = appointment.c
    token = (
        sa.select(sa.func.max(queue_token.c.number))
        .where(
            queue_token.c.appointment_id == visit.id,
            queue_token.c.state != sa.literal_column("'withdrawn'"),
        )
        .correlate(appointment)
        .scalar_subquery()
    )
    begins, ends = _bounds(wish, zone)
    asked = AppointmentFilter(
        begins=begins,
        ends=ends,
        doctor_ids=(wish.doctor_id,) if wish.doctor_id is not None else (),
        department_ids=wish.department_ids,
        statuses=wish.statuses,
        visit_type_ids=wish.visit_type_ids,
        patient_id=wish.patient_id,
        text=wish.text,
    )
    # As the driver has them: a million moments need not become objects.
    moments = [sa.type_coerce(one, sa.types.NULLTYPE) for one in (visit.starts_at, visit.ends_at)]
    columns: tuple[sa.ColumnElement[Any], ...] = (
        patient.c.display_name,
        patient.c.mrn,
        doctor.c.display_name,
        department.c.name,
        visit_type.c.name,
        room.c.name,
        visit.status,
        token,
        visit.note,
        visit.cancel_reason,
        visit.source,
    )
    query = (
        sa.select(*moments, *columns)
        .select_from(
            appointment.join(patient, patient.c.id == visit.patient_id)
            .join(doctor, doctor.c.id == visit.doctor_id)
            .join(visit_type, visit_type.c.id == visit.visit_type_id)
            .outerjoin(department, department.c.id == doctor.c.department_id)
            .outerjoin(room, room.c.id == visit.room_id)
        )
        .where(*appointment_rows.list_conditions(asked))
    )
    local = Clockings(zone)

    def cells(_connection: sa.Connection, rows: Rows) -> list[list[Cell]]:
        return [[*local[starts], local[ends][1], *others] for starts, ends, *others in rows]

    def line(row: str) -> str:
        starts, ends, others = row.split(",", 2)
        date, begins = local[starts]
        return f"{date},{begins},{local[ends][1]},{others[:-1]}"

    # COPY writes an empty text in quotes, to tell it from none at all; a table does not tell them.
    # Names and words are never empty, and each further look takes a server time.
    empty = {visit.note, visit.cancel_reason}
    bare = (sa.func.nullif(one, "") if one in empty else one for one in columns)
    copied = Copied(query.with_only_columns(*moments, *bare, maintain_column_froms=True), line)
    counted = appointment_rows.count_of_list(asked)
    keys = (visit.starts_at, visit.id)
    return Source(query, keys, cells, plain=True, copied=copied, counted=counted)


def _patients() -> Source:
    columns = patient.c
    query = sa.select(
        columns.sort_name,
        columns.id,
        columns.mrn,
        columns.display_name,
        columns.birth_date,
        columns.birth_precision,
        columns.sex,
        columns.phone,
        columns.email,
        columns.address,
    ).where(columns.retired_at.is_(None))

    def cells(_connection: sa.Connection, rows: Rows) -> list[list[Cell]]:
        return [
            [row[2], row[3], _iso(row[4]), *row[5:9], (row[9] or {}).get("city", "")]
            for row in rows
        ]

    return Source(query, (columns.sort_name, columns.id), cells)


def _doctors() -> Source:
    columns = doctor.c
    query = (
        sa.select(
            columns.display_name,
            columns.id,
            columns.registration_number,
            department.c.name,
            room.c.name,
            columns.approval,
        )
        .select_from(
            doctor.outerjoin(department, department.c.id == columns.department_id).outerjoin(
                room, room.c.id == columns.room_id
            )
        )
        .where(columns.retired_at.is_(None))
    )

    def cells(_connection: sa.Connection, rows: Rows) -> list[list[Cell]]:
        return [[row[0], *row[2:]] for row in rows]

    return Source(query, (columns.display_name, columns.id), cells)


def _records(wish: ExportWish, zone: ZoneInfo, own_doctor: int | None) -> Source:
    begins, ends = _bounds(wish, zone)
    doctor_id = own_doctor if own_doctor is not None else wish.doctor_id
    conditions = [
        encounter.c.starts_at >= begins,
        encounter.c.starts_at < ends,
        appointment.c.status != Status.ENTERED_IN_ERROR.value,
    ]
    if doctor_id is not None:
        conditions.append(encounter.c.doctor_id == doctor_id)
    if wish.patient_id is not None:
        conditions.append(encounter.c.patient_id == wish.patient_id)
    query = (
        sa.select(encounter.c.starts_at, encounter.c.id)
        .select_from(
            encounter.join(appointment, appointment.c.id == encounter.c.appointment_id).join(
                record_version,
                (record_version.c.encounter_id == encounter.c.id)
                & (record_version.c.number == encounter.c.newest),
            )
        )
        .where(*conditions)
    )
    local = Clockings(zone)
    whole = wish.kind is ExportKind.PATIENT_HISTORY
    charts = set[int]()

    def cells(connection: sa.Connection, rows: Rows) -> list[list[Cell]]:
        ids = [row[1] for row in rows]
        if whole:
            found = [consultation_rows.read_encounter(connection, one) for one in ids]
            return [history_cells(one, local[one.starts_at]) for one in found]
        lines = consultation_rows.read_lines(
            connection, consultation_rows.LINES.where(encounter.c.id.in_(ids))
        )
        charts.update(one.patient_id for one in lines)
        return [
            [*local[one.starts_at], one.patient_name, one.mrn, one.doctor_name,
             one.department_name, one.complaint, one.diagnoses, one.versions]
            for one in reversed(lines)
        ]  # fmt: skip

    keys = (encounter.c.starts_at, encounter.c.id)
    return Source(query, keys, cells, RECORD_PAGE, charts=charts)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
