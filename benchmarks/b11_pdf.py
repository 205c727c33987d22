"""B11: a table of 5,000 rows as a PDF, against the same cells written on a raw canvas."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from benchmarks.measure import Row, alternate, at_least, at_most, p50
from hms_desktop.documents.fonts import Weight, font_name, pieces
from hms_desktop.documents.paper import Sheet
from hms_desktop.documents.styles import CELL, LINE, MEASURES
from hms_desktop.documents.tables import Column, long_table
from hms_desktop.documents.words import Words
from hms_desktop.domain.papers import Letterhead, PageSize

ROWS, FEW = 5_000, 500
ROUNDS, QUICK_ROUNDS = 9, 3
COLUMNS = (
    Column("Time", 2),
    Column("Patient", 5),
    Column("Number", 3),
    Column("Doctor", 4),
    Column("Status", 3),
    Column("Minutes", 2, right=True),
)
HEAD = Letterhead("Lakeside General Hospital", "12 Lake Road", "+91 80 2345 6789")
_GIVEN = ("Asha", "José", "Meera", "Łukasz", "Anna", "Ravi", "Zoë", "Ibrahim", "Nguyễn", "Clara")
_FAMILY = ("Menon", "Tripathi", "García", "O’Neil", "Kowalska", "Rao", "Schmidt", "Iyer")
_STATES = ("booked", "arrived", "completed", "cancelled")


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Measure the rate of 5,000 rows, and that a row costs the same in a table of 500."""
    rng = random.Random(11)
    rows = [_row(rng, number) for number in range(ROWS)]
    few = rows[:FEW]
    rounds = QUICK_ROUNDS if quick else ROUNDS
    assert ours(rows).count(b"/Contents") > ours(few).count(b"/Contents") > 5
    mine, limit = alternate(lambda: ours(rows), lambda: raw(rows), rounds, warm_up=1)
    small, _ = alternate(lambda: ours(few), lambda: raw(few), rounds * 3, warm_up=1)
    rate, small_rate = ROWS / p50(mine) * 1_000, FEW / p50(small) * 1_000
    return [
        at_least("PDF of 5,000 table rows", rate, ROWS / p50(limit) * 1_000, 0.5, "rows/s"),
        at_most("a row of 5,000 against a row of 500", 1_000 / rate, 1_000 / small_rate, 1.1),
    ]


def ours(rows: Sequence[Sequence[str]]) -> bytes:
    """Return the list as the program prints it."""
    # Every list is the first of its kind: nothing measured for an earlier one may help.
    pieces.cache_clear()
    sheet = Sheet(HEAD, "Visits", Words(), about="November 2026")
    long_table(sheet, COLUMNS, rows)
    return sheet.pdf()


def raw(rows: Sequence[Sequence[str]]) -> bytes:
    """Return the same cells at the same places, without looking at any of them."""
    sheet, out = MEASURES[PageSize.A4], io.BytesIO()
    canvas = Canvas(out, pagesize=(sheet.width, sheet.height), pageCompression=1)
    name, height = font_name(Weight.REGULAR), CELL.leading + 3
    share = sheet.inner / sum(column.share for column in COLUMNS)
    places, x = [], sheet.side
    for column in COLUMNS:
        places.append((x + column.share * share if column.right else x, column.right))
        x += column.share * share
    y = 0.0
    for row in rows:
        if y - height < sheet.bottom:
            if y:
                canvas.showPage()
            canvas.setFont(name, CELL.size)
            canvas.setStrokeColorRGB(*LINE)
            y = sheet.height - sheet.top
        for (at, right), text in zip(places, row, strict=True):
            (canvas.drawRightString if right else canvas.drawString)(at, y - height * 0.72, text)
        y -= height
        canvas.line(sheet.side, y, sheet.side + sheet.inner, y)
    canvas.save()
    return out.getvalue()


def _row(rng: random.Random, number: int) -> tuple[str, ...]:
    minute = rng.randrange(480, 1080)
    return (
        f"{minute // 60:02}:{minute % 60:02}",
        f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}",
        f"H-{number:06}",
        f"Dr {rng.choice(_FAMILY)}",
        rng.choice(_STATES),
        str(rng.randrange(5, 90)),
    )
