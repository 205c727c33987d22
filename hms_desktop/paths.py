"""Where the data files of the program lie: in a clone, in an installed wheel, in a frozen build."""

import os
import sys
from functools import cache
from pathlib import Path

import platformdirs


@cache
def project_root() -> Path:
    """Return the folder that holds `resources/` and `migrations/`.

    A frozen build unpacks them into its own folder, a wheel carries them inside the package, a
    clone has them beside it.
    """
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen)
    package = Path(__file__).resolve().parent
    return package if (package / "migrations").is_dir() else package.parent


def resources_dir() -> Path:
    """Return the folder of icons, styles, fonts, translations, templates and code lists."""
    return project_root() / "resources"


def migrations_dir() -> Path:
    """Return the folder of the Alembic history."""
    return project_root() / "migrations"


def data_dir() -> Path:
    """Return the folder of this person's databases, drafts and backups (HMS_DATA_DIR wins)."""
    named = os.environ.get("HMS_DATA_DIR")
    if named:
        return Path(named)
    return Path(platformdirs.user_data_dir("hms-desktop", appauthor=False))


def backups_dir() -> Path:
    """Return the folder of copies made before an upgrade."""
    return data_dir() / "backups"
