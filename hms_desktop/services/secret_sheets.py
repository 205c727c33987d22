"""Secrets on paper. Nothing is read or written: whoever holds such a sheet has the secrets."""

from __future__ import annotations

from hms_desktop.documents.secret_sheet import secret_sheet
from hms_desktop.documents.words import Words
from hms_desktop.domain.papers import Paper
from hms_desktop.domain.secret_sheets import SecretSheet


def secret_paper(sheet: SecretSheet) -> Paper:
    """Return a sheet that was just shown as a paper; also before there is a hospital."""
    return secret_sheet(sheet, Words())
