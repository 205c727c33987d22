"""A doctor's program is killed in the middle of a word: every character is there again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hms_desktop.domain.lifecycle import Status
from tests.support import invariants
from tests.walks.clinic import LOGIN, OTHER, Waiting, open_clinic, set_up

ROOT = Path(__file__).resolve().parents[2]
WORDS = "Zephyrine quillfeather"
HURRY_SECONDS, LATEST_SECONDS = 4, 1.5
PARTS = ("complaint", "code", "half", "test", "note", "drug")


def start(mode: str, url: str, folder: Path) -> subprocess.Popen[str]:
    folders = {
        "HMS_DATA_DIR": str(folder / "data"),
        "HMS_CONFIG_DIR": str(folder / "config"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.walks.doctor_program",
            mode,
            url,
            str(folder / "keyring.json"),
            WORDS,
        ],
        cwd=ROOT,
        env={**os.environ, **folders},
        stdout=subprocess.PIPE,
        text=True,
    )


def told(program: subprocess.Popen[str]) -> dict[str, Any]:
    assert program.stdout is not None
    line = program.stdout.readline()
    assert line, "the program ended before it told anything"
    return dict(json.loads(line))


def end(program: subprocess.Popen[str]) -> None:
    program.send_signal(signal.SIGKILL)
    program.wait()
    assert program.stdout is not None
    program.stdout.close()


def type_and_kill(url: str, folder: Path) -> dict[str, Any]:
    """Type until the draft is on the disk and the keys rest, then kill; return what was typed."""
    program = start("type", url, folder)
    try:
        typed = told(program)
        limit = time.monotonic() + 10
        while not list((folder / "data" / "drafts").rglob("*.draft")):
            assert time.monotonic() < limit, "no draft reached the disk"
            time.sleep(0.02)
        time.sleep(0.5)  # the pause after the last key, and the write
    finally:
        end(program)
    return typed


def leaves(raw: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield every single value of what a form holds, with where it stands."""
    if isinstance(raw, dict | list):
        for name, one in raw.items() if isinstance(raw, dict) else enumerate(raw):
            yield from leaves(one, f"{path}.{name}")
    else:
        yield path.strip("."), raw


def check_unreadable(folder: Path) -> None:
    """Nothing that was typed can be read in the drafts, nor in any other file beside them."""
    drafts = list((folder / "data" / "drafts").rglob("*.draft"))
    assert drafts
    secrets = [word.encode(code) for word in WORDS.split() for code in ("utf-8", "utf-16-le")]
    for path in (one for one in folder.rglob("*") if one.is_file()):
        held = path.read_bytes()
        assert not any(secret in held for secret in secrets), path


def check_nothing_is_saved(url: str, visit: Waiting) -> None:
    services = open_clinic(url)
    who = services.accounts.log_in(LOGIN, OTHER, "clinic-1")
    assert services.appointments.get(who, visit.appointment_id).status is Status.IN_CONSULTATION
    assert services.consultations.encounter(who, visit.appointment_id) is None
    invariants.check(services.context.database)
    services.close()


@pytest.mark.feature("CLN-1")
@pytest.mark.feature("ACC-9")
@pytest.mark.slow
def test_a_consultation_outlives_a_kill(sqlite_url: str, tmp_path: Path) -> None:
    (visit,) = set_up(sqlite_url, 1)
    folder = tmp_path / "program"
    folder.mkdir()
    typed = type_and_kill(sqlite_url, folder)
    for part in PARTS:
        assert f"{WORDS} {part}" in json.dumps(typed), "the walk typed into every field"
    # Every field holds something; a diagnosis in own words has no code, and a drug that is not of
    # the list neither a number nor a warning to answer.
    assert [path for path, value in leaves(typed) if value in {"", None}] == [
        "diagnoses.chosen.0.0", "prescription.0.6", "prescription.0.7",
    ]  # fmt: skip
    check_unreadable(folder)
    check_nothing_is_saved(sqlite_url, visit)

    again = start("look", sqlite_url, folder)
    try:
        assert told(again) == {"visit": visit.appointment_id, "raw": typed}
        assert again.wait(30) == 0
    finally:
        end(again)
    check_unreadable(folder)


@pytest.mark.feature("ACC-9")
@pytest.mark.slow
def test_who_types_without_a_pause_loses_no_more_than_the_last_moment(
    sqlite_url: str, tmp_path: Path
) -> None:
    set_up(sqlite_url, 1)
    folder = tmp_path / "program"
    folder.mkdir()
    program = start("hurry", sqlite_url, folder)
    at: dict[int, float] = {}
    try:
        while not at or time.monotonic() - at[1] < HURRY_SECONDS:
            keys = told(program)["keys"]
            at[keys] = time.monotonic()
        killed = time.monotonic()
    finally:
        end(program)
    surely = sum(moment < killed - LATEST_SECONDS for moment in at.values())

    again = start("look", sqlite_url, folder)
    try:
        kept = told(again)["raw"]["complaint"]
        assert again.wait(30) == 0
    finally:
        end(again)
    whole = WORDS * (len(kept) // len(WORDS) + 1)
    assert whole.startswith(kept), "in order, none doubled"
    assert len(kept) >= surely > len(WORDS)
