"""Drafts: encrypted on the disk, each person's own, gone when saved."""

from __future__ import annotations

import logging
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtWidgets import QApplication

from hms_desktop.ui.drafts import Drafts
from hms_desktop.ui.runner import Runner
from tests.support.logfail import LogWatch
from tests.support.memory_keyring import MemoryKeyring

TYPED = {"name": "Kumaraswamy Iyer", "note": "afraid of needles", "tags": ["a", "b"]}


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[Runner]:
    one = Runner()
    yield one
    one.close(10)


def settle(runner: Runner, *drafts: Drafts) -> None:
    limit = time.monotonic() + 10
    while runner.count or any(one._due and one._timer.isActive() for one in drafts):
        assert time.monotonic() < limit
        QApplication.processEvents()
        time.sleep(0.005)
    QApplication.processEvents()


def opened(runner: Runner, folder: Path, owner: str = "sheela") -> Drafts:
    one = Drafts(runner, folder, owner, runner)
    one.open()
    settle(runner)
    return one


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.feature("ACC-9")
def test_what_was_typed_is_there_at_the_next_start(runner: Runner, tmp_path: Path) -> None:
    first = opened(runner, tmp_path)
    first.keep("register", TYPED)
    assert first.get("register") == TYPED
    settle(runner, first)
    assert opened(runner, tmp_path).get("register") == TYPED


@pytest.mark.feature("ACC-9")
def test_nothing_typed_can_be_read_in_the_files(runner: Runner, tmp_path: Path) -> None:
    drafts = opened(runner, tmp_path)
    drafts.keep("note/123", TYPED)
    settle(runner, drafts)
    (path,) = files(tmp_path)
    held = path.read_bytes()
    for word in (b"Kumaraswamy", b"needles", b"note/123", b"sheela"):
        assert word not in held
        assert word.decode() not in str(path.relative_to(tmp_path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.feature("ACC-9")
def test_a_saved_draft_leaves_no_file(runner: Runner, tmp_path: Path) -> None:
    drafts = opened(runner, tmp_path)
    drafts.keep("register", TYPED)
    settle(runner, drafts)
    drafts.discard("register")
    settle(runner, drafts)
    assert files(tmp_path) == []
    assert drafts.get("register") is None


@pytest.mark.feature("ACC-9")
def test_nobody_gets_the_drafts_of_another(runner: Runner, tmp_path: Path) -> None:
    mine = opened(runner, tmp_path)
    mine.keep("register", TYPED)
    settle(runner, mine)
    assert opened(runner, tmp_path, "maria").keys() == ()


def test_typing_before_the_disk_was_read_counts_more(runner: Runner, tmp_path: Path) -> None:
    old = opened(runner, tmp_path)
    old.keep("register", TYPED)
    settle(runner, old)
    late = Drafts(runner, tmp_path, "sheela", runner)
    late.keep("register", {"name": "newer"})
    late.open()
    settle(runner, late)
    assert late.get("register") == {"name": "newer"}
    assert opened(runner, tmp_path).get("register") == {"name": "newer"}


def test_a_draft_of_a_lost_key_is_removed(
    runner: Runner, tmp_path: Path, secrets: MemoryKeyring
) -> None:
    drafts = opened(runner, tmp_path)
    drafts.keep("register", TYPED)
    settle(runner, drafts)
    secrets.secrets.clear()
    assert opened(runner, tmp_path).keys() == ()
    assert files(tmp_path) == []


@pytest.mark.feature("ACC-9")
def test_without_a_keyring_nothing_goes_to_the_disk(runner: Runner, tmp_path: Path) -> None:
    keyring.set_keyring(NoKeyring())
    drafts = opened(runner, tmp_path)
    assert not drafts.persistent
    drafts.keep("register", TYPED)
    drafts.flush()
    settle(runner, drafts)
    assert drafts.get("register") == TYPED
    assert files(tmp_path) == []


def test_a_full_or_closed_disk_keeps_the_draft_in_memory(
    runner: Runner, tmp_path: Path, expect_log: LogWatch
) -> None:
    expect_log("drafts could not be written", level=logging.WARNING)
    blocked = tmp_path / "drafts"
    blocked.write_text("a file where the folder should be")
    drafts = opened(runner, blocked)
    drafts.keep("register", TYPED)
    settle(runner, drafts)
    assert drafts.get("register") == TYPED
