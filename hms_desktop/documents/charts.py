"""Bars for paper: vectors that stay apart on a black-and-white printer too.

Each series has a tone and may be hatched, so that nothing is said by colour alone. Values are
counts; the axis begins at 0 and has whole numbers only. Texts in a chart are numbers: words stand
beside it, where every script can be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import Color

from hms_desktop.documents import styles
from hms_desktop.documents.fonts import Weight, font_name, width
from hms_desktop.documents.styles import Colour

_SMALL = 6.5
_AXIS_ROOM = 20.0
_LABEL_ROOM = 12.0
_TOP_ROOM = 11.0
_HATCH = 3.0
_LEAST_BAR = 5.5
_MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Tone:
    """How a series is filled."""

    fill: Colour
    hatched: bool = False


DARK = Tone(styles.ACCENT)
MIDDLE = Tone((0.62, 0.79, 0.80))
HATCHED = Tone((1, 1, 1), hatched=True)
WHITE = Tone((1, 1, 1))


def ticks(most: int) -> tuple[int, ...]:
    """Return whole numbers for an axis from 0 up to at least ``most``, at round distances."""
    step, unit = 1, 1
    while step * (_MOST_TICKS - 1) < most:
        step = next((unit * n for n in (2, 5, 10) if unit * n > step), step)
        if step == unit * 10:
            unit = step
    return tuple(range(0, max(most, 1) + step, step))


def stacked_bars(
    bars: Sequence[Sequence[int]],
    labels: Sequence[str],
    tones: Sequence[Tone],
    wide: float,
    high: float,
) -> Drawing:
    """Return bars beside each other, each made of one value a tone, its sum above (points).

    An empty label leaves its place below the bar empty.
    """
    drawing = _drawing(wide, high)
    scale = ticks(max((sum(bar) for bar in bars), default=0))
    room, floor = high - _LABEL_ROOM - _TOP_ROOM, _LABEL_ROOM
    unit = room / scale[-1]
    for value in scale:
        y = floor + value * unit
        colour = styles.INK if value == 0 else styles.LINE
        drawing.add(_line(_AXIS_ROOM, y, wide, y, colour, 0.8 if value == 0 else 0.4))
        _write(drawing, str(value), _AXIS_ROOM - 5, y - _SMALL * 0.35, "end")
    place = (wide - _AXIS_ROOM) / max(1, len(bars))
    thick = max(min(place * 0.72, 22.0), min(place, _LEAST_BAR))
    for number, (bar, label) in enumerate(zip(bars, labels, strict=True)):
        middle = _AXIS_ROOM + place * (number + 0.5)
        y = floor
        for value, tone in zip(bar, tones, strict=True):
            if value:
                for shape in _box(middle - thick / 2, y, thick, value * unit, tone):
                    drawing.add(shape)
                y += value * unit
        if sum(bar):
            _write(drawing, str(sum(bar)), middle, y + 2.5, "middle", Weight.SEMIBOLD)
        _write(drawing, label, middle, floor - _SMALL - 2.5, "middle")
    return drawing


def flat_bar(parts: Sequence[int], tones: Sequence[Tone], wide: float, high: float) -> Drawing:
    """Return one lying bar over the whole width, cut in proportion to its parts."""
    drawing = _drawing(wide, high)
    whole, x = sum(parts), 0.4
    for value, tone in zip(parts, tones, strict=True):
        if value:
            part = (wide - 0.8) * value / whole
            for shape in _box(x, 0.4, part, high - 0.8, tone):
                drawing.add(shape)
            x += part
    return drawing


def swatch(tone: Tone, side: float = 7.0) -> Drawing:
    """Return the little box that stands before a word of a legend."""
    drawing = _drawing(side, side)
    for shape in _box(0.4, 0.4, side - 0.8, side - 0.8, tone):
        drawing.add(shape)
    return drawing


def _drawing(wide: float, high: float) -> Drawing:
    # Named, or every chart would ask for Helvetica, which is not embedded.
    return Drawing(wide, high, initialFontName=font_name(Weight.REGULAR))


def _box(x: float, y: float, wide: float, high: float, tone: Tone) -> Iterator[Rect | Line]:
    yield Rect(
        x,
        y,
        wide,
        high,
        fillColor=Color(*tone.fill),
        strokeColor=Color(*styles.INK),
        strokeWidth=0.4,
    )
    if tone.hatched:
        yield from _hatching(x, y, wide, high)


def _hatching(x: float, y: float, wide: float, high: float) -> Iterator[Line]:
    """Yield rising lines that end at the edges of a box."""
    at = _HATCH
    while at < wide + high:
        # The line on which (x - left) + (top - y) = at.
        left, right = max(0.0, at - high), min(at, wide)
        yield _line(
            x + left, y + high - at + left, x + right, y + high - at + right, styles.INK, 0.5
        )
        at += _HATCH


def _line(x1: float, y1: float, x2: float, y2: float, colour: Colour, thick: float) -> Line:
    return Line(x1, y1, x2, y2, strokeColor=Color(*colour), strokeWidth=thick)


def _write(
    drawing: Drawing,
    text: str,
    x: float,
    y: float,
    anchor: str,
    weight: Weight = Weight.REGULAR,
) -> None:
    wide = width(text, weight, _SMALL)
    start = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    if text:
        drawing.add(
            String(
                start,
                y,
                text,
                fontName=font_name(weight),
                fontSize=_SMALL,
                fillColor=Color(*styles.INK),
            )
        )
