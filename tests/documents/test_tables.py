from __future__ import annotations

import pytest

from hms_desktop.documents.fonts import width
from hms_desktop.documents.lines import break_lines, fit
from hms_desktop.documents.paper import Sheet
from hms_desktop.documents.styles import BODY
from hms_desktop.documents.tables import Column, long_table, table
from tests.documents.made import HEAD, WORDS
from tests.support import pdf

pytestmark = pytest.mark.feature("PRN-1")

COLUMNS = (Column("Number", 1, right=True), Column("Name", 3), Column("Remark", 5))


@pytest.mark.parametrize("write", [table, long_table])
def test_every_row_is_there_and_every_page_has_the_head(write: object) -> None:
    sheet = Sheet(HEAD, "List", WORDS, about="Everybody")
    rows = [(str(n), f"Name {n}", f"Remark {n}") for n in range(300)]
    write(sheet, COLUMNS, rows)  # type: ignore[operator]
    made = sheet.pdf()
    pdf.check(made)
    pages = pdf.pages(made)
    assert len(pages) > 4
    assert all("Number" in page and "Remark" in page for page in pages)
    found = pdf.words(made)
    assert all(f" {n} Name {n} Remark {n}" in found for n in range(300))


def test_a_cell_longer_than_a_page_goes_on_over_the_next() -> None:
    sheet = Sheet(HEAD, "List", WORDS)
    table(sheet, COLUMNS, [("1", "Short", "word " * 3_000), ("2", "After", "it")])
    made = sheet.pdf()
    assert len(pdf.pages(made)) > 2
    assert pdf.words(made).count("word") == 3_000
    assert "2 After it" in pdf.words(made)


def test_what_does_not_fit_a_long_tables_cell_ends_in_an_ellipsis() -> None:
    sheet = Sheet(HEAD, "List", WORDS)
    long_table(sheet, COLUMNS, [("1", "x" * 500, "two\nlines"), ("2", "王", "")])
    found = pdf.words(sheet.pdf())
    assert "x…" in found
    assert "two lines" in found
    assert "numbers of Unicode" in found


@pytest.mark.parametrize(
    "text",
    [
        "a few words that need more than one line here",
        "x" * 300,
        "क्षत्रिय" * 40,
        "  two blanks first",
        "王小明" * 30,
        "a\n\nb",
        "",
        "e\u0301" * 200,
    ],
)
def test_lines_are_never_wider_than_asked_and_lose_nothing(text: str) -> None:
    lines = break_lines(text, BODY, 100)
    assert all(width(line, BODY.weight, BODY.size) <= 101 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert width(fit(text, BODY, 60), BODY.weight, BODY.size) <= 60.5


def test_no_mark_is_torn_from_its_letter() -> None:
    for line in break_lines("कि" * 100, BODY, 50):
        assert line.count("क") == line.count("ि")
