"""The look of the program: Fusion, our palette, our style sheet; light, dark, or the system's."""

from __future__ import annotations

from typing import Literal

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget

from hms_desktop.ui.fonts import app_font, load_fonts
from hms_desktop.ui.palette import DARK, LIGHT, StatusColour, Tokens, qt_palette
from hms_desktop.ui.style import style_sheet

Mode = Literal["light", "dark", "system"]
MODES: tuple[Mode, ...] = ("light", "dark", "system")

#: The rhythm: every gap is a multiple of half of it (device-independent pixels).
UNIT = 8
RADIUS = 6


class Theme(QObject):
    """The current look; ``changed`` carries the new ``Tokens`` after everything was restyled."""

    changed = Signal(object)

    def __init__(self, app: QApplication) -> None:
        """Bind to the application; nothing is restyled until ``apply``."""
        super().__init__(app)
        self._app = app
        self._mode: Mode = "system"
        self._scale = 1.0
        self._tokens = LIGHT
        self._applied = False
        app.styleHints().colorSchemeChanged.connect(self._on_system_change)

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens

    @property
    def mode(self) -> Mode:
        """What was asked for: light, dark or system."""
        return self._mode

    @property
    def scale(self) -> float:
        """Size of text, 1.0 is normal."""
        return self._scale

    @property
    def is_dark(self) -> bool:
        """Say whether the dark colours are in use."""
        return self._tokens is DARK

    def apply(self, mode: Mode = "system", *, scale: float | None = None) -> None:
        """Restyle the whole application, then tell with ``changed``.

        Args:
            mode: light, dark, or what the system says (light where it says nothing).
            scale: size of text, 0.8 to 2.0; left as it is when not given.
        """
        if mode not in MODES:
            message = f"unknown theme {mode!r}"
            raise ValueError(message)
        self._mode = mode
        if scale is not None:
            self._scale = min(2.0, max(0.8, scale))
        self._tokens = self._choose()
        load_fonts()
        if not self._applied:
            self._app.setStyle("Fusion")
            self._applied = True
        # From one style sheet to the next Qt sends each widget dozens of events: seconds, with all
        # pages open. From none to one it sends few.
        self._app.setStyleSheet("")
        self._app.setPalette(qt_palette(self._tokens))
        self._app.setFont(app_font(self._scale))
        self._app.setStyleSheet(style_sheet(self._tokens, self._scale))
        self.changed.emit(self._tokens)

    def px(self, pixels: float) -> int:
        """Scale a length that holds text (row heights, column widths)."""
        return round(pixels * self._scale)

    def font(self, pixels: int = 13, weight: int = QFont.Weight.Normal) -> QFont:
        """Return the program's font at a size in unscaled pixels, for own painting."""
        font = app_font(self._scale)
        font.setPixelSize(round(pixels * self._scale))
        font.setWeight(QFont.Weight(weight))
        return font

    def _choose(self) -> Tokens:
        if self._mode == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return DARK if dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    def _on_system_change(self) -> None:
        if self._applied and self._mode == "system" and self._choose() is not self._tokens:
            self.apply("system")


_themes: list[Theme] = []


def current_theme() -> Theme:
    """Return the application's one theme (made at the first call); needs a QApplication."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        message = "a theme needs a QApplication"
        raise TypeError(message)
    while _themes and not shiboken6.isValid(_themes[-1]):
        _themes.pop()
    if not _themes:
        _themes.append(Theme(app))
    return _themes[-1]


def set_look(widget: QWidget, **properties: object) -> None:
    """Set style properties (``kind="primary"``, ``invalid=True``) and restyle the widget.

    Values arrive in the style sheet as text: ``[invalid="true"]``, ``[kind="primary"]``.
    """
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


__all__ = [
    "MODES",
    "RADIUS",
    "UNIT",
    "Mode",
    "StatusColour",
    "Theme",
    "Tokens",
    "current_theme",
    "set_look",
]
