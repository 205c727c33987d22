from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.interchange.table_out import (
    Cell,
    as_csv,
    guarded_lines,
    original_cell,
    read_rows,
    safe_cell,
    write_file,
    write_rows,
)

RISKY = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.feature("APT-9")
@pytest.mark.parametrize("start", RISKY)
def test_no_spreadsheet_runs_a_cell(start: str) -> None:
    written = safe_cell(f'{start}cmd|" /C calc"!A0')
    assert written.startswith("'")
    assert original_cell(written) == f'{start}cmd|" /C calc"!A0'


def test_ordinary_words_stay_as_they_are() -> None:
    for text in ("", "Asha Pillai", "'tis", "O'Neil", "a=b", "12", "'"):
        assert safe_cell(text) == text
        assert original_cell(text) == text


@given(st.lists(st.sampled_from(["'", "=", "+", " ", "a", "\t", "@"]), max_size=6).map("".join))
def test_what_was_guarded_comes_back(text: str) -> None:
    assert original_cell(safe_cell(text)) == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30))
def test_any_text_survives_a_file(text: str) -> None:
    stream = io.StringIO(newline="")
    assert write_rows(stream, ["Name"], [[text, 5, None]]) == 1
    stream.seek(0)
    assert list(read_rows(stream)) == [["Name"], [text, "5", ""]]


NASTY = st.lists(st.sampled_from(list("'=+-@ \t\r\n\",a\u00a0\uff1dरो")), max_size=5).map("".join)


def plain_csv(rows: list[list[Cell]], *, guard: bool = True) -> str:
    """The plain way: every cell by itself, through the writer of the standard library."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe_cell(one) if guard and isinstance(one, str) else one for one in row])
    return stream.getvalue()


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(
                NASTY | st.integers(-2, 2) | st.floats(-2, 2) | st.none(),
                min_size=width,
                max_size=width,
            ),
            max_size=6,
        )
    )
)
def test_columns_are_written_as_cell_by_cell(rows: list[list[Cell]]) -> None:
    assert as_csv(rows) == plain_csv(rows)


@given(st.lists(st.lists(NASTY, min_size=3, max_size=3), max_size=4))
def test_lines_from_elsewhere_are_guarded_as_cell_by_cell(rows: list[list[Cell]]) -> None:
    lines = [plain_csv([row], guard=False).removesuffix("\r\n") for row in rows]
    guarded = [plain_csv([row]).removesuffix("\r\n") for row in rows]
    assert list(guarded_lines(lines)) == guarded


def test_a_file_is_rfc_4180_with_a_mark_of_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert write_file(path, ["A", "B"], [['say "hi", now', "x\ny"], ["é", None]]) == 2
    assert path.read_bytes() == ('\ufeffA,B\r\n"say ""hi"", now","x\ny"\r\né,\r\n'.encode())
    write_file(path, ["A"], [], bom=False)
    assert path.read_bytes() == b"A\r\n"


def test_stopping_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("older", encoding="utf-8")

    def rows() -> Iterator[list[str]]:
        yield ["one"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(path, ["A"], rows())
    assert path.read_text(encoding="utf-8") == "older"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]
