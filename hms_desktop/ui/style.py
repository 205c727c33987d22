"""The style sheet: the templates of ``resources/styles`` filled with a theme's colours."""

from __future__ import annotations

from functools import lru_cache
from string import Template
from typing import TYPE_CHECKING

from hms_desktop.paths import resources_dir

if TYPE_CHECKING:
    from hms_desktop.ui.palette import Tokens

SHEETS = ("base.qss", "controls.qss", "lists.qss", "kit.qss")

#: Sizes in unscaled pixels, scaled with the text.
SIZES = {
    "fs_tiny": 11,
    "fs_small": 12,
    "fs": 13,
    "fs_large": 15,
    "fs_title": 18,
    "fs_number": 22,
    "fs_huge": 28,
    "control": 20,
    "row": 28,
}


@lru_cache(maxsize=1)
def _templates() -> str:
    return "\n".join(
        (resources_dir() / "styles" / name).read_text(encoding="utf-8") for name in SHEETS
    )


def style_sheet(tokens: Tokens, scale: float = 1.0) -> str:
    """Return the whole style sheet; a token that a template misspells raises KeyError."""
    values = tokens.flat()
    values.update({name: f"{round(size * scale)}px" for name, size in SIZES.items()})
    values["icons"] = (resources_dir() / "icons" / tokens.name).as_posix()
    return Template(_templates()).substitute(values)
