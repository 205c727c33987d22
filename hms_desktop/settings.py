"""Settings of this workstation: a small file, the environment over it, secrets in the keyring."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from hms_desktop.domain.errors import Invalid, Unusable

KEYRING_SERVICE = "hms-desktop"
FILE_NAME = "workstation.json"
MOST_LOCK_MINUTES = 240


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What the window was asked for on the command line."""

    database: str | None
    demo: bool
    kiosk: bool = False
    board: bool = False
    workstation: str | None = None
    theme: str | None = None


def config_dir() -> Path:
    """Return the folder of this person's settings (HMS_CONFIG_DIR wins)."""
    named = os.environ.get("HMS_CONFIG_DIR")
    return (
        Path(named) if named else Path(platformdirs.user_config_dir("hms-desktop", appauthor=False))
    )


def settings_file() -> Path:
    """Return the file of the workstation's settings, there or not."""
    return config_dir() / FILE_NAME


class WorkstationSettings(BaseSettings):
    """What belongs to this workstation and not to the hospital.

    ``database`` never holds a password: that lies in the keyring under the address itself.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="HMS_", frozen=True, extra="ignore", validate_default=True
    )

    database: str = ""
    workstation: str = Field(default_factory=socket.gethostname, max_length=120)
    theme: Literal["system", "light", "dark"] = "system"
    language: str = Field(default="", max_length=20)
    auto_lock_minutes: int = Field(default=5, ge=0, le=MOST_LOCK_MINUTES)
    font_scale: float = Field(default=1.0, ge=0.75, le=2.0)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic passes all of them by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, which arrives as the initial values."""
        return env_settings, init_settings


def load_settings(path: Path | None = None) -> WorkstationSettings:
    """Read the settings; raises Unusable naming the file or the value that cannot be read."""
    path = path or settings_file()
    stored: dict[str, Any] = {}
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        stored = {}
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if not isinstance(stored, dict):
        raise _unreadable(path)
    try:
        return WorkstationSettings(**stored)
    except ValidationError as error:
        name = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Unusable(
            "The setting {name} of this workstation cannot be used: {why}. Correct it in {path} "
            "or in the environment (HMS_{upper}).",
            name=name,
            why=error.errors()[0]["msg"],
            path=str(path),
            upper=name.upper(),
        ) from error


def _unreadable(path: Path) -> Unusable:
    return Unusable(
        "The settings of this workstation cannot be read from {path}. Nothing was changed. "
        "Correct the file, or move it away to begin with the usual settings.",
        path=str(path),
    )


def save_settings(changes: dict[str, Any], path: Path | None = None) -> WorkstationSettings:
    """Keep some settings and return all; a password in ``database`` goes to the keyring.

    What the environment sets stays as it is there. Raises Invalid (field) or Unusable.
    """
    path = path or settings_file()
    stored: dict[str, Any] = {}
    if path.exists():
        load_settings(path)
        stored = json.loads(path.read_text(encoding="utf-8"))
    unknown = set(changes) - set(WorkstationSettings.model_fields)
    if unknown:
        name = min(unknown)
        raise Invalid(name, "There is no setting called {name}. Nothing was saved.", name=name)
    merged = {**stored, **changes}
    password = ""
    if merged.get("database"):
        merged["database"], password = split_password(str(merged["database"]))
    try:
        WorkstationSettings(**merged)
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid(
            str(first["loc"][0]),
            "This cannot be used: {why}. Nothing was saved.",
            why=first["msg"],
        ) from error
    if password:
        keep_secret(merged["database"], password)
    _write(path, merged)
    return load_settings(path)


def _write(path: Path, values: dict[str, Any]) -> None:
    """Write the file whole or not at all, readable by its owner alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".workstation-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=2, ensure_ascii=False)
        Path(draft).replace(path)
    except OSError as error:
        raise Unusable(
            "The settings cannot be written to {path}: {why}. They hold until the program ends.",
            path=str(path),
            why=error.strerror or type(error).__name__,
        ) from error


# ------------------------------------------------------------------------------------- secrets
def split_password(address: str) -> tuple[str, str]:
    """Return a database address without its password, and the password."""
    if "://" not in address:
        return address, ""
    parts = urlsplit(address)
    if "@" not in parts.netloc:
        return address, ""
    login, _, server = parts.netloc.rpartition("@")
    name, _, password = login.partition(":")
    return urlunsplit(parts._replace(netloc=f"{name}@{server}")), unquote(password)


def with_password(address: str) -> str:
    """Return a database address with its password from the keyring, where one is kept."""
    bare, password = split_password(address)
    if password or "://" not in bare or "@" not in bare or bare.startswith("sqlite"):
        return address
    found = read_secret(bare)
    if not found:
        return address
    parts = urlsplit(bare)
    name, _, server = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{name}:{quote(found, safe='')}@{server}"))


def keep_secret(name: str, value: str) -> None:
    """Keep a secret in the operating system's keyring; raises Unusable where there is none."""
    import keyring  # noqa: PLC0415 - loads the desktop's bus, which most starts do not need
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(KEYRING_SERVICE, name, value)
    except KeyringError as error:
        raise Unusable(
            "The password cannot be kept: this computer has no usable keyring ({why}). It was "
            "written nowhere. Unlock or install a keyring, or let the server trust this log-in "
            "in another way.",
            why=type(error).__name__,
        ) from error


def read_secret(name: str) -> str:
    """Return a secret from the keyring, or an empty text when there is none."""
    import keyring  # noqa: PLC0415 - as above
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(KEYRING_SERVICE, name) or ""
    except KeyringError:
        # No keyring means no secret in it: the server will say that it wants a password.
        return ""
