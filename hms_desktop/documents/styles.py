"""How paper looks: sizes, weights and colours, and the measures of a sheet. Units are points."""

from __future__ import annotations

from dataclasses import dataclass

from hms_desktop.documents.fonts import Weight
from hms_desktop.domain.papers import PageSize

MM = 72 / 25.4

Colour = tuple[float, float, float]


def _hex(text: str) -> Colour:
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


# Dark enough for black-and-white printers: nothing is said by colour alone.
INK = _hex("16202c")
MUTED = _hex("5a6675")
ACCENT = _hex("0b5f66")
ALERT = _hex("a11b1b")
LINE = _hex("cfd6dd")
SHADE = _hex("f3f6f8")
ALERT_SHADE = _hex("fcf1f0")


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Letters of one kind; ``leading`` is the distance of two lines."""

    size: float
    leading: float
    weight: Weight = Weight.REGULAR
    colour: Colour = INK


BODY = TextStyle(10, 14.5)
STRONG = TextStyle(10, 14.5, Weight.SEMIBOLD)
LARGE = TextStyle(11.5, 16, Weight.SEMIBOLD)
QUIET = TextStyle(9, 12.5, colour=MUTED)
SMALL = TextStyle(8, 11, colour=MUTED)
LABEL = TextStyle(7.5, 10.5, Weight.MEDIUM, MUTED)
HEADING = TextStyle(10.5, 15, Weight.SEMIBOLD, ACCENT)
TITLE = TextStyle(19, 24, Weight.BOLD, ACCENT)
HOSPITAL = TextStyle(14.5, 18.5, Weight.BOLD)
WARNING = TextStyle(10, 14, Weight.SEMIBOLD, ALERT)
CELL = TextStyle(8.5, 11.5)
CELL_HEAD = TextStyle(7.5, 10.5, Weight.SEMIBOLD, MUTED)


@dataclass(frozen=True, slots=True)
class Measures:
    """A sheet: its size and margins."""

    width: float
    height: float
    side: float
    top: float
    bottom: float

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.side


MEASURES = {
    PageSize.A4: Measures(210 * MM, 297 * MM, 19 * MM, 15 * MM, 20 * MM),
    PageSize.A5: Measures(148 * MM, 210 * MM, 13 * MM, 11 * MM, 16 * MM),
}
