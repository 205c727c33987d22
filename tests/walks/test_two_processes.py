"""Two real programs on one database: what one desk does with its keys, the other shows."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import RegisterPatient
from tests.support import invariants
from tests.walks.clinic import OTHER, open_clinic, set_up

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
LATEST = 1.5
"""A second, and the half of one that two processes on a busy machine may take to tell of it."""


class Desk:
    """One program, and what it told."""

    def __init__(self, mode: str, url: str, folder: Path) -> None:
        folders = {"HMS_DATA_DIR": str(folder / "data"), "HMS_CONFIG_DIR": str(folder / "config")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.walks.desk_program", mode, url, "kumar 3pm rao"],
            cwd=ROOT,
            env={
                **os.environ,
                **folders,
                "QT_QPA_PLATFORM": "offscreen",
                "PYTHON_KEYRING_BACKEND": "tests.support.memory_keyring.MemoryKeyring",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # what was read ahead, `select` would not see
        )

    def told(self) -> list[list[str]]:
        """Return the visits of the next line that it tells."""
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], PATIENCE)[0], "it tells nothing"
        line = self.process.stdout.readline()
        assert line, "the program ended before it told anything"
        found: dict[str, Any] = json.loads(line)
        return list(found["visits"])

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")

    def close(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()


@pytest.fixture
def desks(database_url: str, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    set_up(database_url, 0)
    services = open_clinic(database_url)
    desk = services.accounts.log_in("sheela", OTHER, "office")
    services.patients.register(desk, RegisterPatient(Name("Kumar", "Swamy")))
    services.close()
    one, other = (Desk(mode, database_url, tmp_path / mode) for mode in ("book", "watch"))
    yield one, other
    ended = [one.close(), other.close()]
    services = open_clinic(database_url)
    invariants.check(services.context.database)
    services.close()
    assert ended == [0, 0]


@pytest.mark.feature("NET-1")
@pytest.mark.feature("NET-3")
@pytest.mark.slow
def test_what_one_program_does_stands_in_the_other_within_a_second(
    desks: tuple[Desk, Desk],
) -> None:
    one, other = desks
    assert one.told() == other.told() == []
    booked, arrived = [["Kumar Swamy", "booked"]], [["Kumar Swamy", "arrived"]]
    for expected in (booked, arrived, booked, []):  # the last two by undo
        one.go_on()
        assert one.told() == expected
        began = time.monotonic()
        assert other.told() == expected
        assert time.monotonic() - began < LATEST
    one.go_on()
