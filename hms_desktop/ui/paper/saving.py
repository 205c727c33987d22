"""Papers into files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hms_desktop.domain.errors import HmsError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a full disk leaves the old one (or none); raises HmsError."""
    draft: str | None = None
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".hms-", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(draft).replace(path)
    except OSError as error:
        if draft is not None:
            Path(draft).unlink(missing_ok=True)
        raise HmsError(
            "The paper could not be saved ({why}). Nothing was written. Choose another folder or "
            "close the file in other programs.",
            why=error.strerror or type(error).__name__,
        ) from error
