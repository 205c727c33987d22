"""Colours that people choose, and whether they can be seen on the program's grounds."""

from __future__ import annotations

import colorsys

GROUNDS: tuple[str, ...] = ("#ffffff", "#1d242c")
"""What coloured marks lie on in the light and in the dark theme."""
VISIBLE = 3.0
"""The least contrast of a mark that means something (WCAG 1.4.11)."""
_STEPS = 100


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours (``#rrggbb``), 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def weakest(colour: str) -> tuple[float, str]:
    """Return the least contrast of a colour with one of the grounds, and that ground."""
    return min((contrast(colour, ground), ground) for ground in GROUNDS)


def visible(colour: str) -> str:
    """Return the colour of the same hue, nearest in lightness, that is seen on every ground."""
    hue, light, full = colorsys.rgb_to_hls(*_parts(colour))
    nearest = sorted(range(_STEPS + 1), key=lambda step: abs(step / _STEPS - light))
    for found in (colour, *(_text(hue, step / _STEPS, full) for step in nearest)):
        if weakest(found)[0] >= VISIBLE:
            return found
    raise ValueError(colour)  # no hue is without such a lightness


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _text(hue: float, light: float, full: float) -> str:
    return "#" + "".join(
        f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, light, full)
    )


def _luminance(colour: str) -> float:
    low = 0.03928
    red, green, blue = (
        part / 12.92 if part <= low else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
