"""The grid without hands: it shows a day, scrolls, zooms and paints only what changed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from hms_desktop.ui.grid.model import GridModel
from hms_desktop.ui.grid.painter import BodyPainter
from hms_desktop.ui.grid.scene import Scene
from hms_desktop.ui.grid.strips import Corner, Frame, GutterStrip, HeaderStrip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent

    from hms_desktop.ui.grid.day import GridDay, Proposal
    from hms_desktop.ui.palette import Tokens

LEAST_SCALE, MOST_SCALE = 0.5, 8.0
_USUAL_SCALE = 70 / 60
_ROOMY_SCALE = 110 / 60
_LEAST_ROW = 18
_BELOW = 1


class GridCanvas(QAbstractScrollArea):
    """Shows a ``GridDay``; zoom is in pixels a minute."""

    zoom_changed = Signal(object)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = GridModel()
        self.scene = Scene()
        self._zoom: float | None = None
        painter = BodyPainter(self.model, self.scene, tokens, self.font(), 1.0)
        self.frame_state = Frame(self.model, painter, tokens)
        self.header = HeaderStrip(self.frame_state, self)
        self.gutter = GutterStrip(self.frame_state, self)
        self.corner = Corner(self.frame_state, self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.viewport().setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()

    # ------------------------------------------------------------------ what is shown
    @property
    def day(self) -> GridDay | None:
        """The day shown (with more hours where a visit needed them)."""
        return self.model.day

    @property
    def painted_boxes(self) -> int:
        """How many visits were painted since the start."""
        return self.frame_state.painter.boxes.painted

    def set_day(self, day: GridDay) -> None:
        """Show a day; only what differs from the one before is painted again."""
        before = self.model.day
        change = self.model.set_day(day)
        if change.whole:
            self._lay_out()
            self.repaint_all()
        elif change.rects:
            self.update_rects(change.rects)
        if before is not None and before.now != day.now and not change.whole:
            self._update_now(before.now)

    def set_now(self, now: datetime) -> None:
        """Move the now-line (UTC); cheap enough for every second."""
        day = self.model.day
        if day is not None and day.now != now:
            self.model.day = replace(day, now=now)
            self._update_now(day.now)

    def set_tokens(self, tokens: Tokens) -> None:
        """Take another theme's colours."""
        self.frame_state.tokens = tokens
        self._renew_painter()

    def set_proposal(self, proposal: Proposal | None) -> None:
        """Show what the booking line would book, or nothing."""
        with self.changing():
            self.scene.proposal = proposal

    # ------------------------------------------------------------------ zoom and scroll
    @property
    def zoom(self) -> float:
        """Pixels a minute."""
        if self._zoom is not None:
            return self._zoom
        day = self.model.day
        minutes = max((axis.minutes for axis in self.model.axes), default=0)
        if day is None or not minutes:
            return _USUAL_SCALE
        # As usual: the day fills the window, but rows stay readable and not overlarge.
        fitting = (self.viewport().height() - 2) / minutes
        return max(_USUAL_SCALE, _LEAST_ROW / day.slot_minutes, min(fitting, _ROOMY_SCALE))

    def set_zoom(self, zoom: float | None, anchor: int | None = None) -> None:
        """Zoom (pixels a minute; None: as usual); ``anchor`` (viewport y) stays in place."""
        if zoom is not None:
            zoom = min(max(zoom, LEAST_SCALE), MOST_SCALE)
        y = self.viewport().height() // 2 if anchor is None else anchor
        minute = self.model.minute_at(y + self.frame_state.y)
        self._zoom = zoom
        self._lay_out()
        self.verticalScrollBar().setValue(self.model.y_of(minute) - y)
        self.repaint_all()
        self.zoom_changed.emit(self.zoom)

    def ensure_visible(self, rect: QRect) -> None:
        """Scroll as little as needed to show a place of the body."""
        view = QRect(self.offset(), self.viewport().size())
        if rect.top() < view.top() or rect.height() > view.height():
            self.verticalScrollBar().setValue(rect.top() - 8)
        elif rect.bottom() > view.bottom():
            self.verticalScrollBar().setValue(rect.bottom() - view.height() + 8)
        if rect.left() < view.left() or rect.width() > view.width():
            self.horizontalScrollBar().setValue(rect.left() - 4)
        elif rect.right() > view.right():
            self.horizontalScrollBar().setValue(rect.right() - view.width() + 8)

    def scroll_to_now(self) -> None:
        """Bring the now-line to the upper third."""
        rects = self.frame_state.painter.now_rects()
        if rects:
            third = self.viewport().height() // 3
            self.verticalScrollBar().setValue(rects[0].top() - third)

    def offset(self) -> QPoint:
        """Return the body's point at the viewport's top left corner."""
        return QPoint(self.frame_state.x, self.frame_state.y)

    # ------------------------------------------------------------------ repainting
    def repaint_all(self) -> None:
        """Paint everything again."""
        self.viewport().update()
        self.header.update()
        self.gutter.update()
        self.corner.update()

    def update_rects(self, rects: Iterable[QRect]) -> None:
        """Paint places of the body again."""
        shift = -self.offset()
        region = QRegion()
        for rect in rects:
            region = region.united(rect.adjusted(-1, -1, 1, 1).translated(shift))
        self.viewport().update(region)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change the scene inside: its places before and after are painted again."""
        topping = self.frame_state.painter.topping
        before = topping.rects()
        yield
        after = topping.rects()
        self.update_rects([*before, *after])
        self.mark_gutter()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dirty places of the body."""
        painter = QPainter(self.viewport())
        offset = self.offset()
        painter.translate(-offset)
        self.frame_state.painter.paint(
            painter, [place.translated(offset) for place in rects_of(event.region())]
        )
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width among the columns."""
        super().resizeEvent(event)
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted already; only the strip that comes into sight is painted."""
        self.frame_state.x = self.horizontalScrollBar().value()
        self.frame_state.y = self.verticalScrollBar().value()
        self.viewport().scroll(dx, dy)
        if dx:
            self.header.update()
        if dy:
            self.gutter.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow another font or screen."""
        super().changeEvent(event)
        if event.type() in {event.Type.FontChange, event.Type.DevicePixelRatioChange}:
            self._renew_painter()

    # ------------------------------------------------------------------ inside
    def _renew_painter(self) -> None:
        frame = self.frame_state
        painted = self.painted_boxes
        frame.painter = BodyPainter(
            self.model, self.scene, frame.tokens, self.font(), self.devicePixelRatioF()
        )
        frame.painter.boxes.painted = painted
        for box in self.model.by_id.values():
            box.forget_looks()
        self._lay_out()
        self.repaint_all()

    def _update_now(self, before: datetime) -> None:
        day = self.model.day
        painter = self.frame_state.painter
        rects = painter.now_rects()
        if day is not None:
            self.model.day = replace(day, now=before)
            rects += painter.now_rects()
            self.model.day = day
        self.update_rects(rects)
        self.gutter.update()

    def mark_gutter(self) -> None:
        """Show in header and gutter where the cursor or the carried visit is."""
        scene, frame = self.scene, self.frame_state
        moving = scene.carry
        column = moving.column if moving is not None else scene.cursor.column
        minute: float | None = moving.minute if moving is not None else scene.cursor.minute
        box = self.model.by_id.get(scene.cursor.visit_id or 0)
        if moving is None and box is not None:
            minute = self.model.axes[box.column].minute_of(box.visit.starts_at)
        if not scene.focused and moving is None:
            minute, column = None, -1
        if (minute, column) != (frame.marked, frame.marked_column):
            frame.marked, frame.marked_column = minute, column
            self.gutter.update()
            self.header.update()

    def _lay_out(self) -> None:
        left = self.gutter.wanted_width()
        top = self.header.wanted_height()
        margins = self.viewportMargins()
        if (margins.left(), margins.top()) != (left, top):
            self.setViewportMargins(left, top, 0, 0)
        view = self.viewport().geometry()
        moved = self.model.set_geometry(view.width() - 1, self.zoom)
        self.corner.setGeometry(view.left() - left, view.top() - top, left, top)
        self.header.setGeometry(view.left(), view.top() - top, view.width(), top)
        self.gutter.setGeometry(view.left() - left, view.top(), left, view.height())
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setRange(0, max(self.model.edges[-1] - view.width(), 0))
        across.setPageStep(view.width())
        across.setSingleStep(40)
        down.setRange(0, max(self.model.height + _BELOW - view.height(), 0))
        down.setPageStep(view.height())
        down.setSingleStep(30)
        self.frame_state.x, self.frame_state.y = across.value(), down.value()
        if moved:
            self.repaint_all()


def rects_of(region: QRegion) -> list[QRect]:
    """Return a region's rectangles; Qt's Python side can walk a region, its types cannot say so."""
    return list(cast("Iterable[QRect]", region))
