"""Icons of one family (Phosphor, bundled) in the theme's colours, and status marks.

The font is drawn here in a few lines: an icon library would add 200 ms to every start.
"""

from __future__ import annotations

import json
import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import shiboken6
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPainterPath, QPen, QPixmap

from hms_desktop.paths import resources_dir
from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from hms_desktop.ui.palette import Tokens

log = logging.getLogger(__name__)

#: Device pixels in which an icon is drawn; others are scaled from the next larger one.
_SIDES = (10, 13, 14, 16, 18, 20, 24, 32, 48, 64)

#: Our names → Phosphor's. Screens use our names only, so that the family can be changed.
NAMES: dict[str, str] = {
    "add": "plus",
    "alert": "warning",
    "allergy": "warning-circle",
    "arrow-left": "caret-left",
    "arrow-right": "caret-right",
    "arrow-up": "caret-up",
    "arrow-down": "caret-down",
    "back": "arrow-left",
    "calendar": "calendar-blank",
    "call": "megaphone",
    "check": "check",
    "clock": "clock",
    "close": "x",
    "columns": "columns",
    "copy": "copy",
    "database": "database",
    "delete": "trash",
    "department": "buildings",
    "details": "dots-three",
    "doctor": "identification-badge",
    "document": "file-text",
    "edit": "pencil-simple",
    "empty": "tray",
    "error": "x-circle",
    "exit": "sign-out",
    "eye": "eye",
    "eye-off": "eye-slash",
    "filter": "funnel",
    "help": "question",
    "history": "clock-counter-clockwise",
    "home": "house",
    "hospital": "first-aid-kit",
    "info": "info",
    "keyboard": "keyboard",
    "link": "link",
    "list": "list-bullets",
    "lock": "lock-simple",
    "mail": "envelope-simple",
    "menu": "list",
    "moon": "moon",
    "move": "arrows-out-cardinal",
    "note": "note",
    "offline": "wifi-slash",
    "password": "key",
    "patient": "user",
    "patient-add": "user-plus",
    "patients": "users",
    "phone": "phone",
    "photo": "image",
    "pin": "push-pin",
    "print": "printer",
    "queue": "queue",
    "redo": "arrow-u-up-right",
    "refresh": "arrows-clockwise",
    "report": "chart-bar",
    "room": "door",
    "save": "floppy-disk",
    "search": "magnifying-glass",
    "settings": "gear-six",
    "shield": "shield-check",
    "sort": "sort-ascending",
    "star": "star",
    "sun": "sun",
    "swap": "swap",
    "undo": "arrow-u-up-left",
    "unlock": "lock-simple-open",
    "user": "user-circle",
    "view": "squares-four",
    "wait": "hourglass",
}


class _IconTarget(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


@lru_cache(maxsize=1)
def _glyphs() -> tuple[str, dict[str, str]]:
    """Return the font's family and its letters by Phosphor name."""
    folder = resources_dir() / "icons"
    number = QFontDatabase.addApplicationFont(str(folder / "phosphor.ttf"))
    families = QFontDatabase.applicationFontFamilies(number)
    if not families:
        log.error("the icon font could not be loaded; icons stay empty")
    codes = json.loads((folder / "phosphor.json").read_text(encoding="utf-8"))
    return (families[0] if families else ""), {
        name: chr(int(code, 16)) for name, code in codes.items()
    }


def _draw(letter: str, colour: str, side: int, gap: int = 0) -> QPixmap:
    picture = QPixmap(side + gap, side)
    picture.fill(Qt.GlobalColor.transparent)
    font = QFont(_glyphs()[0])
    font.setPixelSize(side)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(QRect(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, letter)
    painter.end()
    return picture


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, disabled: str, gap: float = 0.0) -> QIcon:
    letter = _glyphs()[1][NAMES.get(name, name)]
    made = QIcon()
    for side in _SIDES:
        picture = _draw(letter, colour, side, round(gap * side))
        made.addPixmap(picture)
        made.addPixmap(picture, QIcon.Mode.Selected)
    for side in (16, 32):
        made.addPixmap(_draw(letter, disabled, side, round(gap * side)), QIcon.Mode.Disabled)
    return made


def icon(name: str, role: str = "ink", tokens: Tokens | None = None) -> QIcon:
    """Return an icon in a colour of the theme.

    Args:
        name: one of ``NAMES`` or a Phosphor name; an unknown one raises KeyError.
        role: a colour token (ink, dim, accent_text, alarm_text…) or ``status:<name>``.
        tokens: the theme's colours; the current ones when not given.
    """
    tokens = tokens or current_theme().tokens
    return _icon(name, tokens.colour(role).name(), tokens.off)


def pixmap(name: str, role: str = "ink", size: int = 16) -> QPixmap:
    """Return an icon as a picture for a label, ``size`` in device-independent pixels."""
    return icon(name, role).pixmap(QSize(size, size))


def bind_icon(target: QObject, name: str, role: str = "ink", *, gap: float = 0.0) -> None:
    """Give a button or action an icon that follows the theme as long as the target lives.

    ``gap`` is room at its right, as a part of its height: words beside it would touch some icons.
    """
    theme = current_theme()

    def renew() -> None:
        if not shiboken6.isValid(target):
            theme.changed.disconnect(renew)
            return
        setter: _IconTarget = target  # type: ignore[assignment]
        tokens = theme.tokens
        setter.setIcon(_icon(name, tokens.colour(role).name(), tokens.off, gap))

    theme.changed.connect(renew)
    renew()


def status_path(status: str, rect: QRectF) -> tuple[QPainterPath, bool]:
    """Return a status' mark inside ``rect`` and whether it is filled (else stroked).

    Simple shapes that differ without colour: requested a dotted ring, booked a square,
    confirmed a tick, arrived a dot, with the doctor a triangle, completed a double tick,
    no-show a cross, cancelled a bar.
    """
    path = QPainterPath()
    x, y, w, h = rect.x(), rect.y(), rect.width(), rect.height()

    def at(fx: float, fy: float) -> QPointF:
        return QPointF(x + fx * w, y + fy * h)

    def lines(*points: tuple[float, float]) -> None:
        path.moveTo(at(*points[0]))
        for point in points[1:]:
            path.lineTo(at(*point))

    match status.lower().replace("-", "_").replace(" ", "_"):
        case "requested":
            path.addEllipse(at(0.5, 0.5), 0.34 * w, 0.34 * h)
            return path, False
        case "booked":
            path.addRoundedRect(QRectF(at(0.18, 0.18), at(0.82, 0.82)), 1, 1)
            return path, False
        case "confirmed":
            lines((0.15, 0.55), (0.4, 0.8), (0.86, 0.22))
            return path, False
        case "arrived":
            path.addEllipse(at(0.5, 0.5), 0.36 * w, 0.36 * h)
            return path, True
        case "in_consultation":
            lines((0.22, 0.12), (0.88, 0.5), (0.22, 0.88))
            path.closeSubpath()
            return path, True
        case "completed":
            lines((0.02, 0.55), (0.25, 0.8), (0.66, 0.25))
            lines((0.46, 0.72), (0.54, 0.8), (0.98, 0.25))
            return path, False
        case "no_show":
            lines((0.2, 0.2), (0.8, 0.8))
            lines((0.8, 0.2), (0.2, 0.8))
            return path, False
        case _:
            lines((0.15, 0.5), (0.85, 0.5))
            return path, False


def paint_status(painter: QPainter, status: str, rect: QRectF, colour: QColor) -> None:
    """Draw a status' mark; antialiased whatever the painter was set to."""
    path, filled = status_path(status, rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if filled:
        painter.fillPath(path, colour)
    else:
        pen = QPen(colour, max(1.4, rect.width() / 8))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
    painter.restore()


def status_pixmap(status: str, colour: QColor, size: int = 12, ratio: float = 1.0) -> QPixmap:
    """Return a status' mark as a picture; ``ratio`` is the screen's device pixel ratio."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_status(painter, status, QRectF(0, 0, size, size), colour)
    painter.end()
    return picture


def status_icon(status: str, tokens: Tokens | None = None) -> QIcon:
    """Return a status' mark as an icon in the status' edge colour."""
    tokens = tokens or current_theme().tokens
    return QIcon(status_pixmap(status, tokens.colour(f"status:{status}"), 16, 2.0))
