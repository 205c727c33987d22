"""Files that were made and are kept for a while: always inside the exports folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from hms_desktop.domain.errors import Unusable
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.paths import data_dir

PRIVATE_FOLDER, PRIVATE = 0o700, 0o600


def exports_folder(settings: HospitalSettings) -> Path:
    """Return the folder of exports and reports, made when it is missing; raises Unusable."""
    folder = Path(settings.exports_folder) if settings.exports_folder else data_dir() / "exports"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    except OSError as error:
        raise Unusable(
            "The exports folder {folder} cannot be made ({why}). Nothing was exported. Choose "
            "another folder in the settings.",
            folder=str(folder),
            why=error.strerror or "",
        ) from error
    return folder


def kept_path(folder: str | Path, name: str) -> Path:
    """Return the path of a kept file; raises Unusable for a name that leads out of the folder."""
    base = Path(folder).resolve()
    path = (base / name).resolve()
    if path.parent != base or name in {"", ".", ".."}:
        raise Unusable("The file {name} is not in the exports folder.", name=name)
    return path


def keep(settings: HospitalSettings, name: str, data: bytes) -> tuple[Path, str]:
    """Write a file whole or not at all; returns its path and SHA-256. Raises Unusable."""
    path = kept_path(exports_folder(settings), name)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise cannot_write(path.parent, error) from error
    return path, hashlib.sha256(data).hexdigest()


def attached(settings: HospitalSettings, path: Path, workstation: str) -> dict[str, Any]:
    """Return what a message keeps of a file that goes with it.

    Without a common folder it is read, and so sent, only at the workstation where it lies.
    """
    place = {"folder": str(path.parent), "name": path.name}
    if not settings.exports_folder:
        place["workstation"] = workstation
    return {"file": place}


def read_kept(folder: str, name: str) -> bytes:
    """Return a kept file's bytes; raises Unusable when it is gone."""
    path = kept_path(folder, name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unusable(
            "The file {name} cannot be read ({why}). Make it once more.",
            name=name,
            why=error.strerror or "",
        ) from error


def cannot_write(folder: Path, error: OSError) -> Unusable:
    """Return the sentence for a folder that takes no file: full disk, no rights, gone."""
    return Unusable(
        "The file could not be written to {folder} ({why}). Nothing was kept. Make room or choose "
        "another exports folder in the settings.",
        folder=str(folder),
        why=error.strerror or type(error).__name__,
    )
