"""The bundled fonts: Inter for the screen, Noto Sans Devanagari for names it lacks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QLoggingCategory
from PySide6.QtGui import QFont, QFontDatabase

from hms_desktop.paths import resources_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)

FAMILY = "Inter"
FALLBACK = "Noto Sans Devanagari"
FILES = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "Inter-Bold.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansDevanagari-Bold.ttf",
)
BASE_PIXELS = 13


def load_fonts(files: Sequence[str] = FILES) -> tuple[str, ...]:
    """Register the bundled fonts with Qt once; returns the families that are there.

    A missing file is logged and the system's font is used instead: the program still works.
    """
    # Qt says for every script that Inter lacks that it does; the fallback is what we want.
    QLoggingCategory.setFilterRules("qt.text.font.db.info=false")
    known = set(QFontDatabase.families())
    if {FAMILY, FALLBACK} <= known:
        return (FAMILY, FALLBACK)
    families: list[str] = []
    for name in files:
        number = QFontDatabase.addApplicationFont(str(resources_dir() / "fonts" / name))
        if number < 0:
            log.error("the font file %s could not be loaded", name)
            continue
        families.extend(QFontDatabase.applicationFontFamilies(number))
    return tuple(dict.fromkeys(families))


def app_font(scale: float = 1.0) -> QFont:
    """Return the program's font.

    Without Inter's tabular figures: they widen hyphens too, and every hospital number has one.

    Args:
        scale: 1.0 is 13 device-independent pixels.
    """
    font = QFont()
    font.setFamilies([FAMILY, FALLBACK, "Noto Sans", "Segoe UI", "Helvetica Neue", "sans-serif"])
    font.setPixelSize(round(BASE_PIXELS * scale))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
