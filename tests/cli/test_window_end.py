"""The window's program ends in order when its terminal or the system says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_jobs import ROOT, wait_for
from tests.ui.shell_desk import PASSWORD, begin


@pytest.mark.feature("JOB-8")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_window_closes_when_it_is_told(
    sqlite_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    services = begin(sqlite_url)
    admin = services.accounts.log_in("asha", PASSWORD, "office")
    services.hospital.change_settings(admin, {"no_show_on": True})
    folders = {"HMS_DATA_DIR": str(tmp_path / "data"), "HMS_CONFIG_DIR": str(tmp_path / "config")}
    command = [sys.executable, "-m", "hms_desktop", "--database", sqlite_url]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **folders, "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            wait_for(lambda: services.job_runs.history(admin, "no_show"))
            program.send_signal(number)
            _, said = program.communicate(timeout=60)
        finally:
            program.kill()
    services.close()
    assert (program.returncode, said) == (0, "")
