from __future__ import annotations

import json
from pathlib import Path

import pytest

from hms_desktop.outgoing.mail import SendError, ServerAwayError
from hms_desktop.outgoing.sms import FolderDrop, GatewayProgram


def program(folder: Path, body: str) -> GatewayProgram:
    path = folder / "gateway"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return GatewayProgram(path, timeout=5)


@pytest.mark.feature("JOB-1")
def test_a_file_a_message_and_the_same_one_twice_is_one(tmp_path: Path) -> None:
    drop = FolderDrop(tmp_path)
    for _ in range(2):
        drop.send("+919876543210", "आपका अपॉइंटमेंट; $(rm -rf /)", "<../../m-1@x.y>")
    (path,) = tmp_path.iterdir()
    assert path.name == "m1xy.json"
    assert json.loads(path.read_text())["text"] == "आपका अपॉइंटमेंट; $(rm -rf /)"
    assert path.stat().st_mode & 0o077 == 0


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ServerAwayError, match="cannot be written"):
        FolderDrop(tmp_path / "gone").send("1", "x", "<m@x>")


@pytest.mark.feature("JOB-1")
def test_a_program_gets_the_number_and_the_text(tmp_path: Path) -> None:
    gateway = program(tmp_path, f'echo "$1|$HMS_MESSAGE_ID|$(cat)" > {tmp_path}/got')
    gateway.send("+91 98; touch /tmp/x", "hello; `id`", "<m-1@x>")
    assert (tmp_path / "got").read_text() == "+91 98; touch /tmp/x|<m-1@x>|hello; `id`\n"


@pytest.mark.parametrize(("status", "permanent"), [(1, True), (75, False)])
def test_a_program_refuses_for_now_or_for_good(
    tmp_path: Path, status: int, permanent: bool
) -> None:
    with pytest.raises(SendError) as caught:
        program(tmp_path, f"exit {status}").send("1", "x", "<m@x>")
    assert caught.value.permanent is permanent


def test_a_program_that_is_not_there_or_hangs_is_away(tmp_path: Path) -> None:
    with pytest.raises(ServerAwayError):
        GatewayProgram(tmp_path / "none").send("1", "x", "<m@x>")
    hanging = program(tmp_path, "sleep 30")
    with pytest.raises(ServerAwayError):
        GatewayProgram(hanging.program, timeout=0.3).send("1", "x", "<m@x>")
