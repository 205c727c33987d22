"""``diagnostics``: one file for support, without anybody's data in it."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import zipfile
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from hms_desktop import __version__, logs
from hms_desktop.cli.common import answer
from hms_desktop.cli.status import OK
from hms_desktop.db import check, migrate
from hms_desktop.domain.errors import HmsError, Unusable
from hms_desktop.settings import load_settings, split_password, with_password

PACKAGES = (
    "PySide6-Essentials", "sqlalchemy", "alembic", "psycopg", "keyring", "cryptography",
    "argon2-cffi", "platformdirs", "phonenumbers", "rapidfuzz", "tzdata",
)  # fmt: skip


def bundle(path: Path, database: str | None = None) -> Path:
    """Write versions, settings, structure and the last of the log into a zip file.

    Raises Unusable when the file cannot be written.
    """
    parts = {
        "versions.json": _as_json(versions()),
        "settings.json": _as_json(_settings(database)),
        "structure.json": _as_json(_structure(database)),
    }
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in parts.items():
                archive.writestr(name, text)
            for name, tail in logs.tails().items():
                archive.writestr(f"log/{name}", tail)
    except OSError as error:
        raise Unusable(
            "The file {path} cannot be written: {why}. Choose another place.",
            path=str(path),
            why=error.strerror or type(error).__name__,
        ) from error
    return path


def versions() -> dict[str, str]:
    """Return the versions of the program, of Python, of the system and of the libraries."""
    found = {
        "hms-desktop": __version__,
        "python": sys.version.split()[0],
        "sqlite": check.sqlite_version(),
        "system": platform.platform(),
        "frozen": str(bool(getattr(sys, "frozen", False))),
    }
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            # A frozen build carries the code without the notes of its packages.
            found[name] = "not noted"
    return found


def _settings(database: str | None) -> dict[str, Any]:
    try:
        values = asdict(load_settings())
    except HmsError as error:
        return {"unreadable": type(error).__name__}
    values["database"] = _shape(database or values["database"])
    return values


def _shape(address: str) -> str:
    """Return the kind of a database and its server, without log-in and password."""
    if not address:
        return "none"
    if "://" not in address:
        return "sqlite file"
    scheme, _, rest = split_password(address)[0].partition("://")
    return "sqlite file" if scheme.startswith("sqlite") else f"{scheme}://{rest.rpartition('@')[2]}"


def _structure(database: str | None) -> dict[str, Any]:
    try:
        url = with_password(database or load_settings().database)
        if not url:
            return {"database": "none"}
        found = asdict(migrate.state(url))
    except HmsError as error:
        return {"unreadable": type(error).__name__, "sentence": error.template}
    found.pop("address")
    return found


def _as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, default=str)


def run(options: argparse.Namespace) -> int:
    """Write the file."""
    path = bundle(options.out, options.database)
    answer(options, {"file": str(path)}, f"Written: {path}. It holds no data of patients or users.")
    return OK


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: object) -> None:
    """Add the subcommand."""
    parents = [common] if isinstance(common, argparse.ArgumentParser) else []
    one = commands.add_parser("diagnostics", parents=parents, help="one file for support")
    one.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
    one.set_defaults(run=run)
