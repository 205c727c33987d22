"""What is painted above the visits: holds, proposal, selection, cursor and what is carried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from hms_desktop.ui.grid.scene import Hand
from hms_desktop.ui.grid.texts import clock, held_by, one_line, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hms_desktop.ui.grid.boxes import BoxPainter
    from hms_desktop.ui.grid.day import GridDay
    from hms_desktop.ui.grid.model import GridModel
    from hms_desktop.ui.grid.scene import Carry, Scene
    from hms_desktop.ui.palette import Tokens

MARGIN = 4
"""How far a ring or a shadow reaches beyond its place, in pixels."""
_RADIUS = 5.0


class Topping:
    """Paints one theme's upper layer and knows where it is, so that only that is repainted."""

    def __init__(self, model: GridModel, scene: Scene, tokens: Tokens, boxes: BoxPainter) -> None:
        self.model = model
        self.scene = scene
        self.boxes = boxes
        self._accent = QColor(tokens.accent)
        self._accent_text = QColor(tokens.accent_text)
        self._soft = QColor(tokens.accent_soft)
        self._dim = QColor(tokens.dim)
        self._hover = QColor(tokens.hover)
        self._panel = QColor(tokens.panel)
        self._idle = QColor(tokens.line_strong)
        self._shadow = QColor(tokens.shadow)
        self._alarm = QColor(tokens.alarm)

    # ------------------------------------------------------------------ places
    def rects(self) -> list[QRect]:
        """Return every place that the scene occupies now."""
        scene = self.scene
        found = [self.cursor_rect(), self.carry_rect(), self.stretch_rect(), self.span_rect()]
        if scene.carry is not None:
            found.append(self._box_rect(scene.carry.visit.id))
        found.append(self.proposal_rect())
        found.extend(self._box_rect(number) for number in scene.selected)
        return [
            rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN + 2)
            for rect in found
            if rect is not None
        ]

    def cursor_rect(self) -> QRect | None:
        """Return the cursor's place: its visit, else its cell."""
        model, cursor = self.model, self.scene.cursor
        if model.day is None or cursor.column >= len(model.axes):
            return None
        if cursor.visit_id is not None:
            return self._box_rect(cursor.visit_id)
        step = model.day.slot_minutes
        return model.span_rect(cursor.column, cursor.minute, cursor.minute + step)

    def carry_rect(self) -> QRect | None:
        """Return where the carried visit would land."""
        carry = self.scene.carry
        if carry is None or carry.outside or carry.column >= len(self.model.axes):
            return None
        return self.model.span_rect(carry.column, carry.minute, carry.minute + carry.minutes)

    def stretch_rect(self) -> QRect | None:
        """Return the place of a visit whose end is being moved."""
        stretch = self.scene.stretch
        if stretch is None or stretch.column >= len(self.model.axes):
            return None
        rect = self.model.span_rect(stretch.column, stretch.start, stretch.end)
        box = self._box_rect(stretch.visit.id)
        if box is not None:
            rect.setLeft(box.left())
            rect.setRight(box.right())
        return rect

    def span_rect(self) -> QRect | None:
        """Return the place of the chosen stretch of free cells."""
        span = self.scene.span
        if span is None or span.column >= len(self.model.axes):
            return None
        return self.model.span_rect(span.column, span.start, span.end)

    def proposal_rect(self) -> QRect | None:
        """Return the place of the booking line's proposal, if it is on this day."""
        one = self.scene.proposal
        if one is None or self.model.day is None:
            return None
        column = self.model.column_of(one.doctor_id, one.starts_at)
        if column is None:
            return None
        minute = self.model.axes[column].minute_of(one.starts_at)
        return self.model.span_rect(column, minute, minute + one.minutes)

    def _box_rect(self, visit_id: int) -> QRect | None:
        box = self.model.by_id.get(visit_id)
        return None if box is None else box.rect

    # ------------------------------------------------------------------ painting
    def paint(self, painter: QPainter, places: Sequence[QRect]) -> None:
        """Paint what of the scene touches the given places."""
        day = self.model.day
        if day is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

        def touched(rect: QRect | None) -> bool:
            if rect is None:
                return False
            wide = rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN + 2)
            return any(wide.intersects(place) for place in places)

        for hold in day.holds:
            rect = self.model.hold_rect(hold)
            if rect is not None and touched(rect):
                self._dashed_box(painter, rect, (self._hover, self._dim), held_by(hold.user_name))
        proposal = self.proposal_rect()
        if proposal is not None and touched(proposal) and self.scene.proposal is not None:
            when = clock(self.scene.proposal.starts_at, day)
            label = f"{one_line(self.scene.proposal.label)} · {when}"
            self._dashed_box(painter, proposal, (self._soft, self._accent_text), label)
        for number in self.scene.selected:
            box = self._box_rect(number)
            if box is not None and touched(box):
                self._ring(painter, QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), self._accent, 1.6)
        span = self.span_rect()
        if span is not None and touched(span):
            self._paint_span(painter, span, day)
        if self.scene.carry is None and self.scene.stretch is None:
            cursor = self.cursor_rect()
            if cursor is not None and touched(cursor):
                self._paint_cursor(painter, cursor, day)
        self._paint_moving(painter, day)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_cursor(self, painter: QPainter, rect: QRect, day: GridDay) -> None:
        scene = self.scene
        colour = self._accent if scene.focused else self._idle
        if scene.cursor.visit_id is not None:
            # Two rings, a gap of ground between box and ring: seen on every fill.
            self._ring(painter, QRectF(rect).adjusted(-0.5, -0.5, 0.5, 0.5), self._panel, 1.5)
            self._ring(painter, QRectF(rect).adjusted(-2, -2, 2, 2), colour, 2)
            return
        self._ring(painter, QRectF(rect), colour, 2 if scene.focused else 1)
        if scene.span is None:
            axis = self.model.axes[scene.cursor.column]
            when = clock(axis.at(scene.cursor.minute), day)
            text = self._accent_text if scene.focused else self._dim
            self._label(painter, rect, when, text)

    def _paint_span(self, painter: QPainter, rect: QRect, day: GridDay) -> None:
        span = self.scene.span
        if span is None:
            return
        painter.setBrush(self._soft)
        painter.setPen(QPen(self._accent, 1.5))
        painter.drawRoundedRect(QRectF(rect), _RADIUS, _RADIUS)
        axis = self.model.axes[span.column]
        begins = clock(axis.at(span.start), day)
        ends = clock(axis.at(span.end), day)
        minutes = tr("{minutes} min").format(minutes=span.end - span.start)
        self._label(painter, rect, f"{begins} - {ends} · {minutes}", self._accent_text)

    def _paint_moving(self, painter: QPainter, day: GridDay) -> None:
        carry = self.scene.carry
        if carry is not None:
            origin = self._box_rect(carry.visit.id)
            if origin is not None:
                self._fade(painter, origin)
            rect = self.carry_rect()
            if rect is not None:
                self._paint_ghost(painter, rect, carry, day)
        stretch, rect = self.scene.stretch, self.stretch_rect()
        if stretch is not None and rect is not None:
            veil = QColor(self._soft)
            veil.setAlphaF(0.5)
            painter.setBrush(veil)
            painter.setPen(QPen(self._accent, 2))
            painter.drawRoundedRect(QRectF(rect), _RADIUS, _RADIUS)
            axis = self.model.axes[stretch.column]
            minutes = tr("{minutes} min").format(minutes=round(stretch.end - stretch.start))
            self._chip(painter, rect, f"{clock(axis.at(stretch.end), day)} · {minutes}")

    def _paint_ghost(self, painter: QPainter, rect: QRect, carry: Carry, day: GridDay) -> None:
        shadow = QColor(self._shadow)
        shadow.setAlphaF(0.16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shadow)
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 2, 1, 3), _RADIUS, _RADIUS)
        painter.setBrush(self._soft)
        style = Qt.PenStyle.SolidLine if carry.hand is Hand.MOUSE else Qt.PenStyle.DashLine
        painter.setPen(QPen(self._accent, 2, style))
        painter.drawRoundedRect(QRectF(rect), _RADIUS, _RADIUS)
        when = clock(self.model.axes[carry.column].at(carry.minute), day)
        self._label(
            painter, rect, f"{when}  {one_line(carry.visit.patient_name)}", self._accent_text
        )

    # ------------------------------------------------------------------ pieces
    def _ring(self, painter: QPainter, rect: QRectF, colour: QColor, width: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, width))
        painter.drawRoundedRect(rect, _RADIUS, _RADIUS)

    def _fade(self, painter: QPainter, rect: QRect) -> None:
        veil = QColor(self._panel)
        veil.setAlphaF(0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        painter.drawRect(QRectF(rect))

    def _dashed_box(
        self, painter: QPainter, rect: QRect, colours: tuple[QColor, QColor], label: str
    ) -> None:
        fill, ink = colours
        painter.setBrush(fill)
        pen = QPen(ink, 1.5)
        pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        self._label(painter, rect, label, ink)

    def _label(self, painter: QPainter, rect: QRect, text: str, colour: QColor) -> None:
        fonts = self.boxes.fonts
        room = rect.width() - 14
        if room < fonts.name_height:
            return
        names = self.boxes.names
        static = names.line(text, room)
        if names.width(text) > room and rect.height() >= 2 * fonts.name_height:
            static = names.wrapped(text, room)
            if static.size().height() > rect.height():
                static = names.line(text, room)
        top = rect.y() + min((rect.height() - round(static.size().height())) // 2, 5)
        painter.setFont(fonts.name)
        painter.setPen(colour)
        painter.drawStaticText(rect.x() + 8, top, static)

    def _chip(self, painter: QPainter, rect: QRect, text: str) -> None:
        fonts = self.boxes.fonts
        width = min(self.boxes.names.width(text) + 12, rect.width())
        high = fonts.name_height + 2
        chip = QRect(rect.right() - width, rect.bottom() - high, width, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._accent)
        painter.drawRoundedRect(QRectF(chip), 4, 4)
        painter.setFont(fonts.name)
        painter.setPen(self._panel)
        painter.drawStaticText(chip.x() + 6, chip.y() + 1, self.boxes.names.line(text, width - 12))
