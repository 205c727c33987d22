"""Painting of visits: a ready-made picture of each kind of box, and its words above it.

A box's frame, fill, icon and marks are drawn once for each kind and size and then copied; its
words are laid out once. A repaint of a busy day is therefore little more than copying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QStaticText

from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.grid.places import ALERT, ALIKE, NOTE, ON_CLOSED, OVERBOOKED, WALK_IN
from hms_desktop.ui.grid.shapes import ICON, draw_mark, draw_status
from hms_desktop.ui.grid.textcache import Fonts, TextCache, fonts_from
from hms_desktop.ui.grid.texts import clock, one_line, type_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFont

    from hms_desktop.ui.grid.day import GridDay
    from hms_desktop.ui.grid.places import Box
    from hms_desktop.ui.palette import Tokens

EDGE = 3
_PAD = 9
_ICON_GAP = 5
_RADIUS = 5.0
_MARK_STEP = ICON + 3
_MOST_SPRITES = 1_500
_LEAST_FOR_MARK = 40
_SLIM = 100
_MOST_OF_LINE = 0.4
_STRUCK = {Status.CANCELLED, Status.ENTERED_IN_ERROR}


Piece = tuple[int, int, QStaticText]
"""Words and where they go (x, y)."""


class BoxTexts(NamedTuple):
    """A box's words; ``odd`` is a name whose script may reach outside the box."""

    name: Piece | None
    details: tuple[Piece, ...]
    odd: Piece | None


class BoxPainter:
    """Paints boxes of one theme and font."""

    def __init__(self, tokens: Tokens, font: QFont, ratio: float = 1.0) -> None:
        self.tokens = tokens
        self.fonts: Fonts = fonts_from(font)
        self.names = TextCache(self.fonts.name)
        self.details = TextCache(self.fonts.detail)
        self.ratio = ratio
        self._sprites: dict[tuple[str, int, int, int], QPixmap] = {}
        look = tokens.status_colour(Status.BOOKED)
        self._ink = QColor(look.ink)
        self._dim = QColor(look.dim)
        self._muted = QColor(tokens.dim)
        self.painted = 0
        """How many boxes were painted so far; tests count on it."""

    def paint(self, painter: QPainter, boxes: list[Box], day: GridDay) -> None:
        """Paint whole boxes; the painter is in the grid's own coordinates."""
        self.paint_frames(painter, boxes)
        self.paint_words(painter, boxes, day)

    def paint_frames(self, painter: QPainter, boxes: Iterable[Box]) -> None:
        """Paint fills, edges, icons and marks."""
        draw = painter.drawPixmap
        for box in boxes:
            frame = box.frame
            if frame is None:
                rect = box.rect
                key = (box.visit.status, box.flags, rect.width(), rect.height())
                sprite = self._sprites.get(key) or self._sprite(key)
                frame = box.frame = (rect.topLeft(), sprite)
            draw(*frame)

    def paint_words(self, painter: QPainter, boxes: list[Box], day: GridDay) -> None:
        """Paint names, then second lines: each font is chosen once."""
        self.painted += len(boxes)
        odd: list[tuple[QRect, Piece]] = []
        below: list[Piece] = []
        draw = painter.drawStaticText
        painter.setFont(self.fonts.name)
        painter.setPen(self._ink)
        for box in boxes:
            words = box.texts
            if words is None:
                words = box.texts = self._words(box, day)
            name, details, outside = words
            if name is not None:
                draw(*name)
            elif outside is not None:
                odd.append((box.rect, outside))
            below += details
        painter.setFont(self.fonts.detail)
        painter.setPen(self._dim)
        for piece in below:
            draw(*piece)
        for rect, piece in odd:
            self._paint_clipped(painter, rect, piece)

    def _paint_clipped(self, painter: QPainter, rect: QRect, piece: Piece) -> None:
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.setFont(self.fonts.name)
        painter.setPen(self._ink)
        painter.drawStaticText(*piece)
        painter.restore()

    # ------------------------------------------------------------------ words
    def _words(self, box: Box, day: GridDay) -> BoxTexts:
        rect, visit = box.rect, box.visit
        fonts = self.fonts
        high = rect.height()
        marks = len(_marks(box.flags, rect.width())) * _MARK_STEP
        low = self._marks_low(rect.width(), high)
        room = rect.width() - _PAD - ICON - _ICON_GAP - 4 - (0 if low else marks)
        if room < fonts.name_height or high < fonts.name_height - 4:
            return BoxTexts(None, (), None)
        name = one_line(visit.patient_name)
        top = self._text_top(high)
        static = self.names.line(name, room)
        details: list[tuple[int, int, QStaticText]] = []
        x, y = rect.x() + _PAD, rect.y() + top + fonts.name_height
        if high >= fonts.name_height + fonts.detail_height:
            wide = rect.width() - _PAD - 4 - (marks if low else 0)
            said, rest = self._second_line(box, day, wide)
            details.append((x, y, self.details.line(said, wide)))
            below = y + fonts.detail_height
            if rest and below + fonts.detail_height <= rect.y() + high:
                details.append((x, below, self.details.line(rest, wide)))
        piece = (x + ICON + _ICON_GAP, rect.y() + top, static)
        plain = name.isascii()
        return BoxTexts(piece if plain else None, tuple(details), None if plain else piece)

    def _second_line(self, box: Box, day: GridDay, room: int) -> tuple[str, str]:
        """Return the fullest second line that fits, and what is left for a third."""
        visit = box.visit
        when = clock(visit.starts_at, day)
        kind = type_name(day, visit.visit_type_id)
        mrn = one_line(visit.mrn)
        parts = [part for part in (when, kind, mrn) if part]
        for count in range(len(parts), 1, -1):
            said = " · ".join(parts[:count])
            if self.details.width(said) <= room:
                return said, " · ".join(parts[count:])
        # Too narrow for two: the time alone in a slim box, else as much of the kind as fits.
        if not kind or self.details.width(when) > _MOST_OF_LINE * room:
            return when, mrn
        return f"{when} · {kind}", mrn

    def _text_top(self, high: int) -> int:
        fonts = self.fonts
        two = fonts.name_height + fonts.detail_height
        if high < two:
            return (high - fonts.name_height - 1) // 2
        return 1 if high < two + 6 else 3

    def _marks_low(self, width: int, high: int) -> bool:
        """In a slim box the marks stand beside the second line: the name needs the first."""
        return width < _SLIM and high >= self.fonts.name_height + self.fonts.detail_height

    # ------------------------------------------------------------------ frames
    def _sprite(self, key: tuple[str, int, int, int]) -> QPixmap:
        status, flags, width, height = key
        if len(self._sprites) >= _MOST_SPRITES:
            self._sprites.clear()
        sprite = QPixmap(max(round(width * self.ratio), 1), max(round(height * self.ratio), 1))
        sprite.setDevicePixelRatio(self.ratio)
        # On open ground the corners are painted in the ground's colour: copying a picture
        # without see-through parts costs half as much.
        sprite.fill(Qt.GlobalColor.transparent if flags & ON_CLOSED else QColor(self.tokens.panel))
        painter = QPainter(sprite)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self.tokens.status_colour(status)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(0, 0, width, height), _RADIUS, min(_RADIUS, height / 2))
        painter.setClipPath(frame)
        painter.fillRect(QRect(0, 0, width, height), QColor(look.fill))
        painter.fillRect(QRect(0, 0, EDGE, height), QColor(look.edge))
        painter.setClipping(False)
        if status in _STRUCK:
            painter.setPen(QPen(QColor(self.tokens.line_strong), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(
                QRectF(0.5, 0.5, width - 1, height - 1), _RADIUS, min(_RADIUS, height / 2)
            )
        if height >= self.fonts.name_height - 4:
            y = self._text_top(height) + (self.fonts.name_height - ICON) // 2
            if width >= _PAD + ICON + 2:
                draw_status(
                    painter, status, _PAD, y, self._muted if status in _STRUCK else self._ink
                )
            if self._marks_low(width, height):
                y += self.fonts.name_height - 1
            x = width - 5 - ICON
            for mark in _marks(flags, width):
                draw_mark(painter, mark, x, y, self.tokens)
                x -= _MARK_STEP
        painter.end()
        self._sprites[key] = sprite
        return sprite


def _marks(flags: int, width: int) -> list[int]:
    """Return the marks that a box of this width shows, the gravest first."""
    if not flags:
        return []
    most = max((width - 60) // (2 * _MARK_STEP), 1 if width >= _LEAST_FOR_MARK else 0)
    return [m for m in (ALERT, ALIKE, OVERBOOKED, WALK_IN, NOTE) if flags & m][:most]
