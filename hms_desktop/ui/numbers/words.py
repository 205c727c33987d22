"""Numbers in words: shares, minutes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

_CONTEXT = "Numbers"
NOTHING = "–"
"""What stands where there is nothing to measure."""
_HOUR = 60


def tr(text: str) -> str:
    """Translate a word about numbers."""
    return QCoreApplication.translate(_CONTEXT, text)


def number(value: int) -> str:
    """Return a count with its separators, as everywhere in the program: 12,480."""
    return f"{value:,}"


def percent(share: float | None) -> str:
    """Return a share (0 to 1) as whole percent; a dash where there is none."""
    return NOTHING if share is None else tr("{n} %").format(n=round(share * 100))


def minutes(value: int | None) -> str:
    """Return minutes in words: 12 min, 2 h 05; a dash where nothing was measured."""
    if value is None:
        return NOTHING
    if value < _HOUR:
        return tr("{n} min").format(n=value)
    return tr("{h} h {m:02}").format(h=value // _HOUR, m=value % _HOUR)
