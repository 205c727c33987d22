"""A person as a round picture, or as initials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from hms_desktop.domain.booking_vocabulary import TITLES
from hms_desktop.ui.theme import current_theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


def initials(name: str) -> str:
    """Return one or two letters of a name without its title; ``?`` where there are none."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    if len(words) > 1 and words[0].casefold().rstrip(".") in TITLES:
        del words[0]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


class Avatar(QWidget):
    """Shows a photo or initials; ``square`` for charts, round for users."""

    def __init__(
        self,
        name: str = "",
        *,
        size: int = 32,
        photo: QPixmap | None = None,
        square: bool = False,
        accent: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Show a person.

        Args:
            name: gives the initials and the accessible name.
            size: in unscaled pixels.
            photo: shown instead of the initials.
            square: rounded corners instead of a circle.
            accent: in the accent colour (the person logged in).
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self._size = size
        self._square = square
        self._accent = accent
        self._photo: QPixmap | None = None
        self._letters = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_person(name, photo)

    def set_person(self, name: str, photo: QPixmap | None = None) -> None:
        """Show somebody else."""
        self._letters = initials(name)
        self._photo = photo if photo is not None and not photo.isNull() else None
        self.setAccessibleName(name)
        self.update()

    def set_photo_bytes(self, data: bytes) -> bool:
        """Show a photo from a file's bytes; False (and initials) when it is no picture."""
        photo = QPixmap()
        good = photo.loadFromData(data)
        self._photo = photo if good else None
        self.update()
        return good

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        side = current_theme().px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the photo cut to shape, or the letters."""
        theme = current_theme()
        box = QRectF(self.rect())
        side = min(box.width(), box.height())
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        shape = QPainterPath()
        radius = side * 0.2 if self._square else side / 2
        shape.addRoundedRect(box, radius, radius)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._photo is not None:
            painter.setClipPath(shape)
            painter.drawPixmap(box, self._photo, self._middle(self._photo))
        else:
            tokens = theme.tokens
            ground, ink = ("accent_soft", "accent_text") if self._accent else ("hover", "dim")
            painter.fillPath(shape, tokens.colour(ground))
            painter.setPen(tokens.colour(ink))
            painter.setFont(theme.font(round(self._size * 0.36), 600))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._letters)
        painter.end()

    @staticmethod
    def _middle(photo: QPixmap) -> QRectF:
        side = min(photo.width(), photo.height())
        return QRectF((photo.width() - side) / 2, (photo.height() - side) / 2, side, side)
