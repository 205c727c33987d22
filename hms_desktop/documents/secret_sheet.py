"""A sheet with secrets: large enough to be typed off again, with a box to strike each out."""

from __future__ import annotations

from hms_desktop.documents import styles
from hms_desktop.documents.paper import Sheet
from hms_desktop.documents.words import Words
from hms_desktop.domain.papers import Letterhead, PageSize, Paper, file_name
from hms_desktop.domain.secret_sheets import SecretSheet

_BOX, _STEP = 11.0, 22.0
_WHITE = (1.0, 1.0, 1.0)
_PER_LINE = 4
"""Groups of a long key beside each other."""


def secret_sheet(content: SecretSheet, words: Words, *, size: PageSize = PageSize.A5) -> Paper:
    """Return the sheet as it is printed."""
    sheet = Sheet(
        Letterhead(content.hospital), content.title, words, about=content.about, size=size
    )
    sheet.title(content.title)
    sheet.text(content.about, styles.STRONG, after=8)
    sheet.text(content.use, after=10)
    for line in (line for one in content.secrets for line in _lines(one)):
        sheet.need(_STEP)
        base = sheet.y - _STEP + (_STEP - styles.LARGE.size) / 2 + 2
        left = sheet.left
        if content.once:
            sheet.page.box(left, base - 2, _BOX, _BOX, styles.MUTED)
            sheet.page.box(left + 1, base - 1, _BOX - 2, _BOX - 2, _WHITE)
            left += _BOX + 10
        sheet.put(line, styles.LARGE, left, base)
        sheet.y -= _STEP
    sheet.skip(10)
    sheet.text(content.keep, styles.WARNING)
    return Paper(content.title, file_name("secret-sheet"), sheet.pdf())


def _lines(secret: str) -> list[str]:
    groups = secret.split("-")
    return ["-".join(groups[at : at + _PER_LINE]) for at in range(0, len(groups), _PER_LINE)]
