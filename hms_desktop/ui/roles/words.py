"""Permissions and their subjects in the person's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from hms_desktop.domain.permissions import PERMISSIONS

_CONTEXT = "permissions"


def permission_word(name: str) -> str:
    """Return what a permission allows; one of a newer program keeps its name."""
    return QCoreApplication.translate(_CONTEXT, PERMISSIONS.get(name, name))


def subject_word(subject: str) -> str:
    """Return the heading of a subject."""
    return QCoreApplication.translate(_CONTEXT, subject)
