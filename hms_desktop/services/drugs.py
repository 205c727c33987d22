"""The hospital's drug list: searched at every keystroke, replaced by a file as a whole."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.consultations import drug
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.allergies import AllergyWarning, allergy_warnings
from hms_desktop.domain.consultations import PrescriptionItem
from hms_desktop.domain.drugs import (
    COLUMNS,
    MOST_HITS,
    DrugImport,
    DrugIndex,
    DrugLine,
    DrugRow,
    drug_line,
    read_line,
)
from hms_desktop.domain.errors import Invalid, Unusable
from hms_desktop.domain.imports import Refused
from hms_desktop.interchange.csv_in import CsvRow, read_csv
from hms_desktop.interchange.table_out import write_file
from hms_desktop.paths import resources_dir
from hms_desktop.services.context import Context, Service
from hms_desktop.services.edited_rows import only_writer
from hms_desktop.services.gate import permitted
from hms_desktop.services.nearest import nearest

__all__ = ["DrugRow", "DrugsService", "read_drugs", "unanswered"]

MOST_LISTED = 1_000
_COLUMNS = (
    drug.c.id,
    drug.c.name,
    drug.c.strength,
    drug.c.form,
    drug.c.route,
    drug.c.ingredients,
    drug.c.allergy_groups,
    drug.c.retired_at,
)


class DrugsService(Service):
    """Searching, warning, replacing.

    The list is read into memory at the first search and dropped when its table changes.
    """

    def __init__(self, context: Context) -> None:
        """Nothing is read yet."""
        super().__init__(context)
        self._building = threading.Lock()

    @permitted("clinical.write")
    def search(self, actor: Actor, text: str, limit: int = 12) -> tuple[DrugRow, ...]:
        """Return drugs that a typed text may mean, the best first.

        The first search in a new database fills its list from the program's own file.
        """
        return self._index(actor).search(text, limit)

    @permitted("clinical.write", "clinical.lists")
    def offered(self, actor: Actor, text: str = "") -> tuple[tuple[DrugRow, ...], int]:
        """Return at most MOST_LISTED drugs, by name or those that a text may mean.

        The number with them is how many drugs are offered in all.
        """
        index = self._index(actor)
        words = text.strip()
        return index.search(words, MOST_HITS) if words else index.first(MOST_LISTED), len(index)

    @permitted("clinical.write")
    def warnings(
        self, actor: Actor, allergies: str, items: Sequence[PrescriptionItem]
    ) -> tuple[AllergyWarning, ...]:
        """Return which lines of a prescription meet a noted allergy."""
        with self.database.read() as connection:
            rows = read_drugs(connection, [one.drug_id for one in items if one.drug_id])
        return allergy_warnings(allergies, items, rows)

    @permitted("clinical.lists")
    def replace(
        self,
        actor: Actor,
        path: Path,
        *,
        dry_run: bool = False,
        request_id: str | None = None,
    ) -> DrugImport:
        """Replace the list by a CSV file; what is not in it is retired, never deleted.

        Rows that cannot be are refused with their line; the others are taken. Old prescriptions
        keep their words. Raises OSError or Unusable for a file that cannot be used.
        """
        lines, refused, rows = _read_file(path)
        if not lines:
            raise Unusable(
                "No row of {path} is a drug. Nothing was changed. The columns are: name, "
                "strength, form, route, ingredients, allergy_groups.",
                path=path.name,
            )
        if dry_run:
            with self.database.read() as connection:
                plan = _plan(connection, lines)
            return _report(plan, len(lines), rows, refused, dry_run=True)
        stamp = self.stamp(actor, "replace_drugs", request_id)

        def work(write: Write) -> DrugImport:
            only_writer(write, drug)
            plan = _plan(write.connection, lines)
            _carry_out(write, plan)
            return _report(plan, len(lines), rows, refused, dry_run=False)

        def again(connection: sa.Connection) -> DrugImport:
            return _report(_plan(connection, lines), len(lines), rows, refused, dry_run=False)

        return self.database.write(stamp, work, again)

    @permitted("clinical.lists")
    def save_as(self, actor: Actor, path: Path, *, request_id: str | None = None) -> int:
        """Write the list to a CSV file that ``replace`` reads again; returns how many drugs.

        Raises Invalid when the file cannot be written.
        """
        rows = self._index(actor).first(None)
        stamp = self.stamp(actor, "export", request_id)

        def note(write: Write) -> None:
            write.record(drug.name, 0, after={"rows": len(rows), "file": path.name})

        self.database.write(stamp, note, lambda _connection: None)
        try:
            return write_file(path, COLUMNS, (drug_line(row) for row in rows))
        except OSError as error:
            raise Invalid(
                "path",
                "The file could not be written ({why}). Nothing was exported. Choose another "
                "folder or close the file in other programs.",
                why=error.strerror or type(error).__name__,
            ) from error

    def _index(self, actor: Actor) -> DrugIndex:
        with self._building:
            index = self._read()
            if not len(index):
                self.database.write(self.stamp(actor, "load", None), _load_first)
                index = self._read()
        return index

    def _read(self) -> DrugIndex:
        return self.context.cache.get("drugs", (), self._build, (drug.name,))

    def _build(self) -> DrugIndex:
        with self.database.read() as connection:
            query = sa.select(*_COLUMNS).where(drug.c.retired_at.is_(None))
            return DrugIndex(map(_row, connection.execute(query)), nearest)


def read_drugs(connection: sa.Connection, ids: Iterable[int]) -> dict[int, DrugRow]:
    """Return drugs by id, retired ones too."""
    query = sa.select(*_COLUMNS).where(drug.c.id.in_(list(ids)))
    return {row.id: _row(row) for row in connection.execute(query)}


def unanswered(
    connection: sa.Connection, allergies: str, items: Sequence[PrescriptionItem]
) -> AllergyWarning | None:
    """Return the first line that meets an allergy and does not say why it is given all the same."""
    rows = read_drugs(connection, [one.drug_id for one in items if one.drug_id])
    for warning in allergy_warnings(allergies, items, rows):
        if not items[warning.line].allergy_answer:
            return warning
    return None


def _row(row: sa.Row[*tuple[Any, ...]]) -> DrugRow:
    def parts(text: str) -> tuple[str, ...]:
        return tuple(one for one in text.split(";") if one)

    return DrugRow(
        row.id,
        row.name,
        row.strength,
        row.form,
        row.route,
        parts(row.ingredients),
        parts(row.allergy_groups),
        row.retired_at is not None,
    )


def _values(line: DrugLine) -> dict[str, str]:
    return {
        "name": line.name,
        "strength": line.strength,
        "form": line.form,
        "route": line.route,
        "ingredients": ";".join(line.ingredients),
        "allergy_groups": ";".join(line.allergy_groups),
    }


def _read_file(path: Path) -> tuple[dict[tuple[str, str, str], DrugLine], list[Refused], int]:
    lines: dict[tuple[str, str, str], DrugLine] = {}
    refused: list[Refused] = []
    rows = 0
    with read_csv(path) as table:
        for row in table.rows:
            rows += 1
            try:
                line = _line_of(row, lines)
            except Invalid as error:
                value = row.cells.get(error.field, "")
                refused.append(
                    Refused(row.line, error.field, value[:80], str(error), error.template)
                )
            else:
                lines[line.key] = line
    return lines, refused, rows


def _line_of(row: CsvRow, lines: Mapping[tuple[str, str, str], DrugLine]) -> DrugLine:
    if row.fault:
        raise Invalid("row", row.fault)
    line = read_line(row.cells)
    if line.key in lines:
        raise Invalid("name", "This drug stands in the file twice.")
    return line


class _Plan:
    """What replacing the list takes: new lines, changed ones by id, and ids to retire."""

    def __init__(self) -> None:
        self.added: list[DrugLine] = []
        self.changed: dict[int, dict[str, Any]] = {}
        self.retired: list[int] = []
        self.same = 0


def _plan(connection: sa.Connection, lines: Mapping[tuple[str, str, str], DrugLine]) -> _Plan:
    plan = _Plan()
    there = {(row.name, row.strength, row.form): row for row in connection.execute(sa.select(drug))}
    for key, line in lines.items():
        row = there.pop(key, None)
        if row is None:
            plan.added.append(line)
            continue
        values: dict[str, Any] = {**_values(line), "retired_at": None}
        if all(getattr(row, name) == value for name, value in values.items()):
            plan.same += 1
        else:
            plan.changed[row.id] = values
    plan.retired = [row.id for row in there.values() if row.retired_at is None]
    return plan


def _carry_out(write: Write, plan: _Plan) -> None:
    for line in plan.added:
        write.insert(drug, _values(line))
    for row_id, values in plan.changed.items():
        write.update(drug, row_id, values, version=None)
    for row_id in plan.retired:
        write.update(drug, row_id, {"retired_at": write.now}, version=None)


def _report(
    plan: _Plan, taken: int, rows: int, refused: Sequence[Refused], *, dry_run: bool
) -> DrugImport:
    added, changed = len(plan.added), len(plan.changed)
    return DrugImport(
        dry_run, rows, added, changed, taken - added - changed, len(plan.retired), tuple(refused)
    )


def _load_first(write: Write) -> None:
    """Fill the list unless another program has."""
    only_writer(write, drug)
    if write.connection.execute(sa.select(drug.c.id).limit(1)).first() is not None:
        return
    lines, _refused, _rows = _read_file(resources_dir() / "codes" / "drugs.csv")
    _carry_out(write, _plan(write.connection, lines))
