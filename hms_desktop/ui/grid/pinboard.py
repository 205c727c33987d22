"""The pinboard: a strip that holds visits while another day is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QWidget

from hms_desktop.ui.grid.mime import PIN_TARGET, read_visit_id, visit_mime
from hms_desktop.ui.grid.model import minutes_of
from hms_desktop.ui.grid.shapes import ICON, draw_status
from hms_desktop.ui.grid.textcache import TextCache, fonts_from
from hms_desktop.ui.grid.texts import one_line, status_name, tr
from hms_desktop.ui.patients.formats import Formats, weekday

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QDragEnterEvent,
        QDropEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
    )

    from hms_desktop.domain.appointments import GridVisit
    from hms_desktop.ui.palette import Tokens

_MOST_WIDTH = 220
_PAD = 10


class PinChip(QWidget):
    """One pinned visit; drag it onto the grid, or Enter to carry it by keyboard."""

    picked = Signal(object)
    removed = Signal(object)

    def __init__(
        self, visit: GridVisit, formats: Formats, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.visit = visit
        self.tokens = tokens
        self.carried = False
        day = formats.day_of(visit.starts_at)
        words = (weekday(day), formats.short(day, day), formats.at(visit.starts_at))
        self._when = " ".join(words)
        self._pressed: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(
            ", ".join((one_line(visit.patient_name), self._when, status_name(visit.status)))
        )
        self.setAccessibleDescription(
            tr("Enter carries the visit to the grid, Delete takes it off the pinboard.")
        )

    def sizeHint(self) -> QSize:
        """Return the room for name and time."""
        fonts = fonts_from(self.font())
        wide = max(
            TextCache(fonts.name).width(one_line(self.visit.patient_name)) + ICON + 6,
            TextCache(fonts.detail).width(self._said()),
        )
        high = fonts.name_height + fonts.detail_height + 8
        return QSize(min(wide + 2 * _PAD + 2, _MOST_WIDTH), high)

    def _said(self) -> str:
        minutes = tr("{minutes} min").format(minutes=minutes_of(self.visit))
        return f"{self._when} · {minutes}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - small enough to paint whole
        """Paint the chip like a box of the grid."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self.tokens.status_colour(self.visit.status)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        focused = self.hasFocus() or self.carried
        painter.setBrush(QColor(look.fill))
        painter.setPen(
            QPen(QColor(self.tokens.accent if focused else look.edge), 2 if focused else 1)
        )
        painter.drawRoundedRect(frame, 6, 6)
        fonts = fonts_from(self.font())
        names, details = TextCache(fonts.name), TextCache(fonts.detail)
        top = 4
        draw_status(
            painter,
            self.visit.status,
            _PAD,
            top + (fonts.name_height - ICON) / 2,
            QColor(look.ink),
        )
        room = self.width() - 2 * _PAD
        painter.setFont(fonts.name)
        painter.setPen(QColor(look.ink))
        painter.drawStaticText(
            _PAD + ICON + 5, top, names.line(self.visit.patient_name, room - ICON - 5)
        )
        painter.setFont(fonts.detail)
        painter.setPen(QColor(look.dim))
        painter.drawStaticText(_PAD, top + fonts.name_height, details.line(self._said(), room))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or M carries, Delete takes off."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_M, Qt.Key.Key_Space}:
            self.picked.emit(self.visit)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit(self.visit.id)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it is gone."""
        self.update()
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may begin."""
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag after the usual distance."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = event.position().toPoint() - self._pressed
        if way.manhattanLength() >= QApplication.startDragDistance():
            grip, self._pressed = self._pressed, None
            self.drag(grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing was dragged."""
        self._pressed = None
        super().mouseReleaseEvent(event)

    def drag(self, grip: QPoint) -> None:
        """Drag the visit; Qt's only way nests an event loop, in which the program goes on."""
        drag = QDrag(self)
        drag.setMimeData(visit_mime(self.visit))
        drag.setPixmap(self.grab())
        drag.setHotSpot(grip)
        drag.exec(Qt.DropAction.MoveAction)


class Pinboard(QWidget):
    """A strip of pinned visits; hidden while it is empty and nothing is dragged to it.

    ``picked`` carries the GridVisit to hand to ``DayGrid.carry``, ``removed`` a visit id,
    ``pin_requested`` the id of a visit dropped here.
    """

    picked = Signal(object)
    removed = Signal(object)
    pin_requested = Signal(object)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self._chips: list[PinChip] = []
        self._formats: Formats | None = None
        self.setProperty(PIN_TARGET, True)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Pinboard"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 12, 6)
        self._row.setSpacing(8)
        self._label = QLabel(self.tr("Pinboard"))
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setToolTip(
            self.tr("Visits wait here while you look for another day. Press P on a visit.")
        )
        self._row.addWidget(self._label)
        self._row.addStretch(1)
        self.setVisible(False)

    @property
    def chips(self) -> tuple[PinChip, ...]:
        """The chips, first pinned first."""
        return tuple(self._chips)

    def set_visits(self, visits: tuple[GridVisit, ...], formats: Formats) -> None:
        """Show these visits, times as the hospital writes them; focus stays where it can."""
        if formats == self._formats and visits == tuple(chip.visit for chip in self._chips):
            return
        self._formats = formats
        focused = next((chip.visit.id for chip in self._chips if chip.hasFocus()), None)
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for number, visit in enumerate(visits):
            chip = PinChip(visit, formats, self.tokens, self)
            chip.picked.connect(self.picked)
            chip.removed.connect(self.removed)
            self._row.insertWidget(1 + number, chip)
            self._chips.append(chip)
            # Shown at once: a hidden chip could not take the focus.
            chip.show()
            if visit.id == focused:
                chip.setFocus()
        self.setVisible(bool(visits))

    def set_carried(self, visit: GridVisit | None) -> None:
        """Mark the chip that is on its way, offer the strip to one that is dragged.

        Connect to ``DayGrid.carry_changed``.
        """
        self.setVisible(bool(self._chips) or visit is not None)
        for chip in self._chips:
            carried = visit is not None and chip.visit.id == visit.id
            if chip.carried != carried:
                chip.carried = carried
                chip.update()

    def set_tokens(self, tokens: Tokens) -> None:
        """Take another theme's colours."""
        self.tokens = tokens
        for chip in self._chips:
            chip.tokens = tokens
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take visits only."""
        if read_visit_id(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Pin what is dropped."""
        number = read_visit_id(event.mimeData())
        if number is not None and number not in {chip.visit.id for chip in self._chips}:
            event.acceptProposedAction()
            self.pin_requested.emit(number)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the strip's ground and its upper line."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.tokens.panel))
        painter.fillRect(QRect(0, 0, self.width(), 1), QColor(self.tokens.line))
        painter.end()
