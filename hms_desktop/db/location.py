"""Where a database lies: its address in full, and whether that is a place it can live in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.domain.errors import Unusable

NETWORK_TYPES = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph",
        "glusterfs", "lustre", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "davfs",
        "fuse.davfs2", "beegfs", "gfs2", "ocfs2", "webdav", "afpfs",
    }
)  # fmt: skip
"""File systems on which SQLite's locks or its write-ahead log cannot be trusted."""
PRIVATE = 0o600


def normal_url(text: str) -> sa.URL:
    """Read a database address: a URL, or the path of an SQLite file.

    Raises Unusable with a sentence when it is neither.
    """
    if "://" not in text:
        text = f"sqlite:///{Path(text).expanduser()}"
    try:
        url = sa.make_url(text)
    except (sqlalchemy.exc.ArgumentError, ValueError) as error:
        raise Unusable(
            "{text} is not a database address. Give postgresql://user@server/database or the "
            "path of a file.",
            text=text,
        ) from error
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise Unusable("A database in memory would forget everything. Name a file.")
        return url
    raise Unusable("{backend} is not supported: use SQLite or Postgres.", backend=backend)


def shown(url: sa.URL) -> str:
    """Return the address as a person may see it: without the password."""
    return url.render_as_string(hide_password=True).replace("postgresql+psycopg", "postgresql")


def file_of(url: sa.URL) -> Path | None:
    """Return the SQLite file, or None for Postgres."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def check_location(url: sa.URL) -> None:
    """Refuse an SQLite file on a network share; raises Unusable naming the way out."""
    path = file_of(url)
    if path is None:
        return
    kind = file_system_of(path)
    if kind in NETWORK_TYPES or kind == "remote":
        raise Unusable(
            "{path} lies on a network share ({kind}), where several computers would damage "
            "the file. Use a Postgres server for several computers, or a file on this "
            "computer's own disk.",
            path=str(path),
            kind=kind,
        )


def file_system_of(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return the type of the file system that holds ``path``, or an empty text if unknown."""
    if sys.platform == "win32":
        return _windows_kind(path)
    if not mounts.exists():
        return ""
    place = os.path.realpath(path)
    best, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split(" ")
        if len(parts) < 3:  # noqa: PLR2004 - device, mount point, type
            continue
        point = parts[1].encode().decode("unicode_escape")
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind


def _windows_kind(path: Path) -> str:  # pragma: no cover - runs on Windows only
    import ctypes  # noqa: PLC0415 - there is no such library elsewhere

    drive_remote = 4
    anchor = path.resolve().anchor
    if anchor.startswith("\\\\"):
        return "remote"
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    return "remote" if kernel.GetDriveTypeW(anchor) == drive_remote else ""


def secure_file(url: sa.URL) -> None:
    """Make the folder of a new SQLite file and keep the file to its owner.

    Raises Unusable when that place cannot be written.
    """
    path = file_of(url)
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE))
    except OSError as error:
        raise Unusable(
            "{path} cannot be opened: {why}. Choose another place or allow writing there.",
            path=str(path),
            why=error.strerror or type(error).__name__,
        ) from error
