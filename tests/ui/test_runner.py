"""Every answer arrives once, on the GUI thread, and only where it is still wanted."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject

from hms_desktop.ui.runner import Cancelled, Progress, Runner, Step, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    one = Runner()
    yield one
    assert one.close(5)


@pytest.fixture
def owner() -> QObject:
    return QObject()


def test_done_gets_the_result_on_the_gui_thread(
    qtbot: QtBot, runner: Runner, owner: QObject
) -> None:
    seen: list[tuple[object, int]] = []
    worker: list[int] = []

    def work() -> str:
        worker.append(threading.get_ident())
        return "answer"

    runner.run(work, owner=owner, done=lambda r: seen.append((r, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("answer", threading.get_ident())]
    assert worker != [threading.get_ident()]


def test_failure_reaches_the_caller_or_the_default(
    qtbot: QtBot, runner: Runner, owner: QObject
) -> None:
    mine: list[Exception] = []
    default: list[Exception] = []
    runner.on_error = default.append

    def work() -> None:
        message = "no"
        raise ValueError(message)

    runner.run(work, owner=owner, failed=mine.append)
    runner.run(work, owner=owner)
    qtbot.waitUntil(lambda: bool(mine) and bool(default))
    assert len(mine) == len(default) == 1
    assert isinstance(mine[0], ValueError)


def test_five_hundred_answers_none_lost_none_twice(
    qtbot: QtBot, runner: Runner, owner: QObject
) -> None:
    got: list[int] = []
    for number in range(500):
        runner.run(lambda n=number: n, owner=owner, done=got.append)  # type: ignore[misc]
    qtbot.waitUntil(lambda: runner.count == 0, timeout=20_000)
    assert sorted(got) == list(range(500))


def test_an_exception_in_one_callback_does_not_hold_up_the_others(
    qtbot: QtBot, runner: Runner, owner: QObject
) -> None:
    got: list[int] = []

    def bad(_: object) -> None:
        message = "callback"
        raise RuntimeError(message)

    with qtbot.captureExceptions() as raised:
        runner.run(lambda: 0, owner=owner, done=bad)
        for number in (1, 2, 3):
            runner.run(lambda n=number: n, owner=owner, done=got.append)  # type: ignore[misc]
        qtbot.waitUntil(lambda: runner.count == 0)
    assert sorted(got) == [1, 2, 3]
    assert [kind for kind, *_ in raised] == [RuntimeError]


def test_only_the_newest_of_a_key_is_answered(qtbot: QtBot, runner: Runner, owner: QObject) -> None:
    gate = threading.Event()
    got: list[str] = []

    def slow() -> str:
        gate.wait(5)
        return "old"

    runner.run(slow, owner=owner, done=got.append, key="search")
    for text in ("k", "ku", "kum"):
        runner.run(lambda t=text: t, owner=owner, done=got.append, key="search")  # type: ignore[misc]
    other = QObject()
    runner.run(lambda: "other owner", owner=other, done=got.append, key="search")
    qtbot.waitUntil(lambda: "kum" in got and "other owner" in got)
    gate.set()
    qtbot.waitUntil(lambda: runner.count == 0)
    assert sorted(got) == ["kum", "other owner"]


def test_a_dead_owner_is_not_called(qtbot: QtBot, runner: Runner) -> None:
    gate = threading.Event()
    got: list[object] = []
    owner = QObject()
    runner.run(lambda: gate.wait(5), owner=owner, done=got.append)
    shiboken6.delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: runner.count == 0)
    assert got == []


def test_cancel_drops_the_answer_and_work_not_begun(
    qtbot: QtBot, runner: Runner, owner: QObject
) -> None:
    gate = threading.Event()
    began: list[int] = []
    got: list[object] = []
    for _ in range(4):
        runner.run(lambda: gate.wait(5), owner=owner)
    task = runner.run(lambda: began.append(1), owner=owner, done=got.append)
    task.cancel()
    gate.set()
    qtbot.waitUntil(lambda: runner.count == 0)
    assert task.cancelled
    assert began == got == []


def test_long_work_reports_and_stops(qtbot: QtBot, runner: Runner, owner: QObject) -> None:
    steps: list[Step] = []
    threads: set[int] = set()
    ended = threading.Event()

    def moved(step: Step) -> None:
        steps.append(step)
        threads.add(threading.get_ident())

    def work(progress: Progress) -> None:
        try:
            for number in range(100_000):
                progress.check()
                progress.report(number, 100_000, "rows")
                time.sleep(0.001)
        except Cancelled:
            ended.set()
            raise

    task = runner.run_long(work, owner=owner, moved=moved, label="Import")
    assert runner.labels() == ("Import",)
    qtbot.waitUntil(lambda: len(steps) >= 3)
    task.cancel()
    assert ended.wait(5)
    qtbot.waitUntil(lambda: runner.count == 0)
    assert [s.done for s in steps] == sorted(s.done for s in steps)
    assert threads == {threading.get_ident()}


def test_a_flood_of_reports_is_one_event_at_a_time(
    qtbot: QtBot, runner: Runner, owner: QObject
) -> None:
    steps: list[Step] = []

    def work(progress: Progress) -> None:
        for number in range(10_000):
            progress.report(number)

    task = runner.run_long(work, owner=owner, moved=steps.append)
    assert task.future is not None
    task.future.result(5)
    qtbot.waitUntil(lambda: runner.count == 0)
    assert 1 <= len(steps) <= 2
    assert steps[-1].done == 9_999


def test_busy_counts_up_and_down(qtbot: QtBot, runner: Runner, owner: QObject) -> None:
    counts: list[int] = []
    runner.busy.connect(counts.append)
    for _ in range(3):
        runner.run(lambda: None, owner=owner)
    qtbot.waitUntil(lambda: runner.count == 0)
    assert counts == [1, 2, 3, 2, 1, 0]


def test_close_lets_a_save_finish_and_delivers_it(qtbot: QtBot, owner: QObject) -> None:
    runner = Runner(threads=1)
    got: list[object] = []
    saved: list[int] = []
    runner.run(lambda: time.sleep(0.05), owner=owner)
    runner.run(lambda: saved.append(1), owner=owner, done=got.append)
    assert runner.close(5)
    assert saved == [1]
    assert got == [None]
    assert runner.run(lambda: saved.append(2), owner=owner).finished, "too late: it never runs"
    assert saved == [1]


def test_close_says_when_something_still_runs(qtbot: QtBot, owner: QObject) -> None:
    runner = Runner(threads=1)
    gate = threading.Event()
    runner.run(lambda: gate.wait(5), owner=owner)
    assert runner.close(0.05) is False
    gate.set()
    QCoreApplication.processEvents()


def test_work_from_another_thread_is_refused(qtbot: QtBot, runner: Runner, owner: QObject) -> None:
    refused: list[str] = []

    def elsewhere() -> None:
        try:
            runner.run(lambda: None, owner=owner)
        except RuntimeError as error:
            refused.append(str(error))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(5)
    assert refused
    assert runner.count == 0


def test_an_answer_that_wants_more_work_while_the_runner_closes_is_too_late(qtbot: QtBot) -> None:
    runner, owner = Runner(), QObject()
    late: list[Task] = []
    runner.run(
        lambda: 1,
        owner=owner,
        done=lambda _one: late.append(runner.run(lambda: 2, owner=owner)),
    )
    runner.close()
    assert [task.cancelled for task in late] == [True]
