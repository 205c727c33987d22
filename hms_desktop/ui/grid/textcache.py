"""Texts laid out once and painted often: the fastest way Qt has to put words on a screen."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QStaticText, QTextOption, QTransform

from hms_desktop.ui.grid.texts import one_line

_MOST = 8_000


class Fonts(NamedTuple):
    """The grid's three fonts and their line heights in pixels."""

    name: QFont
    detail: QFont
    small: QFont
    name_height: int
    detail_height: int
    small_height: int


def fonts_from(base: QFont) -> Fonts:
    """Derive the grid's fonts from the widget's own."""
    size = base.pixelSize()
    if size <= 0:
        size = max(round(QFontMetrics(base).height() / 1.21), 9)
    name, detail, small = QFont(base), QFont(base), QFont(base)
    name.setPixelSize(size)
    name.setWeight(QFont.Weight.DemiBold)
    detail.setPixelSize(max(round(size * 0.9), 9))
    small.setPixelSize(max(round(size * 0.8), 9))
    small.setWeight(QFont.Weight.DemiBold)
    return Fonts(
        name,
        detail,
        small,
        QFontMetrics(name).height(),
        QFontMetrics(detail).height(),
        QFontMetrics(small).height(),
    )


class TextCache:
    """Static texts by words, font and room; emptied when fonts change or it grows too large."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self._lines: dict[tuple[str, int], QStaticText] = {}
        self._wrapped: dict[tuple[str, int], QStaticText] = {}
        self._widths: dict[str, int] = {}

    def width(self, text: str) -> int:
        """Return how wide a text is, in pixels."""
        found = self._widths.get(text)
        if found is None:
            if len(self._widths) >= _MOST:
                self._widths.clear()
            found = self._widths[text] = self.metrics.horizontalAdvance(text)
        return found

    def line(self, text: str, room: int) -> QStaticText:
        """Return one line, cut with an ellipsis where it is wider than ``room``."""
        text = one_line(text)
        # Short texts share one entry whatever the room: most names of a day fit.
        cut = room if self.width(text) > room else -1
        found = self._lines.get((text, cut))
        if found is None:
            if len(self._lines) >= _MOST:
                self._lines.clear()
            shown = text
            if cut >= 0:
                shown = self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, cut)
            found = self._lines[text, cut] = self._make(shown)
        return found

    def wrapped(self, text: str, room: int) -> QStaticText:
        """Return a text broken into lines of at most ``room`` pixels."""
        text = one_line(text)
        found = self._wrapped.get((text, room))
        if found is None:
            if len(self._wrapped) >= _MOST:
                self._wrapped.clear()
            found = self._wrapped[text, room] = self._make(text, room)
        return found

    def _make(self, text: str, room: int = -1) -> QStaticText:
        static = QStaticText(text)
        # Never AutoText: a patient's name is data, not markup.
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        if room > 0:
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            static.setTextOption(option)
            static.setTextWidth(room)
        static.prepare(QTransform(), self.font)
        return static
