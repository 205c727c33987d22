from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Start the program as a process of its own, as a script would."""

    def start(*arguments: str, typed: str = "", **environment: str) -> object:
        return subprocess.run(
            [sys.executable, "-m", "hms_desktop", *arguments],
            input=typed,
            capture_output=True,
            text=True,
            timeout=100,
            cwd=ROOT,
            check=False,
            env={
                **os.environ,
                "HMS_LOG_DIR": str(tmp_path / "log"),
                "HMS_CONFIG_DIR": str(tmp_path / "config"),
                "HMS_DATA_DIR": str(tmp_path / "data"),
                **environment,
            },
        )

    return start
