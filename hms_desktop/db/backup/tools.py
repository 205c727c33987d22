"""The programs of Postgres that make and read dumps: found, and new enough for the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from hms_desktop.domain.errors import Unusable

FOLDER_VARIABLE = "HMS_POSTGRES_BIN"
_PLACES = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/Library/PostgreSQL", "*/bin"),
    ("C:/Program Files/PostgreSQL", "*/bin"),
)
_VERSION = re.compile(r"\)\s+(\d+)")
_ALL_MINORS = 10_000
_WAIT_SECONDS = 10


def find(program: str, server: int) -> str:
    """Return the newest such program that can speak with a server of this major version.

    Raises Unusable in a sentence when there is none, or only older ones.
    """
    found = sorted(((_major(path), path) for path in _candidates(program)), reverse=True)
    if not found:
        raise Unusable(
            "{program} is not installed on this computer; backups of Postgres need it. Nothing "
            "was changed. Install the client programs of PostgreSQL {server} or newer (Debian: "
            "postgresql-client), or name their folder in {variable}.",
            program=program,
            server=server,
            variable=FOLDER_VARIABLE,
        )
    newest, path = found[0]
    if newest < server:
        raise Unusable(
            "{program} on this computer is of version {found}, and the server is PostgreSQL "
            "{server}: it must not be older. Nothing was changed. Install the client programs of "
            "PostgreSQL {server}.",
            program=program,
            found=newest,
            server=server,
        )
    return path


def server_major(connection: sa.Connection) -> int:
    """Return the major version of the server behind a connection."""
    return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // _ALL_MINORS


def _candidates(program: str) -> Iterator[str]:
    name = f"{program}.exe" if sys.platform == "win32" else program
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        # Whoever names a folder means that one and no other.
        path = Path(named) / name
        if path.is_file():
            yield str(path)
        return
    on_path = shutil.which(program)
    if on_path:
        yield on_path
    for base, pattern in _PLACES:
        for folder in Path(base).glob(pattern):
            if (folder / name).is_file():
                yield str(folder / name)


@lru_cache(maxsize=32)
def _major(path: str) -> int:
    try:
        told = subprocess.run(  # noqa: S603 - a program that was found, no shell
            [path, "--version"], capture_output=True, text=True, check=False, timeout=30
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = _VERSION.search(told)
    return int(version[1]) if version else 0


def environment(url: sa.URL) -> dict[str, str]:
    """Return the environment of a client program: the password, never as an argument."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "PGPASSWORD": url.password or "", "PGCONNECT_TIMEOUT": "10"}


def address(url: sa.URL) -> str:
    """Return the address as the client programs take it, without the password."""
    return url.set(drivername="postgresql", password=None).render_as_string()


class Running:
    """A client program at work; what it says goes into a file, as a full pipe would halt it."""

    def __init__(self, process: subprocess.Popen[bytes], said: BinaryIO) -> None:
        """Keep both."""
        self.process = process
        self._said = said

    @property
    def out(self) -> BinaryIO:
        """What it writes."""
        if self.process.stdout is None:
            raise RuntimeError("the output of this program was not asked for")
        return self.process.stdout  # type: ignore[return-value]

    @property
    def into(self) -> BinaryIO:
        """What it reads."""
        if self.process.stdin is None:
            raise RuntimeError("this program was not to be written to")
        return self.process.stdin  # type: ignore[return-value]

    def complaint(self) -> str:
        """Return what it said last, in one line."""
        self._said.seek(0)
        lines = [
            one.strip() for one in self._said.read().decode(errors="replace").splitlines() if one
        ]
        errors = [one for one in lines if "error" in one.casefold() or "fatal" in one.casefold()]
        return (errors or lines or [""])[-1][:300]

    def wait(self) -> int:
        """Wait for its end; its exit status."""
        return self.process.wait()


@contextmanager
def started(
    arguments: Sequence[str], url: sa.URL | None = None, *, reads: bool = False
) -> Iterator[Running]:
    """Start a client program; it is ended when the block is left early."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - a program that was found, no shell
            list(arguments),
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment(url) if url is not None else None,
        )
        try:
            yield Running(process, said)
        finally:
            if process.poll() is None:
                process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    # What a killed program did not read any more is of no use to anybody.
                    with suppress(OSError):
                        pipe.close()
            process.wait(_WAIT_SECONDS)
