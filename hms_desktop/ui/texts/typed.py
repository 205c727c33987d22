"""What is typed into message texts and not saved: kept as drafts, with what it was typed over."""

from __future__ import annotations

from hms_desktop.services.templates import TemplateRow, Texts
from hms_desktop.ui.drafts import Drafts

PARTS = ("subject", "text", "html")


class TypedTexts:
    """One draft a text."""

    def __init__(self, drafts: Drafts) -> None:
        """Keep where they are kept."""
        self._drafts = drafts

    def of(self, row: TemplateRow) -> Texts | None:
        """Return what is typed over a text, or None when nothing differs."""
        kept = self._drafts.get(_key(row)) or {}
        found = tuple(kept.get(name) for name in PARTS)
        if not all(isinstance(one, str) for one in found) or found == row.texts:
            return None
        return str(found[0]), str(found[1]), str(found[2])

    def version(self, row: TemplateRow) -> int:
        """Return the version that was typed over: a change of somebody else is then seen."""
        return int((self._drafts.get(_key(row)) or {}).get("version", row.version))

    def keep(self, row: TemplateRow, texts: Texts, *, version: int | None = None) -> None:
        """Keep what is typed; what is as it was is forgotten. ``version``: over another one."""
        if texts == row.texts:
            self.discard(row)
            return
        over = self.version(row) if version is None else version
        self._drafts.keep(_key(row), {**dict(zip(PARTS, texts, strict=True)), "version": over})

    def discard(self, row: TemplateRow) -> None:
        """Forget what is typed."""
        self._drafts.discard(_key(row))


def _key(row: TemplateRow) -> str:
    return f"message_text/{row.kind}/{row.channel}/{row.language}"
