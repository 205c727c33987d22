"""What backups, their states and sizes are called."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from hms_desktop.domain.backup_flaws import Flaw
from hms_desktop.domain.backups import BackupKind, BackupOffer, BackupRow, BackupState, Proof

_HOUR, _DAY = 3_600, 86_400
_HOURS_BY_NAME = 48


def _tr(text: str) -> str:
    return QCoreApplication.translate("Backups", text)


def kind_word(row: BackupRow | BackupOffer) -> str:
    """Return why a backup was made."""
    return {
        BackupKind.DAILY: _tr("Daily"),
        BackupKind.MANUAL: _tr("By hand"),
        BackupKind.BEFORE_UPGRADE: _tr("Before an upgrade"),
        BackupKind.BEFORE_RESTORE: _tr("Before a restore"),
    }[BackupKind(row.kind)]


def state_word(row: BackupRow, workstation: str) -> str:
    """Return how a backup stands, in a word or two."""
    if row.is_under_way:
        return _tr("stopping…") if row.cancel_wanted else _tr("being made")
    if row.flaw:
        return flaw_word(row.flaw)
    if row.state == BackupState.DONE.value:
        if row.here:
            return _tr("good")
        return _tr("missing") if row.workstation in {workstation, ""} else _tr("elsewhere")
    return {
        BackupState.FAILED: _tr("failed"),
        BackupState.CANCELLED: _tr("cancelled"),
        BackupState.REMOVED: _tr("removed"),
    }[BackupState(row.state)]


def flaw_word(flaw: str) -> str:
    """Return what verifying found, in a word."""
    return {
        Flaw.FOREIGN: _tr("no backup"),
        Flaw.TRUNCATED: _tr("cut off"),
        Flaw.DAMAGED: _tr("damaged"),
        Flaw.NEWER: _tr("too new"),
    }.get(Flaw(flaw), flaw)


def tone_of(row: BackupRow, workstation: str) -> str:
    """Return the colour token of a backup's state."""
    if row.is_under_way:
        return "accent_text"
    if row.flaw or row.state == BackupState.FAILED.value:
        return "alarm_text"
    if row.state != BackupState.DONE.value:
        return "dim"
    if row.here:
        return "ok_text"
    return "alarm_text" if row.workstation in {workstation, ""} else "dim"


def proof_word(row: BackupRow) -> str:
    """Return how a backup was verified."""
    if not row.verified_how:
        return _tr("not yet") if row.is_good and row.here else ""
    return _tr("restored") if row.verified_how == Proof.RESTORED.value else _tr("read through")


def age_word(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment is: just now, 5 h, 3 days."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < _HOUR:
        return _tr("{n} min").format(n=seconds // 60) if seconds >= 60 else _tr("just now")  # noqa: PLR2004
    if seconds < _HOURS_BY_NAME * _HOUR:
        return _tr("{n} h").format(n=seconds // _HOUR)
    return _tr("{n} days").format(n=seconds // _DAY)


def size_word(count: int) -> str:
    """Return a length of bytes: 2.4 MB."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
