"""The folder of backups: what of it is ours, what was left behind, how much room there is."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from hms_desktop.db.backup import making, proving
from hms_desktop.domain.backup_flaws import ENDING
from hms_desktop.domain.backups import BackupFile, BackupKind
from hms_desktop.domain.errors import HmsError
from hms_desktop.paths import backups_dir

STRAY_SECONDS = 86_400
_PLACES = "places.json"


def files_in(folder: Path) -> list[BackupFile]:
    """Return the backups of a folder, newest first; what is something else is left aside."""
    found = []
    for path in _sorted(folder, f"*.{ENDING}"):
        with suppress(HmsError, OSError):
            found.append(proving.look_at(path))
    return sorted(found, key=lambda one: one.head.made_at, reverse=True)


def remove(file: Path) -> None:
    """Remove a backup and its manifest; raises OSError."""
    file.unlink(missing_ok=True)
    making.manifest_of(file).unlink(missing_ok=True)


def sweep(folder: Path, beside: Path | None) -> None:
    """Remove what killed programs left here and beside the database, a day later."""
    drafts = [*_sorted(folder, f".*.{ENDING}*{making.PART_ENDING}")]
    if beside is not None:
        drafts += _sorted(beside, f".*{making.SNAPSHOT_ENDING}")
    for path in drafts:
        with suppress(OSError):
            if path.lstat().st_mtime < time.time() - STRAY_SECONDS:
                path.unlink()


def free_bytes(folder: Path) -> int | None:
    """Return how much fits into a folder that may not be there yet; None when nobody can say."""
    for place in (folder, *folder.parents):
        with suppress(OSError):
            return shutil.disk_usage(place).free
    return None


# ---------------------------------------------------------------------------- other folders
def remember(place: str, folder: Path) -> None:
    """Note where this computer keeps a database's backups: a damaged one cannot be asked."""
    known = _known()
    if known.get(place) == str(folder):
        return
    path = backups_dir() / _PLACES
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(OSError):  # a note for bad days, not worth failing a good backup
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({**known, place: str(folder)}), encoding="utf-8")
        part.replace(path)


def folders_of(place: str) -> list[Path]:
    """Return where backups of a database may lie on this computer."""
    named = _known().get(place)
    return list(dict.fromkeys([*([Path(named)] if named else []), backups_dir()]))


def newest_of(place: str, leave: frozenset[str] = frozenset()) -> BackupFile | None:
    """Return the newest backup of a database that looks whole, or None.

    ``leave`` are paths that were tried and are no good. A state that somebody left behind by a
    restore comes after all others.
    """
    found = [
        file
        for folder in folders_of(place)
        for file in files_in(folder)
        if file.head.place == place and file.path not in leave
    ]
    return max(
        found,
        key=lambda one: (one.head.kind != BackupKind.BEFORE_RESTORE.value, one.head.made_at),
        default=None,
    )


def _known() -> dict[str, str]:
    try:
        found = json.loads((backups_dir() / _PLACES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(place): str(one) for place, one in found.items()} if isinstance(found, dict) else {}


def _sorted(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []
