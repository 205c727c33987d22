from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from hms_desktop.domain.errors import Unusable
from hms_desktop.interchange.csv_in import read_csv
from tests.support.strings import DATA

SPECTRUM = DATA / "csv_spectrum"
CASES = sorted(path.stem for path in (SPECTRUM / "csvs").glob("*.csv"))


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def cells(path: Path) -> list[dict[str, str]]:
    with read_csv(path) as table:
        return [row.cells for row in table.rows]


@pytest.mark.feature("PAT-7")
@pytest.mark.skipif(not CASES, reason="the shared test data is not beside this project")
@pytest.mark.parametrize("case", CASES)
def test_every_dialect_is_read_as_it_was_meant(case: str) -> None:
    expected = json.loads((SPECTRUM / "json" / f"{case}.json").read_text(encoding="utf-8"))
    expected = expected if isinstance(expected, list) else [expected]
    found = cells(SPECTRUM / "csvs" / f"{case}.csv")
    if case == "location_coordinates":
        # The data set's own two files disagree about this one column; the rest must agree.
        for row in (*found, *expected):
            del row["Contact Phone Number"]
    assert [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in found] == [
        {k: v.replace("\r\n", "\n") for k, v in row.items()} for row in expected
    ]


@pytest.mark.parametrize(
    "data",
    [
        "név;kor\nJosé;4\n".encode(),
        codecs.BOM_UTF8 + "név;kor\nJosé;4\n".encode(),
        "név;kor\nJosé;4\n".encode("cp1252"),
        "név;kor\nJosé;4\n".encode("utf-16"),
        "név\tkor\r\nJosé\t4\r\n".encode(),
        'név|kor\n"José"|4'.encode(),
        '"név",kor\n\nJosé,4\n\n'.encode(),
    ],
)
def test_encoding_and_delimiter_are_found_out(tmp_path: Path, data: bytes) -> None:
    assert cells(write(tmp_path / "a.csv", data)) == [{"név": "José", "kor": "4"}]


def test_an_accent_far_down_the_file_counts(tmp_path: Path) -> None:
    data = b"name\n" + b"x\n" * 600_000 + "José\n".encode("cp1252")
    assert cells(write(tmp_path / "a.csv", data))[-1] == {"name": "José"}


def test_rows_know_their_line_and_what_is_wrong_with_them(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b'a,b\n"x\ny",2\n1\n1,2,3\n\n3,4\n')
    with read_csv(path) as table:
        rows = list(table.rows)
    assert [row.line for row in rows] == [2, 4, 5, 7]
    assert [bool(row.fault) for row in rows] == [False, True, True, False]
    assert rows[1].fault == "This row has 1 cells, the head has 2."


def test_a_giant_cell_is_a_fault_of_its_row(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"a\n" + b"x" * 2_000_000 + b"\ny\n")
    with read_csv(path) as table:
        rows = list(table.rows)
    assert rows[0].fault
    assert rows[-1].cells == {"a": "y"}


@pytest.mark.parametrize("data", [b"", b"\n", b"a,a\n1,2\n"])
def test_a_file_without_column_names_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unusable):
        cells(write(tmp_path / "a.csv", data))


def test_a_wrong_encoding_is_a_sentence(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "é\n".encode("cp1252"))
    for encoding in ("utf-8", "no such thing"):
        with pytest.raises(Unusable), read_csv(path, encoding=encoding):
            pass
