"""A virtual X11 screen for the few tests that need a real window system.

A test marked `x11` runs in a pytest process of its own, on a screen of its own: a process that
has started Qt offscreen cannot change over.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CHILD = "HMS_TEST_X11_CHILD"
MISSING = (
    "No virtual screen (Xvfb) was found. Tests marked x11 need it: install the package 'xvfb', "
    "or run `make setup`."
)


@contextmanager
def virtual_screen(width: int = 1600, height: int = 1000) -> Iterator[str]:
    """Start Xvfb on a free display and yield the value for DISPLAY."""
    program = shutil.which("Xvfb")
    if program is None:
        raise RuntimeError(MISSING)
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24",
         "-nolisten", "tcp", "-noreset"],
        pass_fds=[writer],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    try:
        with os.fdopen(reader, encoding="ascii") as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("Xvfb ended before it opened a display.")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def wants_own_screen(item: pytest.Item) -> bool:
    """Say whether this test must be handed on to a process of its own."""
    return item.get_closest_marker("x11") is not None and CHILD not in os.environ


def run_on_own_screen(item: pytest.Item) -> None:
    """Run one test again under a virtual screen, and fail as it fails."""
    root = Path(item.config.rootpath)
    with virtual_screen() as display:
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")
        }
        environment |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", CHILD: "1"}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:randomly",
             "-p", "no:cacheprovider", item.nodeid],
            cwd=root,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=110,
        )  # fmt: skip
    if done.returncode != 0:
        pytest.fail(f"under Xvfb:\n{done.stdout}\n{done.stderr}", pytrace=False)
