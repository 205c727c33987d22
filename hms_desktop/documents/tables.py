"""Tables: short ones whose cells take as many lines as they need, long ones made for speed.

Both repeat their head on every page. Column widths are shares of the sheet's inner width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hms_desktop.documents import styles
from hms_desktop.documents.canvas import Text
from hms_desktop.documents.fonts import has_stand_in, width
from hms_desktop.documents.lines import fit
from hms_desktop.documents.paper import Sheet
from hms_desktop.documents.styles import TextStyle

GAP = 8.0
_PAD = 3.0
_BASE = 0.28
"""Where the baseline lies in a line, from below, as a part of the leading."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its share of the width, and where its values stand."""

    title: str
    share: float = 1.0
    right: bool = False
    style: TextStyle = styles.CELL


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    width: float
    column: Column

    def start(self, wide: float) -> float:
        return self.x + self.width - wide if self.column.right else self.x


def _places(sheet: Sheet, columns: Sequence[Column]) -> list[_Place]:
    room = sheet.inner - GAP * (len(columns) - 1)
    whole = sum(column.share for column in columns)
    found, x = [], sheet.left
    for column in columns:
        wide = room * column.share / whole
        found.append(_Place(x, wide, column))
        x += wide + GAP
    return found


def _head(sheet: Sheet, places: Sequence[_Place]) -> None:
    style = styles.CELL_HEAD
    base = sheet.y - style.leading * (1 - _BASE)
    for place in places:
        text = fit(place.column.title, style, place.width)
        sheet.put(text, style, place.start(width(text, style.weight, style.size)), base)
    sheet.y -= style.leading + _PAD
    sheet.page.rule(sheet.left, sheet.y, sheet.inner, styles.INK, 0.8)
    sheet.y -= _PAD


def table(sheet: Sheet, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Write a table whose cells break into lines; a row may go on over the next page."""
    places = _places(sheet, columns)
    leading = max(column.style.leading for column in columns)
    sheet.need(styles.CELL_HEAD.leading + 4 * _PAD + leading)
    _head(sheet, places)
    for row in rows:
        cells = [
            sheet.lines(text, place.column.style, place.width)
            for place, text in zip(places, row, strict=True)
        ]
        _row(sheet, places, cells, leading)
    sheet.skip(6)


def _row(sheet: Sheet, places: Sequence[_Place], cells: list[list[str]], leading: float) -> None:
    left = max(len(lines) for lines in cells)
    small = left * leading + 2 * _PAD
    if small > sheet.room and small <= sheet.full / 3:
        # A short row is not torn.
        _next(sheet, places)
    at = 0
    while at < left:
        if sheet.room < leading + 2 * _PAD:
            _next(sheet, places)
        fits = max(1, int((sheet.room - 2 * _PAD) / leading))
        now = min(fits, left - at)
        for place, lines in zip(places, cells, strict=True):
            style = place.column.style
            base = sheet.y - leading * (1 - _BASE)
            for line in lines[at : at + now]:
                wide = width(line, style.weight, style.size) if place.column.right else 0
                sheet.put(line, style, place.start(wide), base)
                base -= leading
        sheet.y -= now * leading + _PAD
        at += now
    sheet.page.rule(sheet.left, sheet.y, sheet.inner, styles.LINE, 0.5)
    sheet.y -= _PAD


def _next(sheet: Sheet, places: Sequence[_Place]) -> None:
    sheet.new_page()
    _head(sheet, places)


def long_table(sheet: Sheet, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Write thousands of rows of one line each; what is too long for a cell ends in ….

    Every row costs the same, on whatever page it stands.
    """
    places = _places(sheet, columns)
    height = max(column.style.leading for column in columns) + _PAD
    sheet.need(styles.CELL_HEAD.leading + 4 * _PAD + height)
    _head(sheet, places)
    texts, y, bottom = sheet.page.texts, sheet.y, sheet.measures.bottom
    drop = height - height * _BASE
    foreign = ""
    for row in rows:
        if y - height < bottom:
            sheet.y = y
            _next(sheet, places)
            texts, y = sheet.page.texts, sheet.y
        base = y - drop
        for place, text in zip(places, row, strict=True):
            if not text:
                continue
            style = place.column.style
            wide = width(text, style.weight, style.size)
            shown = text
            if wide > place.width or "\n" in text:
                shown = fit(text, style, place.width)
                wide = width(shown, style.weight, style.size)
            if not foreign and not shown.isascii() and has_stand_in(shown):
                foreign = shown
            x = place.x + place.width - wide if place.column.right else place.x
            texts.append(Text(x, base, shown, style.weight, style.size, style.colour))
        y -= height
        sheet.page.rule(sheet.left, y, sheet.inner, styles.LINE, 0.4)
    sheet.y = y
    sheet.note_foreign(foreign)
    sheet.skip(6)
