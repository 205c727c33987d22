"""Settings of this workstation: a small file, the environment over it, secrets in the keyring."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import platformdirs

from hms_desktop.domain.errors import Invalid, Unusable

KEYRING_SERVICE = "hms-desktop"
FILE_NAME = "workstation.json"
ENVIRONMENT = "hms_"
MOST_LOCK_MINUTES = 240

Theme = Literal["system", "light", "dark"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class UnfitSettingError(ValueError):
    """A setting that cannot be used; ``name`` says which, ``why`` what it must be."""

    def __init__(self, name: str, why: str) -> None:
        """Keep which and why."""
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


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


def _host_name() -> str:
    # As socket.gethostname() says it, without loading the sockets before the window is painted.
    return platform.node() if sys.platform == "win32" else os.uname().nodename


@dataclass(frozen=True, slots=True)
class WorkstationSettings:
    """What belongs to this workstation and not to the hospital.

    ``database`` never holds a password: that lies in the keyring under the address itself.
    ``auto_lock_minutes`` None leaves it to the hospital; 0 never locks.
    Raises UnfitSettingError for a value that cannot be used; a number may come as a text.
    """

    database: str = ""
    workstation: str = field(default_factory=_host_name)
    theme: Theme = "system"
    language: str = ""
    auto_lock_minutes: int | None = None
    font_scale: float = 1.0
    log_level: LogLevel = "INFO"

    def __post_init__(self) -> None:
        """Check every value, and read numbers that came as texts."""
        for name, check in _CHECKS.items():
            try:
                object.__setattr__(self, name, check(getattr(self, name)))
            except (TypeError, ValueError) as error:
                raise UnfitSettingError(name, str(error)) from error


def _text(limit: int) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str):
            raise TypeError("it must be a text")
        if len(value) > limit:
            raise ValueError(f"it must be a text of at most {limit} characters")
        return value

    return check


def _choice(kind: object) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value not in get_args(kind):
            raise ValueError(f"it must be one of {', '.join(get_args(kind))}")
        return str(value)

    return check


def _number(kind: type[int | float], low: float, high: float) -> Callable[[object], float]:
    asked = f"it must be a {'whole ' if kind is int else ''}number from {low:g} to {high:g}"

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise TypeError(asked)
        try:
            number = float(value)
        except ValueError:
            raise ValueError(asked) from None
        if not low <= number <= high or kind(number) != number:
            raise ValueError(asked)
        return kind(number)

    return check


def _optional(inner: Callable[[object], object]) -> Callable[[object], object]:
    return lambda value: None if value is None else inner(value)


# Written out and not left to a checking library: loading one takes as long as loading Qt, and the
# window cannot be painted before its theme and size are known.
_CHECKS: dict[str, Callable[[object], object]] = {
    "database": _text(4_000),
    "workstation": _text(120),
    "theme": _choice(Theme),
    "language": _text(20),
    "auto_lock_minutes": _optional(_number(int, 0, MOST_LOCK_MINUTES)),
    "font_scale": _number(float, 0.75, 2.0),
    "log_level": _choice(LogLevel),
}


def _settings(stored: Mapping[str, Any]) -> WorkstationSettings:
    """Return stored settings with the environment over them; what is unknown is left aside."""
    given = {name: value for name, value in stored.items() if name in _CHECKS}
    for variable, value in os.environ.items():
        name = variable.lower().removeprefix(ENVIRONMENT)
        if name in _CHECKS and variable.lower().startswith(ENVIRONMENT):
            given[name] = value
    return WorkstationSettings(**given)


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
        return _settings(stored)
    except UnfitSettingError as error:
        raise Unusable(
            "The setting {name} of this workstation cannot be used: {why}. Correct it in {path} "
            "or in the environment (HMS_{upper}).",
            name=error.name,
            why=error.why,
            path=str(path),
            upper=error.name.upper(),
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
    unknown = set(changes) - set(_CHECKS)
    if unknown:
        name = min(unknown)
        raise Invalid(name, "There is no setting called {name}. Nothing was saved.", name=name)
    merged = {**stored, **changes}
    password = ""
    if merged.get("database"):
        merged["database"], password = split_password(str(merged["database"]))
    try:
        _settings(merged)
    except UnfitSettingError as error:
        raise Invalid(
            error.name, "This cannot be used: {why}. Nothing was saved.", why=error.why
        ) from error
    if password:
        keep_secret(merged["database"], password)
    _write(path, merged)
    return load_settings(path)


def _write(path: Path, values: dict[str, Any]) -> None:
    """Write the file whole or not at all, readable by its owner alone."""
    import tempfile  # noqa: PLC0415 - with what it needs, 5 ms of every start

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
