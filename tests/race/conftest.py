from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.race.programs import Field, make_field

PROGRAMS = 16
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - people's data is not in it


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Real processes, forked from a clean server that has imported the program already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.race.programs", "tests.race.unattended"])
    return context


@pytest.fixture
def field(database_url: str) -> Field:
    return make_field(database_url, PROGRAMS)


@pytest.fixture
def quick_url(database_url: str) -> Iterator[str]:
    """A fresh database whose SQLite file waits for no disk.

    Eight programs that write all the time would otherwise mostly wait for the disk of whatever
    machine this is; what is proved are kills of programs, which no disk forgets.
    """
    if not database_url.startswith("sqlite") or not IN_MEMORY.is_dir():
        yield database_url
        return
    with tempfile.TemporaryDirectory(prefix="hms-race-", dir=IN_MEMORY) as folder:
        target = Path(folder) / "hospital.sqlite"
        shutil.copy2(database_url.removeprefix("sqlite:///"), target)
        yield f"sqlite:///{target}"
