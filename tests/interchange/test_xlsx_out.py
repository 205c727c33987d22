"""Workbooks, read back as the archives of XML that they are."""

from __future__ import annotations

import errno
import gc
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hms_desktop.domain.exports import CellKind, Heading
from hms_desktop.interchange.table_out import Cell
from hms_desktop.interchange.xlsx_out import CUT, LONGEST_CELL, write_sheet

_M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADS = (
    Heading("date", "Date", CellKind.DATE),
    Heading("at", "At", CellKind.TIME),
    Heading("name", "Patient"),
    Heading("token", "Token", CellKind.NUMBER),
)


def cells(path: Path) -> dict[str, tuple[str, str]]:
    """Return type and value by place: ``{"C2": ("inlineStr", "=1+1")}``."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        root = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    found = {}
    for cell in root.iter(f"{_M}c"):
        assert cell.find(f"{_M}f") is None, "no cell may be a formula"
        kind = cell.get("t", "n")
        text = "".join(one.text or "" for one in cell.iter(f"{_M}t"))
        value = cell.findtext(f"{_M}v") or ""
        found[cell.get("r", "")] = (kind, text if kind == "inlineStr" else value)
    assert root.find(f"{_M}hyperlinks") is None
    return found


def formats(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/styles.xml").decode()


@pytest.mark.feature("JOB-4")
def test_strings_stay_strings_and_dates_are_dates(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    rows: list[Sequence[Cell]] = [
        ["2026-11-23", "13:30", "=1+1", 7],
        ["2026-11-24", "00:00", "http://example.org", None],
        ["", "23:59", "{=SUM(A1)}", 0],
        ["1899-05-01", None, "007", -3],
        [None, None, "Zoë <b>&\x01 रोगी 😀\nline", None],
        [None, None, "mailto:a@b.c", None],
    ]
    assert write_sheet(path, "Visits: a/b", HEADS, rows) == 6
    found = cells(path)
    assert found["A1"] == ("inlineStr", "Date")
    assert found["A2"] == ("n", "46349"), "days since 1899-12-30"
    assert float(found["B2"][1]) == pytest.approx(13.5 / 24)
    assert found["C2"] == ("inlineStr", "=1+1")
    assert found["D2"] == ("n", "7")
    assert found["C3"] == ("inlineStr", "http://example.org")
    assert found["B3"] == ("n", "0")
    assert "D3" not in found
    assert "A4" not in found
    assert found["C4"] == ("inlineStr", "{=SUM(A1)}")
    assert found["A5"] == ("inlineStr", "1899-05-01"), "before the first date of a sheet"
    assert found["C5"] == ("inlineStr", "007")
    assert found["C6"][1] == "Zoë <b>&_x0001_ रोगी 😀\nline"
    assert "yyyy-mm-dd" in formats(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["list.xlsx"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    write_sheet(path, "Notes", HEADS, [[None, None, "x" * 40_000, None]])
    text = cells(path)["C2"][1]
    assert len(text) == LONGEST_CELL
    assert text.endswith(CUT)


def test_what_ends_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"before")

    def rows() -> Iterator[Sequence[Cell]]:
        yield ["2026-11-23", "13:30", "a", 1]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sheet(path, "Visits", HEADS, rows())
    assert path.read_bytes() == b"before"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["list.xlsx"]


@pytest.mark.feature("JOB-10")
def test_a_disk_that_fills_up_is_an_os_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "write", full)
        with pytest.raises(OSError, match="No space left") as caught:
            write_sheet(tmp_path / "list.xlsx", "Visits", HEADS, [["2026-11-23", "", "a", 1]])
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="No such file"):
        write_sheet(tmp_path / "gone" / "list.xlsx", "Visits", HEADS, [])


def test_packing_asks_whether_to_go_on_and_stops_without_a_trace(tmp_path: Path) -> None:
    class Stop(Exception):  # noqa: N818 - as those who look on have their own
        pass

    def stop() -> None:
        over.append(len(read))
        raise Stop

    def rows() -> Iterator[list[Cell]]:
        for number in range(4_000):
            read.append(number)
            yield [None, None, os.urandom(24).hex(), number]

    read: list[int] = []
    over: list[int] = []
    path = tmp_path / "list.xlsx"
    path.write_text("older", encoding="utf-8")
    with pytest.raises(Stop):
        write_sheet(path, "Visits", HEADS, rows(), stop)
    assert over == [4_000], "asked once, behind the last row"
    gc.collect()
    assert [one.name for one in tmp_path.iterdir()] == ["list.xlsx"]
    assert path.read_text(encoding="utf-8") == "older"
    asked: list[int] = []
    assert write_sheet(path, "Visits", HEADS, rows(), lambda: asked.append(1)) == 4_000
    assert asked
    assert len(cells(path)) > 8_000
